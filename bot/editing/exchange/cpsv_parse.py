"""From the bytes of a file to a graph, whatever somebody made of the file: JSON-LD, RDF/XML or Turtle, and nothing is fetched.

Runs in a process apart (`bot.editing.exchange.apart`). What JSON-LD would let vanish, since no context explains it, is told.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax import SAXException

from rdflib import Graph
from rdflib.exceptions import Error, ParserError

from bot.editing.exchange import cpsv
from bot.editing.exchange.services import Remark, Unreadable, once, shortened
from bot.editing.problems import Severity, sentence

#: More than any municipality has, and less than what takes long to read.
MOST_TRIPLES = 400_000
#: Entries within entries: the deepest file of the field that we saw has six.
DEEPEST = 40

_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*(?:<\?xml\b|<!|<[\w.-]+:?RDF\b)")
_ENTITY = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)\b", re.IGNORECASE)
#: The official context, wherever a file says that it lies.
_OFFICIAL = re.compile(r"(?:.*/)?cpsv-ap(?:[_-]?context)?\.jsonld")
#: What rdflib and what it stands on raise on content that is none.
_BROKEN = (
    *(Error, ParserError, SAXException, ValueError, LookupError, TypeError, AttributeError, SyntaxError),
    *(AssertionError, RecursionError),
)


def decoded(content: bytes) -> str:
    """Return the text of a file. Raises `Unreadable` for another encoding than UTF-8, or a page of the web."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        template = sentence("The file is not written in UTF-8 (byte %(position)s). Save it in this encoding and try again.")
        raise Unreadable(template, {"position": str(error.start + 1)}) from None
    if "\0" in text:
        raise Unreadable(sentence("The file is no text."))
    if not text.strip():
        raise Unreadable(sentence("The file is empty."))
    if _HTML.match(text):
        raise Unreadable(sentence("The file is a page of the web, not data. Download the data itself and try again."))
    return text


def document(text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of a text. Raises `Unreadable`."""
    try:
        held = json.loads(text)
    except RecursionError:
        raise Unreadable(_too_deep(), {"most": str(DEEPEST)}) from None
    except ValueError as error:
        template = sentence("The file is no complete JSON: line %(line)s, column %(column)s.")
        place = {"line": str(getattr(error, "lineno", 1)), "column": str(getattr(error, "colno", 1))}
        raise Unreadable(template, place) from None
    if _depth(held) > DEEPEST:
        raise Unreadable(_too_deep(), {"most": str(DEEPEST)})
    return held


def _too_deep() -> str:
    return sentence("The file has entries within entries, more than %(most)s deep. It was not read.")


def graph_of(text: str) -> tuple[Graph, list[Remark]]:
    """Return the graph of RDF/XML or Turtle. Raises `Unreadable`."""
    if _XML.match(text):
        if _ENTITY.search(text):
            raise Unreadable(
                sentence("The file defines abbreviations of its own (DOCTYPE), which can be harmful. It was not read.")
            )
        return _parsed(text, "xml"), []
    return _parsed(text, "turtle"), []


def graph_of_json(held: Any) -> tuple[Graph, list[Remark]]:  # noqa: ANN401 - any JSON
    """Return the graph of a JSON-LD document, and what of it no context explains. Raises `Unreadable`."""
    if isinstance(held, list):
        held = {"@graph": held} if all(isinstance(each, dict) for each in held) else {}
    if not isinstance(held, dict):
        raise Unreadable(sentence("The file holds no entries."))
    own = _contexts(held)
    body = {key: value for key, value in held.items() if key != "@context"}
    _refuse_contexts(body)
    words: dict[str, Any] = {}
    for context in own:
        words |= context
    remarks = [] if "@vocab" in words else once(_unknown(body, words, ""))
    body = {key: value for key, value in body.items() if key.startswith("@") or _explained(key, words)}
    return _parsed(json.dumps({"@context": own, **body}), "json-ld"), remarks


def _contexts(held: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the contexts of a file, the official one in place of its address. Raises `Unreadable` for one from elsewhere."""
    given = held.get("@context", [])
    found: list[dict[str, Any]] = []
    for context in given if isinstance(given, list) else [given]:
        if isinstance(context, str) and _OFFICIAL.fullmatch(context):
            found.append(dict(cpsv.context()))
        elif isinstance(context, dict):
            _refuse_contexts(list(context.values()))
            if "@import" in context:
                raise _elsewhere(str(context["@import"]))
            found.append(context)
        elif context is not None:
            raise _elsewhere(str(context))
    return found


def _refuse_contexts(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Raise `Unreadable` when an entry brings a context of its own, which might lie anywhere."""
    if isinstance(value, dict):
        if "@context" in value:
            raise _elsewhere(shortened(str(value["@context"])))
        for each in value.values():
            _refuse_contexts(each)
    elif isinstance(value, list):
        for each in value:
            _refuse_contexts(each)


def _elsewhere(address: str) -> Unreadable:
    template = sentence("What the words of this file mean is told on a page elsewhere (%(address)s). It is not fetched.")
    return Unreadable(template, {"address": shortened(address)})


def _unknown(value: Any, words: Mapping[str, Any], node: str) -> Iterator[Remark]:  # noqa: ANN401 - any JSON
    """Yield the keys and types that no context explains: JSON-LD lets them vanish without a word."""
    if isinstance(value, list):
        for each in value:
            yield from _unknown(each, words, node)
    elif isinstance(value, dict):
        here = str(value.get("@id", "")) or node
        for key, held in value.items():
            if key == "@type":
                for each in held if isinstance(held, list) else [held]:
                    if not _explained(str(each), words):
                        template = sentence("The kind “%(kind)s” is not known in this format. What it holds was left out.")
                        yield Remark(Severity.WARNING, here, "@type", template, {"kind": shortened(str(each))})
            elif not key.startswith("@") and not _explained(key, words):
                template = sentence(
                    "The word “%(key)s” is not known in this format. What stands under it was left out: %(value)s"
                )
                told = json.dumps(held, ensure_ascii=False)
                yield Remark(Severity.WARNING, here, key, template, {"key": shortened(key), "value": shortened(told)})
            yield from _unknown(held, words, here)


def _explained(word: str, words: Mapping[str, Any]) -> bool:
    return word in words or "://" in word or (":" in word and word.split(":", maxsplit=1)[0] in {*words, "urn"})


def _parsed(text: str, form: str) -> Graph:
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it would tell of what it finds, and quote it
    graph = Graph()
    try:
        graph.parse(data=text, format=form, publicID=cpsv.BASE)
    except _BROKEN as error:
        line = re.search(r"line (\d+)|<unknown>:(\d+)", str(error))
        if line is None:
            raise Unreadable(sentence("The file is not as its format demands, and nothing could be read.")) from None
        template = sentence("The file is not as its format demands: see line %(line)s. Nothing was read.")
        raise Unreadable(template, {"line": line[1] or line[2]}) from None
    if len(graph) > MOST_TRIPLES:
        raise Unreadable(sentence("The file holds more than %(most)s statements. Split it."), {"most": str(MOST_TRIPLES)})
    return graph


def _depth(value: Any) -> int:  # noqa: ANN401 - any JSON
    """Return how many entries stand within each other; without recursion, since that is what is asked."""
    deepest, pending = 0, [(value, 1)]
    while pending:
        each, level = pending.pop()
        deepest = max(deepest, level)
        if level > DEEPEST:
            return level
        if isinstance(each, dict):
            pending += [(held, level + 1) for held in each.values()]
        elif isinstance(each, list):
            pending += [(held, level + 1) for held in each]
    return deepest

"""Reading from a graph so that nothing is lost silently: each statement that is taken is ticked off, the rest is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bot.editing.exchange import cpsv
from bot.editing.exchange.mending import is_placeholder
from bot.editing.exchange.services import Remark, Texts, shortened
from bot.editing.problems import Severity, sentence

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DIGITS = re.compile(r"(\d+)")


class Statements:
    """The statements of a graph, with the language that a text without one is taken to be in."""

    def __init__(self, graph: Graph, language: str) -> None:
        self.graph = graph
        self.language = language
        self._taken: set[tuple[Node, Node, Node]] = set()
        self.remarks: list[Remark] = []

    def remark(self, severity: Severity, node: Node, key: str, template: str, **values: str) -> None:
        """Keep what a person must know of ``node``."""
        shown = {name: shortened(cpsv.as_written(value)) for name, value in values.items()}
        self.remarks.append(Remark(severity, self.name(node), key, template, shown))

    def name(self, node: Node) -> str:
        """Return what to call a node in a remark: the end of its address, or its kind where it has none."""
        if isinstance(node, BNode):
            kinds = sorted(_short(kind).rpartition(":")[2] for kind in self.graph.objects(node, RDF.type))
            return kinds[0] if kinds else "?"
        text = str(node)
        return text if text.startswith("urn:uuid:") else re.split(r"[/#]", text.rstrip("/#"))[-1] or text

    def take(self, node: Node, *keys: str) -> list[Node]:
        """Return what stands under some words of a node, sorted, and tick it off."""
        found: list[Node] = []
        for key in keys:
            for value in self.graph.objects(node, URIRef(cpsv.iri(key))):
                self._taken.add((node, URIRef(cpsv.iri(key)), value))
                if value not in found:
                    found.append(value)
        return sorted(found, key=_in_order)

    def of_kind(self, *kinds: str) -> list[Node]:
        """Return the nodes of some kinds."""
        found = {node for kind in kinds for node in self.graph.subjects(RDF.type, URIRef(cpsv.iri(kind)))}
        return sorted(found, key=_in_order)

    def texts(self, node: Node, *keys: str) -> Texts:
        """Return the texts under some words of a node, one for each language; what is none, or one too many, is told."""
        found: dict[str, str] = {}
        for language, text, key in self.tagged(node, *keys):
            if language in found and found[language] != text:
                template = sentence("A second text in the same language (%(language)s) was not taken: %(text)s")
                self.remark(Severity.WARNING, node, key, template, language=language, text=text)
            found.setdefault(language, text)
        return found

    def tagged(self, node: Node, *keys: str) -> Iterator[tuple[str, str, str]]:
        """Yield the language, the text and the word of what stands under some words of a node."""
        for key in keys:
            for value in self.take(node, key):
                text = str(value).strip()
                if not isinstance(value, Literal):
                    template = sentence("A text was expected, not an address: %(value)s")
                    self.remark(Severity.WARNING, node, key, template, value=text)
                elif is_placeholder(text):
                    template = sentence("The text says nothing and was dropped: “%(text)s”")
                    self.remark(Severity.WARNING, node, key, template, text=text)
                else:
                    yield self._language_of(value, node, key), text, key

    def _language_of(self, value: Literal, node: Node, key: str) -> str:
        if not value.language:
            template = sentence("The text does not say its language; it was taken for the one that you chose (%(language)s).")
            self.remark(Severity.NOTE, node, key, template, language=self.language)
            return self.language
        primary = value.language.lower().split("-")[0]
        known = _LANGUAGE.fullmatch(primary) is not None and (primary == value.language.lower() or primary in cpsv.LANGUAGES)
        if not known or primary not in cpsv.LANGUAGES:
            template = sentence("The text is in a language that we do not know (%(language)s): %(text)s")
            self.remark(Severity.WARNING, node, key, template, language=value.language, text=str(value))
            return value.language.lower()
        return primary

    def plain(self, node: Node, *keys: str) -> list[str]:
        """Return the values under some words of a node as text, without those that say nothing."""
        found = []
        for key in keys:
            for value in self.take(node, key):
                text = str(value).strip()
                if is_placeholder(text):
                    template = sentence("The text says nothing and was dropped: “%(text)s”")
                    self.remark(Severity.WARNING, node, key, template, text=text)
                elif text not in found:
                    found.append(text)
        return found

    def one(self, node: Node, *keys: str) -> str:
        """Return the one value under some words of a node; a second one is told."""
        found = self.plain(node, *keys)
        for text in found[1:]:
            template = sentence("Only one may stand here; this one was not taken: %(text)s")
            self.remark(Severity.WARNING, node, keys[0], template, text=text)
        return found[0] if found else ""

    def tick(self, node: Node, *keys: str) -> None:
        """Tick off what stands under some words of a node without taking it: it says nothing that we do not know otherwise."""
        self.take(node, *keys)

    def rest(self) -> list[Remark]:
        """Return what nobody took, one remark for each node and word."""
        left: dict[tuple[str, str], list[str]] = {}
        for subject, key, value in self.graph:
            if (subject, key, value) not in self._taken and key != RDF.type:
                shown = self.name(value) if isinstance(value, BNode) else cpsv.as_written(value)
                left.setdefault((self.name(subject), _short(key)), []).append(shown)
        template = sentence("There is no place for this with us; it was left out: %(value)s")
        return [
            Remark(Severity.WARNING, node, key, template, {"value": shortened("; ".join(sorted(values)))})
            for (node, key), values in sorted(left.items())
        ]


def _short(iri: Node) -> str:
    """Return an address with a prefix that people of the field know."""
    for prefix, space in cpsv.PREFIXES.items():
        if str(iri).startswith(space):
            return f"{prefix}:{str(iri).removeprefix(space)}"
    return str(iri)


def _in_order(node: Node) -> list[tuple[int, int, str]]:
    """Rank a node so that "bring/10" comes after "bring/2"."""
    parts = _DIGITS.split(f"{getattr(node, 'language', None) or ''} {node}" if not isinstance(node, BNode) else "~")
    return [(1, int(part), "") if part.isdecimal() and part.isascii() else (0, 0, part) for part in parts]

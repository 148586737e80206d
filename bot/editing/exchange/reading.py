"""Reading a file that somebody brought: which of the formats of the field it is in, and what it holds."""

from __future__ import annotations

from bot.editing.exchange.services import Told, Unreadable
from bot.editing.problems import sentence

#: Bytes that a file may have: three times what our own whole library takes.
LARGEST = 8 * 1024 * 1024


def fits(content: bytes) -> None:
    """Return when a file is not too large to be read. Raises `Unreadable`."""
    if len(content) > LARGEST:
        raise Unreadable(sentence("The file is larger than %(most)s MB. Split it."), {"most": str(LARGEST // 1024 // 1024)})


def read(content: bytes, language: str, country: str | None) -> Told:
    """Return the services of a file of any of our formats: CPSV-AP as JSON-LD, RDF/XML or Turtle, or HSDS as JSON.

    ``language`` is what texts are in that do not say it, ``country`` whose phones have no country code. Raises `Unreadable`.
    """
    from bot.editing.exchange import cpsv_parse, cpsv_read, hsds_read  # noqa: PLC0415 - rdflib is loaded where it is used

    fits(content)
    text = cpsv_parse.decoded(content)
    if not text.lstrip().startswith(("{", "[")) or text.lstrip().startswith("[]"):
        graph, told = cpsv_parse.graph_of(text)
        return cpsv_read.read(graph, language, country, told)
    held = cpsv_parse.document(text)
    if hsds_read.looks_like_it(held):
        return hsds_read.read(held, language, country)
    graph, told = cpsv_parse.graph_of_json(held)
    return cpsv_read.read(graph, language, country, told)

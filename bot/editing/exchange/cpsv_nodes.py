"""The values of nodes in JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.editing.exchange import cpsv
from bot.editing.exchange.services import Lists, Texts

#: A node of the graph: its words and what stands under them.
Node = dict[str, Any]


def tagged(texts: Texts) -> list[Node]:
    """Return texts with their languages."""
    return [{"@language": language, "@value": text} for language, text in texts.items()]


def tagged_lists(lists: Lists) -> list[Node]:
    """Return lists of texts with their languages."""
    return [{"@language": language, "@value": text} for language, texts in lists.items() for text in texts]


def ids(found: Iterable[str]) -> list[Node]:
    """Return what leads to other nodes."""
    return [{"@id": each} for each in dict.fromkeys(found)]


def languages(codes: Sequence[str]) -> list[Node]:
    """Return the codes of languages that have one."""
    return ids(cpsv.LANGUAGE_CODES + cpsv.LANGUAGES[code] for code in codes if code in cpsv.LANGUAGES)


def places(countries: Sequence[str]) -> list[Node]:
    """Return the codes of countries that have one."""
    return ids(cpsv.PLACE_CODES + cpsv.COUNTRIES[country] for country in countries if country in cpsv.COUNTRIES)


def bare(node: Mapping[str, Any]) -> Node:
    """Return a node without what holds nothing."""
    return {key: value for key, value in node.items() if value not in (None, "", [])}

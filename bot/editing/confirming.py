"""Confirming that something is still correct: the day of its check becomes today, in all languages at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.editing import layout
from bot.editing.drafting import Work
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import Tree, get
from bot.editing.wordings import NAME
from bot.model.library import LANGUAGES

#: The kinds of items that can be confirmed as a whole.
CONFIRMABLE = frozenset({Kind.ANSWER, Kind.SHARED, Kind.OFFICE, Kind.LINE})

#: Facts by name that alone are confirmed, by item.
Only = Mapping[Item, Collection[str]]
_ALL: Only = MappingProxyType({})


def confirm(work: Work, items: Iterable[Item], today: date, only: Only = _ALL) -> dict[Spot, Any]:
    """Return what confirms ``items``, for `bot.editing.drafting.Drafting.change`.

    An answer and its own facts, shared facts and an office were looked up ``today``; a help line was phoned. Amounts of a past
    year are those of this year. Wordings that nobody has to bring up to date count as read. ``only`` names, by item, the facts
    that alone were looked up. What is no longer there is left out.
    """
    found: dict[Spot, Any] = {}
    for item in items:
        found.update(_of(work.tree, item, today, only.get(item)))
    return found


def right(work: Work, item: Item, language: str, today: date) -> dict[Spot, Any]:
    """Return what says of an answer's wording in ``language`` that it was read ``today`` and is not behind; empty without one."""
    topic, _, where = item.name.partition("/")
    file, path = layout.words(topic, language), ("wordings", where)
    if item.kind is not Kind.ANSWER or get(work.tree, file, path) is None:
        return {}
    return {(file, (*path, "behind")): None, (file, (*path, "read_on")): today.isoformat()}


def _of(tree: Tree, item: Item, today: date, only: Collection[str] | None) -> Iterator[tuple[Spot, Any]]:
    name, day = item.name, today.isoformat()
    match item.kind:
        case Kind.ANSWER:
            topic, _, where = name.partition("/")
            yield from _answer(tree, topic, where, today, only)
        case Kind.SHARED:
            yield from _shared(tree, name, today, only)
        case Kind.OFFICE:
            country, _, office = name.partition("/")
            if get(tree, layout.offices(country), (office,)) is not None:
                yield (layout.offices(country), (office, "checked_on")), day
        case Kind.LINE if get(tree, layout.LINES, (name,)) is not None:
            yield (layout.LINES, (name, "confirmed_on")), day


def _answer(tree: Tree, topic: str, where: str, today: date, only: Collection[str] | None) -> Iterator[tuple[Spot, Any]]:
    file, day = layout.facts(topic, where), today.isoformat()
    if get(tree, file) is None:
        return
    yield from _facts(tree, file, today, only, whole=only is None)
    if only is None:
        yield (file, ("checked_on",)), day
    for language in LANGUAGES:
        words, path = layout.words(topic, language), ("wordings", where)
        wording = get(tree, words, path)
        # The values are what they were, so that no sentence needs another ending: who confirms has not left it unread.
        if isinstance(wording, Mapping) and not wording.get("behind"):
            yield (words, (*path, "read_on")), day


def _shared(tree: Tree, whose: str, today: date, only: Collection[str] | None) -> Iterator[tuple[Spot, Any]]:
    """Yield what confirms shared facts, and that the wordings which name them were read."""
    file = layout.shared(whose)
    yield from _facts(tree, file, today, only)
    facts = get(tree, file, ("facts",))
    named = {name for name in (facts if isinstance(facts, Mapping) else ()) if only is None or name in only}
    for spot, wording in wordings(tree):
        where = str(spot[1][-1])
        shares = whose == layout.COMMON or whose in where.split("-")
        if shares and not wording.get("behind") and not named.isdisjoint(NAME.findall(str(wording))):
            yield (spot[0], (*spot[1], "read_on")), today.isoformat()


def wordings(tree: Tree) -> Iterator[tuple[Spot, Mapping[str, Any]]]:
    """Yield all wordings of all answers with the places where they stand, language by language."""
    for language in LANGUAGES:
        for file in tree:
            worded = get(tree, file, ("wordings",)) if file.startswith(f"{language}/") else None
            for where, wording in worded.items() if isinstance(worded, Mapping) else ():
                if isinstance(wording, Mapping):
                    yield (file, ("wordings", where)), wording


def _facts(
    tree: Tree, file: str, today: date, only: Collection[str] | None, *, whole: bool = False
) -> Iterator[tuple[Spot, Any]]:
    """Yield what confirms facts of a file; with the ``whole`` answer those without a day of their own take its day."""
    facts = get(tree, file, ("facts",))
    for name, fact in facts.items() if isinstance(facts, Mapping) else ():
        if not isinstance(fact, Mapping) or (only is not None and name not in only):
            continue
        if not whole or fact.get("checked_on"):
            yield (file, ("facts", name, "checked_on")), today.isoformat()
        if is_past(fact, today):
            yield (file, ("facts", name, "valid_for")), str(today.year)


def is_past(fact: Mapping[str, Any], today: date) -> bool:
    """Tell whether a fact, as it stands in a tree, is of a year that is over."""
    year = str(fact.get("valid_for") or "")
    return year.isascii() and year.isdecimal() and int(year) < today.year

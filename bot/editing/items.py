"""Items: the things that an editor opens and changes one at a time, each with the places in a tree where it stands.

An item is named by its kind and what it is of: ``topic:debts``, ``answer:debts/si``, ``examples:debts``, ``situation:lost-job``,
``office:si/csd-tolmin``, ``place:ptuj``, ``point:info-gorizia``, ``line:tom-si``, ``crisis:violence-now``, ``shared:si``,
``act:thanks``, ``said:outside``, ``said:not-crisis``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from bot.editing import layout
from bot.editing.documents import Path
from bot.editing.trees import Tree, digest, get
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS


class Kind(StrEnum):
    """What sort of thing an item is."""

    TOPIC = "topic"
    ANSWER = "answer"
    EXAMPLES = "examples"
    SITUATION = "situation"
    OFFICE = "office"
    PLACE = "place"
    POINT = "point"
    LINE = "line"
    CRISIS = "crisis"
    SHARED = "shared"
    ACT = "act"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Item:
    """An item by its kind and name."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def of(cls, text: str) -> Item | None:
        """Return the item that ``text`` names, None for what is no name of one."""
        kind, colon, name = text.partition(":")
        return cls(Kind(kind), name) if colon and name and kind in set(Kind) else None


#: A place in a tree: a file and the path in it.
Spot = tuple[str, tuple[str | int, ...]]

_ROOTS: Mapping[str, Kind] = {layout.PLACES: Kind.PLACE, layout.POINTS: Kind.POINT, layout.LINES: Kind.LINE}


def spots(item: Item) -> list[Spot]:
    """Return where ``item`` stands: each spot holds all that is below it. Examples and golden questions come by language."""
    return [*_written(item), *_asked(item)]


def _written(item: Item) -> list[Spot]:
    """Return where the contract and the prose of an item stand."""
    name = item.name
    match item.kind:
        case Kind.TOPIC:
            return [(layout.topic(name), ())]
        case Kind.ANSWER:
            topic, _, where = name.partition("/")
            return [(layout.facts(topic, where), ()), *((layout.words(topic, each), ("wordings", where)) for each in LANGUAGES)]
        case Kind.SITUATION:
            return [(layout.situation(name), ()), *((layout.situation_words(language), (name,)) for language in LANGUAGES)]
        case Kind.OFFICE:
            country, _, office = name.partition("/")
            return [(layout.offices(country), (office,))]
        case Kind.CRISIS:
            return [(layout.crisis(name), ())]
        case Kind.SHARED:
            return [(layout.shared(name), ())]
        case _:
            return [(file, (name,)) for file, kind in _ROOTS.items() if kind is item.kind]


def _asked(item: Item) -> list[Spot]:
    """Return where the examples and the golden questions of an item stand."""
    match item.kind:
        case Kind.EXAMPLES:
            return [*((layout.words(item.name, language), ("examples",)) for language in LANGUAGES), *_golden(item.name)]
        case Kind.CRISIS | Kind.ACT:
            stem = layout.CRISIS if item.kind is Kind.CRISIS else layout.ACTS
            return [*((f"{language}/{stem}.yaml", (item.name,)) for language in LANGUAGES), *_golden(str(item))]
        case Kind.SAID:
            stem, key = (layout.OUTSIDE, "examples") if item.name == layout.OUTSIDE else (layout.CRISIS, layout.NOT_CRISIS)
            return [*((f"{language}/{stem}.yaml", (key,)) for language in LANGUAGES), *_golden(item.name)]
        case Kind.SITUATION:
            return _golden(str(item))
        case _:
            return []


def _golden(label: str) -> list[Spot]:
    return [(layout.golden(language), (label,)) for language in LANGUAGES]


def item_at(file: str, path: Path = ()) -> Item | None:
    """Return the item that ``path`` in ``file`` belongs to; None where it belongs to none, or to the file as a whole."""
    parts = PurePosixPath(file).with_suffix("").parts
    first = str(path[0]) if path else ""
    match parts:
        case _ if file in _ROOTS:
            return Item(_ROOTS[file], first) if first else None
        case ("topics", topic):
            return Item(Kind.TOPIC, topic)
        case ("situations", situation):
            return Item(Kind.SITUATION, situation)
        case ("crisis", kind):
            return Item(Kind.CRISIS, kind)
        case ("offices", country):
            return Item(Kind.OFFICE, f"{country}/{first}") if first else None
        case ("facts", owner):
            return Item(Kind.SHARED, owner)
        case ("facts", where, topic):
            return Item(Kind.ANSWER, f"{topic}/{where}")
        case (language, stem) if language in LANGUAGES:
            return _spoken(stem, [str(step) for step in path])
        case _:
            return None


def _spoken(stem: str, path: list[str]) -> Item | None:
    first = path[0] if path else ""
    match stem:
        case layout.ACTS:
            return Item(Kind.ACT, first) if first else None
        case layout.SITUATIONS:
            return Item(Kind.SITUATION, first) if first else None
        case layout.CRISIS:
            return (Item(Kind.SAID, first) if first == layout.NOT_CRISIS else Item(Kind.CRISIS, first)) if first else None
        case layout.OUTSIDE:
            return Item(Kind.SAID, layout.OUTSIDE)
        case layout.GOLDEN:
            return _labelled(first) if first else None
        case topic if first == "wordings" and len(path) > 1:
            return Item(Kind.ANSWER, f"{topic}/{path[1]}")
        case topic:
            return Item(Kind.EXAMPLES, topic)


def _labelled(label: str) -> Item | None:
    """Return the item of a label of examples."""
    if label in {layout.OUTSIDE, layout.NOT_CRISIS}:
        return Item(Kind.SAID, label)
    return Item.of(label) if ":" in label else Item(Kind.EXAMPLES, label)


def items(tree: Tree) -> Iterator[Item]:
    """Yield all items of a tree, kind by kind as `Kind` lists them."""
    topics = [PurePosixPath(file).stem for file in tree if file.startswith("topics/")]
    yield from (Item(Kind.TOPIC, topic) for topic in topics)
    wheres = (*COUNTRIES, *PAIRS)
    yield from (
        Item(Kind.ANSWER, f"{topic}/{where}") for topic in topics for where in wheres if layout.facts(topic, where) in tree
    )
    yield from (Item(Kind.EXAMPLES, topic) for topic in topics)
    yield from (Item(Kind.SITUATION, PurePosixPath(file).stem) for file in tree if file.startswith("situations/"))
    for country in COUNTRIES:
        yield from (Item(Kind.OFFICE, f"{country}/{name}") for name in get(tree, layout.offices(country)) or ())
    for file, kind in _ROOTS.items():
        yield from (Item(kind, name) for name in get(tree, file) or ())
    yield from (
        Item(Kind.CRISIS, PurePosixPath(file).stem) for file in tree if file.startswith("crisis/") and file != layout.LINES
    )
    yield from (
        Item(Kind.SHARED, PurePosixPath(file).stem)
        for file in tree
        if len(PurePosixPath(file).parts) == 2 and file.startswith("facts/")  # noqa: PLR2004 - a file right in the folder
    )
    acts = dict.fromkeys(act for language in LANGUAGES for act in get(tree, f"{language}/{layout.ACTS}.yaml") or ())
    yield from (Item(Kind.ACT, act) for act in acts)
    yield from (Item(Kind.SAID, name) for name in (layout.OUTSIDE, layout.NOT_CRISIS))


def content(tree: Tree, item: Item) -> list[tuple[Spot, Any]]:
    """Return what stands at each spot of an item, None where nothing does."""
    return [((file, path), get(tree, file, path)) for file, path in spots(item)]


def stamp(tree: Tree, item: Item) -> str:
    """Return what tells one state of an item from another."""
    return digest([value for _, value in content(tree, item)])


def changed(before: Tree, after: Tree) -> list[Item]:
    """Return the items in which two trees differ."""
    there = dict.fromkeys([*items(before), *items(after)])
    return [item for item in there if content(before, item) != content(after, item)]

"""The rows of the spreadsheet: every text and fact of the knowledge with the places where it stands.

A row has an id that stays the same from export to import (``answer:debts/si#what``), and cells; each cell belongs to one place
of a tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.editing import items, layout
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import Tree, get
from bot.model.library import LANGUAGES

#: The parts of a wording in the order of an answer, and those that are lists: one line for each item.
PARTS = ("title", "button", "what", "who", "do", "bring", "cost", "time", "note")
LISTS = frozenset({"do", "bring", "phones"})

#: What of a fact and of an office can be changed in the spreadsheet.
FACT = ("value", "valid_for", "checked_on")
OFFICE = ("address", "phones", "email", "url", "hours", "checked_on")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``part`` is the last part of its id, ``spots`` the place of each cell by its column."""

    item: Item
    part: str
    spots: Mapping[str, Spot]

    @property
    def id(self) -> str:
        """What the row is found by when it comes back."""
        return f"{self.item}#{self.part}"

    @property
    def is_list(self) -> bool:
        """Tell whether its cells hold one item on each line."""
        return self.part in LISTS


def texts(tree: Tree) -> Iterator[Row]:
    """Yield the rows of texts in four languages: answers, names, overviews, and what is said in a crisis."""
    for item in items.items(tree):
        name = item.name
        match item.kind:
            case Kind.ANSWER:
                topic, _, where = name.partition("/")
                for part in PARTS:
                    yield Row(item, part, {each: (layout.words(topic, each), ("wordings", where, part)) for each in LANGUAGES})
            case Kind.TOPIC:
                yield Row(item, "names", {each: (layout.topic(name), ("names", each)) for each in LANGUAGES})
            case Kind.SITUATION:
                for part in ("name", "overview"):
                    yield Row(item, part, {each: (layout.situation_words(each), (name, part)) for each in LANGUAGES})
            case Kind.CRISIS:
                for part in ("care", "advice"):
                    yield Row(item, part, {each: (layout.crisis(name), (part, each)) for each in LANGUAGES})
            case Kind.PLACE | Kind.POINT | Kind.LINE:
                [(file, path)] = items.spots(item)
                yield Row(item, "names", {each: (file, (*path, "names", each)) for each in LANGUAGES})
            case _:
                pass


def facts(tree: Tree) -> Iterator[Row]:
    """Yield a row for each fact, those of answers and those that answers share."""
    for item in items.items(tree):
        if item.kind in {Kind.ANSWER, Kind.SHARED}:
            file = items.spots(item)[0][0]
            for name in get(tree, file, ("facts",)) or ():
                yield Row(item, name, {part: (file, ("facts", name, part)) for part in FACT})


def offices(tree: Tree) -> Iterator[Row]:
    """Yield a row for each office."""
    for item in items.items(tree):
        if item.kind is Kind.OFFICE:
            [(file, path)] = items.spots(item)
            names: dict[str, Spot] = {each: (file, (*path, "names", each)) for each in LANGUAGES}
            yield Row(item, "office", names | {part: (file, (*path, part)) for part in OFFICE})


def said(tree: Tree, *, golden: bool) -> Iterator[tuple[Item, str, Spot]]:
    """Yield each list of examples, or of golden questions: its item, its language and where it stands."""
    for item in items.items(tree):
        for file, path in items.spots(item):
            parts = PurePosixPath(file).with_suffix("").parts
            spoken = parts[0] in LANGUAGES and isinstance(get(tree, file, path), list)
            if spoken and (parts[1] == layout.GOLDEN) is golden:
                yield item, parts[0], (file, path)

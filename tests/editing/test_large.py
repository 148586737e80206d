"""A library of ten thousand entries is worked on in a time that grows as it does. Calls are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from bot.clock import now
from bot.editing import items, trees
from bot.editing.merging import merge
from bot.editing.trees import Tree
from bot.store.editions import Edition
from bot.store.packing import pack, unpack
from tests.support.large import large_library, large_tree

FEW, MANY = 5, 20


def _calls(work: Callable[[], object]) -> int:
    """Return how many functions ``work`` calls, those of C included."""
    count = 0

    def look(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _changed(tree: Tree, topics: int, title: str) -> Tree:
    return trees.put_all(tree, {(f"sl/topic-{number}.yaml", ("wordings", "si", "title")): title for number in range(topics)})


def _read(tree: Tree, _topics: int) -> object:
    return trees.read(tree)


def _merge(tree: Tree, topics: int) -> object:
    return merge(tree, _changed(tree, topics, "ours"), _changed(tree, topics, "theirs"))


def _items(tree: Tree, topics: int) -> object:
    return items.changed(tree, _changed(tree, topics, "ours"))


def _files(tree: Tree, topics: int) -> object:
    return list(trees.changed_files(tree, _changed(tree, topics, "ours")))


@pytest.mark.parametrize("work", [_read, _merge, _items, _files])
def test_four_times_the_topics_are_four_times_the_work(work: Callable[[Tree, int], object]) -> None:
    def calls(topics: int) -> int:
        tree = {file: value for file, value in large_tree(topics).items() if "/topic-" in file}
        return _calls(lambda: work(tree, topics))

    calls(1)  # what is remembered from the first time on

    assert calls(MANY) < 1.3 * MANY / FEW * calls(FEW)


def test_ten_thousand_entries_are_read_packed_and_had_again() -> None:
    library = large_library(0, entries=1300)

    again = unpack(Edition(1, "", now(), "", pack(library)))

    assert len(library.offices) + len(library.places) > 10_000
    assert again == library
    assert len(trees.get(trees.of(again), "places.yaml")) == len(library.places)


class _Counted(str):
    """A text that counts how often it is compared."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        type(self).compared += 1
        return str.__eq__(self, other)


def test_long_lists_of_examples_are_not_compared_each_with_each() -> None:
    def said(*names: str) -> Tree:
        return {"sl/debts.yaml": {"examples": [_Counted(f"{name} {number}") for name in names for number in range(1000)]}}

    base, ours, theirs = said("both"), said("both", "ours"), said("both", "theirs")
    _Counted.compared = 0

    merged = merge(base, ours, theirs)

    assert len(merged.tree["sl/debts.yaml"]["examples"]) == 3000
    assert _Counted.compared < 30_000

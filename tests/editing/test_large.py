"""A library of ten thousand entries is worked on in a time that grows as it does. Calls are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from bot.clock import now
from bot.editing import items, trees
from bot.editing.merging import merge
from bot.editing.trees import Tree
from bot.store.editions import Edition
from bot.store.packing import pack, unpack
from tests.support.large import large_library, large_tree

FEW, MANY = 3, 9


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


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda tree, _topics: trees.read(tree), id="read"),
        pytest.param(
            lambda tree, topics: merge(tree, _changed(tree, topics, "ours"), _changed(tree, topics, "theirs")), id="merge"
        ),
        pytest.param(lambda tree, topics: items.changed(tree, _changed(tree, topics, "ours")), id="changed"),
        pytest.param(lambda tree, topics: list(trees.changed_files(tree, _changed(tree, topics, "ours"))), id="files"),
    ],
)
def test_three_times_the_topics_are_three_times_the_work(work: Callable[[Tree, int], Any]) -> None:
    bare, few, many = (large_tree(topics) for topics in (0, FEW, MANY))
    work(bare, 0)  # what is remembered from the first time on

    beyond = [
        _calls(lambda tree=tree, topics=topics: work(tree, topics)) for tree, topics in ((bare, 0), (few, FEW), (many, MANY))
    ]

    assert beyond[2] - beyond[0] < 1.5 * MANY / FEW * (beyond[1] - beyond[0])


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

"""Small counts are hidden, and cannot be worked out from what is told."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.figures.suppression import LEAST, Table, suppressed, together, told

COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30), max_size=7)


@pytest.mark.parametrize(
    ("counts", "expected", "total"),
    [
        ({}, {}, 0),
        ({"a": 0, "b": 9}, {"a": 0, "b": 9}, 9),
        ({"a": 12, "b": 5}, {"a": 12, "b": 5}, 17),
        ({"a": 12, "b": 7, "c": 2}, {"a": 12, "b": None, "c": None}, 21),
        ({"a": 12, "b": 1, "c": 1}, {"a": None, "b": None, "c": None}, 14),
        ({"a": 12, "b": 3, "c": 4}, {"a": 12, "b": None, "c": None}, 19),
        ({"a": 3}, {"a": None}, None),
        ({"a": 1, "b": 2}, {"a": None, "b": None}, None),
        ({"a": 0, "b": 4}, {"a": 0, "b": None}, None),
    ],
)
def test_what_is_hidden(counts: dict[str, int], expected: dict[str, int | None], total: int | None) -> None:
    assert suppressed(counts) == Table(expected, total)


@given(COUNTS)
def test_no_small_count_is_told_and_none_follows_from_the_rest(counts: dict[str, int]) -> None:
    table = suppressed(counts)
    assert not any(count is not None and 0 < count < LEAST for count in table.counts.values())
    assert table.total is None or table.total == sum(counts.values())
    hidden = [name for name, count in table.counts.items() if count is None]
    if not hidden or table.total is None:
        return
    rest = table.total - sum(count for count in table.counts.values() if count is not None)
    # Whoever knows the rule knows that each hidden count is at least one; still no small one can be told for sure.
    assert len(hidden) > 1
    assert rest >= LEAST
    for at, name in enumerate(hidden):
        if 0 < counts[name] < LEAST:
            others = len(hidden) - 1
            possible = {value for value in range(1, rest + 1) if others <= rest - value}
            assert len(possible) > 1, (at, counts)


@given(COUNTS)
def test_what_is_told_is_true(counts: dict[str, int]) -> None:
    table = suppressed(counts)
    assert list(table.counts) == list(counts)
    assert all(count in {None, counts[name]} for name, count in table.counts.items())


@given(COUNTS, COUNTS)
def test_no_table_gives_away_a_total_that_another_hides(first: dict[str, int], second: dict[str, int]) -> None:
    tables = together({"first": suppressed(first), "second": suppressed(second)})
    if any(table.total is None and table.counts for table in tables.values()):
        for table in tables.values():
            assert table.total is None
            assert not table.counts or any(count is None for count in table.counts.values())


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_count_that_stands_alone(count: int, expected: int | None) -> None:
    assert told(count) == expected


def test_every_small_pair_is_hidden_whole() -> None:
    for first, second in product(range(1, LEAST), repeat=2):
        table = suppressed({"a": first, "b": second})
        assert set(table.counts.values()) == {None}
        assert (table.total is None) == (first + second < LEAST)

"""Which lines of a conversation belong to which of its cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.case import Case, CaseState, Reason
from bot.model.parts import WHOLE, Parts


def _at(hour: int) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def _case(name: str, opened: int, closed: int | None) -> Case:
    closed_at = None if closed is None else _at(closed)
    return Case(name, name, "c", Reason.ASKED, CaseState.CLOSED, _at(opened), closed_at=closed_at)


def _seen(*cases: Case, hidden: str) -> list[int]:
    parts = Parts(cases, frozenset({hidden}))
    return [hour for hour in range(1, 13) if parts.shows(_at(hour))]


def test_where_nothing_is_hidden_all_is_seen() -> None:
    assert WHOLE.shows(_at(1))
    assert Parts((_case("a", 2, 4),)).shows(_at(3))


@pytest.mark.parametrize(
    ("hidden", "seen"), [("a", [5, 6, 7, 8, 9, 10, 11, 12]), ("b", [1, 2, 3, 4, 9, 10, 11, 12]), ("none", [*range(1, 13)])]
)
def test_a_case_has_what_was_said_while_it_was_open_and_what_led_to_it(hidden: str, seen: list[int]) -> None:
    assert _seen(_case("a", 2, 4), _case("b", 6, 8), hidden=hidden) == seen


def test_what_is_said_in_an_open_case_belongs_to_it() -> None:
    assert _seen(_case("a", 2, 4), _case("b", 6, None), hidden="b") == [1, 2, 3, 4]


@pytest.mark.parametrize(("hidden", "seen"), [("a", [4, 5, 6]), ("b", [1, 2, 3, 7, 8, 9, 10, 11, 12])])
def test_a_case_that_was_opened_again_does_not_show_the_one_in_between(hidden: str, seen: list[int]) -> None:
    assert _seen(_case("a", 2, None), _case("b", 4, 6), hidden=hidden) == seen


def test_where_the_clock_cannot_tell_two_cases_apart_the_one_that_may_be_read_is_shown() -> None:
    assert 2 in _seen(_case("a", 2, 2), _case("b", 2, 2), hidden="a")

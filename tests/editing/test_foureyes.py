"""Who may publish what they have drafted: what needs a second pair of eyes."""

from __future__ import annotations

import pytest

from bot.editing.foureyes import FourEyes, Reason, Why
from bot.editing.items import Item
from tests.support.editing import small_edition

LIBRARY = small_edition()
POINT = next(point for point in LIBRARY.points.values() if point.countries == (point.country,) or point.country)
ABROAD = next(each for each in ("si", "it", "hr", "bg") if each not in {*POINT.countries, POINT.country})


def why(setting: str, *named: str) -> set[Why]:
    """Return why a change of the items needs two people."""
    return {reason.why for reason in FourEyes.of(setting).reasons([Item.of(name) for name in named], LIBRARY)}


@pytest.mark.parametrize("name", ["crisis:violence-now", "line:tom-si", "said:not-crisis"])
def test_what_is_said_in_a_crisis_always_needs_two(name: str) -> None:
    assert why("", name) == {Why.CRISIS}


@pytest.mark.parametrize(
    "name", ["answer:debts/si", "examples:debts", "office:si/x", "shared:common", "said:outside", "topic:debts"]
)
def test_without_a_setting_one_person_is_enough(name: str) -> None:
    assert why("", name) == set()


def test_with_all_everything_needs_two() -> None:
    assert why("all", "examples:debts") == {Why.ALWAYS}
    assert why("all", "crisis:violence-now") == {Why.ALWAYS, Why.CRISIS}
    assert why("all") == set()


@pytest.mark.parametrize("name", ["answer:debts/{}", "office:{}/x", "shared:{}"])
def test_an_info_point_asks_for_two_in_its_countries(name: str) -> None:
    assert why(f" {POINT.id} ,", name.format(POINT.country)) == {Why.POINT}
    assert why(POINT.id, name.format(ABROAD)) == set()


def test_an_info_point_asks_for_two_for_itself_for_what_all_countries_share_and_for_what_nobody_can_place() -> None:
    assert why(POINT.id, f"point:{POINT.id}") == why(POINT.id, "shared:common") == why(POINT.id, "nonsense") == {Why.POINT}
    assert why(POINT.id, "point:another") == set()


@pytest.mark.parametrize(
    "name", ["topic:debts", "situation:lost-job", "place:ptuj", "act:thanks", "examples:debts", "said:outside"]
)
def test_what_residents_are_told_everywhere_an_info_point_asks_two_for(name: str) -> None:
    assert why(POINT.id, name) == {Why.POINT}


def test_an_answer_across_a_border_belongs_to_both_countries() -> None:
    assert why(POINT.id, f"answer:debts/{ABROAD}-{POINT.country}") == {Why.POINT}


def test_an_info_point_that_there_is_not_makes_everything_need_two() -> None:
    found = FourEyes.of("mispelt").reasons([Item.of("examples:debts")], LIBRARY)
    assert found == [Reason(Why.UNKNOWN, "mispelt")]

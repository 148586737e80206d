from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.language.duty import Gap, deputies, gaps, on_duty, times
from bot.language.hours import ZONES
from bot.model.schedule import Closure, Schedule, Shift

PTUJ = frozenset({"ptuj"})
BOTH = frozenset({"ptuj", "varazdin"})


def _at(written: str, country: str = "si") -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONES[country])


MONDAY, WEEK = _at("2026-11-23 00:00"), timedelta(days=7)

ROSTER = (
    Shift("1", "ana", BOTH, "si", "Mo-We 08:00-14:00"),
    Shift("2", "boris", PTUJ, "si", "Th-Fr 08:00-16:00", begins=MONDAY),
    Shift("3", "vida", PTUJ, "si", "Mo-Fr 00:00-24:00", deputy=True),
    Shift("4", "ana", PTUJ, "si", "Mo 14:00-16:00", ends=MONDAY),
)


@pytest.mark.parametrize(
    ("point", "now", "present"),
    [
        ("ptuj", "2026-11-23 08:00", {"ana"}),
        ("ptuj", "2026-11-23 14:00", set()),  # a shift of the past, and Ana's is over
        ("ptuj", "2026-11-26 15:59", {"boris"}),
        ("ptuj", "2026-11-19 15:59", set()),  # before Boris began
        ("varazdin", "2026-11-23 09:00", {"ana"}),
        ("varazdin", "2026-11-26 09:00", set()),
        (None, "2026-11-26 09:00", {"boris"}),
        ("ptuj", "2026-12-25 09:00", set()),  # Christmas
    ],
)
def test_who_is_on_duty(point: str | None, now: str, present: set[str]) -> None:
    assert on_duty(ROSTER, point, _at(now)) == present


def test_a_deputy_is_not_on_duty_but_stands_in() -> None:
    assert deputies(ROSTER, "ptuj", _at("2026-11-23 15:00")) == {"vida"}
    assert deputies(ROSTER, "varazdin", _at("2026-11-23 15:00")) == frozenset()
    assert deputies(ROSTER, "ptuj", _at("2026-11-28 15:00")) == frozenset()


def test_gaps_are_the_open_hours_that_nobody_covers() -> None:
    schedule = Schedule("si", "Mo-Fr 08:00-12:00,13:00-16:00")

    found = gaps(schedule, ROSTER, "ptuj", MONDAY, MONDAY + WEEK)

    assert found == [Gap("ptuj", _at(f"2026-11-{day} 14:00"), _at(f"2026-11-{day} 16:00")) for day in (23, 24, 25)]


def test_a_closed_point_has_no_gaps() -> None:
    closure = Closure(MONDAY, MONDAY + timedelta(days=2))
    schedule = Schedule("si", "Mo-We 14:00-16:00", (closure,))

    assert gaps(schedule, ROSTER, "ptuj", MONDAY, MONDAY + WEEK) == [
        Gap("ptuj", _at("2026-11-25 14:00"), _at("2026-11-25 16:00"))
    ]
    assert gaps(Schedule("si"), ROSTER, "ptuj", MONDAY, MONDAY + WEEK) == []


def test_a_gap_may_lie_in_the_middle_and_shifts_may_overlap() -> None:
    shifts = (
        Shift("1", "ana", PTUJ, "si", "Mo 08:00-10:00"),
        Shift("2", "boris", PTUJ, "si", "Mo 09:00-11:00"),
        Shift("3", "vida", PTUJ, "si", "Mo 12:00-18:00"),
    )

    found = gaps(Schedule("si", "Mo 08:00-16:00"), shifts, "ptuj", MONDAY, MONDAY + WEEK)

    assert found == [Gap("ptuj", _at("2026-11-23 11:00"), _at("2026-11-23 12:00"))]


def test_a_shift_is_kept_in_the_time_of_its_own_country() -> None:
    shift = Shift("1", "ivan", frozenset({"vidin"}), "bg", "Mo 08:00-12:00")

    (found,) = times(shift, MONDAY, MONDAY + WEEK)

    assert found.begins == _at("2026-11-23 07:00")


def test_outside_its_validity_a_shift_holds_no_times() -> None:
    shift = Shift("1", "ana", PTUJ, "si", "Mo-Su 08:00-12:00", begins=_at("2026-11-24 09:00"), ends=_at("2026-11-25 09:00"))

    found = list(times(shift, MONDAY, MONDAY + WEEK))

    assert [(each.begins, each.ends) for each in found] == [
        (_at("2026-11-24 09:00"), _at("2026-11-24 12:00")),
        (_at("2026-11-25 08:00"), _at("2026-11-25 09:00")),
    ]
    assert list(times(shift, MONDAY + WEEK, MONDAY + 2 * WEEK)) == []

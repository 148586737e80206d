"""Who is on duty at an info point, who stands in for them, and when it is open and nobody is there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from bot.language.hours import Stretch, stretches
from bot.language.schedule import open_times, without
from bot.model.schedule import Schedule, Shift

#: What tells whether a moment lies in a shift: that some of the time right after it does.
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which an info point is open and nobody is on duty there; both ends in UTC."""

    point: str
    begins: datetime
    ends: datetime


def on_duty(shifts: Iterable[Shift], point: str | None, moment: datetime) -> frozenset[str]:
    """Return the ids of the staff (`Shift.staff`) who are on duty at ``point`` at ``moment``; with None at any point.

    Deputies are not on duty. A public holiday of a shift's country frees from it, unless the shift speaks of ``PH`` itself.
    """
    return _whose((each for each in shifts if not each.deputy), point, moment)


def deputies(shifts: Iterable[Shift], point: str | None, moment: datetime) -> frozenset[str]:
    """Return the ids of the staff who stand in at ``point`` at ``moment`` when those on duty do not answer."""
    return _whose((each for each in shifts if each.deputy), point, moment)


def gaps(schedule: Schedule, shifts: Iterable[Shift], point: str, begins: datetime, ends: datetime) -> list[Gap]:
    """Return when, between two moments, ``point`` is open by its ``schedule`` and none of ``shifts`` covers it, in order.

    Without known hours there are no gaps. Raises `bot.language.hours.HoursError`.
    """
    covering = [each for each in shifts if not each.deputy and point in each.points]
    covered = sorted(chain.from_iterable(times(each, begins, ends) for each in covering), key=lambda each: each.begins)
    open_ones = open_times(schedule, begins, ends)
    return [Gap(point, free.begins, free.ends) for each in open_ones for free in without(each, covered)]


def times(shift: Shift, begins: datetime, ends: datetime) -> Iterator[Stretch]:
    """Yield when somebody is on duty by ``shift`` between two moments, in order. Raises `HoursError`."""
    first = begins if shift.begins is None else max(begins, shift.begins)
    last = ends if shift.ends is None else min(ends, shift.ends)
    if first < last:
        yield from stretches(shift.hours, shift.country, first.astimezone(UTC), last.astimezone(UTC))


def _whose(shifts: Iterable[Shift], point: str | None, moment: datetime) -> frozenset[str]:
    there = (each for each in shifts if point is None or point in each.points)
    return frozenset(each.staff for each in there if _is_on(each, moment))


def _is_on(shift: Shift, moment: datetime) -> bool:
    return any(True for _ in times(shift, moment, moment + _INSTANT))

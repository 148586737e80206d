"""A week of the duty roster at one info point, as a table, with the hours in which nobody is on duty in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.language.duty import gaps, times
from bot.language.hours import local
from bot.language.schedule import next_days
from bot.model.library import Point
from bot.model.schedule import Closure, Schedule, Shift
from bot.web import preview

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One member's shifts: for each day of the week its intervals, empty when there are none."""

    name: str
    deputy: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PointWeek:
    """A point's week. ``gaps`` is None where they cannot be known: no hours, or no shift is entered at all."""

    id: str
    name: str
    open_cells: tuple[str, ...]
    rows: tuple[Row, ...]
    has_hours: bool
    gaps: tuple[str, ...] | None


def of_point(
    point: Point,
    name: str,
    schedule: Schedule,
    shifts: Sequence[Shift],
    names: Mapping[str, str],
    monday: date,
    now: datetime,
    language: str,
) -> PointWeek:
    """Return the week of a point from ``monday`` on; gaps that are over are not told. ``names`` are those of the staff by id."""
    theirs = [each for each in shifts if point.id in each.points]
    days = [preview.midnight(monday + timedelta(days=number), point.country) for number in range(_DAYS + 1)]
    open_days = next_days(schedule, monday, _DAYS)
    found = None
    if schedule.hours is not None and any(not each.deputy for each in theirs):
        missing = gaps(schedule, theirs, point.id, max(now, days[0]), days[-1]) if now < days[-1] else []
        found = tuple(preview.closure_in_words(Closure(each.begins, each.ends), point.country, language) for each in missing)
    return PointWeek(
        point.id,
        name,
        tuple(", ".join(preview.interval(*each, language) for each in day.open_times) for day in open_days),
        tuple(_rows(theirs, names, point.country, days, language)),
        schedule.hours is not None,
        found,
    )


def _rows(shifts: Sequence[Shift], names: Mapping[str, str], country: str, days: list[datetime], language: str) -> list[Row]:
    found: dict[tuple[bool, str], list[list[str]]] = {}
    for shift in shifts:
        cells = found.setdefault((shift.deputy, names.get(shift.staff, "")), [[] for _ in range(_DAYS)])
        for number, cell in enumerate(cells):
            cell.extend(
                preview.interval(local(each.begins, country), local(each.ends, country), language)
                for each in times(shift, days[number], days[number + 1])
            )
    return [
        Row(name, deputy, tuple(", ".join(cell) for cell in cells))
        for (deputy, name), cells in sorted(found.items())
        if any(cells)
    ]

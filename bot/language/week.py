"""Hours by weekday, as a form shows them, and the OSM string that says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
#: More intervals a day than a form has room for are written as an OSM string.
MOST_INTERVALS = 3

#: From and until, each ``HH:MM``; until may be ``24:00``.
Interval = tuple[str, str]
#: For each day from Monday on its intervals, in order.
Week = tuple[tuple[Interval, ...], ...]

_CLOSED = re.compile(r"off|closed")
_RULE = re.compile(r"(?:(?P<days>[A-Z][a-z](?:[-,][A-Z][a-z])*)\s+)?(?P<times>off|closed|[0-9:,\- ]+)")
_INTERVAL = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
#: What hours say of public holidays that a form by weekday means anyway.
_CLOSED_ON_HOLIDAYS = re.compile(r"PH\s+(?:off|closed)")


class WeekError(ValueError):
    """An interval that cannot be: ``day`` counts from Monday, 0."""

    def __init__(self, day: int) -> None:
        super().__init__(DAYS[day])
        self.day = day


def compose(week: Week) -> str | None:
    """Return the OSM string for ``week``; None for a week without any interval. Raises `WeekError`.

    An interval ends later than it begins, on the same day; what crosses midnight is written as an OSM string.
    """
    written = [_written(number, intervals) for number, intervals in enumerate(week)]
    rules = []
    for times, days in groupby(range(len(DAYS)), key=lambda day: written[day]):
        run = list(days)
        if times:
            name = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
            rules.append(f"{name} {times}")
    return "; ".join(rules) or None


def decompose(hours: str | None) -> Week | None:
    """Return ``hours`` by weekday; None when there is more in them than a form by weekday can show."""
    week: list[tuple[Interval, ...]] = [()] * len(DAYS)
    for rule in (part.strip() for part in (hours or "").split(";")):
        if not rule or _CLOSED_ON_HOLIDAYS.fullmatch(rule):
            continue
        found = _RULE.fullmatch(rule)
        days = None if found is None else _days(found["days"])
        intervals = None if found is None else _intervals(found["times"])
        if days is None or intervals is None:
            return None
        for day in days:
            week[day] = intervals
    return tuple(week)


def _written(day: int, intervals: Sequence[Interval]) -> str:
    last = ""
    for begins, ends in sorted(intervals):
        if not last <= begins < ends:
            raise WeekError(day)
        last = ends
    return ",".join(f"{begins}-{ends}" for begins, ends in sorted(intervals))


def _days(written: str | None) -> list[int] | None:
    if written is None:
        return list(range(len(DAYS)))
    days: list[int] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return None
        begins, ends = DAYS.index(first), DAYS.index(last or first)
        if ends < begins:
            return None
        days.extend(range(begins, ends + 1))
    return days


def _intervals(written: str) -> tuple[Interval, ...] | None:
    if _CLOSED.fullmatch(written):
        return ()
    found = []
    for part in written.split(","):
        interval = _INTERVAL.fullmatch(part.strip())
        if interval is None:
            return None
        begins, ends = (f"{int(hour):02d}:{minute}" for hour, minute in (interval.group(1, 2), interval.group(3, 4)))
        if not begins < ends <= "24:00":
            return None
        found.append((begins, ends))
    return tuple(found) if len(found) <= MOST_INTERVALS else None

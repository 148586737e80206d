"""When an info point answers: its hours without the holidays of its country and its town, and without one-off closures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.language.hours import HORIZON, ZONES, Opening, Stretch, first_change, local, stretches
from bot.model.schedule import Closure, Schedule


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an info point: the times at which it is open, as its country's clocks show them."""

    date: date
    open_times: tuple[tuple[datetime, datetime], ...]


def state(schedule: Schedule, moment: datetime) -> Opening:
    """Tell whether the point is open at ``moment``, and when that changes first, in the time of its country.

    Where no hours are known it is never open: look at ``schedule.hours`` before telling anybody so. Raises
    `bot.language.hours.HoursError`.
    """
    return first_change(open_times(schedule, moment, moment + HORIZON), schedule.country, moment)


def open_times(schedule: Schedule, begins: datetime, ends: datetime) -> Iterator[Stretch]:
    """Yield the times within ``begins`` and ``ends`` in which the point is open, in order. Raises `HoursError`."""
    if schedule.hours is None:
        return
    by_hours = stretches(schedule.hours, schedule.country, begins, ends, local_holidays=schedule.holidays)
    closures = sorted(schedule.closures, key=lambda closure: closure.begins)
    for each in by_hours:
        yield from without(each, (Stretch(_utc(closure.begins), _utc(closure.ends)) for closure in closures))


def open_for(schedule: Schedule, begins: datetime, ends: datetime) -> timedelta:
    """Return how long the point is open between two moments. Raises `HoursError`."""
    return sum((each.ends - each.begins for each in open_times(schedule, begins, ends)), timedelta())


def next_days(schedule: Schedule, day: date, count: int = 7) -> list[Day]:
    """Return ``count`` days from ``day`` on, for a preview; what crosses midnight is shown on both days."""
    days = []
    for number in range(count):
        begins, ends = (_midnight(day + timedelta(days=each), schedule.country) for each in (number, number + 1))
        times = tuple(
            (local(each.begins, schedule.country), local(each.ends, schedule.country))
            for each in open_times(schedule, begins, ends)
        )
        days.append(Day(day + timedelta(days=number), times))
    return days


def without(whole: Stretch, taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield what remains of ``whole`` without ``taken``, which is in order of its beginnings."""
    begins = whole.begins
    for each in taken:
        if each.begins >= whole.ends:
            break
        if each.begins > begins:
            yield Stretch(begins, each.begins)
        begins = max(begins, each.ends)
    if begins < whole.ends:
        yield Stretch(begins, whole.ends)


def closures_on(schedule: Schedule, day: date) -> list[Closure]:
    """Return the one-off closures that touch ``day``."""
    begins, ends = _midnight(day, schedule.country), _midnight(day + timedelta(days=1), schedule.country)
    return [each for each in schedule.closures if each.begins < ends and each.ends > begins]


def _midnight(day: date, country: str) -> datetime:
    return datetime.combine(day, time(), ZONES[country])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)

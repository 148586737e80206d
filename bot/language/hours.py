"""When an office or an info point is open: OSM ``opening_hours`` strings, in the country's own time, holidays included."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets the error

ZONES = {
    "si": ZoneInfo("Europe/Ljubljana"),
    "it": ZoneInfo("Europe/Rome"),
    "hr": ZoneInfo("Europe/Zagreb"),
    "bg": ZoneInfo("Europe/Sofia"),
}

#: No further than this is looked for the next change of state.
HORIZON = timedelta(days=400)

_DAY = timedelta(days=1)
_ALWAYS = "24/7"
_HOLIDAYS = re.compile(r"\bPH\b")
#: A rule whose days are weekdays and public holidays, such as ``Su,PH 10:00-12:00``.
_DAYS = re.compile(r"\s*(?P<days>(?:[A-Z][a-z](?:-[A-Z][a-z])?,)*PH(?:,[A-Z][a-z](?:-[A-Z][a-z])?)*)\s+(?P<rest>[^,].*)")


class HoursError(ValueError):
    """The hours are not written in the OSM opening_hours syntax."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open at a moment, and when that changes; ``changes_at`` is None when no change is in sight."""

    is_open: bool
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time from ``begins`` up to ``ends``, both in UTC."""

    begins: datetime
    ends: datetime


def local(moment: datetime, country: str) -> datetime:
    """Return the aware ``moment`` in the time of ``country``."""
    return moment.astimezone(ZONES[country])


def opening(hours: str, country: str, moment: datetime) -> Opening:
    """Tell whether ``hours`` are met at ``moment`` in ``country``, and when that changes. Raises `HoursError`."""
    return first_change(stretches(hours, country, moment, moment + HORIZON), country, moment)


def first_change(open_times: Iterable[Stretch], country: str, moment: datetime) -> Opening:
    """Tell from ``open_times``, in order, up to `HORIZON` after ``moment``, whether it is open then and when that changes."""
    first = next(iter(open_times), None)
    if first is None:
        return Opening(is_open=False, changes_at=None)
    if first.begins > moment:
        return Opening(is_open=False, changes_at=local(first.begins, country))
    return Opening(is_open=True, changes_at=local(first.ends, country) if first.ends < moment + HORIZON else None)


def stretches(
    hours: str, country: str, begins: datetime, ends: datetime, *, local_holidays: Collection[str] = ()
) -> Iterator[Stretch]:
    """Yield the times within ``begins`` and ``ends`` in which ``hours`` are met, in order, none touching the next.

    Public holidays close unless the hours speak of them (``PH``) themselves or are ``24/7``; ``local_holidays`` (``MM-DD``)
    close always. The public holidays are taken from *holidays* besides the calendar of *opening-hours-py*, because the latter
    lacks the days that Bulgaria moves to a Monday. The clock on the wall counts: the hour that an autumn night has twice is
    open once more, the one that a spring night lacks is not there. Raises `HoursError`.
    """
    check(hours)
    own_rule = hours.strip() == _ALWAYS or _HOLIDAYS.search(hours) is not None

    def closed(day: date) -> bool:
        return (not own_rule and is_holiday(day, country)) or f"{day:%m-%d}" in local_holidays

    return _joined(_within(_by_the_wall(hours, country, begins, ends, closed), begins.astimezone(UTC), ends.astimezone(UTC)))


def check(hours: str) -> None:
    """Raise `HoursError` when ``hours`` are not written as they must be."""
    _table(hours, "", 0)


def is_holiday(day: date, country: str) -> bool:
    """Tell whether ``day`` is a public holiday in the whole of ``country``."""
    return day in _holidays(country, "")


def holiday_name(day: date, country: str, language: str) -> str | None:
    """Return what the public holiday on ``day`` is called in ``language`` where that is known, else in that of the country.

    None when ``day`` is no public holiday.
    """
    return _holidays(country, language).get(day)


def _by_the_wall(hours: str, country: str, begins: datetime, ends: datetime, closed: Callable[[date], bool]) -> Iterator[Stretch]:
    zone = ZONES[country]
    # From a day earlier, since the hour that comes twice in autumn could stand before the first moment by the clock alone.
    first, last = (each.astimezone(zone).replace(tzinfo=None) for each in (begins - _DAY, ends + _DAY))
    table = _table(hours, country if _HOLIDAYS.search(hours) else "", first.year)
    for opens, closes, state, _ in table.intervals(first, last):
        if state == State.OPEN:
            for piece in _without(opens, closes, closed):
                yield Stretch(*(_instant(each, zone) for each in piece))


def _without(begins: datetime, ends: datetime, closed: Callable[[date], bool]) -> Iterator[tuple[datetime, datetime]]:
    """Yield what remains of a time by the clock on the wall without the days that are ``closed``."""
    opens: datetime | None = None
    while begins < ends:
        if closed(begins.date()):
            if opens is not None:
                yield opens, begins
            opens = None
        elif opens is None:
            opens = begins
        begins = min(ends, datetime.combine(begins.date(), time()) + _DAY)
    if opens is not None:
        yield opens, ends


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment at which the clock on the wall shows ``wall``; in the hour that spring skips, its end."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return wall.replace(minute=0, second=0, microsecond=0, tzinfo=zone).astimezone(UTC)  # in our countries it is a full hour


def _within(found: Iterable[Stretch], begins: datetime, ends: datetime) -> Iterator[Stretch]:
    for each in found:
        if each.begins >= ends:
            return
        clipped = Stretch(max(each.begins, begins), min(each.ends, ends))
        if clipped.begins < clipped.ends:
            yield clipped


def _joined(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield ``found`` with those that touch made one."""
    last: Stretch | None = None
    for each in found:
        if last is not None and each.begins <= last.ends:
            last = Stretch(last.begins, max(last.ends, each.ends))
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


@lru_cache(maxsize=512)
def _table(hours: str, country: str, year: int) -> OpeningHours:
    """Return what reads ``hours``; with a country, what they say of ``PH`` holds on all holidays of three years from ``year``."""
    try:
        if not country:
            return OpeningHours(hours)
        return OpeningHours(_with_all_holidays(hours, country, year), country=country.upper())
    except ParserError as error:
        raise HoursError(f"not opening hours: {hours}") from error


def _with_all_holidays(hours: str, country: str, year: int) -> str:
    """Say of the holidays that the library of the hours does not know, by their dates, what ``hours`` say of ``PH``."""
    known = OpeningHours("PH", country=country.upper())
    calendar = holidays.country_holidays(country.upper(), years=range(year, year + 3))
    missing = [day for day in sorted(calendar) if not known.is_open(datetime.combine(day, time(12)))]
    if not missing:
        return hours
    dates = ",".join(f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}" for day in missing)
    more = [f"{dates} {found['rest']}" for rule in hours.split(";") if (found := _DAYS.fullmatch(rule))]
    return "; ".join([hours, *more])


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=32)
def _holidays(country: str, language: str) -> holidays.HolidayBase:
    tongue = {"it": "it_IT"}.get(language, language)
    plain = holidays.country_holidays(country.upper())
    return holidays.country_holidays(
        country.upper(), language=tongue if tongue in plain.supported_languages else plain.default_language
    )

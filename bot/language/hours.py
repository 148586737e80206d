"""When an office or an info point is open: OSM ``opening_hours`` strings, in the country's own time, holidays included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub forgets the error

ZONES = {
    "si": ZoneInfo("Europe/Ljubljana"),
    "it": ZoneInfo("Europe/Rome"),
    "hr": ZoneInfo("Europe/Zagreb"),
    "bg": ZoneInfo("Europe/Sofia"),
}

#: How many changes of state are looked at before giving up; two a day for two months.
_HORIZON = 120


class HoursError(ValueError):
    """The hours are not written in the OSM opening_hours syntax."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open at a moment, and when that changes; ``changes_at`` is None when no change is in sight."""

    is_open: bool
    changes_at: datetime | None


def local(moment: datetime, country: str) -> datetime:
    """Return the aware ``moment`` in the time of ``country``."""
    return moment.astimezone(ZONES[country])


def opening(hours: str, country: str, moment: datetime) -> Opening:
    """Tell whether ``hours`` are met at ``moment`` in ``country``, and when that changes.

    Public holidays close unless the hours speak of them (``PH``) themselves. They are taken from *holidays* besides the
    calendar of *opening-hours-py*, because the latter lacks the days that Bulgaria moves to a Monday.

    Raises `HoursError`.
    """
    table = _table(hours, country)
    own_rule = "PH" in hours
    here = local(moment, country)
    if table.is_open(here) and (own_rule or not is_holiday(here.date(), country)):
        return Opening(is_open=True, changes_at=table.next_change(here))
    change = here
    for _ in range(_HORIZON):
        following = table.next_change(change)
        if following is None:
            break
        change = following
        if table.is_open(change) and (own_rule or not is_holiday(change.date(), country)):
            return Opening(is_open=False, changes_at=change)
    return Opening(is_open=False, changes_at=None)


def is_holiday(day: date, country: str) -> bool:
    """Tell whether ``day`` is a public holiday in the whole of ``country``."""
    return day in _holidays(country)


@lru_cache(maxsize=512)
def _table(hours: str, country: str) -> OpeningHours:
    try:
        return OpeningHours(hours, timezone=ZONES[country], country=country.upper())
    except ParserError as error:
        raise HoursError(f"not opening hours: {hours}") from error


@lru_cache(maxsize=8)
def _holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country.upper())

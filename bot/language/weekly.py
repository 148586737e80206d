"""Opening hours by the days of a week, as they are printed or written to somebody: "Monday–Friday: 8.00–12.00, 13.00–17.00"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby

from babel.dates import format_date
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub forgets the error

from bot.language import formats
from bot.language.hours import ZONES, HoursError

_WEEK = 7


def weekly(hours: str, country: str, language: str, day: date) -> tuple[str, ...]:
    """Return the hours of the week around ``day``, one line for days in a row that are alike; closed days are left out.

    ``hours`` is an OSM ``opening_hours`` string in the time of ``country``. Holidays are left aside: a week as any other.
    Raises `HoursError`.
    """
    try:
        table = OpeningHours(hours, timezone=ZONES[country])  # without a country there are no holidays
    except ParserError as error:
        raise HoursError(f"not opening hours: {hours}") from error
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(_WEEK)]
    written = ((each, ", ".join(_intervals(table, each, country, language))) for each in days)
    lines = []
    for text, alike in groupby(written, key=lambda pair: pair[1]):
        names = [format_date(each, "EEEE", locale=language) for each, _ in alike]
        if text:
            lines.append(f"{names[0]}: {text}" if len(names) == 1 else f"{names[0]}–{names[-1]}: {text}")
    return tuple(lines)


def _intervals(table: OpeningHours, day: date, country: str, language: str) -> Iterator[str]:
    """Yield the intervals that begin on ``day``; one that goes on past midnight is told whole."""
    midnight = datetime.combine(day, time(), ZONES[country])
    next_midnight = datetime.combine(day + timedelta(days=1), time(), ZONES[country])
    moment = midnight
    began_late = not table.is_open(midnight - timedelta(hours=12))  # else it was open all day, and each is told from midnight
    if began_late and table.is_open(midnight) and table.is_open(midnight - timedelta(minutes=1)):
        moment = table.next_change(midnight) or next_midnight  # the rest of yesterday's
    while moment < next_midnight:
        following = table.next_change(moment) or next_midnight
        if table.is_open(moment):
            yield _interval(moment, following, next_midnight, language)
        moment = following


def _interval(begins: datetime, ends: datetime, next_midnight: datetime, language: str) -> str:
    whole_day = ends >= next_midnight + timedelta(hours=12)
    if ends == next_midnight or whole_day:
        midnight = "24:00" if language == "bg" else "24.00"
        return f"{formats.clock_time(begins, language)}–{midnight}"
    return f"{formats.clock_time(begins, language)}–{formats.clock_time(ends, language)}"

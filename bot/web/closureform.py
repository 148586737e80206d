"""Reading dates as coordinators write them: local holidays, and when a closure begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from bot.language.hours import ZONES
from bot.model.schedule import Closure

_DAY_AND_MONTH = re.compile(r"(\d{1,2})\s*[./ -]\s*(\d{1,2})\s*\.?")
_PARTS = re.compile(r"[,;\n]")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]\s*(\d\d))?")
#: A leap year, so that the 29th of February is a day.
_ANY_YEAR = 2024
_MOST = 30


class UnreadableDate(ValueError):  # noqa: N818 - a word of the house
    """What was typed is no day or no time."""


def local_holidays(text: str) -> tuple[str, ...]:
    """Return the days in ``text`` (``5. 8., 3/11``; the day first, as in all our languages) as ``MM-DD``, in order.

    Raises `UnreadableDate`.
    """
    found = set()
    for part in filter(None, (each.strip() for each in _PARTS.split(text))):
        written = _DAY_AND_MONTH.fullmatch(part)
        if written is None:
            raise UnreadableDate
        try:
            found.add(f"{date(_ANY_YEAR, int(written[2]), int(written[1])):%m-%d}")
        except ValueError as error:
            raise UnreadableDate from error
    if len(found) > _MOST:
        raise UnreadableDate
    return tuple(sorted(found))


def written(holidays: Iterable[str]) -> str:
    """Return local holidays as `local_holidays` reads them."""
    return ", ".join(f"{int(day[3:])}. {int(day[:2])}." for day in holidays)


def closure(form: Mapping[str, str], country: str) -> Closure:
    """Return the closure of a form: a first day, a last day or none, times or none for whole days.

    Raises `UnreadableDate`.
    """
    first = day(form.get("first", ""))
    last = day(form.get("last", "")) if form.get("last", "").strip() else first
    begins = _clock(form.get("from", ""))
    ends = _clock(form.get("until", ""))
    zone = ZONES[country]
    try:
        end = datetime.combine(last + timedelta(days=1), time(), zone) if ends is None else datetime.combine(last, ends, zone)
    except OverflowError as error:
        raise UnreadableDate from error
    return Closure(datetime.combine(first, begins or time(), zone), end)


def day(text: str) -> date:
    """Return a date as a date field sends it, or written day first. Raises `UnreadableDate`."""
    parts = re.fullmatch(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})", text.strip())
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else date.fromisoformat(text.strip())
    except ValueError as error:
        raise UnreadableDate from error


def _clock(text: str) -> time | None:
    if not text.strip():
        return None
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UnreadableDate
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError as error:
        raise UnreadableDate from error

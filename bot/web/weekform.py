"""The part of a form that takes hours: by weekday with up to three intervals, or as an OSM string."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from gettext import NullTranslations

from babel.dates import format_date

from bot.language import hours as osm
from bot.language.week import DAYS, MOST_INTERVALS, Interval, Week, WeekError, compose, decompose

BY_WEEKDAY = "week"
WRITTEN = "osm"

_TIME = re.compile(r"(\d{1,2})(?:[:.h ]\s*(\d\d))?")
#: Any Monday: it names the days.
_MONDAY = date(2024, 1, 1)
_LAST_HOUR = 24
_LONGEST = 300


class UnreadableHours(ValueError):  # noqa: N818 - a word of the house
    """What was typed is no hours. ``day`` counts from Monday where one is at fault; ``both``: two ways hold something."""

    def __init__(self, *, day: int | None = None, both: bool = False) -> None:
        super().__init__()
        self.day = day
        self.both = both


@dataclass(frozen=True, slots=True)
class Slot:
    """Two fields, each with its name and what stands in it."""

    begins: str
    ends: str
    from_value: str
    until_value: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the week."""

    key: str
    name: str
    slots: tuple[Slot, ...]
    wrong: bool


@dataclass(frozen=True, slots=True)
class HoursFields:
    """The fields as a page shows them. ``how`` is which of the two ways counts."""

    how: str
    days: tuple[DayRow, ...]
    written: str
    wrong: bool = False


def shown(hours: str | None, language: str) -> HoursFields:
    """Return the fields for hours that are kept; what cannot be shown by weekday stands in the other field."""
    week = decompose(hours)
    values: dict[str, str] = {} if week is None else _values(week)
    return _fields(values, language, WRITTEN if week is None else BY_WEEKDAY, "" if week is not None else hours or "", None)


def typed(form: Mapping[str, str], language: str, wrong: UnreadableHours | None = None) -> HoursFields:
    """Return the fields as somebody has filled them in, with the one that is at fault marked."""
    how = WRITTEN if form.get("how") == WRITTEN else BY_WEEKDAY
    return _fields(form, language, how, form.get("written", ""), wrong)


def read(form: Mapping[str, str]) -> str | None:
    """Return the hours that somebody typed as an OSM string; None for none. Raises `UnreadableHours`."""
    written = " ".join(form.get("written", "").split())
    if form.get("how") == WRITTEN:
        try:
            osm.check(written or "off")
        except osm.HoursError:
            raise UnreadableHours from None
        if len(written) > _LONGEST:
            raise UnreadableHours
        return written or None
    try:
        hours = compose(tuple(_day(form, number) for number in range(len(DAYS))))
    except WeekError as error:
        raise UnreadableHours(day=error.day) from None
    if hours is None and written:
        raise UnreadableHours(both=True)
    return hours


def words(problem: UnreadableHours, language: str, say: NullTranslations) -> str:
    """Return the sentence that says what is wrong."""
    if problem.both:
        return say.gettext("No hours are entered by weekday, but others are written out. Choose which of the two counts.")
    if problem.day is None:
        return say.gettext("The hours that are written out cannot be read.")
    return say.gettext("The hours cannot be right: %(day)s. An interval needs a beginning and a later end, before the next.") % {
        "day": day_name(problem.day, language)
    }


def day_name(day: int, language: str) -> str:
    """Return the name of a day of the week, counted from Monday, 0."""
    return format_date(_MONDAY + timedelta(days=day), "EEEE", locale=language)


def _fields(values: Mapping[str, str], language: str, how: str, written: str, wrong: UnreadableHours | None) -> HoursFields:
    days = tuple(
        DayRow(
            day.lower(),
            day_name(number, language),
            tuple(_slot(values, day, place) for place in range(1, MOST_INTERVALS + 1)),
            wrong=wrong is not None and wrong.day == number,
        )
        for number, day in enumerate(DAYS)
    )
    return HoursFields(how, days, written, wrong=wrong is not None and wrong.day is None)


def _slot(values: Mapping[str, str], day: str, place: int) -> Slot:
    begins, ends = _names(day, place)
    return Slot(begins, ends, values.get(begins, ""), values.get(ends, ""))


def _names(day: str, place: int) -> tuple[str, str]:
    return f"{day.lower()}-{place}-from", f"{day.lower()}-{place}-until"


def _values(week: Week) -> dict[str, str]:
    values: dict[str, str] = {}
    for day, intervals in zip(DAYS, week, strict=True):
        for place, interval in enumerate(intervals, start=1):
            # A field for a time of day knows no 24.00; the day ends at 0.00.
            values.update(zip(_names(day, place), (interval[0], interval[1].replace("24:00", "00:00")), strict=True))
    return values


def _day(form: Mapping[str, str], number: int) -> tuple[Interval, ...]:
    found = []
    for place in range(1, MOST_INTERVALS + 1):
        begins, ends = (form.get(name, "").strip() for name in _names(DAYS[number], place))
        if begins or ends:
            found.append((_time(begins, number), _time(ends, number).replace("00:00", "24:00")))
    return tuple(found)


def _time(written: str, day: int) -> str:
    found = _TIME.fullmatch(written)
    if found is None:
        raise WeekError(day)
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour > _LAST_HOUR or minute > 59 or (hour == _LAST_HOUR and minute):  # noqa: PLR2004 - an hour
        raise WeekError(day)
    return f"{hour:02d}:{minute:02d}"

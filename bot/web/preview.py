"""When an info point is open, in words and days, as coordinators and staff read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from gettext import NullTranslations

from babel.dates import format_date, format_skeleton

from bot.language import formats
from bot.language.hours import ZONES, Opening, holiday_name, local
from bot.language.schedule import closures_on, next_days
from bot.model.schedule import Closure, Schedule

#: What a day ends at, where a clock would show 0.00.
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the preview: its name, its hours (empty when it is closed), and why it is not as usual."""

    name: str
    hours: str
    notes: tuple[str, ...]


def days(schedule: Schedule, today: date, language: str, say: NullTranslations) -> list[ShownDay]:
    """Return the next seven days."""
    found = []
    for day in next_days(schedule, today):
        hours = ", ".join(interval(begins, ends, language) for begins, ends in day.open_times)
        found.append(ShownDay(day_in_words(day.date, language), hours, tuple(_notes(schedule, day.date, language, say))))
    return found


def interval(begins: datetime, ends: datetime, language: str) -> str:
    """Return an interval; its end at midnight is 24.00."""
    until = "24.00" if ends.time() == _MIDNIGHT else formats.clock_time(ends, language)
    return f"{formats.clock_time(begins, language)}–{until}"


def day_in_words(day: date, language: str) -> str:
    """Return the day of the week with the date, without its year."""
    return f"{format_date(day, 'EEEE', locale=language)}, {format_skeleton('MMMd', day, locale=language)}"


def state_in_words(schedule: Schedule, now: Opening, moment: datetime, language: str, say: NullTranslations) -> str:
    """Say whether a point is open, and until or from when."""
    if schedule.hours is None:
        return say.gettext("No hours are entered.")
    if now.changes_at is None:
        return say.gettext("Always open.") if now.is_open else say.gettext("Closed; no opening is in sight.")
    time_of_day = formats.clock_time(now.changes_at, language)
    if now.changes_at.date() != local(moment, schedule.country).date():
        time_of_day = f"{day_in_words(now.changes_at.date(), language)}, {time_of_day}"
    if now.is_open:
        return say.gettext("Open until %(moment)s.") % {"moment": time_of_day}
    return say.gettext("Closed. Opens: %(moment)s.") % {"moment": time_of_day}


def closure_in_words(closure: Closure, country: str, language: str) -> str:
    """Return from when until when a point is closed, whole days without times."""
    begins, ends = (local(each, country) for each in (closure.begins, closure.ends))
    if begins.time() == ends.time() == _MIDNIGHT:
        first, last = begins.date(), ends.date() - timedelta(days=1)
        named = [day_in_words(each, language) for each in dict.fromkeys((first, last))]
        return " – ".join(named)
    if begins.date() == ends.date():
        return f"{day_in_words(begins.date(), language)}, {interval(begins, ends, language)}"
    return " – ".join(f"{day_in_words(each.date(), language)}, {formats.clock_time(each, language)}" for each in (begins, ends))


def midnight(day: date, country: str) -> datetime:
    """Return when ``day`` begins in ``country``."""
    return datetime.combine(day, _MIDNIGHT, ZONES[country])


def _notes(schedule: Schedule, day: date, language: str, say: NullTranslations) -> list[str]:
    notes = []
    holiday = holiday_name(day, schedule.country, language)
    if holiday is not None:
        notes.append(say.gettext("Public holiday: %(name)s") % {"name": holiday})
    if f"{day:%m-%d}" in schedule.holidays:
        notes.append(say.gettext("Local holiday"))
    closures = closures_on(schedule, day)
    if closures:
        closed = "; ".join(closure_in_words(each, schedule.country, language) for each in closures)
        notes.append(say.gettext("Closed by closure: %(when)s") % {"when": closed})
    return notes

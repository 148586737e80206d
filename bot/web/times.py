"""Times as staff read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from babel import Locale
from babel.dates import format_skeleton, format_timedelta, match_skeleton

from bot.language.formats import clock_time
from bot.language.hours import local
from bot.model.library import HOME

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
#: From so many days on a day of the week is no longer the coming one.
_WEEK = 7


def waiting(since: datetime, now: datetime, language: str) -> str:
    """Return how long it is from ``since`` to ``now`` in one or two units, such as ``2 h 5 min``; at least a minute."""
    span = max(now - since, _MINUTE)
    if span < _HOUR:
        return _unit(span, _MINUTE, "minute", language)
    if span < _DAY:
        return _two(span, (_HOUR, "hour"), (_MINUTE, "minute"), language)
    return _two(span, (_DAY, "day"), (_HOUR, "hour"), language)


def moment(value: datetime, now: datetime, language: str) -> str:
    """Return the time of day, with the day before it unless that is today, in the time of the language's own country."""
    country = HOME[language]
    here = local(value, country)
    time = clock_time(here, language)
    if here.date() == local(now, country).date():
        return time
    return f"{_date('MMMd', here, language)}, {time}"


def coming(value: datetime, now: datetime, language: str) -> str:
    """Return a moment near ``now``, before or after it: the time alone for today, with the day of the week or the date else."""
    country = HOME[language]
    here, today = local(value, country), local(now, country).date()
    time, away = clock_time(here, language), (here.date() - today).days
    if away == 0:
        return time
    if 0 < away < _WEEK:
        return f"{_date('EEE', here, language)} {time}"
    return f"{_date('MMMEd', here, language)}, {time}"


def _date(skeleton: str, here: datetime, language: str) -> str:
    return format_skeleton(_known(skeleton, language), here, locale=language)


@cache
def _known(skeleton: str, language: str) -> str:
    """Return the skeleton of ``language`` that is most like one. Babel would look for it again each time, which takes a while."""
    known = Locale.parse(language).datetime_skeletons
    return skeleton if skeleton in known else match_skeleton(skeleton, known) or skeleton


def _two(span: timedelta, larger: tuple[timedelta, str], smaller: tuple[timedelta, str], language: str) -> str:
    rest = span % larger[0]
    whole = _unit(span, *larger, language)
    return whole if rest < smaller[0] else f"{whole} {_unit(rest, *smaller, language)}"


def _unit(span: timedelta, size: timedelta, name: str, language: str) -> str:
    # Whole units only: Babel rounds, and 89 minutes are one hour and 29 minutes, not two hours.
    whole = span // size * size
    return format_timedelta(whole, granularity=name, threshold=1e9, format="short", locale=language)  # type: ignore[arg-type]

"""The time that figures are of, chosen by a word in the address or by two days.

It is always made of whole weeks that have ended and are kept whole: who could move an end by one day, or look again on the next,
would read from two tables what the one day between them adds, however small that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The words, as they stand in the address; the first is meant where none does.
WORDS = ("30", "7", "90", "month", "last-month", "year")
#: Days that a period may have: figures are kept for a year.
LONGEST = 366
#: Weeks that are meant by a word.
_WEEKS = {"7": 1, "30": 4, "90": 13}
_WEEK, _DAY = timedelta(weeks=1), timedelta(days=1)
#: Up to so many days are shown day by day, more of them by weeks.
_BY_DAY = 45


class UnreadablePeriod(ValueError):  # noqa: N818 - a word of the house
    """The two days are no period: one is no day, they are in the wrong order, or too far apart."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of ``first`` to the end of ``last``, days by the clock of ``zone``. ``word`` is how it was chosen."""

    first: date
    last: date
    zone: ZoneInfo
    word: str = ""

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return _midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def steps(self) -> list[date]:
        """The first day of each part that is shown: of each day, or of each week."""
        count = (self.last - self.first).days + 1
        width = 1 if count <= _BY_DAY else 7
        return [self.first + timedelta(days=at) for at in range(0, count, width)]

    @property
    def by_week(self) -> bool:
        """Tell whether the parts are weeks."""
        return len(self.steps) <= (self.last - self.first).days

    @property
    def moments(self) -> list[datetime]:
        """The beginning of each part, and the end of the last."""
        return [*(_midnight(day, self.zone) for day in self.steps), self.ends]


def chosen(asked: Mapping[str, str], today: date, zone: ZoneInfo) -> Period:
    """Return the period that is asked for. Raises `UnreadablePeriod`; a word that is none means the first of `WORDS`."""
    if asked.get("from") or asked.get("to"):
        return _in_weeks(*_between(asked.get("from", ""), asked.get("to", "")), today, zone)
    word = asked.get("period", WORDS[0])
    match word:
        case "month":
            return _in_weeks(today.replace(day=1), today, today, zone, word)
        case "last-month":
            last = today.replace(day=1) - _DAY
            return _in_weeks(last.replace(day=1), last, today, zone, word)
        case "year":
            return _in_weeks(today.replace(month=1, day=1), today, today, zone, word)
        case _:
            word = word if word in _WEEKS else WORDS[0]
            last = _monday(today) - _DAY
            return Period(last + _DAY - _WEEKS[word] * _WEEK, last, zone, word)


def _in_weeks(first: date, last: date, today: date, zone: ZoneInfo, word: str = "") -> Period:
    """Return the whole weeks in which the days are, of those that have ended and of which nothing is deleted yet."""
    newest = _monday(today) - _WEEK
    oldest = _monday(today - timedelta(days=LONGEST - 2)) + _WEEK
    begins, ends = (min(max(_monday(day), oldest), newest) for day in (first, last))
    return Period(begins, ends + _WEEK - _DAY, zone, word)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _between(first: str, last: str) -> tuple[date, date]:
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise UnreadablePeriod from None
    if not timedelta() <= ends - begins < timedelta(days=LONGEST) or not 1970 <= begins.year <= 9000:  # noqa: PLR2004 - clocks reach so far
        raise UnreadablePeriod
    return begins, ends


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

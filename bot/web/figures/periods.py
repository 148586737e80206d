"""The time that figures are of, chosen by a word in the address or by two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: The words, as they stand in the address; the first is meant where none does.
WORDS = ("30", "7", "90", "month", "last-month", "year")
#: Days that a period may have: figures are kept for a year.
LONGEST = 366
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
        return _between(asked.get("from", ""), asked.get("to", ""), zone)
    word = asked.get("period", WORDS[0])
    match word:
        case "month":
            return Period(today.replace(day=1), today, zone, word)
        case "last-month":
            last = today.replace(day=1) - timedelta(days=1)
            return Period(last.replace(day=1), last, zone, word)
        case "year":
            return Period(today.replace(month=1, day=1), today, zone, word)
        case "7" | "90":
            return Period(today - timedelta(days=int(word) - 1), today, zone, word)
        case _:
            return Period(today - timedelta(days=29), today, zone, WORDS[0])


def _between(first: str, last: str, zone: ZoneInfo) -> Period:
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise UnreadablePeriod from None
    if not timedelta() <= ends - begins < timedelta(days=LONGEST) or not 1970 <= begins.year <= 9000:  # noqa: PLR2004 - clocks reach so far
        raise UnreadablePeriod
    return Period(begins, ends, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

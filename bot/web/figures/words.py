"""What the figures are called, and what they are of, in the language of their reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations

from babel.dates import format_date, format_interval
from babel.numbers import format_decimal, format_percent

from bot.model.case import Outcome, Reason
from bot.model.library import Library
from bot.web.casenotes import outcome_name
from bot.web.figures.charts import Bar
from bot.web.figures.counting import Figures, Times, share
from bot.web.figures.periods import Period
from bot.web.figures.suppression import LEAST, Table
from bot.web.pages import language_name
from bot.web.rows import channel_name, place_name, reason_name
from bot.web.times import waiting

_ANY = datetime(2026, 1, 1, tzinfo=UTC)
#: In this order parts of a whole are told.
_OUTCOMES = ("answer", "choose", "person", "crisis")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page shows it: its heading, its rows, and their total as it is written (empty: hidden or none)."""

    key: str
    heading: str
    rows: tuple[Bar, ...]
    total: str = ""
    note: str = ""


class Teller:
    """Says figures in words of one language."""

    def __init__(self, library: Library, language: str, say: NullTranslations) -> None:
        self._library, self._language, self._say = library, language, say

    def number(self, count: int | None) -> str:
        """Return a count, or that it is hidden."""
        if count is None:
            return self._say.gettext("fewer than %(least)s, or hidden") % {"least": LEAST}
        return format_decimal(count, locale=self._language)

    def part(self, value: float | None) -> str:
        """Return a share; empty when it may not be told."""
        return "" if value is None else format_percent(round(value, 2), locale=self._language)

    def span(self, span: timedelta | None) -> str:
        """Return how long something took; a dash when it may not be told."""
        return "–" if span is None else waiting(_ANY, _ANY + span, self._language)

    def day(self, day: date) -> str:
        """Return a day."""
        return format_date(day, "medium", locale=self._language)

    def days(self, first: date, last: date) -> str:
        """Return a period by its first and last day."""
        return format_interval(first, last, "yMMMd", locale=self._language)

    def month(self, day: date) -> str:
        """Return the month of a day."""
        return format_date(day, "LLLL y", locale=self._language)

    def topic(self, topic: str) -> str:
        """Return what a topic is called; one that is gone by its id."""
        known = self._library.topics.get(topic)
        return topic if known is None else known.names.get(self._language, topic)

    def table(self, key: str, heading: str, table: Table, name: Callable[[str], str], note: str = "") -> Shown:
        """Return a table by its names; the largest that were put together are called the others."""
        others = self._say.gettext("all others")
        rows = tuple(Bar(name(each) if each else others, count, self.number(count)) for each, count in table.counts.items())
        return Shown(key, heading, rows, self.number(table.total) if table.total is not None else "", note)

    def outcome(self, name: str) -> str:
        """Return what came of a question."""
        return self._outcomes().get(name, name)

    def _outcomes(self) -> Mapping[str, str]:
        say = self._say
        return {
            "answer": say.gettext("answered by the assistant"),
            "choose": say.gettext("offered a choice"),
            "person": say.gettext("passed on to a person"),
            "crisis": say.gettext("crisis"),
        }


def days(figures: Figures, period: Period, teller: Teller, say: NullTranslations) -> Shown:
    """Return how many questions came on each day, or in each week."""
    heading = say.gettext("Questions by week") if period.by_week else say.gettext("Questions by day")
    rows = [
        Bar(teller.day(day), part.total, teller.number(part.total)) for day, part in zip(period.steps, figures.days, strict=True)
    ]
    return Shown("days", heading, tuple(rows), teller.number(figures.questions.total))


def tables(figures: Figures, library: Library, language: str, say: NullTranslations) -> Iterator[Shown]:
    """Yield the tables in the order in which they are read."""
    teller = Teller(library, language, say)
    whole = {name: figures.questions.counts[name] for name in _OUTCOMES if name in figures.questions.counts}
    yield teller.table(
        "outcomes", say.gettext("What came of the questions"), Table(whole, figures.questions.total), teller.outcome
    )
    names: dict[str, tuple[str, Callable[[str], str]]] = {
        "topic": (say.gettext("Topics"), teller.topic),
        "language": (say.gettext("Languages"), lambda each: language_name(each, language)),
        "channel": (say.gettext("Channels"), lambda each: channel_name(each, say)),
        "place": (say.gettext("Places"), lambda each: place_name(each, library, language) or each),
        "point": (say.gettext("Info points"), lambda each: _point(each, library, language)),
        "open": (
            say.gettext("Asked while the info point was open"),
            lambda each: {"open": say.gettext("open"), "closed": say.gettext("closed")}[each],
        ),
        "helpful": (
            say.gettext("What residents say of the answers"),
            lambda each: {"yes": say.gettext("it helped"), "no": say.gettext("it did not help")}[each],
        ),
    }
    for key, (heading, name) in names.items():
        table = figures.tables[key]
        first = next(iter(table.counts), "")
        told = share(table, {"open": "closed", "helpful": "yes"}.get(key, first)) if key in {"open", "helpful"} else None
        notes = {"open": say.gettext("While closed: %(share)s"), "helpful": say.gettext("It helped: %(share)s")}
        yield teller.table(key, heading, table, name, notes[key] % {"share": teller.part(told)} if told is not None else "")
    of_cases: dict[str, tuple[str, Callable[[str], str]]] = {
        "point": (say.gettext("Cases by info point"), lambda each: _point(each, library, language)),
        "reason": (say.gettext("Why a person was needed"), lambda each: reason_name(Reason(each), say)),
        "outcome": (say.gettext("What came of the cases"), lambda each: outcome_name(Outcome(each), say)),
    }
    for key, (heading, name) in of_cases.items():
        yield teller.table(f"cases-{key}", heading, figures.cases[key], name)


def times(figures: Figures, teller: Teller, say: NullTranslations) -> list[tuple[str, str, str, str]]:
    """Return the rows of the table of times: what, of how many cases, the middle one, and what nine of ten did not exceed."""
    rows: list[tuple[str, Times]] = [
        (say.gettext("Until somebody took the case"), figures.claimed),
        (say.gettext("Until somebody took the case, in opening time"), figures.claimed_open),
        (say.gettext("Until the first answer of a person"), figures.answered),
        (say.gettext("Until the first answer of a person, in opening time"), figures.answered_open),
    ]
    return [(name, teller.number(each.count), teller.span(each.median), teller.span(each.ninetieth)) for name, each in rows]


def _point(point: str, library: Library, language: str) -> str:
    return library.points[point].name(language) if point in library.points else point

"""The page of figures for coordinators: a period and an info point, charts with their tables, and the same as CSV."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.hours import ZONES
from bot.language.phrases import Phrases
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import questions
from bot.store.database import Database
from bot.web.figures import charts, periods, sheets, words
from bot.web.figures.counting import Figures, count
from bot.web.figures.periods import Period, UnreadablePeriod
from bot.web.figures.words import Shown, Teller
from bot.web.inside import Inside
from bot.web.pages import language_name
from bot.web.sessions import Me

PATH = "/desk/figures"
#: Whose clock holds for who sees info points of several countries; half of the countries keep it.
_COMMON = "si"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: a period, and an info point (empty: all that are theirs, which ``points`` are; None: all)."""

    period: Period
    point: str
    points: Collection[str] | None
    problem: str = ""

    @property
    def query(self) -> str:
        """What stands in an address for it."""
        chosen = (
            {"period": self.period.word} if self.period.word else {"from": f"{self.period.first}", "to": f"{self.period.last}"}
        )
        return urlencode({name: value for name, value in {**chosen, "point": self.point}.items() if value})


class FiguresPage:
    """Shows the figures. Whoever has rights at some info points sees those of them alone."""

    def __init__(
        self, db: Database, phrases: Phrases, library: Callable[[], Library], inside: Inside, now: Callable[[], datetime]
    ) -> None:
        self._db, self._phrases, self._library, self._inside, self._now = db, phrases, library, inside, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right = Action.READ_FIGURES
        return [
            Route(PATH, self._inside.shown(self._page, right), methods=["GET"]),
            Route(f"{PATH}.csv", self._inside.shown(self._table, right), methods=["GET"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        asked, say, library = self._asked(request, me), self._phrases.into(me.language), self._library()
        async with self._db.read() as tx:
            figures = await count(tx, asked.period, asked.points)
            open_ones = await questions.count_unsettled(tx) if me.may(Action.EDIT) else {}
        teller = Teller(library, me.language, say)
        days = words.days(figures, asked.period, teller, say)
        return await self._inside.page(
            me,
            "fig_page.html",
            say.gettext("Figures"),
            tab=PATH,
            asked=asked,
            words=self._periods(me, teller, asked.period.zone),
            dates=teller.days(asked.period.first, asked.period.last),
            points={point.id: point.name(me.language) for point in library.points.values() if me.member.serves(point.id)},
            total=teller.number(figures.questions.total),
            days=(days, charts.columns(days.rows, days.heading, self._spoken(days, me))),
            tables=[
                (shown, charts.bars(shown.rows, shown.heading, self._spoken(shown, me)))
                for shown in words.tables(figures, library, me.language, say)
                if shown.rows
            ],
            times=words.times(figures, teller, say),
            unanswered=[(language_name(code, me.language), number) for code, number in open_ones.items()],
            status=422 if asked.problem else 200,
        )

    async def _table(self, request: Request, me: Me) -> Response:
        asked, say, library = self._asked(request, me), self._phrases.into(me.language), self._library()
        async with self._db.read() as tx:
            figures = await count(tx, asked.period, asked.points)
        rows = _rows(figures, asked.period, library, me.language, self._phrases)
        only = request.query_params.get("figure", "")
        name = f"infopoint-{only or 'figures'}-{asked.period.first}-{asked.period.last}.csv"
        if only and only not in {row[0] for row in rows}:
            raise HTTPException(404)
        headings = (say.gettext("Figure"), say.gettext("Of what"), say.gettext("Number"))
        return sheets.table(name, headings, [row[1:] for row in rows if not only or row[0] == only])

    def _asked(self, request: Request, me: Me) -> Asked:
        """Return what is asked for. 404 for an info point where somebody has no rights."""
        library, point = self._library(), request.query_params.get("point", "")
        if point and (point not in library.points or not me.may(Action.READ_FIGURES, point=point)):
            raise HTTPException(404)
        zone = _zone(me, library)
        points = [point] if point else me.member.points
        today = self._now().astimezone(zone).date()
        try:
            return Asked(periods.chosen(request.query_params, today, zone), point, points)
        except UnreadablePeriod:
            say = self._phrases.into(me.language)
            problem = say.gettext("These two days are no period. Choose a first and a last day, at most a year apart.")
            return Asked(periods.chosen({}, today, zone), point, points, problem)

    def _spoken(self, shown: Shown, me: Me) -> str:
        """Return what a screen reader says of a chart: its rows, and where to find the table."""
        say = self._phrases.into(me.language)
        first = "; ".join(f"{row.label}: {row.written}" for row in shown.rows[:5])
        return say.gettext("%(rows)s. The table below has all numbers.") % {"rows": first}

    def _periods(self, me: Me, teller: Teller, zone: ZoneInfo) -> Mapping[str, str]:
        say, today = self._phrases.into(me.language), self._now().astimezone(zone).date()
        weeks = {word: periods.chosen({"period": word}, today, zone) for word in ("7", "30", "90")}
        return {
            **{word: teller.days(period.first, period.last) for word, period in weeks.items()},
            "month": say.gettext("this month"),
            "last-month": say.gettext("last month"),
            "year": say.gettext("this year"),
        }


def _zone(me: Me, library: Library) -> ZoneInfo:
    """Return the zone in which somebody's weeks begin: one for all that they see, else two would tell the hour between them."""
    countries = {point.country for point in library.points.values() if me.member.serves(point.id)}
    return ZONES[countries.pop() if len(countries) == 1 else _COMMON]


def _rows(figures: Figures, period: Period, library: Library, language: str, phrases: Phrases) -> list[tuple[str, str, str, str]]:
    """Return all figures as rows: the key of the figure, its name, of what, and the number; an empty number is a hidden one."""
    say = phrases.into(language)
    teller = Teller(library, language, say)
    rows = []
    for shown in (words.days(figures, period, teller, say), *words.tables(figures, library, language, say)):
        rows += [(shown.key, shown.heading, bar.label, "" if bar.count is None else str(bar.count)) for bar in shown.rows]
    return rows

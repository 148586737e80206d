"""Figures for everybody, where the operator switches them on: by month, small counts hidden, as a page, CSV and JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.language.hours import ZONES
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Library
from bot.store import figures
from bot.store.database import Database
from bot.store.figures import Within
from bot.store.retention import Periods
from bot.web.figures import sheets
from bot.web.figures.periods import Period
from bot.web.figures.suppression import LEAST, Table, suppressed, together
from bot.web.figures.words import Teller
from bot.web.pages import Pages, language_name, reader_language

PATH = "/open-data"
#: Full months that are told, and seconds for which they are not counted again. Questions are deleted after a year and a day
#: (`bot.store.retention`): of a twelfth month a day less would be told each day, and so how many were asked on that day.
MONTHS, _FRESH = 11, 3600
#: For how long they are kept where nothing else is set.
_KEPT = Periods().figures
#: Months are those of central Europe; half of the countries keep its time.
_ZONE = ZONES["si"]
#: What is told of a month: what came of the questions, in which languages they were, and about what.
DIMENSIONS = ("outcome", "language", "topic")
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its first day, and its tables by dimension."""

    first: date
    tables: Mapping[str, Table]


class OpenData:
    """Gives out the figures. They are counted once an hour. ``kept`` is for how long questions are kept."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        pages: Pages,
        library: Callable[[], Library],
        now: Callable[[], datetime],
        *,
        kept: timedelta = _KEPT,
    ) -> None:
        self._db, self._phrases, self._pages, self._library, self._now = db, phrases, pages, library, now
        self._kept_for = kept
        self._counted: tuple[datetime, list[Month]] | None = None

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, _choose),
            Route(f"{PATH}.csv", self._csv),
            Route(f"{PATH}.json", self._json),
            Route(f"{PATH}/{{language}}", self._page),
        ]

    async def _page(self, request: Request) -> Response:
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return RedirectResponse(PATH, status_code=302)
        say, library = self._phrases.into(language), self._library()
        teller = Teller(library, language, say)
        return self._kept(
            self._pages.page(
                "fig_open.html",
                language,
                addresses={each: f"{PATH}/{each}" for each in LANGUAGES},
                known_address=False,
                months=[
                    (
                        teller.month(month.first),
                        teller.table(
                            "outcome", say.gettext("What came of the questions"), month.tables["outcome"], teller.outcome
                        ),
                        teller.table(
                            "language",
                            say.gettext("Languages"),
                            month.tables["language"],
                            lambda code: language_name(code, language),
                        ),
                        teller.table("topic", say.gettext("Topics"), month.tables["topic"], teller.topic),
                    )
                    for month in await self._months()
                ],
                licence=LICENCE,
            )
        )

    async def _csv(self, _: Request) -> Response:
        rows = [
            (f"{month.first:%Y-%m}", dimension, name, "" if count is None else str(count))
            for month in await self._months()
            for dimension, table in month.tables.items()
            for name, count in table.counts.items()
        ]
        return self._kept(sheets.table("infopoint-open-data.csv", ("month", "dimension", "value", "questions"), rows))

    async def _json(self, _: Request) -> Response:
        months: list[dict[str, Any]] = [
            {
                "month": f"{month.first:%Y-%m}",
                "questions": month.tables["outcome"].total,
                **{dimension: dict(table.counts) for dimension, table in month.tables.items()},
            }
            for month in await self._months()
        ]
        return self._kept(JSONResponse({"licence": LICENCE, "hidden_below": LEAST, "months": months}))

    def _kept(self, response: Response) -> Response:
        response.headers["Cache-Control"] = f"public, max-age={_FRESH}"
        return response

    async def _months(self) -> list[Month]:
        """Return the full months that are kept, newest first."""
        now = self._now()
        if self._counted is None or now - self._counted[0] > timedelta(seconds=_FRESH):
            self._counted = (now, [month async for month in self._count(now)])
        return self._counted[1]

    async def _count(self, now: datetime) -> AsyncIterator[Month]:
        async with self._db.read() as tx:
            for period in full_months(now, self._kept_for):
                within = Within(period.begins, period.ends)
                tables = together({name: suppressed(await figures.by(tx, name, within)) for name in DIMENSIONS})
                if any(table.counts for table in tables.values()):
                    yield Month(period.first, tables)


def full_months(now: datetime, kept: timedelta = _KEPT) -> Iterator[Period]:
    """Yield the full months that are told at a moment, the newest first; of each all questions are kept for ``kept``."""
    first = now.astimezone(_ZONE).date().replace(day=1)
    for _ in range(MONTHS):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        month = Period(first, last, _ZONE)
        if month.begins < now - kept:
            return
        yield month


async def _choose(request: Request) -> Response:
    """Lead to the page in the reader's language."""
    address = f"{PATH}/{reader_language(request)}"
    return RedirectResponse(address, status_code=302, headers={"Vary": "Accept-Language", "Cache-Control": "private"})

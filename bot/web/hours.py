"""The pages on which a coordinator keeps the hours of an info point: by weekday, local holidays, one-off closures, a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.hours import local
from bot.language.phrases import Phrases
from bot.language.schedule import state
from bot.model.library import Library, Point
from bot.model.schedule import Schedule
from bot.model.staff import Action
from bot.store import schedules
from bot.store.database import Database
from bot.web import closureform, preview, weekform
from bot.web.inside import Inside
from bot.web.sessions import Me
from bot.web.weekform import UnreadableHours
from bot.work.keeping import ChangedMeanwhile, ImpossibleClosure, Keeping
from bot.work.rota import schedule_of

PATH = "/desk/hours"
_CONFLICT = 409

_Form = Mapping[str, str]


class HoursPages:
    """The list of info points with their hours, and the page of each."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        keeping: Keeping,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._keeping = keeping
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right, one = Action.KEEP_HOURS, f"{PATH}/{{point}}"
        posts = {"": self._save, "/library": self._let_go, "/close": self._close, "/reopen": self._reopen}
        return [
            Route(PATH, self._inside.shown(self._list, right), methods=["GET"]),
            Route(one, self._inside.shown(self._one, right), methods=["GET"]),
            *(
                Route(one + path, self._inside.posted(post, self._again, PATH, right, keeps=True), methods=["POST"])
                for path, post in posts.items()
            ),
            *(Route(one + path, _astray, methods=["GET"]) for path in posts if path),
        ]

    async def _list(self, _: Request, me: Me) -> Response:
        async with self._db.read() as tx:
            kept = await schedules.of_points(tx)
            closed = await schedules.closures(tx, self._now())
        rows = []
        for point in self._library().points.values():
            if me.may(Action.KEEP_HOURS, point=point.id):
                closures = tuple(each.closure for each in closed if each.point == point.id)
                schedule = schedule_of(point, kept.get(point.id), closures)
                rows.append((point.id, point_name(point, me.language), self._now_there(schedule, me), kept.get(point.id)))
        name = self._phrases.into(me.language).gettext("Hours of the info points")
        return await self._inside.page(me, "hours.html", name, rows=rows)

    def _now_there(self, schedule: Schedule, me: Me) -> str:
        return preview.state_in_words(
            schedule, state(schedule, self._now()), self._now(), me.language, self._phrases.into(me.language)
        )

    async def _one(self, request: Request, me: Me) -> Response:
        return await self._draw(me, self._point(request, me), done=request.query_params.get("done") == "1")

    async def _again(self, request: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._draw(me, self._point(request, me), form, problem=problem, status=403)

    async def _save(self, request: Request, me: Me, form: _Form) -> Response:
        point, say = self._point(request, me), self._phrases.into(me.language)
        try:
            hours, holidays = weekform.read(form), closureform.local_holidays(form.get("holidays", ""))
        except UnreadableHours as wrong:
            problem = weekform.words(wrong, me.language, say)
            return await self._draw(me, point, form, problem=problem, wrong=wrong, status=422)
        except closureform.UnreadableDate:
            problem = say.gettext("A local holiday cannot be read. Write day and month, such as 5. 8., parted by commas.")
            return await self._draw(me, point, form, problem=problem, at="holidays", status=422)
        if form.get("preview"):
            return await self._draw(me, point, form, planned=(hours, holidays))
        try:
            await self._keeping.hours(point.id, hours, holidays, me.name, _moment(form.get("seen", "")))
        except ChangedMeanwhile:
            problem = say.gettext(
                "Somebody else has saved other hours meanwhile; they are told below. "
                "What you entered is still in the fields. Save again to replace theirs."
            )
            return await self._draw(me, point, form, problem=problem, status=_CONFLICT)
        return RedirectResponse(f"{PATH}/{point.id}?done=1", status_code=303)

    async def _let_go(self, request: Request, me: Me, form: _Form) -> Response:
        point, seen = self._point(request, me), _moment(form.get("seen", ""))
        try:
            if seen is not None:
                await self._keeping.let_go(point.id, me.name, seen)
        except ChangedMeanwhile:
            say = self._phrases.into(me.language)
            problem = say.gettext("Somebody else has saved other hours meanwhile; they are told below. Nothing was changed.")
            return await self._draw(me, point, problem=problem, status=_CONFLICT)
        return RedirectResponse(f"{PATH}/{point.id}?done=1", status_code=303)

    async def _close(self, request: Request, me: Me, form: _Form) -> Response:
        point, say = self._point(request, me), self._phrases.into(me.language)
        try:
            await self._keeping.close(point.id, closureform.closure(form, point.country), me.name)
        except closureform.UnreadableDate:
            problem = say.gettext("The closure cannot be read. It needs a first day; times are hours and minutes.")
        except ImpossibleClosure:
            problem = say.gettext("The closure must end later than it begins and than now, and last at most a year.")
        else:
            return RedirectResponse(f"{PATH}/{point.id}?done=1#closures", status_code=303)
        return await self._draw(me, point, form, problem=problem, at="closure", status=422)

    async def _reopen(self, request: Request, me: Me, form: _Form) -> Response:
        point = self._point(request, me)
        await self._keeping.reopen(point.id, form.get("closure", ""), me.name)
        return RedirectResponse(f"{PATH}/{point.id}?done=1#closures", status_code=303)

    def _point(self, request: Request, me: Me) -> Point:
        """Return the point that a request is about; one without rights there does not learn that it exists."""
        point = self._library().points.get(request.path_params["point"])
        if point is None or not me.may(Action.KEEP_HOURS, point=point.id):
            raise HTTPException(404)
        return point

    async def _draw(
        self,
        me: Me,
        point: Point,
        form: _Form | None = None,
        *,
        problem: str = "",
        at: str = "",
        wrong: UnreadableHours | None = None,
        planned: tuple[str | None, tuple[str, ...]] | None = None,
        done: bool = False,
        status: int = 200,
    ) -> Response:
        now = self._now()
        today = local(now, point.country).date()
        async with self._db.read() as tx:
            kept = await schedules.of_point(tx, point.id)
            closures = await schedules.closures(tx, preview.midnight(today, point.country), [point.id])
        schedule = schedule_of(point, kept, tuple(each.closure for each in closures))
        shown = schedule if planned is None else replace(schedule, hours=planned[0], holidays=planned[1])
        hours_form = form if form is not None and "how" in form else None  # the form of a closure holds no hours
        seen = "" if kept is None else kept.changed_at.isoformat()
        language = me.language
        kept_fields, kept_holidays = weekform.shown(schedule.hours, language), closureform.written(schedule.holidays)
        return await self._inside.page(
            me,
            "hours_point.html",
            point_name(point, me.language),
            status=status,
            path=f"{PATH}/{point.id}",
            point=point,
            kept=kept,
            # Only who was told of the change of somebody else may replace it.
            seen=seen if hours_form is None or status == _CONFLICT else hours_form.get("seen", ""),
            written_now=schedule.hours or "",
            fields=kept_fields if hours_form is None else weekform.typed(hours_form, language, wrong),
            holidays=kept_holidays if hours_form is None else hours_form.get("holidays", ""),
            closures=[
                (each.id, preview.closure_in_words(each.closure, point.country, language))
                for each in closures
                if each.closure.ends > now
            ],
            days=preview.days(shown, today, language, self._phrases.into(language)),
            planned=planned is not None,
            typed=form or {},
            problem=problem,
            at=at,
            done=done,
        )


def point_name(point: Point, language: str) -> str:
    """Return the name of an info point in ``language`` where it has one."""
    return point.name(language)


def _moment(written: str) -> datetime | None:
    """Return when the hours were changed that a page showed, as its hidden field has it; None when nobody had."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise HTTPException(400) from error
    if moment.tzinfo is None:
        raise HTTPException(400)
    return moment


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to its page."""
    return RedirectResponse(PATH, status_code=303)

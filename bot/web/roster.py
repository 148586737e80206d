"""The pages of the duty roster: the week at each info point with its gaps, and the shifts that make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.hours import local
from bot.language.phrases import Phrases
from bot.model.library import HOME, Library
from bot.model.schedule import Shift
from bot.model.staff import Action
from bot.store import shifts, staff
from bot.store.database import Database
from bot.web import preview, rosterweek, shiftform, weekform
from bot.web.hours import point_name
from bot.web.inside import Inside
from bot.web.sessions import Me
from bot.web.shiftform import Choices, NoShift
from bot.web.weekform import UnreadableHours
from bot.work.keeping import ChangedMeanwhile, Keeping
from bot.work.rota import of_all

PATH = "/desk/roster"
_ID = re.compile(r"[0-9a-f]{32}")
#: So many years around now a week may be looked at.
_FAR = timedelta(days=5 * 366)

_Form = Mapping[str, str]


class RosterPages:
    """The roster, and the form of a shift."""

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
        right, new, one = Action.KEEP_ROSTER, f"{PATH}/new", f"{PATH}/{{shift}}"

        def posted(path: str, post: Callable[..., object]) -> Route:
            return Route(path, self._inside.posted(post, self._again, PATH, right, keeps=True), methods=["POST"])  # type: ignore[arg-type]

        return [
            Route(PATH, self._inside.shown(self._week, right), methods=["GET"]),
            Route(new, self._inside.shown(self._form, right), methods=["GET"]),
            Route(one, self._inside.shown(self._form, right), methods=["GET"]),
            posted(new, self._save),
            posted(one, self._save),
            posted(f"{one}/remove", self._remove),
            Route(f"{one}/remove", _astray, methods=["GET"]),
        ]

    async def _week(self, request: Request, me: Me) -> Response:
        now = self._now()
        monday = _monday(request.query_params.get("week", ""), local(now, HOME[me.language]).date())
        async with self._db.read() as tx:
            planned = await shifts.everyone(tx)
            names = {each.id: each.name for each in await staff.everyone(tx)}
            # Closures of the week that is shown count, also those that are over by now.
            begins = min(now, preview.midnight(monday, HOME[me.language]) - timedelta(days=1))
            schedules = await of_all(tx, self._library().points, begins)
        points = {each.id: each for each in self._library().points.values() if me.may(Action.KEEP_ROSTER, point=each.id)}
        weeks = [
            rosterweek.of_point(
                point, point_name(point, me.language), schedules[point.id], planned, names, monday, now, me.language
            )
            for point in points.values()
        ]
        return await self._inside.page(
            me,
            "roster.html",
            self._phrases.into(me.language).gettext("Duty roster"),
            weeks=weeks,
            days=[preview.day_in_words(monday + timedelta(days=number), me.language) for number in range(7)],
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            shifts=[
                (each, names.get(each.staff, ""), self._points_in_words(each, me), *shiftform.validity(each, me.language))
                for each in planned
                if each.points & points.keys() and (each.ends is None or each.ends > now)
            ],
            mine=points.keys(),
            done=request.query_params.get("done") == "1",
        )

    def _points_in_words(self, shift: Shift, me: Me) -> str:
        points = self._library().points
        return ", ".join(point_name(points[each], me.language) if each in points else each for each in sorted(shift.points))

    async def _form(self, request: Request, me: Me) -> Response:
        return await self._draw(me, await self._shift(request, me))

    async def _again(self, request: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._draw(me, await self._shift(request, me), form, problem=problem, status=403)

    async def _save(self, request: Request, me: Me, form: _Form) -> Response:
        old = await self._shift(request, me)
        choices = await self._choices(me)
        say = self._phrases.into(me.language)
        try:
            shift = shiftform.read(form, choices, "" if old is None else old.id)
        except (NoShift, UnreadableHours) as wrong:
            problem = shiftform.words(wrong, me.language, say)
            return await self._draw(me, old, form, problem=problem, wrong=wrong, status=422)
        try:
            _check_seen(form, old)
            whose = next(each.name for each in choices.members if each.id == shift.staff)
            await self._keeping.put_shift(shift, old, whose, me.name)
        except ChangedMeanwhile:
            problem = say.gettext(
                "Somebody else has changed this shift meanwhile. What you entered is still in the fields. "
                "Save again to replace theirs."
            )
            return await self._draw(me, await self._shift(request, me), form, problem=problem, status=409)
        return RedirectResponse(f"{PATH}?done=1", status_code=303)

    async def _remove(self, request: Request, me: Me, _: _Form) -> Response:
        shift = await self._shift(request, me)
        if shift is not None:
            async with self._db.read() as tx:
                member = await staff.get(tx, shift.staff)
            await self._keeping.remove_shift(shift.id, "" if member is None else member.name, me.name)
        return RedirectResponse(f"{PATH}?done=1", status_code=303)

    async def _choices(self, me: Me) -> Choices:
        async with self._db.read() as tx:
            members = shiftform.able(await staff.everyone(tx))
        points = {each.id: each for each in self._library().points.values() if me.may(Action.KEEP_ROSTER, point=each.id)}
        return Choices(members, points)

    async def _shift(self, request: Request, me: Me) -> Shift | None:
        """Return the shift that a request is about, None for a new one; 404 for what one may not change."""
        shift_id = request.path_params.get("shift")
        if shift_id is None:
            return None
        shift = None
        if _ID.fullmatch(shift_id):
            async with self._db.read() as tx:
                shift = await shifts.get(tx, shift_id)
        if shift is None or not all(me.may(Action.KEEP_ROSTER, point=point) for point in shift.points):
            raise HTTPException(404)
        return shift

    async def _draw(
        self,
        me: Me,
        shift: Shift | None,
        form: _Form | None = None,
        *,
        problem: str = "",
        wrong: NoShift | UnreadableHours | None = None,
        status: int = 200,
    ) -> Response:
        say, language = self._phrases.into(me.language), me.language
        choices = await self._choices(me)
        at = wrong if isinstance(wrong, UnreadableHours) else None
        fields = weekform.shown(None if shift is None else shift.hours, language)
        typed = {} if shift is None else shiftform.filled(shift)
        seen = shiftform.mark(shift)
        if form is not None:
            fields, typed = weekform.typed(form, language, at), dict(form)
            seen = seen if status == 409 else form.get("seen", "")  # noqa: PLR2004 - only who was told of a change may replace it
        return await self._inside.page(
            me,
            "shift.html",
            say.gettext("New shift") if shift is None else say.gettext("Shift"),
            status=status,
            path=f"{PATH}/{'new' if shift is None else shift.id}",
            shift=shift,
            seen=seen,
            members=choices.members,
            points=[(f"{shiftform.POINT}{each.id}", point_name(each, language)) for each in choices.points.values()],
            fields=fields,
            typed=typed,
            problem=problem,
            at=wrong.what if isinstance(wrong, NoShift) else "",
        )


def _check_seen(form: _Form, shift: Shift | None) -> None:
    if form.get("seen", "") != shiftform.mark(shift):
        raise ChangedMeanwhile


def _monday(written: str, today: date) -> date:
    """Return the Monday of the week that an address asks for, else of this week."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = today
    day = day if abs(day - today) < _FAR else today
    return day - timedelta(days=day.weekday())


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to its page."""
    return RedirectResponse(PATH, status_code=303)

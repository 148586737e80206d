"""Cases by their code, for the counter: a resident says it, and staff open the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.dialogue.codes import code_in, plain
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store import audit, codes
from bot.store.database import Database
from bot.web import throttle
from bot.web.inside import Inside
from bot.web.links import may_read
from bot.web.sessions import Me
from bot.web.times import moment

PATH = "/desk/code"

#: What is read of a field that anybody may fill with a book.
_LONGEST = 40


class CodePage:
    """Opens the case whose code a resident says. Of a case that one may not read it tells no more than of one there is not."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, now: Callable[[], datetime]) -> None:
        self._db = db
        self._phrases = phrases
        self._inside = inside
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._page, Action.READ), methods=["GET"]),
            Route(PATH, self._inside.posted(self._open, self._again, PATH, Action.READ, keeps=True), methods=["POST"]),
        ]

    async def _page(self, _: Request, me: Me) -> Response:
        return await self._draw(me)

    async def _again(self, _: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._draw(me, problem=problem, typed=form.get("code", ""), status=403)

    async def _open(self, _: Request, me: Me, form: Mapping[str, str]) -> Response:
        typed, say = form.get("code", "")[:_LONGEST], self._phrases.into(me.language)
        code = code_in(typed) or plain(typed)
        if not code:
            return await self._draw(me, problem=say.gettext("Type the code of a case first."), typed=typed, status=422)
        subject = f"counter:{me.member.id}"
        async with self._db.write() as tx:
            until = await throttle.locked_until(tx, subject, self._now())
            case = None if until else await codes.find(tx, code)
            readable = case is not None and await may_read(tx, case, me.member)
            if case is not None and readable:
                await audit.put(tx, me.name, "opened-by-code", case.code, self._now())
            elif until is None:
                await throttle.fail(tx, subject, self._now(), me.member)
        if until is not None:
            told = say.gettext("Too many codes were wrong. Try again after %(time)s.")
            return await self._draw(me, problem=told % {"time": moment(until, self._now(), me.language)}, typed=typed, status=429)
        if case is None or not readable:
            problem = say.gettext("There is no case with this code that you may open. Look at the code again.")
            return await self._draw(me, problem=problem, typed=typed, status=404)
        return RedirectResponse(f"/desk/case/{case.id}", status_code=303)

    async def _draw(self, me: Me, *, problem: str = "", typed: str = "", status: int = 200) -> Response:
        name = self._phrases.into(me.language).gettext("Open a case by its code")
        return await self._inside.page(me, "casecode.html", name, status=status, problem=problem, typed=typed)

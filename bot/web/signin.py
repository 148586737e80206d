"""Sign-in to the desk and out of it; what somebody typed before the session ended comes through it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.language.text import fold
from bot.model.library import LANGUAGES
from bot.model.staff import Member
from bot.store import staff
from bot.store.database import Database
from bot.web import forms, passwords
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.pages import Pages
from bot.web.sessions import Me, Sessions, desk_language
from bot.web.times import moment

#: So many wrong passwords for one name within `WINDOW` lock that name until the oldest of them is that old.
MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)
#: Hashing takes 64 MB and a processor each time: so many at once, and so many more in the queue before we say "later".
_AT_ONCE = 2
_QUEUE = 20
_LONGEST_NAME = 100

#: The only pages that a sign-in leads to, so that no link sends staff to another site.
_OURS = re.compile(r"/desk(/[a-z0-9-]+)*")

#: Shows a case to somebody with the text that they typed before they had to sign in.
Resume = Callable[[Me, str, Kept], Awaitable[Response]]


class SignIn:
    """The sign-in page, and the way to it for whoever has no session."""

    def __init__(self, db: Database, phrases: Phrases, pages: Pages, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self.sessions = sessions
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._now = now
        self._hashing = asyncio.Semaphore(_AT_ONCE)
        self._queued = 0

    def routes(self, resume: Resume) -> list[Route]:
        """Return the routes; ``resume`` shows a case again with what was typed on it."""

        async def post(request: Request) -> Response:
            return await self._sign_in(request, resume)

        return [
            Route("/desk/signin", self._page, methods=["GET"]),
            Route("/desk/signin", post, methods=["POST"]),
            Route("/desk/signout", self._sign_out, methods=["POST"]),
        ]

    def ask(self, request: Request, *, target: str, kept: Kept = NOTHING_KEPT) -> Response:
        """Ask somebody without a session to sign in: by a redirect, or at once when ``kept`` holds what they typed."""
        if request.method in {"GET", "HEAD"}:
            return RedirectResponse(f"/desk/signin?next={target}", status_code=303)
        return self._form(desk_language(request), status=401, target=target, kept=kept, was_out=True)

    async def _page(self, request: Request) -> Response:
        target = _own_page(request.query_params.get("next", ""))
        if await self.sessions.current(request) is not None:
            return RedirectResponse(target, status_code=303)
        return self._form(desk_language(request), target=target, was_out=target != "/desk")

    async def _sign_in(self, request: Request, resume: Resume) -> Response:
        form = await forms.read(request)
        name, target = form.get("name", "").strip(), _own_page(form.get("next", ""))
        kept = Kept(form.get("typed", ""), form.get("noted", ""))
        language = form["language"] if form.get("language") in LANGUAGES else desk_language(request)
        say = self._phrases.into(language)

        def again(problem: str, status: int) -> Response:
            return self._form(language, status=status, problem=problem, name=name, target=target, kept=kept)

        subject = f"name:{fold(name)[:_LONGEST_NAME]}"
        locked_until = await self._locked_until(subject)
        if locked_until is not None:
            until = moment(locked_until, self._now(), language)
            return again(say.gettext("Too many wrong passwords for this name. Try again after %(time)s.") % {"time": until}, 429)
        if self._queued >= _QUEUE:
            return again(say.gettext("Too many people are signing in just now. Try again in a minute."), 429)
        self._queued += 1
        try:
            member = await self._member(name, form.get("password", ""))
        finally:
            self._queued -= 1
        if member is None:
            async with self._db.write() as tx:
                await staff.note_failure(tx, subject, self._now())
            return again(say.gettext("The name or the password is wrong."), 403)
        async with self._db.write() as tx:
            await staff.clear_failures(tx, subject)
        return await self._let_in(request, member, language, target, kept, resume)

    async def _let_in(self, request: Request, member: Member, language: str, target: str, kept: Kept, resume: Resume) -> Response:
        # Whatever session this browser had is over: a session id from before a sign-in is never good after it.
        forgotten = Response()
        await self.sessions.close(request, forgotten)
        carrier = Response()
        me = (await self.sessions.open(carrier, member, language)).me
        response: Response = RedirectResponse(target, status_code=303)
        if kept and target != "/desk":
            response = await resume(me, target.rpartition("/")[2], kept)
        response.raw_headers.extend(header for header in carrier.raw_headers if header[0] == b"set-cookie")
        return response

    async def _member(self, name: str, password: str) -> Member | None:
        """Return the member with this name and password; it takes as long when there is none."""
        async with self._db.read() as tx:
            member = await staff.find(tx, name)
        usable = member if member is not None and member.disabled_at is None else None
        async with self._hashing:
            right = await run_in_threadpool(passwords.is_right, password, usable.password_hash if usable else None)
        return usable if right else None

    async def _locked_until(self, subject: str) -> datetime | None:
        async with self._db.read() as tx:
            failed = await staff.failed_at(tx, subject, self._now() - WINDOW)
        return failed[-MOST_FAILURES] + WINDOW if len(failed) >= MOST_FAILURES else None

    async def _sign_out(self, request: Request) -> Response:
        form = await forms.read(request)
        me = await self.sessions.current(request)
        if me is not None and not me.sent(form.get("token", "")):
            raise HTTPException(403)
        response = RedirectResponse("/desk/signin", status_code=303)
        await self.sessions.close(request, response)
        return response

    def _form(
        self,
        language: str,
        *,
        status: int = 200,
        problem: str = "",
        name: str = "",
        target: str = "/desk",
        kept: Kept = NOTHING_KEPT,
        was_out: bool = False,
    ) -> Response:
        return self._pages.page(
            "signin.html",
            language,
            status=status,
            problem=problem,
            name=name,
            next=target,
            kept=kept,
            was_out=was_out,
        )


def _own_page(address: str) -> str:
    return address if _OURS.fullmatch(address) else "/desk"

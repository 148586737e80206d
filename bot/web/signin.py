"""Sign-in to the desk in one step or two, and out of it; what somebody typed before the session ended comes through it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Member
from bot.store import audit, sessions, staff
from bot.store.database import Database
from bot.store.sessions import Stage
from bot.web import browsers, forms, known, throttle
from bot.web.carrying import bare, brought, carried, to_copy
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.pages import Pages
from bot.web.passwords import BusyError, Hashing
from bot.web.second_step import try_code
from bot.web.sessions import Begun, Me, Sessions, desk_language
from bot.web.throttle import Throttle
from bot.web.times import moment

#: The only pages that a sign-in leads to, so that no link sends staff to another site.
_OURS = re.compile(r"/desk(/[a-z0-9-]+)*")
_TAKES_BACK = "/desk/library/"
_CASE = re.compile(r"/desk/case/([0-9a-f]{32})")
#: The pages on the way in; a sign-in leads to none of them, else it would go in a circle.
_CODE, _SET_UP = "/desk/signin/code", "/desk/second-factor"

#: Shows a case to somebody with the text that they typed before they had to sign in; None when they may not read it.
Resume = Callable[[Me, str, Kept], Awaitable[Response | None]]
#: Shows the page on which a second factor is set up, on the way to an address.
SetUp = Callable[[Begun, str, Kept], Awaitable[Response]]


class SignIn:
    """The sign-in pages, and the way to them for whoever has no session."""

    def __init__(self, db: Database, phrases: Phrases, pages: Pages, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self.sessions = sessions
        self.hashing = Hashing()
        self.throttle = Throttle(db, now)
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._now = now
        self._resume: Resume | None = None
        self._set_up: SetUp | None = None

    def routes(self, resume: Resume, set_up: SetUp) -> list[Route]:
        """Return the routes; ``resume`` shows a case again with what was typed on it, ``set_up`` a second factor to set up."""
        self._resume, self._set_up = resume, set_up
        return [
            Route("/desk/signin", self._page, methods=["GET"]),
            Route("/desk/signin", self._sign_in, methods=["POST"]),
            Route(_CODE, self._code_page, methods=["GET"]),
            Route(_CODE, self._code, methods=["POST"]),
            Route("/desk/signin/on", self._on, methods=["POST"]),
            Route("/desk/signout", self._sign_out, methods=["POST"]),
        ]

    def ask(self, request: Request, *, target: str, kept: Kept = NOTHING_KEPT) -> Response:
        """Ask somebody without a session to sign in: by a redirect, or at once when ``kept`` holds what they typed."""
        if request.method in {"GET", "HEAD"}:
            return RedirectResponse(f"/desk/signin?next={target}", status_code=303)
        return self._form(desk_language(request), status=401, target=target, kept=kept, was_out=True)

    async def lead(self, begun: Begun, target: str, kept: Kept) -> Response:
        """Lead who has come in on to where they wanted to go, or first to what is still missing of their session."""
        if begun.stage is Stage.FULL:
            return await self._arrive(begun.me, target, kept)
        if begun.stage is Stage.SETUP and self._set_up is not None and carried(kept):
            return await self._set_up(begun, target, kept)
        if begun.stage is Stage.CODE and carried(kept):
            return self._code_form(begun, target, kept)
        return RedirectResponse(f"{_CODE if begun.stage is Stage.CODE else _SET_UP}?next={target}", status_code=303)

    async def _arrive(self, me: Me, target: str, kept: Kept) -> Response:
        if not carried(kept):
            return RedirectResponse(target, status_code=303)
        case = _CASE.fullmatch(target)
        resumed = await self._resume(me, case.group(1), kept) if case is not None and self._resume is not None else None
        if resumed is not None:
            return resumed
        # The forms of the library take everything back into their own fields, and save nothing by that.
        back = carried(kept) if target.startswith(_TAKES_BACK) else {}
        return self._pages.page("kept.html", me.language, texts=to_copy(kept), target=target, back=bare(back), token=me.token)

    async def _page(self, request: Request) -> Response:
        target = own_page(request.query_params.get("next", ""))
        begun = await self.sessions.begun(request)
        if begun is not None:
            return await self.lead(begun, target, NOTHING_KEPT)
        return self._form(desk_language(request), target=target, was_out=target != "/desk")

    async def _sign_in(self, request: Request) -> Response:
        form = await forms.read(request)
        name, target, kept = form.get("name", "").strip(), own_page(form.get("next", "")), brought(form)
        language = form["language"] if form.get("language") in LANGUAGES else desk_language(request)
        say = self._phrases.into(language)

        def again(problem: str, status: int) -> Response:
            return self._form(language, status=status, problem=problem, name=name, target=target, kept=kept)

        member = await self._find(name)
        subject = known.subject(request, member) or throttle.of_name(name)
        locked_until = await self.throttle.locked_until(subject)
        if locked_until is not None:
            until = moment(locked_until, self._now(), language)
            return again(say.gettext("Too many wrong passwords for this name. Try again after %(time)s.") % {"time": until}, 429)
        try:
            is_right = await self._is_right(member, form.get("password", ""))
        except BusyError:
            return again(say.gettext("Too many people are signing in just now. Try again in a minute."), 429)
        if member is None or not is_right:
            await self.throttle.fail(subject, member)
            return again(say.gettext("The name or the password is wrong."), 403)
        await self.throttle.clear(subject)
        return await self.let_in(request, member, language, target, kept)

    async def let_in(self, request: Request, member: Member, language: str, target: str, kept: Kept) -> Response:
        """Begin a session of ``member``, who has shown a password or an invitation, and lead them on."""
        # Whatever session this browser had is over: a session id from before a sign-in is never good after it.
        forgotten = Response()
        await self.sessions.close(request, forgotten)
        carrier = Response()
        label = browsers.label(request.headers.get("user-agent", ""))
        begun = await self.sessions.open(carrier, member, language, label=label)
        if begun.stage is Stage.FULL:
            async with self._db.write() as tx:
                await audit.put(tx, member.name, "sign-in", member.name, self._now())
        response = await self.lead(begun, target, kept)
        if begun.stage is Stage.FULL:
            self.sessions.know_again(carrier, member)
        response.raw_headers.extend(header for header in carrier.raw_headers if header[0] == b"set-cookie")
        return response

    async def _find(self, name: str) -> Member | None:
        async with self._db.read() as tx:
            return await staff.find(tx, name)

    async def _is_right(self, member: Member | None, password: str) -> bool:
        """Tell whether it is the password of a member who may come in; it takes as long when there is none."""
        usable = member if member is not None and member.disabled_at is None else None
        return await self.hashing.is_right(password, usable.password_hash if usable else None)

    async def _code_page(self, request: Request) -> Response:
        target = own_page(request.query_params.get("next", ""))
        begun = await self.sessions.begun(request)
        if begun is None:
            return self.ask(request, target=target)
        if begun.stage is not Stage.CODE:
            return await self.lead(begun, target, NOTHING_KEPT)
        return self._code_form(begun, target, NOTHING_KEPT)

    async def _code(self, request: Request) -> Response:
        form, begun, target, kept = await self._on_the_way(request)
        if begun is None:
            return self.ask(request, target=target, kept=kept)
        if begun.stage is not Stage.CODE:
            return await self.lead(begun, target, kept)
        member, now = begun.me.member, self._now()
        say = self._phrases.into(begun.me.language)
        if not begun.me.sent(form.get("token", "")):
            problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
            return self._code_form(begun, target, kept, problem=problem, status=403)
        async with self._db.write() as tx:
            tried = await try_code(tx, member, form.get("code", ""), now)
            if tried.right:
                await sessions.confirm(tx, begun.cookie)
                await audit.put(tx, member.name, "sign-in", member.name, now)
        if tried.right:
            response = await self._arrive(begun.me, target, kept)
            self.sessions.know_again(response, member)
            return response
        problem = tried.words(say, now, begun.me.language)
        return self._code_form(begun, target, kept, problem=problem, status=tried.status)

    async def _on(self, request: Request) -> Response:
        """Go on from the recovery codes to where somebody wanted to go."""
        form, begun, target, kept = await self._on_the_way(request)
        if begun is None or not begun.me.sent(form.get("token", "")):
            return self.ask(request, target=target, kept=kept)
        return await self.lead(begun, target, kept)

    async def _on_the_way(self, request: Request) -> tuple[Mapping[str, str], Begun | None, str, Kept]:
        form = await forms.read(request)
        return form, await self.sessions.begun(request), own_page(form.get("next", "")), brought(form)

    async def _sign_out(self, request: Request) -> Response:
        form = await forms.read(request)
        begun = await self.sessions.begun(request)
        if begun is not None and not begun.me.sent(form.get("token", "")):
            raise HTTPException(403)
        response = RedirectResponse("/desk/signin", status_code=303)
        await self.sessions.close(request, response)
        return response

    def _code_form(self, begun: Begun, target: str, kept: Kept, *, problem: str = "", status: int = 200) -> Response:
        me, hidden = begun.me, carried(kept)
        values = {"name": me.name, "token": me.token, "problem": problem, "next": target, "carried": hidden}
        return self._pages.page("code.html", me.language, status=status, **values)

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
        values = {"problem": problem, "name": name, "next": target, "carried": carried(kept), "was_out": was_out}
        return self._pages.page("signin.html", language, status=status, **values)


def own_page(address: str) -> str:
    """Return ``address`` when it is one that a sign-in may lead to, else that of the desk."""
    is_on_the_way = address.startswith(("/desk/signin", _SET_UP, "/desk/signout"))
    return address if _OURS.fullmatch(address) and not is_on_the_way else "/desk"

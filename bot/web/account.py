"""One's own account: password, second step, where to be told of waiting cases, whether one is here, and one's sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.store import audit, link_codes, second_factor, sessions, staff
from bot.store.database import Database
from bot.web import browsers, passwords, throttle
from bot.web.inside import Inside
from bot.web.passwords import BusyError, WeakPasswordError
from bot.web.sessions import Me
from bot.web.times import moment

PATH = "/desk/account"
#: What the page may say was done; it stands in the address, so that loading the page again does nothing again.
_DONE = frozenset({"password", "notices", "sessions", "here", "unlinked"})

#: Enough to catch a slip. Whether mail arrives there is seen by sending some; what could end a header line is never let in.
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.[^\s@.<>(),;:\"\\\[\]]{2,}")
_LONGEST_EMAIL = 254

_Form = Mapping[str, str]


class Account:
    """The page of one's own account. ``telegram`` tells whether there is a bot that an account can be linked with."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, now: Callable[[], datetime], *, telegram: bool) -> None:
        self._db = db
        self._phrases = phrases
        self._inside = inside
        self._signin = inside.signin
        self._now = now
        self._telegram = telegram

    def routes(self) -> list[Route]:
        """Return the routes."""
        posts = {
            "password": self._password,
            "notices": self._notices,
            "here": self._here,
            "telegram": self._link,
            "unlink": self._unlink,
            "sessions": self._end,
        }
        return [
            Route(PATH, self._inside.shown(self._page), methods=["GET"]),
            *(
                Route(f"{PATH}/{name}", self._inside.posted(post, self._again, PATH), methods=["POST"])
                for name, post in posts.items()
            ),
            *(Route(f"{PATH}/{name}", _astray, methods=["GET"]) for name in posts),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        done = request.query_params.get("done", "")
        return await self._draw(request, me, done=done if done in _DONE else "")

    async def _again(self, request: Request, me: Me, _: _Form, problem: str) -> Response:
        return await self._draw(request, me, problem=problem, status=403)

    async def _draw(
        self,
        request: Request,
        me: Me,
        *,
        problem: str = "",
        at: str = "",
        status: int = 200,
        done: str = "",
        typed: _Form | None = None,
        code: str = "",
    ) -> Response:
        say, now = self._phrases.into(me.language), self._now()
        begun = await self._signin.sessions.begun(request)
        async with self._db.read() as tx:
            mine = await sessions.of_member(tx, me.member.id, now)
            left = await second_factor.recovery_left(tx, me.member.id)
            member = await staff.get(tx, me.member.id) or me.member
        return await self._inside.page(
            me,
            "account.html",
            say.gettext("My account"),
            status=status,
            problem=problem,
            at=at,
            done=done,
            member=member,
            typed=typed or {"language": member.language or "", "email": member.email or ""},
            left=left,
            telegram=self._telegram,
            code=code,
            sessions=[(each, browsers.named(each.label, say)) for each in mine],
            this=begun.session.id if begun is not None else None,
            shortest=passwords.SHORTEST,
        )

    async def _password(self, request: Request, me: Me, form: _Form) -> Response:
        say, now = self._phrases.into(me.language), self._now()
        subject, new = throttle.of_password(me.member), form.get("new", "")

        async def refused(problem: str, status: int) -> Response:
            return await self._draw(request, me, problem=problem, at="password", status=status)

        until = await self._signin.throttle.locked_until(subject)
        if until is not None:
            told = {"time": moment(until, now, me.language)}
            return await refused(say.gettext("Too many wrong passwords. Try again after %(time)s.") % told, 429)
        try:
            if not await self._signin.hashing.is_right(form.get("old", ""), me.member.password_hash):
                await self._signin.throttle.fail(subject, me.member)
                return await refused(say.gettext("The present password is wrong."), 403)
            if new != form.get("again", ""):
                return await refused(say.gettext("The new password was not typed the same way twice."), 422)
            if new == form.get("old", ""):
                return await refused(say.gettext("This is the password that you have already."), 422)
            passwords.check_strength(new, me.name)
            hashed = await self._signin.hashing.hash(new)
        except WeakPasswordError as weak:
            return await refused(passwords.advice(weak.weakness, say), 422)
        except BusyError:
            return await refused(say.gettext("Too many people are signing in just now. Try again in a minute."), 429)
        begun = await self._signin.sessions.begun(request)
        async with self._db.write() as tx:
            changed = await staff.set_own_password(tx, me.member, hashed)
            if changed:
                await sessions.end_all(tx, me.member.id, but=None if begun is None else begun.cookie)
                await staff.clear_failures(tx, subject)
                await audit.put(tx, me.name, "change-password", me.name, now)
        if not changed:
            return await refused(say.gettext("The password was changed meanwhile, in another browser."), 409)
        return _done("password")

    async def _notices(self, request: Request, me: Me, form: _Form) -> Response:
        say, email, language = self._phrases.into(me.language), form.get("email", "").strip(), form.get("language", "")
        if email and not (_EMAIL.fullmatch(email) and email.isprintable() and len(email) <= _LONGEST_EMAIL):
            problem = say.gettext("This is not an e-mail address, which is like name@example.org.")
            return await self._draw(request, me, problem=problem, at="notices", status=422, typed=form)
        async with self._db.write() as tx:
            await staff.set_notices(tx, me.member.id, language if language in LANGUAGES else None, email or None)
        return _done("notices")

    async def _here(self, _: Request, me: Me, form: _Form) -> Response:
        async with self._db.write() as tx:
            await staff.set_away(tx, me.member.id, away=form.get("away") == "yes")
        return _done("here")

    async def _link(self, request: Request, me: Me, _: _Form) -> Response:
        if not self._telegram:
            return RedirectResponse(PATH, status_code=303)
        async with self._db.write() as tx:
            code = await link_codes.make(tx, me.member, self._now())
        return await self._draw(request, me, code=code, at="telegram")

    async def _unlink(self, _: Request, me: Me, __: _Form) -> Response:
        async with self._db.write() as tx:
            await staff.unlink_telegram(tx, me.member.id)
            await audit.put(tx, me.name, "unlink-telegram", me.name, self._now())
        return _done("unlinked")

    async def _end(self, request: Request, me: Me, form: _Form) -> Response:
        begun = await self._signin.sessions.begun(request)
        async with self._db.write() as tx:
            if form.get("session"):
                ended = int(await sessions.end_one(tx, me.member.id, form["session"]))
            else:
                ended = await sessions.end_all(tx, me.member.id, but=None if begun is None else begun.cookie)
            await audit.put(tx, me.name, "end-sessions", me.name, self._now(), sessions=ended)
        return _done("sessions")


def _done(what: str) -> Response:
    return RedirectResponse(f"{PATH}?done={what}", status_code=303)


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to its page."""
    return RedirectResponse(PATH, status_code=303)

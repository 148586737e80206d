"""The page on which somebody sets up a second factor, renews its recovery codes, or takes it away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.store import audit, second_factor, sessions, staff
from bot.store.database import Database, Transaction
from bot.store.sessions import Stage
from bot.web import forms, totp
from bot.web.carrying import brought, carried
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.inside import Inside
from bot.web.pages import Pages
from bot.web.second_step import try_code
from bot.web.sessions import Begun
from bot.web.signin import own_page

PATH = "/desk/second-factor"
#: What an app on a phone calls us.
_ISSUER = "Infopoint"


class SecondFactor:
    """The page of the second factor. An admin without one is led here before anything else."""

    def __init__(
        self, db: Database, phrases: Phrases, pages: Pages, inside: Inside, now: Callable[[], datetime], *, issuer: str = ""
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._inside = inside
        self._signin = inside.signin
        self._now = now
        self._issuer = f"{_ISSUER} ({issuer})" if issuer else _ISSUER

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._page, methods=["GET"]),
            Route(f"{PATH}/confirm", self._confirm, methods=["POST"]),
            Route(f"{PATH}/codes", self._codes, methods=["POST"]),
            Route(f"{PATH}/remove", self._remove, methods=["POST"]),
            *(Route(f"{PATH}/{name}", _astray, methods=["GET"]) for name in ("confirm", "codes", "remove")),
        ]

    async def show(
        self, begun: Begun, target: str, kept: Kept = NOTHING_KEPT, *, problem: str = "", at: str = "", status: int = 200
    ) -> Response:
        """Return the page: a second factor to set up on the way to ``target``, or the one that is set up.

        ``problem`` is what was wrong with the code in the form ``at`` (confirm, codes or remove).
        """
        member = begun.me.member
        if member.totp is not None:
            async with self._db.read() as tx:
                left = await second_factor.recovery_left(tx, member.id)
            return await self._draw(begun, "factor.html", problem=problem, at=at, left=left, status=status)
        secret = begun.session.offered or totp.new_secret()
        if begun.session.offered is None:
            async with self._db.write() as tx:
                await sessions.offer(tx, begun.cookie, secret)
        return await self._draw(
            begun,
            "factor_new.html",
            problem=problem,
            picture=totp.picture(secret, member.name, self._issuer),
            secret=totp.groups(secret),
            must=begun.stage is Stage.SETUP,
            next=target,
            carried=carried(kept),
            status=status,
        )

    async def _page(self, request: Request) -> Response:
        begun = await self._signin.sessions.begun(request)
        if begun is None:
            return self._signin.ask(request, target=PATH)
        target = own_page(request.query_params.get("next", "/desk/account" if begun.stage is Stage.FULL else ""))
        if begun.stage is Stage.CODE:
            return await self._signin.lead(begun, target, NOTHING_KEPT)
        return await self.show(begun, target)

    async def _confirm(self, request: Request) -> Response:
        form = await forms.read(request)
        begun, target, kept = await self._signin.sessions.begun(request), own_page(form.get("next", "")), brought(form)
        if begun is None:
            return self._signin.ask(request, target=target, kept=kept)
        if begun.me.member.totp is not None:
            return await self._signin.lead(begun, target, kept)  # set up meanwhile, in another browser or by the same form
        secret, say = begun.session.offered, self._phrases.into(begun.me.language)
        if not begun.me.sent(form.get("token", "")) or secret is None:
            problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
            return await self.show(begun, target, kept, problem=problem, at="confirm", status=403)
        now, member = self._now(), begun.me.member
        steps = totp.steps(secret, form.get("code", ""), now)
        if not steps:
            problem = say.gettext("The code does not fit. Type the one that the app shows now; is the clock of the phone right?")
            return await self.show(begun, target, kept, problem=problem, at="confirm", status=422)
        codes: list[str] = []
        async with self._db.write() as tx:
            # Under the lock: of two browsers that set one up at once, who knows the password alone must not have the last word.
            known = await staff.lock(tx, member.id)
            if known is not None and known.totp is None:
                await second_factor.keep(tx, member.id, secret)
                await second_factor.spend(tx, member.id, secret, steps)
                await sessions.confirm(tx, begun.cookie)
                await audit.put(tx, member.name, "set-second-factor", member.name, now)
                if begun.stage is Stage.SETUP:
                    await audit.put(tx, member.name, "sign-in", member.name, now)
                codes = await self._renew(tx, begun)
        if not codes:
            return RedirectResponse(f"/desk/signin?next={target}", status_code=303)
        return await self._draw(begun, "factor_codes.html", codes=codes, next=target, carried=carried(kept))

    async def _codes(self, request: Request) -> Response:
        begun, refused = await self._with_code(request, "codes")
        if begun is None or refused is not None:
            return refused or self._signin.ask(request, target=PATH)
        async with self._db.write() as tx:
            codes = await self._renew(tx, begun)
            await audit.put(tx, begun.me.name, "renew-recovery-codes", begun.me.name, self._now())
        return await self._draw(begun, "factor_codes.html", codes=codes, next="/desk/account", carried={})

    async def _remove(self, request: Request) -> Response:
        begun, refused = await self._with_code(request, "remove")
        if begun is None or refused is not None:
            return refused or self._signin.ask(request, target=PATH)
        async with self._db.write() as tx:
            await second_factor.remove(tx, begun.me.member.id)
            # Who stands at the second step in another browser, with the password alone, must not be let in by this.
            await sessions.end_all(tx, begun.me.member.id, but=begun.cookie)
            await audit.put(tx, begun.me.name, "remove-second-factor", begun.me.name, self._now())
        return RedirectResponse("/desk/account", status_code=303)

    async def _with_code(self, request: Request, at: str) -> tuple[Begun | None, Response | None]:
        """Return who sent a form with a right code, or what to answer instead."""
        form = await forms.read(request)
        begun = await self._signin.sessions.begun(request)
        if begun is None or begun.stage is not Stage.FULL:
            return None, None
        say = self._phrases.into(begun.me.language)
        if not begun.me.sent(form.get("token", "")):
            problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
            return begun, await self.show(begun, PATH, problem=problem, at=at, status=403)
        if begun.me.member.totp is None:
            return begun, RedirectResponse(PATH, status_code=303)
        async with self._db.write() as tx:
            tried = await try_code(tx, begun.me.member, form.get("code", ""), self._now())
        if tried.right:
            return begun, None
        problem = tried.words(say, self._now(), begun.me.language)
        return begun, await self.show(begun, PATH, problem=problem, at=at, status=tried.status)

    async def _renew(self, tx: Transaction, begun: Begun) -> list[str]:
        codes = totp.new_recovery_codes()
        await second_factor.put_recovery(tx, begun.me.member.id, codes)
        return codes

    async def _draw(self, begun: Begun, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page: with the bar of the desk for who is in, without it for who is on the way in."""
        me = begun.me
        if begun.stage is Stage.FULL:
            say = self._phrases.into(me.language)
            return await self._inside.page(
                me, template, say.gettext("Second step of sign-in"), status=status, frame="desk.html", **values
            )
        return self._pages.page(template, me.language, status=status, frame="frame.html", me=me, token=me.token, **values)


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to its page."""
    return RedirectResponse(PATH, status_code=303)

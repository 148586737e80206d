"""The page on which an admin looks after everybody's accounts: invites, gives and takes rights, shuts out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import Library
from bot.model.staff import Action, Role
from bot.store import invitations, sessions, staff
from bot.store.database import Database
from bot.store.staff import NameTaken
from bot.web.inside import Inside, Post
from bot.web.invitations import link
from bot.web.rights import NoPoint, read_rights, role_name, words, written
from bot.web.sessions import Me
from bot.work.people import LONGEST_NAME, People, PeopleRefusal, Rights

PATH = "/desk/people"
_INVITE = "invite"
_POINT = "point:"

_Form = Mapping[str, str]


class PeoplePage:
    """The page of all accounts. ``base`` is the address under which people reach this server, empty for that of the request."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        people: People,
        now: Callable[[], datetime],
        *,
        base: str,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._people = people
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        """Return the routes."""
        right = Action.MANAGE_PEOPLE
        posts: dict[str, Post] = {
            "invite": self._invite,
            "withdraw": self._withdraw,
            "rights": self._rights,
            "password": self._password,
            "disable": self._plain(self._people.disable),
            "enable": self._plain(self._people.enable),
            "sessions": self._plain(self._people.end_sessions),
            "factor": self._plain(self._people.remove_second_factor),
        }
        return [
            Route(PATH, self._inside.shown(self._page, right), methods=["GET"]),
            *(
                Route(f"{PATH}/{name}", self._inside.posted(post, self._again, PATH, right, keeps=True), methods=["POST"])
                for name, post in posts.items()
            ),
            *(Route(f"{PATH}/{name}", _astray, methods=["GET"]) for name in posts),
        ]

    async def _page(self, _: Request, me: Me) -> Response:
        return await self._draw(me)

    async def _again(self, _: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._draw(me, problem=problem, at=form.get("who", _INVITE), typed=form, status=403)

    async def _draw(
        self,
        me: Me,
        *,
        problem: str = "",
        at: str = "",
        typed: _Form | None = None,
        status: int = 200,
        url: str = "",
        whose: str = "",
    ) -> Response:
        """Return the page; ``problem`` is shown in the form ``at`` (a member's id, or that of an invitation) with what was typed.

        ``url`` is a link for ``whose`` account, told once.
        """
        now, say = self._now(), self._phrases.into(me.language)
        async with self._db.read() as tx:
            everyone = await staff.everyone(tx)
            seen, signed_in = await staff.last_seen(tx), await sessions.counts(tx, now)
            pending = await invitations.all_open(tx, now)
        return await self._inside.page(
            me,
            "people.html",
            say.gettext("People"),
            status=status,
            problem=problem,
            at=at if at == _INVITE or any(each.id == at for each in everyone) else _INVITE,
            typed=typed or {},
            people=sorted(everyone, key=lambda each: (each.disabled_at is not None, each.name.casefold())),
            seen=seen,
            signed_in=signed_in,
            invitations=pending,
            points=self._points(me.language),
            roles={role: role_name(role, say) for role in Role},
            rights=lambda each: written(Rights.of(each)),
            url=url,
            whose=whose,
            hours=int(invitations.LASTING.total_seconds() // 3600),
            longest=LONGEST_NAME,
        )

    def _points(self, language: str) -> dict[str, str]:
        """Return the names of all info points by id, in the order of the names."""
        names = {point.id: point.name(language) for point in self._library().points.values()}
        return dict(sorted(names.items(), key=lambda item: item[1].casefold()))

    async def _invite(self, request: Request, me: Me, form: _Form) -> Response:
        try:
            token = await self._people.invite(form.get("name", ""), self._wanted(form), me.name)
        except (PeopleRefusal, NameTaken) as refusal:
            return await self._refused(me, form, _INVITE, refusal)
        name = staff.written(form.get("name", ""))
        return await self._draw(me, url=self._link(request, token), whose=name, at=_INVITE)

    async def _withdraw(self, _: Request, me: Me, form: _Form) -> Response:
        try:
            await self._people.withdraw(form.get("invitation", ""), me.name)
        except PeopleRefusal as refusal:
            return await self._refused(me, form, _INVITE, refusal)
        return RedirectResponse(PATH, status_code=303)

    async def _rights(self, _: Request, me: Me, form: _Form) -> Response:
        who = form.get("who", "")
        try:
            seen = read_rights(form.get("rights", ""))
            await self._people.change(who, seen, self._wanted(form, seen.points or frozenset()), me.name)
        except PeopleRefusal as refusal:
            return await self._refused(me, form, who, refusal)
        return _back(who)

    def _plain(self, act: Callable[[str, str], Awaitable[object]]) -> Post:
        """Return a form that does one thing to one member and leads back to them."""

        async def post(_: Request, me: Me, form: _Form) -> Response:
            who = form.get("who", "")
            try:
                await act(who, me.name)
            except PeopleRefusal as refusal:
                return await self._refused(me, form, who, refusal)
            return _back(who)

        return post

    async def _password(self, request: Request, me: Me, form: _Form) -> Response:
        who = form.get("who", "")
        try:
            token = await self._people.password_link(who, me.name)
        except PeopleRefusal as refusal:
            return await self._refused(me, form, who, refusal)
        async with self._db.read() as tx:
            member = await staff.get(tx, who)
        return await self._draw(me, url=self._link(request, token), whose=member.name if member else "", at=_INVITE)

    async def _refused(self, me: Me, form: _Form, at: str, refusal: Exception) -> Response:
        status, problem = words(refusal, self._phrases.into(me.language))
        return await self._draw(me, problem=problem, at=at, typed=form, status=status)

    def _wanted(self, form: _Form, had: frozenset[str] = frozenset()) -> Rights:
        """Return the rights that a form gives. Those at a point that is gone from the library may stay. Raises `NoPoint`."""
        try:
            role = Role(form.get("role", ""))
        except ValueError:
            raise HTTPException(400) from None
        points = frozenset(name.removeprefix(_POINT) for name in form if name.startswith(_POINT))
        if form.get("everywhere"):
            return Rights(role, None)
        if not points or points - had - self._library().points.keys():
            raise NoPoint
        return Rights(role, points)

    def _link(self, request: Request, token: str) -> str:
        return link(self._base or str(request.base_url), token)


def _back(who: str) -> Response:
    return RedirectResponse(f"{PATH}#member-{who}", status_code=303)


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to its page."""
    return RedirectResponse(PATH, status_code=303)

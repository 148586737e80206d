"""The page behind a one-time link, on which somebody chooses the password of a new account or of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from gettext import NullTranslations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.store import invitations
from bot.store.database import Database
from bot.store.invitations import Invitation
from bot.store.staff import NameTaken
from bot.web import forms, passwords
from bot.web.forms import NOTHING_KEPT
from bot.web.pages import Pages
from bot.web.passwords import BusyError, WeakPasswordError
from bot.web.sessions import desk_language
from bot.web.signin import SignIn
from bot.work.people import NoLonger, People

_PATH = "/desk/invitation"


def link(base: str, token: str) -> str:
    """Return the address that is sent to somebody; ``base`` is that of this server."""
    return f"{base.rstrip('/')}{_PATH}/{token}"


class Invitations:
    """The page of an invitation. Whoever holds the link is who was invited."""

    def __init__(
        self, db: Database, phrases: Phrases, pages: Pages, signin: SignIn, people: People, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._signin = signin
        self._people = people
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(f"{_PATH}/{{token}}", self._page, methods=["GET"]),
            Route(f"{_PATH}/{{token}}", self._accept, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        found = await self._find(request)
        return self._over(desk_language(request)) if found is None else self._form(request, found, desk_language(request))

    async def _accept(self, request: Request) -> Response:
        form = await forms.read(request)
        language = form["language"] if form.get("language") in LANGUAGES else desk_language(request)
        say, found, password = self._phrases.into(language), await self._find(request), form.get("password", "")
        if found is None:
            return self._over(language)
        problem = _fault(found, password, form.get("again", ""), say)
        if problem:
            return self._form(request, found, language, problem=problem, status=422)
        try:
            hashed = await self._signin.hashing.hash(password)
            member = await self._people.accept(request.path_params["token"], hashed)
        except BusyError:
            problem = say.gettext("Too many people are signing in just now. Try again in a minute.")
            return self._form(request, found, language, problem=problem, status=429)
        except NameTaken:
            problem = say.gettext("Somebody has an account under this name by now. Ask for an invitation under another name.")
            return self._form(request, found, language, problem=problem, status=409)
        except NoLonger:
            return self._over(language)
        return await self._signin.let_in(request, member, language, "/desk", NOTHING_KEPT)

    async def _find(self, request: Request) -> Invitation | None:
        async with self._db.read() as tx:
            return await invitations.find(tx, request.path_params["token"], self._now())

    def _form(self, request: Request, found: Invitation, language: str, *, problem: str = "", status: int = 200) -> Response:
        return self._pages.page(
            "invitation.html",
            language,
            status=status,
            address=request.url.path,
            invitation=found,
            problem=problem,
            shortest=passwords.SHORTEST,
        )

    def _over(self, language: str) -> Response:
        return self._pages.page("invitation_over.html", language, status=404)


def _fault(found: Invitation, password: str, again: str, say: NullTranslations) -> str:
    """Return what is wrong with a password that somebody chose, empty when nothing is."""
    if password != again:
        return say.gettext("The new password was not typed the same way twice.")
    try:
        passwords.check_strength(password, found.name)
    except WeakPasswordError as weak:
        return passwords.advice(weak.weakness, say)
    return ""

"""Who is signed in: a random cookie whose hash the store knows. Nothing about the person is in the cookie."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.model.library import LANGUAGES
from bot.model.staff import Action, Member
from bot.store import sessions as store
from bot.store.database import Database, Unavailable
from bot.store.sessions import Session, Stage
from bot.web import known
from bot.web.pages import reader_language

COOKIE = "infopoint_staff"
#: The language of the desk is a matter of the browser, as it is for residents: a shared machine is read by whoever sits there.
LANGUAGE_COOKIE = "infopoint_desk_language"
#: Residents' pages never see the cookies of staff.
_PATH = "/desk"
#: A session ends after a working day, and earlier when nobody has opened a page for so long.
LASTING = timedelta(hours=12)
IDLE = timedelta(hours=2)
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Me:
    """Somebody who is signed in. ``token`` stands in every form of theirs."""

    member: Member
    language: str
    token: str

    @property
    def name(self) -> str:
        """What cases carry."""
        return self.member.name

    def may(self, action: str, *, point: str | None = None) -> bool:
        """Tell whether they may do ``action`` (see `bot.model.staff.Action`) at ``point``, or anywhere."""
        return self.member.may(Action(action), point=point)

    def sent(self, token: str) -> bool:
        """Tell whether a form with ``token`` came from a page of this session."""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that may be half a one: who it is of, how far in they are, and the cookie that the store knows it by."""

    me: Me
    session: Session
    cookie: str

    @property
    def stage(self) -> Stage:
        """Tell how far in they are."""
        return self.session.stage


class Sessions:
    """Opens, finds and closes sessions."""

    def __init__(self, db: Database, now: Callable[[], datetime], *, https: bool) -> None:
        self._db = db
        self._now = now
        self._https = https

    async def current(self, connection: HTTPConnection, *, awake: bool = False) -> Me | None:
        """Return who is signed in, or None; a session whose second factor is missing opens nothing and is None too.

        ``awake`` says that a person asked for this, so that the session lives on; a stream that stays open is no such sign,
        but it is one that they are here.
        """
        begun = await self.begun(connection)
        if begun is None or begun.stage is not Stage.FULL:
            return None
        now, seen_at = self._now(), begun.session.seen_at
        prolongs = awake and begun.session.expires_at - now < IDLE * 0.9
        if prolongs or seen_at is None or seen_at <= now - store.SEEN_EVERY:
            with suppress(Unavailable):  # nobody is refused a page because it cannot be written down that they are here
                async with self._db.write() as tx:
                    await store.see(tx, begun.cookie, now)
                    if prolongs:
                        await store.prolong(tx, begun.cookie, now, IDLE, LASTING)
        return begun.me

    async def begun(self, connection: HTTPConnection) -> Begun | None:
        """Return the session of this browser, be it half or whole: for the pages on the way in, and one's own account."""
        cookie = connection.cookies.get(COOKIE, "")
        if not cookie:
            return None
        async with self._db.read() as tx:
            session = await store.find(tx, cookie, self._now())
        if session is None:
            return None
        return Begun(Me(session.member, desk_language(connection), session.csrf), session, cookie)

    async def open(self, response: Response, member: Member, language: str, *, label: str = "") -> Begun:
        """Begin a session of ``member`` under a new id and put its cookie on ``response``."""
        now = self._now()
        async with self._db.write() as tx:
            new = await store.begin(tx, member, now, IDLE, label=label)
        self._give(response, COOKIE, new.token, None)
        self.remember_language(response, language)
        return Begun(Me(member, language, new.csrf), Session(member, new.csrf, new.expires_at), new.token)

    async def close(self, connection: HTTPConnection, response: Response) -> None:
        """End the session of this browser."""
        async with self._db.write() as tx:
            await store.end(tx, connection.cookies.get(COOKIE, ""))
        response.delete_cookie(COOKIE, path=_PATH, secure=self._https, httponly=True, samesite="lax")

    def know_again(self, response: Response, member: Member) -> None:
        """Let this browser be known as one that ``member`` has come in from, whatever others do to their name."""
        known.remember(response, member, https=self._https)

    def remember_language(self, response: Response, language: str) -> None:
        """Keep the language of the desk in this browser for a year."""
        self._give(response, LANGUAGE_COOKIE, language, _YEAR)

    def _give(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, path=_PATH, secure=self._https, httponly=True, samesite="lax")


def desk_language(connection: HTTPConnection) -> str:
    """Return the language chosen for the desk in this browser, else the browser's own."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else reader_language(connection)

"""Sessions of staff in their browsers, and who is at the desk now."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from bot.clock import new_id
from bot.model.staff import Member, Role
from bot.store import tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.staff import read_member

_staff = tables.staff
_session = tables.staff_session

#: Who was seen within this time is at the desk.
PRESENT = timedelta(minutes=2)
#: How often at most it is written down that somebody is here.
SEEN_EVERY = timedelta(minutes=1)


class Stage(StrEnum):
    """How far somebody has come in. Only a session that is ``FULL`` opens anything but the way further in."""

    FULL = "full"
    CODE = "code"  # the second factor is still to be shown
    SETUP = "setup"  # the role asks for a second factor, and there is none yet


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``csrf`` must come back with every form; ``id`` is what the member's own list names it by.

    ``offered`` is the secret of a second factor that is shown in this session and not confirmed yet.
    """

    member: Member
    csrf: str = field(repr=False)
    expires_at: datetime
    id: str | None = None
    seen_at: datetime | None = None
    second_factor: bool = False
    offered: str | None = field(default=None, repr=False)

    @property
    def stage(self) -> Stage:
        """Tell how far in they are, by what their account asks for at this moment."""
        if self.member.totp is not None:
            return Stage.FULL if self.second_factor else Stage.CODE
        return Stage.SETUP if self.member.role is Role.ADMIN else Stage.FULL


@dataclass(frozen=True, slots=True)
class NewSession:
    """What signing in gives: ``token`` is the cookie's value, told once and kept only as its hash."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Browser:
    """A session in its member's own list; ``label`` is what kind of browser it was begun with."""

    id: str
    label: str
    begun_at: datetime
    seen_at: datetime


async def begin(tx: Transaction, member: Member, now: datetime, lasting: timedelta, *, label: str = "") -> NewSession:
    """Begin a session of ``member`` that ends after ``lasting``; whether it is a whole one is told by `Session.stage`."""
    new = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + lasting)
    values: dict[str, Any] = {"token_hash": _hash(new.token), "staff_id": member.id, "csrf": new.csrf, "created_at": now}
    values |= {"id": new_id(), "label": storable_text(label), "seen_at": now, "second_factor": False}
    await tx.execute(insert(_session).values(expires_at=new.expires_at, **values))
    await tx.execute(update(_staff).where(_staff.c.id == member.id).values(seen_at=now))
    return new


async def find(tx: Transaction, token: str, now: datetime) -> Session | None:
    """Return the session of a cookie, or None when it is unknown or over, or its member disabled."""
    columns = (
        _session.c[name].label(f"its_{name}") for name in ("csrf", "expires_at", "id", "seen_at", "second_factor", "offered")
    )
    theirs = select(_staff, *columns).join(_session, _session.c.staff_id == _staff.c.id)
    theirs = theirs.where(_its(token), _session.c.expires_at > now, _staff.c.disabled_at.is_(None))
    row = (await tx.execute(theirs)).one_or_none()
    if row is None:
        return None
    shown = (row.its_csrf, row.its_expires_at, row.its_id, row.its_seen_at, row.its_second_factor, row.its_offered)
    return Session(read_member(row), *shown)


async def prolong(tx: Transaction, token: str, now: datetime, idle: timedelta, lasting: timedelta) -> None:
    """Let the session of a cookie go on for ``idle`` from now, but no longer than ``lasting`` from its beginning."""
    begun = (await tx.execute(select(_session.c.created_at).where(_its(token)))).scalar_one_or_none()
    if begun is not None:
        await tx.execute(update(_session).where(_its(token)).values(expires_at=min(now + idle, begun + lasting)))


async def see(tx: Transaction, token: str, now: datetime) -> None:
    """Write down that somebody is here, unless that was done a moment ago.

    The member before their session, as whoever shuts somebody out does, so that nobody waits in a circle.
    """
    is_due = or_(_session.c.seen_at.is_(None), _session.c.seen_at <= now - SEEN_EVERY)
    theirs = select(_session.c.staff_id).where(_its(token), is_due).scalar_subquery()
    if (await tx.execute(update(_staff).where(_staff.c.id == theirs).values(seen_at=now))).rowcount:
        await tx.execute(update(_session).where(_its(token)).values(seen_at=now))


async def offer(tx: Transaction, token: str, secret: str) -> None:
    """Keep the secret of a second factor that this session is shown, until a code confirms it."""
    await tx.execute(update(_session).where(_its(token)).values(offered=secret))


async def confirm(tx: Transaction, token: str) -> None:
    """Make the session of a cookie a whole one: its second factor was shown."""
    await tx.execute(update(_session).where(_its(token)).values(second_factor=True, offered=None))


async def of_member(tx: Transaction, staff_id: str, now: datetime) -> Sequence[Browser]:
    """Return the sessions of a member that are not over, the one seen last first."""
    theirs = select(_session).where(_session.c.staff_id == staff_id, _session.c.expires_at > now, _session.c.id.is_not(None))
    found = [Browser(row.id, row.label or "", row.created_at, row.seen_at or row.created_at) for row in await tx.execute(theirs)]
    return sorted(found, key=lambda browser: (browser.seen_at, browser.begun_at, browser.id), reverse=True)


async def counts(tx: Transaction, now: datetime) -> Mapping[str, int]:
    """Return how many sessions each member has, by id; who has none is missing."""
    each = select(_session.c.staff_id, func.count().label("number")).where(_session.c.expires_at > now)
    return {row.staff_id: row.number for row in await tx.execute(each.group_by(_session.c.staff_id))}


async def present(tx: Transaction, now: datetime) -> list[str]:
    """Return the names of those who are at the desk now and have not said that they are away, in order."""
    whole = or_(_session.c.second_factor, _staff.c.totp.is_(None) & (_staff.c.role != Role.ADMIN))
    here = select(_staff.c.name).join(_session, _session.c.staff_id == _staff.c.id).distinct()
    here = here.where(_session.c.seen_at > now - PRESENT, _session.c.expires_at > now, whole)
    here = here.where(_staff.c.disabled_at.is_(None), _staff.c.away.is_(False))
    return sorted((await tx.execute(here)).scalars())


async def end(tx: Transaction, token: str) -> None:
    """End the session of a cookie."""
    await tx.execute(delete(_session).where(_its(token)))


async def end_one(tx: Transaction, staff_id: str, session_id: str) -> bool:
    """End one session of a member, named by its id, and tell whether there was one."""
    ended = delete(_session).where(_session.c.staff_id == staff_id, _session.c.id == storable_text(session_id))
    return (await tx.execute(ended)).rowcount == 1


async def end_all(tx: Transaction, staff_id: str, *, but: str | None = None) -> int:
    """End all sessions of a member, but for that of the cookie ``but``, and return how many."""
    theirs = delete(_session).where(_session.c.staff_id == staff_id)
    theirs = theirs if but is None else theirs.where(_session.c.token_hash != _hash(but))
    return (await tx.execute(theirs)).rowcount


def _its(token: str) -> ColumnElement[bool]:
    return _session.c.token_hash == _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

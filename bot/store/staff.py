"""Staff, their sessions in the browser, and failed attempts to sign in. Hashing a password is the web's business."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.clock import new_id
from bot.language.text import clean, fold
from bot.model.staff import Member, Role
from bot.store import tables
from bot.store.columns import storable_text
from bot.store.database import StoreError, Transaction
from bot.store.upsert import insert_if_new

_staff = tables.staff
_session = tables.staff_session
_failure = tables.signin_failure


class NameTaken(StoreError):  # noqa: N818 - a word of the house
    """Somebody bears this name already, or one that staff would take for it; the message says who."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``csrf`` must come back with every form."""

    member: Member
    csrf: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """What signing in gives: ``token`` is the cookie's value, told once and kept only as its hash."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime


def written(name: str) -> str:
    """Return ``name`` as it is kept and looked for: composed (NFC), nothing in it that cannot be seen, spaces tidied."""
    return " ".join(clean(name).split())


async def create(
    tx: Transaction, name: str, role: Role, password_hash: str, now: datetime, *, points: frozenset[str] | None = None
) -> Member:
    """Add a member with rights at ``points`` (None: at all). Raises `NameTaken`, also for one that differs in capitals alone."""
    member = Member(new_id(), written(name), role, now, None, password_hash, points)
    like = next((other.name for other in await everyone(tx) if fold(other.name) == fold(member.name)), member.name)
    if like != member.name:
        raise NameTaken(f"{member.name} would be taken for {like}, who has an account already.")
    values: dict[str, Any] = {"id": member.id, "name": member.name, "role": role, "password_hash": password_hash}
    values |= {"created_at": now, "points": None if points is None else sorted(points)}
    if (await tx.execute(insert_if_new(tx, _staff, values))).rowcount != 1:
        raise NameTaken(f"There is already somebody named {member.name}.")
    return member


async def find(tx: Transaction, name: str) -> Member | None:
    """Return the member of that name, also a disabled one."""
    row = (await tx.execute(select(_staff).where(_staff.c.name == written(name)))).one_or_none()
    return None if row is None else _read(row)


async def everyone(tx: Transaction) -> list[Member]:
    """Return all members by name, disabled ones too."""
    return [_read(row) for row in await tx.execute(select(_staff).order_by(_staff.c.name))]


async def set_password(tx: Transaction, name: str, password_hash: str) -> bool:
    """Give a member another password, end their sessions, and tell whether there is such a member."""
    return await _change(tx, name, {"password_hash": password_hash})


async def disable(tx: Transaction, name: str, now: datetime) -> bool:
    """Shut a member out, end their sessions, and tell whether there is such a member."""
    return await _change(tx, name, {"disabled_at": now})


async def enable(tx: Transaction, name: str) -> bool:
    """Let a member in again and tell whether there is such a member."""
    return await _change(tx, name, {"disabled_at": None})


async def open_session(tx: Transaction, member: Member, now: datetime, lasting: timedelta) -> NewSession:
    """Begin a session of ``member`` that ends after ``lasting``."""
    new = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + lasting)
    values = {"token_hash": _hash(new.token), "staff_id": member.id, "csrf": new.csrf, "created_at": now}
    await tx.execute(insert(_session).values(expires_at=new.expires_at, **values))
    return new


async def session(tx: Transaction, token: str, now: datetime) -> Session | None:
    """Return the session of a cookie, or None when it is unknown or over, or its member disabled."""
    theirs = select(_staff, _session.c.csrf, _session.c.expires_at).join(_session, _session.c.staff_id == _staff.c.id)
    theirs = theirs.where(_session.c.token_hash == _hash(token), _session.c.expires_at > now, _staff.c.disabled_at.is_(None))
    row = (await tx.execute(theirs)).one_or_none()
    return None if row is None else Session(_read(row), row.csrf, row.expires_at)


async def prolong_session(tx: Transaction, token: str, now: datetime, idle: timedelta, lasting: timedelta) -> None:
    """Let the session of a cookie go on for ``idle`` from now, but no longer than ``lasting`` from its beginning."""
    its = _session.c.token_hash == _hash(token)
    begun = (await tx.execute(select(_session.c.created_at).where(its))).scalar_one_or_none()
    if begun is not None:
        await tx.execute(update(_session).where(its).values(expires_at=min(now + idle, begun + lasting)))


async def close_session(tx: Transaction, token: str) -> None:
    """End the session of a cookie."""
    await tx.execute(delete(_session).where(_session.c.token_hash == _hash(token)))


async def delete_expired_sessions(tx: Transaction, now: datetime) -> int:
    """Delete the sessions that are over and return how many."""
    return (await tx.execute(delete(_session).where(_session.c.expires_at <= now))).rowcount


async def note_failure(tx: Transaction, subject: str, now: datetime) -> None:
    """Count a failed attempt to sign in against ``subject``: a name, or an address of the network."""
    await tx.execute(insert(_failure).values(subject=storable_text(subject), at=now))


async def failed_at(tx: Transaction, subject: str, since: datetime) -> list[datetime]:
    """Return when attempts failed for ``subject`` after ``since``, oldest first."""
    failed = select(_failure.c.at).where(_failure.c.subject == storable_text(subject), _failure.c.at > since)
    return list((await tx.execute(failed.order_by(_failure.c.at))).scalars())


async def clear_failures(tx: Transaction, subject: str) -> None:
    """Forget the failed attempts of ``subject``, who has now come in."""
    await tx.execute(delete(_failure).where(_failure.c.subject == storable_text(subject)))


async def delete_old_failures(tx: Transaction, before: datetime) -> int:
    """Delete the failed attempts made until ``before`` and return how many."""
    return (await tx.execute(delete(_failure).where(_failure.c.at <= before))).rowcount


async def _change(tx: Transaction, name: str, changes: dict[str, Any]) -> bool:
    member = await find(tx, name)
    if member is None:
        return False
    await tx.execute(update(_staff).where(_staff.c.id == member.id).values(**changes))
    await tx.execute(delete(_session).where(_session.c.staff_id == member.id))
    return True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _read(row: Row[Any]) -> Member:
    return Member(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        password_hash=row.password_hash,
        points=None if row.points is None else frozenset(row.points),
        language=row.language,
        away=row.away,
        email=row.email,
        telegram=row.telegram,
        totp=row.totp,
    )

"""Invitations, and links to set a new password: one-time tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from bot.model.staff import Member, Role
from bot.store import desk_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.staff import written

_invitation = desk_tables.invitation

#: How long a link is good for.
LASTING = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open link. ``id`` names it without opening anything; ``staff_id`` is given when it sets a new password.

    Else it makes an account of that name and role, with rights at ``points`` (None: at all).
    """

    id: str
    staff_id: str | None
    name: str
    role: Role
    points: frozenset[str] | None
    made_by: str
    expires_at: datetime


async def make(tx: Transaction, name: str, role: Role, points: frozenset[str] | None, by: str, now: datetime) -> str:
    """Return the token of a new invitation; one that the same name was sent before is void."""
    name = written(name)
    await tx.execute(delete(_invitation).where(_invitation.c.name == name, _invitation.c.staff_id.is_(None)))
    return await _put(tx, {"staff_id": None, "name": name, "role": role, "points": points}, by, now)


async def make_for(tx: Transaction, member: Member, by: str, now: datetime) -> str:
    """Return the token of a link by which ``member`` sets a new password; one that they were sent before is void."""
    await void(tx, member)
    values = {"staff_id": member.id, "name": member.name, "role": member.role, "points": member.points}
    return await _put(tx, values, by, now)


async def find(tx: Transaction, token: str, now: datetime) -> Invitation | None:
    """Return the open invitation of a token; None when it is unknown, used or over."""
    its = select(_invitation).where(_invitation.c.token_hash == _hash(token), _open_at(now))
    row = (await tx.execute(its)).one_or_none()
    return None if row is None else _read(row)


async def use(tx: Transaction, token: str, now: datetime) -> Invitation | None:
    """Use up an invitation and return it; None when it is unknown, used or over. Of two who try at once, one has it."""
    found = await find(tx, token, now)
    its = update(_invitation).where(_invitation.c.token_hash == _hash(token), _open_at(now)).values(used_at=now)
    return found if (await tx.execute(its)).rowcount == 1 else None


async def all_open(tx: Transaction, now: datetime) -> Sequence[Invitation]:
    """Return the invitations that somebody may still use, the one that ends first first."""
    every = select(_invitation).where(_open_at(now)).order_by(_invitation.c.expires_at, _invitation.c.token_hash)
    return [_read(row) for row in await tx.execute(every)]


async def withdraw(tx: Transaction, invitation_id: str) -> Invitation | None:
    """Delete an invitation that was not used, named by its id, and return it; None when there is none (any more)."""
    its = (_invitation.c.token_hash == storable_text(invitation_id)) & _invitation.c.used_at.is_(None)
    row = (await tx.execute(select(_invitation).where(its))).one_or_none()
    gone = (await tx.execute(delete(_invitation).where(its))).rowcount
    return None if row is None or not gone else _read(row)


async def void(tx: Transaction, member: Member) -> None:
    """Delete the links by which ``member`` could set a new password."""
    await tx.execute(delete(_invitation).where(_invitation.c.staff_id == member.id))


async def void_made_by(tx: Transaction, name: str) -> None:
    """Delete the links that somebody made and nobody has used yet."""
    await tx.execute(delete(_invitation).where(_invitation.c.made_by == storable_text(name), _invitation.c.used_at.is_(None)))


async def _put(tx: Transaction, values: dict[str, Any], by: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    values["points"] = None if values["points"] is None else sorted(map(storable_text, values["points"]))
    values |= {"token_hash": _hash(token), "made_by": storable_text(by), "made_at": now, "expires_at": now + LASTING}
    await tx.execute(insert(_invitation).values(**values))
    return token


def _open_at(now: datetime) -> ColumnElement[bool]:
    return _invitation.c.used_at.is_(None) & (_invitation.c.expires_at > now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _read(row: Row[Any]) -> Invitation:
    points = None if row.points is None else frozenset(row.points)
    return Invitation(row.token_hash, row.staff_id, row.name, Role(row.role), points, row.made_by, row.expires_at)

"""Staff, and failed attempts to sign in. Hashing a password is the web's business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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


def written(name: str) -> str:
    """Return ``name`` as it is kept and looked for: composed (NFC), nothing in it that cannot be seen, spaces tidied."""
    return " ".join(clean(name).split())


async def create(
    tx: Transaction, name: str, role: Role, password_hash: str, now: datetime, *, points: frozenset[str] | None = None
) -> Member:
    """Add a member with rights at ``points`` (None: at all). Raises `NameTaken`, also for one that differs in capitals alone."""
    member = Member(new_id(), written(name), role, now, None, password_hash, points)
    await check_free(tx, member.name)
    values: dict[str, Any] = {"id": member.id, "name": member.name, "role": role, "password_hash": password_hash}
    values |= {"created_at": now, "points": None if points is None else sorted(points)}
    if (await tx.execute(insert_if_new(tx, _staff, values))).rowcount != 1:
        raise NameTaken(f"There is already somebody named {member.name}.")
    return member


async def check_free(tx: Transaction, name: str) -> None:
    """Raise `NameTaken` when somebody bears ``name``, or one that would be taken for it."""
    like = next((other.name for other in await everyone(tx) if fold(other.name) == fold(name)), None)
    if like == name:
        raise NameTaken(f"There is already somebody named {name}.")
    if like is not None:
        raise NameTaken(f"{name} would be taken for {like}, who has an account already.")


async def find(tx: Transaction, name: str) -> Member | None:
    """Return the member of that name, also a disabled one."""
    row = (await tx.execute(select(_staff).where(_staff.c.name == written(name)))).one_or_none()
    return None if row is None else read_member(row)


async def everyone(tx: Transaction) -> list[Member]:
    """Return all members by name, disabled ones too."""
    return [read_member(row) for row in await tx.execute(select(_staff).order_by(_staff.c.name))]


async def get(tx: Transaction, staff_id: str) -> Member | None:
    """Return the member of that id, also a disabled one."""
    row = (await tx.execute(select(_staff).where(_staff.c.id == storable_text(staff_id)))).one_or_none()
    return None if row is None else read_member(row)


async def lock(tx: Transaction, staff_id: str) -> Member | None:
    """Return a member as they stand, and let no other transaction change them before the end of this one."""
    row = (await tx.execute(select(_staff).where(_staff.c.id == storable_text(staff_id)).with_for_update())).one_or_none()
    return None if row is None else read_member(row)


async def lock_everyone(tx: Transaction) -> list[Member]:
    """Return all members as they stand, and let no other transaction change any of them before the end of this one.

    In one order, so that nobody waits in a circle. It is for what all of them together decide, such as who is the last admin.
    """
    return [read_member(row) for row in await tx.execute(select(_staff).order_by(_staff.c.id).with_for_update())]


async def last_seen(tx: Transaction) -> Mapping[str, datetime]:
    """Return when each member was at the desk last, by id; who never was is missing."""
    seen = select(_staff.c.id, _staff.c.seen_at).where(_staff.c.seen_at.is_not(None))
    return {row.id: row.seen_at for row in await tx.execute(seen)}


async def set_password(tx: Transaction, name: str, password_hash: str) -> bool:
    """Give a member another password, end their sessions, and tell whether there is such a member."""
    return await _change(tx, name, {"password_hash": password_hash})


async def set_own_password(tx: Transaction, member: Member, password_hash: str) -> bool:
    """Give a member another password and tell whether the one that they were asked for was still the right one."""
    unchanged = (_staff.c.id == member.id) & (_staff.c.password_hash == member.password_hash)
    return (await tx.execute(update(_staff).where(unchanged).values(password_hash=password_hash))).rowcount == 1


async def set_rights(tx: Transaction, staff_id: str, role: Role, points: frozenset[str] | None) -> None:
    """Give a member another role, and rights at ``points`` (None: at all)."""
    values = {"role": role, "points": None if points is None else sorted(map(storable_text, points))}
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(**values))


async def set_notices(tx: Transaction, staff_id: str, language: str | None, email: str | None) -> None:
    """Keep where a member wants to be told of waiting cases, and in which language."""
    email = None if email is None else storable_text(email)
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(language=language, email=email))


async def set_away(tx: Transaction, staff_id: str, *, away: bool) -> None:
    """Keep whether a member is away, by their own word."""
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(away=away))


async def unlink_telegram(tx: Transaction, staff_id: str) -> None:
    """Forget the Telegram account of a member."""
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(telegram=None))


async def disable(tx: Transaction, name: str, now: datetime) -> bool:
    """Shut a member out, end their sessions, and tell whether there is such a member."""
    return await _change(tx, name, {"disabled_at": now})


async def enable(tx: Transaction, name: str) -> bool:
    """Let a member in again and tell whether there is such a member."""
    return await _change(tx, name, {"disabled_at": None})


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


async def _change(tx: Transaction, name: str, changes: dict[str, Any]) -> bool:
    member = await find(tx, name)
    if member is None:
        return False
    await tx.execute(update(_staff).where(_staff.c.id == member.id).values(**changes))
    await tx.execute(delete(_session).where(_session.c.staff_id == member.id))
    return True


def read_member(row: Row[Any]) -> Member:
    """Return the member of a row that holds the columns of ``staff``, whatever else it holds."""
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

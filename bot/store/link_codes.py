"""One-time codes by which a member links the Telegram account that sends one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from bot.clock import CODE_ALPHABET, new_code
from bot.model.staff import Member
from bot.store import desk_tables, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.staff import read_member

_code = desk_tables.link_code
_staff = tables.staff

#: How long a code is good for.
LASTING = timedelta(minutes=15)
#: 32^8 codes: whoever may try five in a quarter of an hour does not find one of a few that are open.
_LENGTH = 8


async def make(tx: Transaction, member: Member, now: datetime) -> str:
    """Return a new code for ``member``; those that they were given before are void, as are all that are over."""
    await tx.execute(delete(_code).where((_code.c.staff_id == member.id) | (_code.c.expires_at <= now)))
    code = new_code(_LENGTH)
    await tx.execute(insert(_code).values(code_hash=_hash(code), staff_id=member.id, expires_at=now + LASTING))
    return code


async def use(tx: Transaction, code: str, telegram_user: str, now: datetime) -> Member | None:
    """Link the Telegram account to the member that the code was made for, and return them; None when it is no good (any more).

    An account belongs to one member: it is taken from whoever had it before.
    """
    spent = delete(_code).where(_code.c.code_hash == _hash(code), _code.c.expires_at > now).returning(_code.c.staff_id)
    staff_id = (await tx.execute(spent)).scalar_one_or_none()
    if staff_id is None:
        return None
    row = (await tx.execute(select(_staff).where(_staff.c.id == staff_id, _staff.c.disabled_at.is_(None)))).one_or_none()
    if row is None:
        return None
    user = storable_text(telegram_user)
    await tx.execute(update(_staff).where(_staff.c.telegram == user).values(telegram=None))
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(telegram=user))
    return replace(read_member(row), telegram=user)


async def linked(tx: Transaction, telegram_user: str) -> Member | None:
    """Return the member whose Telegram account this is; None when it is nobody's, or that of somebody who is shut out."""
    theirs = select(_staff).where(_staff.c.telegram == storable_text(telegram_user), _staff.c.disabled_at.is_(None))
    row = (await tx.execute(theirs)).one_or_none()
    return None if row is None else read_member(row)


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()

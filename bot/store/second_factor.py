"""Second factors: the secret that is confirmed, the time steps that were used, and codes for the day the phone is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import delete, func, insert, or_, select, update

from bot.clock import CODE_ALPHABET
from bot.store import desk_tables, tables
from bot.store.database import Transaction

_staff = tables.staff
_code = desk_tables.recovery_code


async def keep(tx: Transaction, staff_id: str, secret: str) -> None:
    """Make ``secret`` the second factor of a member; the recovery codes of the one before are void."""
    await tx.execute(update(_staff).where(_staff.c.id == staff_id).values(totp=secret, totp_step=None))
    await tx.execute(delete(_code).where(_code.c.staff_id == staff_id))


async def remove(tx: Transaction, staff_id: str) -> bool:
    """Take the second factor away, with its recovery codes, and tell whether there was one."""
    had = update(_staff).where(_staff.c.id == staff_id, _staff.c.totp.is_not(None)).values(totp=None, totp_step=None)
    await tx.execute(delete(_code).where(_code.c.staff_id == staff_id))
    return (await tx.execute(had)).rowcount == 1


async def spend(tx: Transaction, staff_id: str, secret: str, steps: Iterable[int]) -> bool:
    """Use up the first of ``steps`` that is later than the last one used, and tell whether there was any.

    ``steps`` are the time steps (RFC 6238) that the code they typed belongs to under ``secret``. Two who send the same code
    at once are told apart by the database: one of them has it.
    """
    its = _staff.c.id == staff_id
    # Locked and compared here: a sealed secret cannot be compared by a statement.
    kept = (await tx.execute(select(_staff.c.totp).where(its).with_for_update())).scalar_one_or_none()
    for step in sorted(steps) if kept is not None and compare_digest(kept, secret) else ():
        is_unused = or_(_staff.c.totp_step.is_(None), _staff.c.totp_step < step)
        if (await tx.execute(update(_staff).where(its, is_unused).values(totp_step=step))).rowcount == 1:
            return True
    return False


async def put_recovery(tx: Transaction, staff_id: str, codes: Collection[str]) -> None:
    """Keep the hashes of new recovery codes; those before are void."""
    await tx.execute(delete(_code).where(_code.c.staff_id == staff_id))
    await tx.execute(insert(_code), [{"code_hash": _hash(staff_id, code), "staff_id": staff_id} for code in codes])


async def spend_recovery(tx: Transaction, staff_id: str, code: str, now: datetime) -> bool:
    """Use up a recovery code and tell whether it was one that was not used yet."""
    its = update(_code).where(_code.c.code_hash == _hash(staff_id, code), _code.c.staff_id == staff_id, _code.c.used_at.is_(None))
    return (await tx.execute(its.values(used_at=now))).rowcount == 1


async def recovery_left(tx: Transaction, staff_id: str) -> int:
    """Return how many recovery codes are not used yet."""
    left = select(func.count()).select_from(_code).where(_code.c.staff_id == staff_id, _code.c.used_at.is_(None))
    return int((await tx.execute(left)).scalar_one())


def _hash(staff_id: str, code: str) -> str:
    """Return what is kept of a code. One round is enough: codes are random, so nobody finds one by a list of words."""
    plain = "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
    return hashlib.sha256(f"{staff_id}:{plain}".encode()).hexdigest()

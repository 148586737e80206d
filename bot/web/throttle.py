"""Lock-out: after a few wrong passwords or codes in a row nobody may try for a while, not even with the right one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.language.text import fold
from bot.model.staff import Member
from bot.store import audit, staff
from bot.store.database import Database, Transaction

#: So many failures of one subject within `WINDOW` lock it until the oldest of them is that old.
MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)
_LONGEST_NAME = 100


class Throttle:
    """Counts failures by subject: a name that somebody signs in with, the codes or the password of a member."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now

    async def locked_until(self, subject: str) -> datetime | None:
        """Return until when a subject is locked, None when it is not."""
        async with self._db.read() as tx:
            return await locked_until(tx, subject, self._now())

    async def fail(self, subject: str, member: Member | None) -> None:
        """Count a failure; ``member`` is whom it is about, if there is such a member at all."""
        async with self._db.write() as tx:
            await fail(tx, subject, self._now(), member)

    async def clear(self, subject: str) -> None:
        """Forget the failures of a subject, who has now come in."""
        async with self._db.write() as tx:
            await staff.clear_failures(tx, subject)


def of_name(name: str) -> str:
    """Return the subject of those who sign in as ``name``; capitals, accents and what cannot be seen make no other of it.

    The name itself is not in it: what somebody typed there may be a password, or belong to another field altogether.
    """
    return f"name:{hashlib.sha256(fold(staff.written(name))[:_LONGEST_NAME].encode()).hexdigest()}"


def of_codes(member: Member) -> str:
    """Return the subject of the second factor of ``member``."""
    return f"second:{member.id}"


def of_password(member: Member) -> str:
    """Return the subject of who is signed in as ``member`` and changes the password."""
    return f"password:{member.id}"


async def locked_until(tx: Transaction, subject: str, now: datetime) -> datetime | None:
    """Return until when a subject is locked, None when it is not."""
    failed = await staff.failed_at(tx, subject, now - WINDOW)
    return failed[-MOST_FAILURES] + WINDOW if len(failed) >= MOST_FAILURES else None


async def fail(tx: Transaction, subject: str, now: datetime, member: Member | None) -> None:
    """Count a failure in ``tx``; the one that locks stands in the audit log.

    Only of somebody there is: what a stranger typed as a name may be a password. Who it was is not known.
    """
    await staff.note_failure(tx, subject, now)
    if member is not None and await locked_until(tx, subject, now) is not None:
        await audit.put(tx, "", "lock-out", member.name, now, by=subject.partition(":")[0])

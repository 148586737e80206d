"""A code of the second factor, as somebody types it: right once, and counted when it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from bot.model.staff import Member
from bot.store import audit, second_factor, staff
from bot.store.database import Transaction
from bot.web import throttle, totp
from bot.web.times import moment


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a code. ``locked_until`` is given when none is looked at now."""

    right: bool
    locked_until: datetime | None = None

    def words(self, say: NullTranslations, now: datetime, language: str) -> str:
        """Return what is told of a code that did not open anything."""
        if self.locked_until is not None:
            until = moment(self.locked_until, now, language)
            return say.gettext("Too many wrong codes. Try again after %(time)s.") % {"time": until}
        return say.gettext("This code is wrong or was used already. Type the code that the app shows now.")

    @property
    def status(self) -> int:
        """The status code of the page that tells so."""
        return 403 if self.locked_until is None else 429


async def try_code(tx: Transaction, member: Member, typed: str, now: datetime) -> Tried:
    """Use up the code of an app, or a recovery code, that somebody typed as ``member``.

    The member's row is locked meanwhile, so that nobody tries a hundred codes at the same moment.
    """
    known = await staff.lock(tx, member.id)
    subject = throttle.of_codes(member)
    until = await throttle.locked_until(tx, subject, now)
    if until is not None:
        return Tried(right=False, locked_until=until)
    if known is not None and known.totp is not None and await _spend(tx, known, known.totp, typed, now):
        await staff.clear_failures(tx, subject)
        return Tried(right=True)
    await throttle.fail(tx, subject, now, member)
    return Tried(right=False)


async def _spend(tx: Transaction, member: Member, secret: str, typed: str, now: datetime) -> bool:
    if await second_factor.spend(tx, member.id, secret, totp.steps(secret, typed, now)):
        return True
    if totp.is_like_recovery(typed) and await second_factor.spend_recovery(tx, member.id, typed, now):
        await audit.put(tx, member.name, "use-recovery-code", member.name, now)
        return True
    return False

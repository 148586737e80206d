"""How the database is, and what waits in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot import clock
from bot.doctor.findings import Finding, look, ok, wrong
from bot.settings import Settings
from bot.store import chores, gauges, keys, probing, told
from bot.store.database import Database, Transaction
from bot.store.migrations import HEAD, POST, NewerDatabase, fits, unfinished
from bot.store.sealing import Keyring
from bot.work import clocks

#: How far this machine's clock and the database's may be apart, before it is looked at and before it is wrong.
_APART, _FAR_APART = timedelta(seconds=5), timedelta(minutes=1)

#: How long what waits may wait, before it is looked at and before it is wrong.
_WAITS, _STUCK = timedelta(minutes=1), timedelta(minutes=10)

#: How old the last housekeeping may be, before it is looked at and before it is wrong.
_LATE, _LEFT_UNDONE = timedelta(hours=1), timedelta(days=1)

#: How long what could not be told to staff is a trouble, and how long a message may be on its way, as in `bot.health`.
_LATELY, _ON_ITS_WAY = timedelta(days=1), timedelta(minutes=1)


async def is_current(tx: Transaction) -> tuple[bool, Finding]:
    """Return whether the tables are those of this program, and what is to be said of them."""
    step = await probing.step(tx)
    if step is None:
        return False, look("database", "It is empty.", "`infopoint run` makes its tables.")
    if step > HEAD:
        return await _newer(tx, step)
    pending = await unfinished(tx)
    if set(pending) - POST:
        return False, wrong(
            "database", f"It stands at step {step}, this program at {HEAD}.", "Back it up, then run `infopoint migrate`."
        )
    if pending:
        says = f"It answers and stands at step {step}; it still has what older programs need."
        return True, look("database", says, "When you are sure of this version, run `infopoint migrate --finish`.")
    return True, ok("database", f"It answers and stands at step {step}.")


async def _newer(tx: Transaction, step: str) -> tuple[bool, Finding]:
    try:
        await fits(tx)
    except NewerDatabase:
        return False, wrong("database", f"It stands at step {step}, of a newer program.", "Start that one.")
    says = f"It answers and stands at step {step}, of a newer program; this one can work on it, too."
    return True, look("database", says, "Bring the update to its end: start the newer program everywhere.")


async def examined(tx: Transaction, db: Database, settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Yield what is found in a database whose tables are those of this program."""
    yield await _clock(tx)
    yield await _keys(tx, db.sealer.ring, settings)
    yield await _tidiness(tx, now)
    found = await gauges.look(tx)
    yield _waiting(
        "inbox",
        "messages of residents wait to be answered",
        found.inbox,
        now,
        "Is `infopoint run` or `work` running? See its log.",
    )
    yield _waiting("outbox", "messages to residents wait to be sent", found.outbox, now, "Is Telegram reachable? See the log.")
    aside = await probing.set_aside(tx)
    if aside:
        yield look(
            "set aside",
            f"{aside} messages could not be worked on; their residents' cases are at the desk.",
            "The log tells why, by sequence.",
        )
    else:
        yield ok("set aside", "Every message could be worked on.")
    failing = await told.failing(tx, now - _LATELY, now - _ON_ITS_WAY)
    for means in sorted(failing):
        yield wrong("telling staff", f"Staff are not reached by {means}.", "Try the mail server, or Telegram, as below.")


async def _clock(tx: Transaction) -> Finding:
    known = await chores.clock(tx)
    if known is not None and (until := clocks.believed_at(known)) is not None:
        do = "If it is right, wait; else set it, for nothing is deleted meanwhile."
        return wrong("clock", f"It has gone far ahead, and is doubted until {until:%Y-%m-%d %H:%M} UTC.", do)
    before = clock.now()
    theirs = await probing.moment(tx)
    after = clock.now()  # it has looked at its clock between the two
    apart = timedelta() if theirs is None else max(before - theirs, theirs - after)
    if apart > _APART:
        grade = wrong if apart > _FAR_APART else look
        return grade(
            "clock", f"It is {apart.total_seconds():.0f} seconds off that of the database's server.", "Let both be set by NTP."
        )
    return ok("clock", "It agrees with the database's.")


async def _keys(tx: Transaction, ring: Keyring | None, settings: Settings) -> Finding:
    needed = await keys.needed(tx)
    missing = sorted(needed - set(() if ring is None else ring.ids))
    if missing:
        place = "INFOPOINT_SEALING_KEYS" if settings.sealing_keys.get_secret_value() else str(settings.key_file)
        says = f"What residents wrote cannot be read without these keys, which are not in {place}: {', '.join(missing)}."
        return wrong("needed keys", says, "Bring them back from their copy.")
    return ok("needed keys", "What is sealed can be read.")


async def _tidiness(tx: Transaction, now: datetime) -> Finding:
    done = await chores.get(tx, chores.HOUSEKEEPING)
    last = None if done is None else done.done_at
    if done is None or last is None:
        return look("housekeeping", "It has not come through yet.", "`infopoint run` or `work` does it every ten minutes.")
    if now - last > _LATE:
        grade = wrong if now - last > _LEFT_UNDONE else look
        says = f"It last came through on {last:%Y-%m-%d %H:%M} UTC: what is over is not deleted."
        return grade("housekeeping", says, "Is `infopoint run` or `work` running? See its log.")
    failed = done.did.get("failed", ())
    if failed:
        return wrong("housekeeping", f"It could not delete: {', '.join(failed)}.", "The log tells why.")
    return ok("housekeeping", f"It came through on {last:%Y-%m-%d %H:%M} UTC.")


def _waiting(about: str, what: str, found: gauges.Waiting, now: datetime, do: str) -> Finding:
    if found.since is None or now - found.since <= _WAITS:
        return ok(about, f"{found.number} {what}.")
    minutes = int((now - found.since).total_seconds() // 60)
    grade = wrong if now - found.since > _STUCK else look
    return grade(about, f"{found.number} {what}, the oldest for {minutes} minutes.", do)

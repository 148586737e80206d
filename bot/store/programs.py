"""The programs that run over this database, by which a step of the tables that older ones would not survive is refused.

Each enters itself at its start and is seen every few seconds. One that is not seen for a while is gone, or cannot reach the
database; when it comes back it looks at the tables anew, and ends if they are no longer for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import column, delete, insert, inspect, select, table, update

from bot import clock
from bot.store.database import Transaction
from bot.store.guard_tables import program as _program
from bot.store.migrations import OURS, OlderPrograms, Steps, fits
from bot.vitals import is_dead

#: How often a program is seen, and for how long it may not be seen while it counts as running.
BEAT, UNSEEN = timedelta(seconds=15), timedelta(seconds=60)

_stands = table("alembic_version", column("version_num"))


async def enter(tx: Transaction, program: str, now: datetime, steps: Steps = OURS) -> None:
    """Note that ``program`` runs, in a transaction of its own. Raises `NewerDatabase` when the tables are not for it.

    It waits for steps that are being done, and they for it.
    """
    await tx.execute(select(_stands).with_for_update())
    await fits(tx, steps)
    await tx.execute(insert(_program).values(id=program, knows=steps.newest, seen_at=now))


async def beat(tx: Transaction, program: str, now: datetime, steps: Steps = OURS) -> None:
    """Note that ``program`` still runs. Raises `NewerDatabase` when the tables are no longer for it."""
    seen = await tx.execute(update(_program).where(_program.c.id == program).values(seen_at=now))
    if seen.rowcount:
        await fits(tx, steps)
    else:
        await enter(tx, program, now, steps)  # it was frozen for so long that nobody counted on it any more


async def leave(tx: Transaction, program: str) -> None:
    """Note that ``program`` ends."""
    await tx.execute(delete(_program).where(_program.c.id == program))


async def drop_gone(tx: Transaction, now: datetime) -> None:
    """Forget programs that ended without a word."""
    seen = await tx.execute(select(_program.c.id, _program.c.seen_at))
    gone = [row.id for row in seen if _is_gone(row.id, row.seen_at, now)]
    if gone:
        await tx.execute(delete(_program).where(_program.c.id.in_(gone)))


async def refuse_older(tx: Transaction, step: str) -> None:
    """Return if no program runs that does not know ``step``, and none can start before this transaction ends.

    Raises `OlderPrograms`.
    """
    if not await tx.run_sync(lambda connection: inspect(connection).has_table(_program.name)):
        return  # so old are these tables that programs do not enter themselves
    await tx.execute(select(_stands).with_for_update())
    now = clock.now()
    entered = (await tx.execute(select(_program).where(_program.c.knows < step))).all()
    running = [row for row in entered if not _is_gone(row.id, row.seen_at, now)]
    if running:
        known = ", ".join(sorted({row.knows for row in running}))
        raise OlderPrograms(
            f"Step {step} of the tables takes away what older programs need, and {len(running)} of them run (they know steps up "
            f"to {known}). End them, or start the newer program in their place; one that was killed counts for a minute."
        )


def _is_gone(program: str, seen_at: datetime, now: datetime) -> bool:
    return seen_at < now - UNSEEN or is_dead(program)

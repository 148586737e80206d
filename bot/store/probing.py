"""What an operator asks of the database beside everything else: how it stands, and what it thinks the time is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, literal_column, select, text

from bot.store import tables
from bot.store.columns import Moment
from bot.store.database import SQLITE, Transaction
from bot.store.migrations import revision

_inbox = tables.inbox


async def step(tx: Transaction) -> str | None:
    """Return the step of `bot.store.migrations` that the tables stand at; None without tables."""
    return await revision(tx)


async def moment(tx: Transaction) -> datetime | None:
    """Return what the server's clock says; None where the database is a file, which has none of its own."""
    if tx.dialect.name == SQLITE:
        return None
    found: datetime = (await tx.execute(select(func.clock_timestamp(type_=Moment())))).scalar_one()
    return found


async def writes_since_before(tx: Transaction, then: datetime) -> bool:
    """Tell whether others on a PostgreSQL server write in a transaction that began before ``then``, by the server's clock.

    A statement that waits for a lock may be the first that writes, so any that began before then counts, too. Whoever only
    reads does not, however long: a backup takes its time.
    """
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend' AND xact_start < :then "
        "AND (backend_xid IS NOT NULL OR (state = 'active' AND query_start < :then))"
    )
    return bool((await tx.execute(others, {"then": then})).scalar_one())


async def set_aside(tx: Transaction) -> int:
    """Return how many incomings could not be worked on."""
    aside = select(func.count()).select_from(_inbox).where(_inbox.c.state == literal_column("'aside'"))
    return int((await tx.execute(aside)).scalar_one())

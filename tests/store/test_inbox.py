"""The inbox finds what is open without reading what is done."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event

from bot.clock import now
from bot.store import inbox, outbox
from bot.store.database import Database, Transaction
from bot.store.inbox import State
from bot.work.reception import LEASE
from tests.support.databases import Databases


async def test_open_rows_are_found_by_their_index_however_many_are_done(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        db = Database.open(url)
        async with db.write() as tx:
            statements = await _statements(tx)
            await inbox.claim(tx, "worker", now(), LEASE, ["telegram"])
            await inbox.waiting(tx, "telegram", "ana")
            await inbox.oldest_open(tx)
            await outbox.has_due(tx, "telegram", now())
            searched = [statement for statement in statements if statement[0].startswith("SELECT")]
            plans = [
                [row.detail for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
                for statement, values in searched
            ]
        await db.close()

    assert len(plans) == 4
    for plan in plans:
        read = [step for step in plan if re.match(r"(SCAN|SEARCH) (inbox|outbox|earlier)\b", step)]
        assert read, plan
        assert all(re.search("ix_(inbox|outbox)_open", step) for step in read), plan


async def test_it_is_told_how_many_stand_where_and_how_long_the_oldest_waits(database: Database) -> None:
    first = now()
    async with database.write() as tx:
        empty = await inbox.oldest_open(tx)
        kept = [await inbox.put(tx, "telegram", str(number), "ana", {}, first) for number in range(3)]
        await inbox.put(tx, "telegram", "lost", None, {}, first)
        assert kept[0] is not None
        finished = [await inbox.finish(tx, kept[0]), await inbox.finish(tx, kept[0])]
        counts = await inbox.counts(tx)
        oldest = await inbox.oldest_open(tx)

    assert (empty, oldest) == (None, first)
    assert finished == [True, False]
    assert counts == {State.NEW: 2, State.DONE: 1, State.ASIDE: 1}


async def _statements(tx: Transaction) -> list[tuple[str, Any]]:
    """Return a list to which each statement of ``tx`` and its values will be added."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if not statement.startswith("EXPLAIN"):
            statements.append((statement, values))

    event.listen(tx.sync_connection, "before_cursor_execute", note)
    return statements

"""Who is worked on next: fair between conversations, in order within each, and a crisis before all; whatever is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from bot.store import conversations, inbox, line, tables
from bot.store.database import Database, Transaction
from bot.store.inbox import Claim
from bot.store.line import MOST_LIFTED, STEP, Lane, Standing

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE = timedelta(seconds=20)
CHANNELS = ["telegram", "web"]
MANY = 10_000


async def flood(tx: Transaction, number: int = MANY, address: str = "flood") -> None:
    """Let one resident have so many open messages, all sent at noon."""
    await _bulk(tx, [(address, NOON + place * STEP) for place in range(number)])


async def crowd(tx: Transaction, number: int = MANY) -> None:
    """Let so many residents have an open message each."""
    await _bulk(tx, [(f"resident {each}", NOON) for each in range(number)])


async def _bulk(tx: Transaction, rows: list[tuple[str, datetime]]) -> None:
    common = {"channel": "telegram", "payload": {}, "received_at": NOON, "state": "new", "tries": 0, "due": NOON, "lane": 1}
    values = [
        common | {"external_id": f"{address} {place}", "address": address, "place": at}
        for place, (address, at) in enumerate(rows)
    ]
    await tx.execute(insert(tables.inbox), values)
    if tx.dialect.name == "postgresql":
        await tx.execute(text("ANALYZE inbox"))


async def put(tx: Transaction, address: str, name: str, after: float = 0.0, *, urgent: bool = False) -> int | None:
    """Let somebody write so many seconds after noon."""
    return await inbox.put(tx, "web", name, address, {}, NOON + timedelta(seconds=after), urgent=urgent)


async def take(tx: Transaction, owner: str = "worker", after: float = 1.0) -> Claim | None:
    """Claim what is next, so many seconds after noon."""
    return await inbox.claim(tx, owner, NOON + timedelta(seconds=after), LEASE, CHANNELS)


async def works(tx: Transaction, after: float = 1.0) -> str:
    """Work on what is next, and return what it was; nothing when there is nothing to do."""
    claim = await take(tx, after=after)
    if claim is None:
        return ""
    await inbox.finish(tx, claim.received.sequence)
    await conversations.release(tx, claim.conversation.id, "worker")
    return claim.received.external_id


@contextmanager
def counted(tx: Transaction) -> Iterator[list[str]]:
    """Give a list of the statements that are run meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(tx.sync_connection, "before_cursor_execute", note)
    yield statements
    event.remove(tx.sync_connection, "before_cursor_execute", note)


async def test_a_conversation_of_ten_thousand_messages_has_one_a_second_while_others_wait(database: Database) -> None:
    async with database.write() as tx:
        await flood(tx)
        await put(tx, "ana", "a", 0.5)
        await put(tx, "boris", "b", 2.5)
        order = [await works(tx, 3.0) for _ in range(6)]
    assert order == ["flood 0", "a", "flood 1", "flood 2", "b", "flood 3"]


async def test_nobody_waits_for_a_flood_that_another_worker_has_in_hand_or_that_is_put_off(database: Database) -> None:
    async with database.write() as tx:
        await flood(tx)
        held = await take(tx, "another")
        await put(tx, "ana", "a", 15.0)
        first = await works(tx, 16.0)
        assert held is not None
        await inbox.postpone(tx, held.received.sequence, NOON + timedelta(minutes=4), "trouble")
        await conversations.release(tx, held.conversation.id, "another")
        await put(tx, "boris", "b", 100.0)
        then = [await works(tx, 101.0), await works(tx, 101.0)]
    assert held.received.external_id == "flood 0"
    assert (first, then) == ("a", ["b", ""])


async def test_taking_the_next_costs_as_many_statements_whatever_is_open(database: Database) -> None:
    costs = []
    async with database.write() as tx:
        await put(tx, "first", "1")
        with counted(tx) as alone:
            await works(tx)
        await flood(tx)
        with counted(tx) as before_a_flood:
            await works(tx)
        await put(tx, "boris", "b", 0.5)
        held = await take(tx, "another", 0.1)
        with counted(tx) as beside_a_flood:
            assert await works(tx) == "b"
        costs = [len(each) for each in (alone, before_a_flood, beside_a_flood)]
    assert held is not None
    assert costs[1] <= costs[0]
    assert costs[2] <= costs[0] + 1


async def test_the_line_is_read_from_its_front_and_no_further(database: Database) -> None:
    """On SQLite by the steps that its machine takes, which no slow processor changes; on PostgreSQL by the plan."""
    async with database.write() as tx:
        few = await _cost(tx, 10)
        many = await _cost(tx, MANY)
    assert many <= few * 2


async def _cost(tx: Transaction, number: int) -> float:
    await tx.execute(tables.inbox.delete())
    await crowd(tx, number // 2)
    await flood(tx, number // 2)
    query = line.in_front("worker", NOON, CHANNELS, [], 8)
    if tx.dialect.name == "postgresql":
        compiled = query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join((await tx.exec_driver_sql(f"EXPLAIN {compiled}")).scalars())
        assert number < MANY or "ix_inbox_open_line" in plan, plan
        return 1.0
    raw = await tx.get_raw_connection()
    driver: Any = raw.driver_connection
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    await driver.set_progress_handler(step, 1)
    await tx.execute(query)
    await driver.set_progress_handler(None, 1)
    return float(steps)


async def test_a_crisis_goes_before_ten_thousand_others_with_all_that_its_writer_said_before(database: Database) -> None:
    async with database.write() as tx:
        await crowd(tx)
        await put(tx, "ana", "dober dan", 1.0)
        await put(tx, "ana", "vprašanje", 2.0)
        await put(tx, "ana", "hočem umreti", 3.0, urgent=True)
        await put(tx, "ana", "ste tam?", 4.0)
        with counted(tx) as statements:
            first = await works(tx, 5.0)
        order = [first, *[await works(tx, 5.0) for _ in range(3)]]
    assert order == ["dober dan", "vprašanje", "hočem umreti", "resident 0 0"]
    assert len(statements) <= 10


async def test_two_in_a_crisis_are_worked_on_in_turn(database: Database) -> None:
    async with database.write() as tx:
        for number in range(3):
            await put(tx, "ana", f"a{number}", urgent=True)
        await put(tx, "boris", "b", 0.5, urgent=True)
        order = [await works(tx) for _ in range(4)]
    assert order == ["a0", "b", "a1", "a2"]


async def test_who_sends_hundreds_by_a_program_lifts_no_more_of_them(database: Database) -> None:
    async with database.write() as tx:
        await flood(tx, MOST_LIFTED)
        await inbox.put(tx, "telegram", "last lifted", "flood", {}, NOON, urgent=True)
        await inbox.put(tx, "telegram", "not lifted", "flood", {}, NOON, urgent=True)
        rows = (await tx.execute(tables.inbox.select().order_by(tables.inbox.c.sequence))).all()
    assert {row.lane for row in rows[:-1]} == {Lane.CRISIS}
    assert (rows[-1].external_id, rows[-1].lane) == ("not lifted", Lane.ALL)


async def test_a_replay_of_a_crisis_is_kept_once(database: Database) -> None:
    async with database.write() as tx:
        again = [await put(tx, "ana", "same", urgent=True) for _ in range(2)]
        assert await line.count_open(tx, "web", "ana", 10) == 1
    assert again[1] is None


async def test_what_an_old_program_put_in_goes_first_in_its_order(database: Database) -> None:
    old = {"channel": "web", "payload": {}, "received_at": NOON, "state": "new", "tries": 0, "due": NOON}
    async with database.write() as tx:
        await put(tx, "ana", "new")
        for name in ("x", "y"):
            await tx.execute(insert(tables.inbox).values(**old, external_id=name, address=name))
        await put(tx, "x", "after x", 0.5)
        order = [await works(tx) for _ in range(4)]
    assert order == ["x", "y", "new", "after x"]


@pytest.mark.parametrize(("number", "after", "expected"), [(0, 5.0, 0), (3, 5.0, 3), (MANY, 5.0, 6)])
async def test_a_flood_of_one_makes_the_line_longer_only_by_its_seconds(
    database: Database, number: int, after: float, expected: int
) -> None:
    async with database.write() as tx:
        if number:
            await flood(tx, number)
        found = await line.standing(tx, CHANNELS, NOON + timedelta(seconds=after), 1000)
    assert found == Standing(expected, NOON if number else None)


async def test_the_line_counts_no_further_than_it_is_asked_and_only_what_somebody_works_on(database: Database) -> None:
    async with database.write() as tx:
        await crowd(tx, 20)
        await inbox.put(tx, "unserved", "1", "ana", {}, NOON - timedelta(days=1))
        await put(tx, "boris", "b", 3.0, urgent=True)
        found = await line.standing(tx, CHANNELS, NOON + timedelta(seconds=5), 10)
        of_web = await line.standing(tx, ["web"], NOON + timedelta(seconds=5), 10)
    assert found == Standing(10, NOON)
    assert of_web == Standing(1, NOON + timedelta(seconds=3))


async def test_of_a_visitor_no_more_is_counted_than_is_asked(database: Database) -> None:
    async with database.write() as tx:
        await flood(tx, 30)
        counts = [await line.count_open(tx, "telegram", each, most) for each, most in (("flood", 20), ("flood", 99), ("ana", 5))]
    assert counts == [20, 30, 0]

"""One URL, the same promises on both databases."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import StatementError

from bot.store import engines, inbox, leases, tables
from bot.store.database import Database, Duplicate, Refused, StoreError, Unavailable, WrongUrl
from tests.support.databases import Databases
from tests.support.silence import silent_server

_LEASE = tables.lease
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def _put(db: Database, name: str, until: datetime = _NOON) -> None:
    async with db.write() as tx:
        await tx.execute(insert(_LEASE).values(name=name, owner="x", until=until))


async def _names(db: Database) -> list[str]:
    async with db.read() as tx:
        return list((await tx.execute(select(_LEASE.c.name).order_by(_LEASE.c.name))).scalars())


async def test_what_is_raised_undoes_the_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await tx.execute(insert(_LEASE).values(name="a", owner="x", until=_NOON))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert await _names(database) == []


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError):
        async with database.read() as tx:
            await tx.execute(insert(_LEASE).values(name="a", owner="x", until=_NOON))
    await _put(database, "b")

    assert await _names(database) == ["b"]


async def test_a_reader_sees_one_state_and_does_not_wait_for_a_writer(database: Database) -> None:
    await _put(database, "a")
    async with database.read() as tx:
        before = (await tx.execute(select(_LEASE.c.name))).all()
        await _put(database, "b")
        after = (await tx.execute(select(_LEASE.c.name))).all()

    assert before == after
    assert await _names(database) == ["a", "b"]


async def test_a_moment_comes_back_in_utc_and_one_without_a_zone_is_refused(database: Database) -> None:
    await _put(database, "a", datetime(2026, 11, 23, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1))))
    async with database.read() as tx:
        moment = (await tx.execute(select(_LEASE.c.until))).scalar_one()
    with pytest.raises(StatementError, match="without a time zone"):
        await _put(database, "b", datetime(2026, 11, 23, 12))  # noqa: DTZ001 - that is what is tested

    assert moment == _NOON.replace(microsecond=123456)
    assert moment.tzinfo is UTC


async def test_a_key_taken_twice_is_a_duplicate_and_a_wrong_statement_is_refused(database: Database) -> None:
    await _put(database, "a")
    with pytest.raises(Duplicate):
        await _put(database, "a")
    with pytest.raises(Refused):
        async with database.write() as tx:
            await tx.execute(text("SELECT nonsense FROM nowhere"))


async def test_an_error_never_carries_what_a_resident_wrote(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, "telegram", "1", "ana", {"text": "my secret"}, _NOON)
    wrong = insert(tables.inbox).values(channel="telegram", external_id="my secret", address="my secret", payload="my secret")
    with pytest.raises(StoreError) as raised:
        async with database.write() as tx:
            await tx.execute(wrong)

    assert "my secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


async def test_writers_of_several_processes_lose_no_update(database: Database, database_url: str) -> None:
    await _put(database, "counter")
    async with database.write() as tx:
        await tx.execute(update(_LEASE).values(owner="0"))
    others = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.store.counting", database_url, "50") for _ in range(2)
    ]
    assert [await other.wait() for other in others] == [0, 0]
    async with database.read() as tx:
        counted = (await tx.execute(select(_LEASE.c.owner))).scalar_one()

    assert counted == "400"


async def test_writers_within_one_process_take_turns(database: Database) -> None:
    await asyncio.gather(*(_put(database, f"{number:02}") for number in range(40)))

    assert await _names(database) == [f"{number:02}" for number in range(40)]


async def test_a_cancelled_writer_leaves_the_database_usable(database: Database) -> None:
    begun = asyncio.Event()

    async def write_slowly() -> None:
        async with database.write() as tx:
            await tx.execute(insert(_LEASE).values(name="a", owner="x", until=_NOON))
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_slowly())
    await begun.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await _put(database, "b")

    assert await _names(database) == ["b"]


@pytest.mark.parametrize("instead", [None, OSError, Unavailable])
async def test_a_task_that_is_to_end_does_so_though_a_driver_hides_it(
    database: Database, instead: type[Exception] | None
) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async with database.read():
            begun.set()
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            if instead is not None:
                raise instead

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_sqlite_keeps_what_was_acknowledged_and_overwrites_what_was_deleted(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        db = Database.open(url)
        async with db.write() as tx:
            found = {
                name: (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            }
        await db.close()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 15000}


async def test_a_relative_path_makes_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    db = Database.open("sqlite:///data/deep/infopoint.db")
    await db.migrate()
    await db.close()

    assert (tmp_path / "data" / "deep" / "infopoint.db").is_file()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/new/infopoint.db")
    await db.migrate()
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "new").iterdir()}
    await db.close()

    assert set(modes.values()) == {0}


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    db = Database.open("postgresql://nobody@127.0.0.1:9/nothing?sslmode=disable")
    with pytest.raises(Unavailable):
        async with db.read() as tx:
            await tx.execute(text("SELECT 1"))
    await db.close()


@pytest.mark.postgres
async def test_a_database_that_does_not_exist_is_unavailable(databases: Databases) -> None:
    db = Database.open(databases.server.url("nothing"))
    with pytest.raises(Unavailable):
        async with db.write() as tx:
            await tx.execute(text("SELECT 1"))
    await db.close()


@pytest.mark.postgres
async def test_after_a_restart_of_the_server_work_goes_on(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        db = Database.open(url)
        await _put(db, "a")
        databases.server.disconnect(url.rpartition("/")[2])
        await _put(db, "b")
        names = await _names(db)
        await db.close()

    assert names == ["a", "b"]


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="begins with"):
        Database.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2@h:abc/db",
        "postgresql://u:hunter2@h:5432/db?foo=bar",
        "postgresql://u:hunter2@h:5432/db?prepared_statement_cache_size=many",
        "postgresql://u:hunter2@h/db?host=a,b&port=1,2,3",
        "sqlite:///x.db?foo=bar",
        "sqlite:////proc/x.db",
        "sqlite:////etc/passwd/x.db",
        "hunter2",
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(WrongUrl) as refused:
        Database.open(url)

    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@.a/n", "postgresql://u:hunter2@127.0.0.1:9/n?sslmode=odd"])
async def test_a_host_or_option_that_the_driver_refuses_is_unavailable(url: str) -> None:
    db = Database.open(url)
    with pytest.raises(Unavailable) as refused:
        async with db.read():
            pass
    await db.close()

    assert "hunter2" not in str(refused.value)


async def test_a_server_that_takes_connections_and_says_nothing_is_unavailable_within_seconds() -> None:
    with silent_server() as (_, url):
        db = Database.open(url)
        with pytest.raises(Unavailable):
            async with asyncio.timeout(10), db.read():
                pass
        await db.close()


@pytest.mark.parametrize("lost", [TimeoutError, ConnectionResetError])
async def test_a_connection_that_is_lost_halfway_is_unavailable(database: Database, lost: type[OSError]) -> None:
    with pytest.raises(Unavailable, match=lost.__name__):
        async with database.read():
            raise lost


@pytest.mark.postgres
async def test_who_waits_for_a_server_that_hangs_ends_when_the_database_is_closed(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        db = Database.open(url)
        async with db.read(), db.write():
            pass
        with databases.server.frozen():
            waiting = [asyncio.create_task(_names(db)) for _ in range(4)]
            await asyncio.wait(waiting, timeout=0.2)
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting, timeout=0.2)
            async with asyncio.timeout(4):
                await db.close()
                ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(outcome) for outcome in ended] == [asyncio.CancelledError] * 4


@pytest.mark.postgres
async def test_who_is_frozen_amid_a_change_holds_its_rows_for_a_while_and_not_for_ever(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "IDLE", 0.5)
    with databases.fresh("postgres") as url:
        frozen, other = Database.open(url), Database.open(url)
        now = datetime.now(UTC)
        with pytest.raises(Unavailable):  # noqa: PT012 - it is told when the change is to be kept
            async with frozen.write() as tx:
                await leases.take(tx, "send/telegram", "frozen", now, timedelta(0))
                async with asyncio.timeout(20), other.write() as after:  # which waits for the row
                    assert await leases.take(after, "send/telegram", "other", now, timedelta(seconds=9))
        async with frozen.read() as tx:  # on another connection
            assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
        await frozen.close()
        await other.close()

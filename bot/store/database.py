"""The database behind one URL. Only this file and `bot.store.bell` know which one it is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.engines import PASSING, postgresql_engine, sqlite_engine
from bot.store.errors import LOST, Duplicate, Refused, StoreError, Unavailable, WrongUrl, translated
from bot.store.sealing import Keyring, Sealer, entrust

__all__ = ["Database", "Duplicate", "Refused", "StoreError", "Transaction", "Unavailable", "WrongUrl"]

#: What other rooms hold in their hands and pass on: an open transaction.
Transaction = AsyncConnection

SQLITE = "sqlite"

#: Has PostgreSQL commit what is in this transaction without waiting for the disk.
_SOON = text("SELECT set_config('synchronous_commit', 'off', true)")

#: Seconds that connections have to be closed in good order; then they are cut.
_FAREWELL = 1.0

#: Any number that no other program locks in the same PostgreSQL database.
_MIGRATION_LOCK = 4_713_008_201

#: Seconds that a change of tables waits for those who read them.
_LOCKED = 3


class Database:
    """The store of one installation.

    On SQLite all writers of a process share one connection, whose transactions take the write lock in their first step;
    readers have their own and never wait. On PostgreSQL both take from one pool.
    """

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine, sealer: Sealer | None = None) -> None:
        self.url = url
        self.sealer = sealer or Sealer()
        for engine in (writer, reader):
            entrust(engine.dialect, self.sealer)
        self._writer = writer
        self._passing = writer.execution_options(**{PASSING: True})
        self._reader = reader
        self._servers: WeakSet[Any] = WeakSet()  # the driver's own connections to a server, to be cut if need be
        if not self.is_sqlite:
            event.listen(writer.sync_engine, "connect", lambda made, _: self._servers.add(made.driver_connection))

    @classmethod
    def open(cls, url: str, keyring: Keyring | None = None, *, again: Callable[[], Keyring | None] | None = None) -> Database:
        """Open ``sqlite:///path`` (its folder is made) or ``postgresql://...``; nothing is connected yet.

        What residents wrote is sealed with ``keyring`` (`bot.store.sealing`); ``again`` reads the keys anew when others have
        come. Without keys it is written plainly, and what is sealed cannot be read. Raises `WrongUrl` for anything else.
        """
        given, sealer = _parsed(url), Sealer(keyring, again)
        if given.get_backend_name() == SQLITE and given.database and given.database != ":memory:" and not given.query:
            _make_file(Path(given.database))
            return cls(given, sqlite_engine(given, "IMMEDIATE", size=1), sqlite_engine(given, "DEFERRED", size=5), sealer)
        if given.get_backend_name() == "postgresql":
            engine = postgresql_engine(given)
            reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return cls(given, engine, reader, sealer)
        raise WrongUrl("the database's URL begins with sqlite:///path (and ends with it) or postgresql://")

    @property
    def is_sqlite(self) -> bool:
        """Tell whether it is a file of this machine."""
        return self.url.get_backend_name() == SQLITE

    @asynccontextmanager
    async def write(self, *, passing: bool = False) -> AsyncIterator[Transaction]:
        """Open a transaction that may write; it is committed at the end, and undone when anything is raised.

        What is written in ``passing`` survives the end of this process at once, but a power cut only with the next transaction
        that is not: leases and attempts, which nobody was told of, need not wait for the disk.
        Not to be nested: on SQLite the inner one would wait for the outer. Raises `StoreError`.
        """
        async with _transaction(self._passing if passing else self._writer) as tx:
            if passing and not self.is_sqlite:
                await tx.execute(_SOON)
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that sees one state of the database and can change nothing. Raises `StoreError`."""
        async with _transaction(self._reader) as tx:
            yield tx

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection to listen on; it is thrown away at the end. For the bell alone. Raises `StoreError`."""
        async with _connected(self._reader) as connection:
            try:
                yield connection
            finally:
                await connection.invalidate()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[Transaction]:
        """Open the transaction in which tables are changed; whoever else asks for one waits for its end.

        On SQLite foreign keys are off in it and checked at its end: rebuilding a table would else delete what points to it.
        """
        if not self.is_sqlite:
            async with _alone(self._writer) as tx:
                yield tx
            return
        engine = sqlite_engine(self.url, "IMMEDIATE", size=1, foreign_keys=False)
        entrust(engine.dialect, self.sealer)
        try:
            async with _transaction(engine) as tx:
                yield tx
                if (await tx.execute(text("PRAGMA foreign_key_check"))).first() is not None:
                    raise Refused("a change of the tables left rows that point nowhere")
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[Transaction]:
        """Open an exclusive transaction for steps that take as long as they take, while others work on the same tables.

        On PostgreSQL whoever wants to change a table waits for those who read it, and all others wait behind: hence not for long.
        """
        if self.is_sqlite:
            async with self.exclusive() as tx:
                yield tx
            return
        engine = postgresql_engine(self.url, answer=None)
        try:
            async with _alone(engine) as tx:
                await tx.execute(text("SELECT set_config('lock_timeout', :most, true)"), {"most": f"{_LOCKED}s"})
                yield tx
        finally:
            await engine.dispose()

    async def settle(self) -> None:
        """Move what SQLite keeps in its log into the file itself and empty the log, which still holds what was deleted."""
        if not self.is_sqlite:
            return
        # Writers wait meanwhile, hence not for long; it can be done next time.
        await self._file("PRAGMA busy_timeout = 1000", "PRAGMA wal_checkpoint(TRUNCATE)")

    async def rewrite(self) -> None:
        """Write SQLite's file anew, without what lies about in it of what was deleted; nobody can write meanwhile.

        It takes as much room again on the disk. Raises `StoreError`.
        """
        if not self.is_sqlite:
            return
        await self._file("PRAGMA query_only = OFF", "VACUUM")
        await self.settle()

    async def _file(self, *statements: str) -> None:
        """Do something to SQLite's file that no transaction can. Raises `Unavailable`."""
        async with self.connection() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            try:
                for statement in statements:
                    await driver.execute(statement)
            except sqlite3.Error as error:
                raise Unavailable(f"the database's file is not available ({type(error).__name__})") from None

    @property
    def size(self) -> int:
        """The bytes of SQLite's file, without its log; 0 on PostgreSQL."""
        if not self.is_sqlite or not self.url.database:
            return 0
        path = Path(self.url.database)
        return path.stat().st_size if path.is_file() else 0

    async def migrate(self, *, finish: bool = False) -> bool:
        """Bring the tables to the form that is needed and tell whether that took any work. See `bot.store.migrations`."""
        from bot.store import migrations  # noqa: PLC0415 - below it stands Alembic, which few calls need

        return await migrations.migrate(self, finish=finish)

    async def close(self) -> None:
        """Close all connections. Those that a server does not close within a second are cut."""
        closing = asyncio.create_task(self._dispose())
        await asyncio.wait([closing], timeout=_FAREWELL)
        for connection in list(self._servers):
            connection.terminate()
        await closing

    async def _dispose(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # their words may quote the password
        raise WrongUrl("the database's URL cannot be read; it is like postgresql://user:password@host:5432/name") from None


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what residents wrote is for this program alone; SQLite's side files take the mode over
    except OSError as error:
        raise WrongUrl(f"the database's file {path} cannot be made: {error.strerror}") from None


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with _connected(engine) as connection, connection.begin():
        yield connection


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open the transaction on PostgreSQL that only one has at a time; nobody else has to wait for it."""
    async with _transaction(engine) as tx:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        yield tx


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    with translated():
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
            except (PoolTimeout, ValueError, *LOST) as error:  # a ValueError is about a host or an option in the URL
                raise Unavailable(f"the database cannot be reached ({type(error).__name__})") from None
            yield connection

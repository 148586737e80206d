"""The database behind one URL. Only this file and `bot.store.bell` know which one it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

#: What other rooms hold in their hands and pass on: an open transaction.
Transaction = AsyncConnection

#: Seconds that a writer of another process, or a full pool, is waited for.
PATIENCE = 15

SQLITE = "sqlite"

#: Any number that no other program locks in the same PostgreSQL database.
_MIGRATION_LOCK = 4_713_008_201


class StoreError(Exception):
    """The root of what this room raises. Messages carry no parameter of a statement: those are what residents wrote."""


class Unavailable(StoreError):  # noqa: N818 - a word of the house
    """The database cannot be reached or is too busy; the same again later may work."""


class Duplicate(StoreError):  # noqa: N818 - a word of the house
    """A unique key, or another rule of the tables, refused the change."""


class Refused(StoreError):  # noqa: N818 - a word of the house
    """The database refused a statement; that is a fault of ours."""


class Database:
    """The store of one installation.

    On SQLite all writers of a process share one connection, whose transactions take the write lock in their first step;
    readers have their own and never wait. On PostgreSQL both take from one pool.
    """

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader

    @classmethod
    def open(cls, url: str) -> Database:
        """Open ``sqlite:///path`` (its folder is made) or ``postgresql://...``; nothing is connected yet.

        Raises ValueError for anything else.
        """
        given = make_url(url)
        if given.get_backend_name() == SQLITE and given.database:
            path = Path(given.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)  # what residents wrote is for this program alone; SQLite's side files take the mode over
            target = given.set(drivername="sqlite+aiosqlite")
            return cls(given, sqlite_engine(target, "IMMEDIATE", size=1), sqlite_engine(target, "DEFERRED", size=5))
        if given.get_backend_name() == "postgresql":
            # The driver calls it ssl; everybody else, and so an operator's URL, sslmode.
            query = {"ssl" if name == "sslmode" else name: value for name, value in given.query.items()}
            engine = create_async_engine(
                given.set(drivername="postgresql+asyncpg", query=query),
                pool_size=5,
                max_overflow=15,
                pool_pre_ping=True,
                **_COMMON,
            )
            return cls(given, engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))
        raise ValueError("the database URL begins with sqlite:///path or postgresql://")

    @property
    def is_sqlite(self) -> bool:
        """Tell whether it is a file of this machine."""
        return self.url.get_backend_name() == SQLITE

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open a transaction that may write; it is committed at the end, and undone when anything is raised.

        Not to be nested: on SQLite the inner one would wait for the outer. Raises `StoreError`.
        """
        with _translated():
            async with self._writer.begin() as tx:
                yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that sees one state of the database and can change nothing. Raises `StoreError`."""
        with _translated():
            async with self._reader.begin() as tx:
                yield tx

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection to listen on; it is thrown away at the end. For the bell alone. Raises `StoreError`."""
        with _translated():
            async with self._reader.connect() as connection:
                try:
                    yield connection
                finally:
                    await connection.invalidate()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[Transaction]:
        """Open the transaction in which tables are changed; whoever else asks for one waits for its end.

        On SQLite foreign keys are off in it and checked at its end: rebuilding a table would else delete what points to it.
        """
        with _translated():
            if not self.is_sqlite:
                async with self._writer.begin() as tx:
                    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                    yield tx
                return
            target = self.url.set(drivername="sqlite+aiosqlite")
            engine = sqlite_engine(target, "IMMEDIATE", size=1, foreign_keys=False)
            try:
                async with engine.begin() as tx:
                    yield tx
                    if (await tx.execute(text("PRAGMA foreign_key_check"))).first() is not None:
                        raise Refused("a change of the tables left rows that point nowhere")
            finally:
                await engine.dispose()

    async def migrate(self) -> bool:
        """Bring the tables to the newest form and tell whether that took any work. See `bot.store.migrations`."""
        from bot.store import migrations  # noqa: PLC0415 - below it stands Alembic, which few calls need

        return await migrations.migrate(self)

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()


def sqlite_engine(target: URL, begin: str, size: int, *, foreign_keys: bool = True) -> AsyncEngine:
    """Return an engine whose transactions open with ``BEGIN <begin>``.

    The driver's own transactions lose updates silently, and a deferred one that begins to write fails at once whenever
    another process wrote meanwhile, whatever the time-out: hence IMMEDIATE for whoever may write.
    """
    engine = create_async_engine(
        target,
        connect_args={"isolation_level": None, "timeout": PATIENCE},
        pool_size=size,
        max_overflow=0,
        **_COMMON,
    )
    pragmas = [
        "journal_mode = WAL",  # readers and the writer do not wait for each other
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "secure_delete = ON",  # what a resident had deleted is overwritten
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        f"query_only = {'ON' if begin == 'DEFERRED' else 'OFF'}",
    ]

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own, untyped
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


#: Parameters are hidden: an error's text must not carry what a resident wrote.
_COMMON: dict[str, Any] = {
    "hide_parameters": True,
    "pool_timeout": PATIENCE,
    "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
}


#: What passes by itself. SQLite's primary result codes: busy, locked, input/output error, full, cannot be opened.
_SQLITE_PASSING = frozenset({5, 6, 10, 13, 14})
#: And classes of PostgreSQL's SQLSTATE: connection, transaction rolled back (deadlock), resources, operator's intervention.
_POSTGRES_PASSING = frozenset({"08", "40", "53", "57"})


@contextmanager
def _translated() -> Iterator[None]:
    """Say in words of this room what a driver raised; the driver's own text may quote a row and is dropped."""
    try:
        yield
    except IntegrityError as error:
        raise Duplicate(f"the tables refused a row: {error.statement}") from None
    except DBAPIError as error:
        connecting = error.statement is None
        if connecting or error.connection_invalidated or _passes(error):
            raise Unavailable(f"the database is not available ({_name(error)})") from None
        raise Refused(f"{_name(error)} in: {error.statement}") from None
    except (PoolTimeout, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # All but the first are raised bare while a connection is being made.
        raise Unavailable(f"the database cannot be reached ({type(error).__name__})") from None


def _passes(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_PASSING
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, InterfaceError) if state is None else state[:2] in _POSTGRES_PASSING


def _name(error: DBAPIError) -> str:
    """Return the name of the driver's error below SQLAlchemy's."""
    inner = error.orig or error
    return type(inner.__cause__ or inner).__name__

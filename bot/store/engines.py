"""How the two databases are connected to."""

from __future__ import annotations

import json
import os
import sqlite3
from functools import partial
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.errors import WrongUrl
from bot.store.swift import FULL, SOON, SwiftConnection

#: Seconds that a writer of another process, or a full pool, is waited for.
PATIENCE = 15

#: Seconds that a PostgreSQL server has to take a connection, and to answer one statement.
_CONNECT, _ANSWER = 5, 30

#: What the server is told of each connection. A process that is frozen, or whose machine is gone, holds the rows that it has
#: locked no longer than so many seconds; by default that is for ever, and for the hours that TCP takes to notice.
IDLE = 60
_KEPT_ALIVE = {"tcp_keepalives_idle": 30, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}

#: What a PostgreSQL URL may carry behind its question mark.
_OPTIONS = frozenset({"host", "port", "sslmode", "ssl", "passfile", "target_session_attrs", "prepared_statement_cache_size"})

#: The execution option of an engine whose transactions may be lost when the power fails; see `Database.write`.
PASSING = "infopoint_passing"

#: Parameters are hidden: an error's text must not carry what a resident wrote.
_COMMON: dict[str, Any] = {
    "hide_parameters": True,
    "pool_timeout": PATIENCE,
    "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
}


def postgresql_engine(url: URL, answer: float | None = _ANSWER) -> AsyncEngine:
    """Return an engine with a pool of connections, each tried before it is used. Raises `WrongUrl`.

    ``answer``: seconds that the server has for one statement; None where one may take as long as it takes.
    """
    if unknown := sorted(set(url.query) - _OPTIONS):
        raise WrongUrl(f"the database's URL has options that are not known: {', '.join(unknown)}")
    # The driver calls it ssl; everybody else, and so an operator's URL, sslmode.
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    target = url.set(drivername="postgresql+asyncpg", query=query)
    limits = {"timeout": _CONNECT, "command_timeout": answer}
    try:
        engine = create_async_engine(target, pool_size=5, max_overflow=15, pool_pre_ping=True, connect_args=limits, **_COMMON)
    except (ArgumentError, ValueError):
        raise WrongUrl("an option in the database's URL has a value that cannot be used") from None

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own, untyped
        cursor = connection.cursor()
        told = _KEPT_ALIVE | {"idle_in_transaction_session_timeout": f"{round(IDLE * 1000)}"}
        # One statement, because each is a way to the server and back; after the commit it holds for the whole session.
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in told.items()))
        cursor.close()
        connection.commit()

    return engine


def sqlite_engine(url: URL, begin: str, size: int, *, foreign_keys: bool = True) -> AsyncEngine:
    """Return an engine whose transactions open with ``BEGIN <begin>``.

    The driver's own transactions lose updates silently, and a deferred one that begins to write fails at once whenever
    another process wrote meanwhile, whatever the time-out: hence IMMEDIATE for whoever may write.
    """
    path = os.path.abspath(url.database or "")  # noqa: PTH100 - whoever changes directories later means the same file
    connector = partial(sqlite3.connect, path, isolation_level=None, timeout=PATIENCE, check_same_thread=False)

    async def connected() -> SwiftConnection:
        return await SwiftConnection(connector)  # type: ignore[return-value] # itself, as aiosqlite does not say

    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        async_creator=connected,
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
        swift: Any = connection.connection.driver_connection
        swift.begin(f"BEGIN {begin}", sync=SOON if connection.get_execution_options().get(PASSING) else FULL)

    return engine

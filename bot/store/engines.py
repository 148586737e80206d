"""How the two databases are connected to."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: Seconds that a writer of another process, or a full pool, is waited for.
PATIENCE = 15

#: Parameters are hidden: an error's text must not carry what a resident wrote.
_COMMON: dict[str, Any] = {
    "hide_parameters": True,
    "pool_timeout": PATIENCE,
    "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
}


def postgresql_engine(url: URL) -> AsyncEngine:
    """Return an engine with a pool of connections, each tried before it is used."""
    # The driver calls it ssl; everybody else, and so an operator's URL, sslmode.
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    target = url.set(drivername="postgresql+asyncpg", query=query)
    return create_async_engine(target, pool_size=5, max_overflow=15, pool_pre_ping=True, **_COMMON)


def sqlite_engine(url: URL, begin: str, size: int, *, foreign_keys: bool = True) -> AsyncEngine:
    """Return an engine whose transactions open with ``BEGIN <begin>``.

    The driver's own transactions lose updates silently, and a deferred one that begins to write fails at once whenever
    another process wrote meanwhile, whatever the time-out: hence IMMEDIATE for whoever may write.
    """
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
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

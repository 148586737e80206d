"""The way to SQLite's thread and back."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.store.swift import SwiftConnection


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.ExceptHookArgs]]:
    """What threads complained of."""
    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)
    yield heard
    heard.clear()


async def _connected(path: Path) -> SwiftConnection:
    return await SwiftConnection(partial(sqlite3.connect, path, check_same_thread=False))  # type: ignore[return-value]


def test_an_errand_that_the_end_of_the_program_overtakes_complains_to_nobody_and_the_file_is_closed(
    tmp_path: Path, complaints: list[threading.ExceptHookArgs]
) -> None:
    before, loop, may_end = set(threading.enumerate()), asyncio.new_event_loop(), threading.Event()
    connection = loop.run_until_complete(_connected(tmp_path / "x.db"))

    async def asks_and_stops() -> None:
        connection._tx.put_nowait((loop.create_future(), may_end.wait))
        connection.stop()

    loop.run_until_complete(asks_and_stops())
    loop.close()
    (thread,) = set(threading.enumerate()) - before
    may_end.set()
    thread.join(10)

    assert not thread.is_alive()
    assert complaints == []
    assert connection._connection is None


async def test_an_error_is_raised_where_it_is_waited_for_and_the_connection_goes_on(tmp_path: Path) -> None:
    connection = await _connected(tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await connection.done("SELECT * FROM absent", (), many=False)

    assert (await connection.done("SELECT 1", (), many=False)).rows == [(1,)]
    await connection.close()

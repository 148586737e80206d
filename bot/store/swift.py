"""SQLite through aiosqlite, with one way to its thread and back for each statement instead of four.

The driver's thread is what keeps a slow disk from holding up the event loop, but each way there and back costs more than most
statements do. SQLAlchemy goes four times: for a cursor, to execute, for the rows, to close. Here all of that is one errand, and
the beginning of a transaction goes along with its first statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self, TypeAlias

import aiosqlite
from aiosqlite.core import _STOP_RUNNING_SENTINEL

#: How a transaction is made to last: when it is committed, or with the next one that is; not even a power cut undoes it then.
FULL, SOON = "FULL", "NORMAL"
#: What a statement is given: the driver takes many forms.
_Given: TypeAlias = Any
_Description: TypeAlias = Any


class SwiftConnection(aiosqlite.Connection):
    """A connection whose cursors hold their rows already."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # A daemon, as SQLAlchemy has it: a disk that hangs keeps no program from ending.
        self._thread = Thread(target=_work, args=(self._tx,), daemon=True)
        self._to_begin = ""
        self._sync = self._synced = FULL

    def begin(self, statement: str, *, sync: str = FULL) -> None:
        """Have a transaction begun with its first statement; ``sync`` is how it is made to last when it is committed."""
        self._to_begin, self._sync = statement, sync

    def cursor(self) -> Any:  # noqa: ANN401 - SQLAlchemy asks for no more than what is there
        """Return a cursor, which is nothing yet."""
        return _Cursor(self)

    async def done(self, statement: str, given: _Given, *, many: bool) -> _Done:
        """Return what came of a statement, before which the transaction is begun that is to be."""
        begin = [self._to_begin] if self._to_begin else []
        synced = self._synced
        if begin and self._sync != synced:  # it can be set before a transaction only
            begin, synced = [f"PRAGMA synchronous = {self._sync}", *begin], self._sync
        # Until this is done nobody knows how it is set, nor after it failed: then it is set anew.
        self._to_begin, self._synced = "", ""
        done: _Done = await self._execute(partial(_do, self._conn, begin, statement, given, many=many))  # type: ignore[no-untyped-call]
        self._synced = synced
        return done

    async def commit(self) -> None:
        """Commit, if anything was begun."""
        if self._to_begin:
            self._to_begin = ""
            return
        await super().commit()

    async def rollback(self) -> None:
        """Undo, if anything was begun."""
        if self._to_begin:
            self._to_begin = ""
            return
        await super().rollback()


class _Done:
    """What came of a statement."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(
        self, description: _Description = None, rowcount: int = -1, lastrowid: int | None = None, rows: Sequence[Any] = ()
    ) -> None:
        self.description, self.rowcount, self.lastrowid, self.rows = description, rowcount, lastrowid, rows


class _Cursor:
    """As much of an asynchronous cursor as SQLAlchemy needs."""

    arraysize = 1

    def __init__(self, connection: SwiftConnection) -> None:
        self._connection = connection
        self._done = _Done()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> _Description:
        return self._done.description

    @property
    def rowcount(self) -> int:
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._done.lastrowid

    async def execute(self, statement: str, given: _Given = ()) -> None:
        self._done = await self._connection.done(statement, given, many=False)

    async def executemany(self, statement: str, given: _Given) -> None:
        self._done = await self._connection.done(statement, given, many=True)

    async def fetchall(self) -> Sequence[Any]:
        return self._done.rows

    async def close(self) -> None:
        """Do nothing: the driver's cursor was closed as soon as it had been read."""


def _work(errands: SimpleQueue[tuple[asyncio.Future[Any] | None, Callable[[], Any]]]) -> None:
    """In the driver's thread: do one errand after the other until told to stop.

    The driver's own would complain on standard error about every errand that the end of the event loop overtakes.
    """
    while True:
        future, errand = errands.get()
        result, error = None, None
        try:
            result = errand()
        except BaseException as raised:  # noqa: BLE001 - it is raised where it is waited for
            error = raised
        if future is not None:
            with suppress(RuntimeError):  # the event loop has ended
                future.get_loop().call_soon_threadsafe(_settle, future, result, error)
        if result is _STOP_RUNNING_SENTINEL:
            return
        del future, errand, result, error  # so that nothing is held while nothing is to be done


def _settle(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():  # whoever waited was cancelled
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


def _do(connection: sqlite3.Connection, begin: list[str], statement: str, given: _Given, *, many: bool) -> _Done:
    """In the driver's thread: execute, read all, close."""
    for each in begin:
        connection.execute(each)
    cursor = connection.executemany(statement, given) if many else connection.execute(statement, given)
    rows = cursor.fetchall() if cursor.description else ()
    done = _Done(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    cursor.close()
    return done

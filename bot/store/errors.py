"""What this room raises, and the one place where a driver's words become ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError


class StoreError(Exception):
    """The root of what this room raises. Messages carry no parameter of a statement: those are what residents wrote."""


class Unavailable(StoreError):  # noqa: N818 - a word of the house
    """The database cannot be reached or is too busy; the same again later may work."""


class WrongUrl(StoreError, ValueError):  # noqa: N818 - a word of the house
    """The database's URL cannot be used; the message says why, and holds no password."""


class Duplicate(StoreError):  # noqa: N818 - a word of the house
    """A unique key, or another rule of the tables, refused the change."""


class Refused(StoreError):  # noqa: N818 - a word of the house
    """The database refused a statement; that is a fault of ours."""


#: What the drivers raise bare, outside SQLAlchemy, when a connection cannot be made or is lost at a bad moment.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

#: What passes by itself. SQLite's primary result codes: busy, locked, input/output error, full, cannot be opened.
_SQLITE_PASSING = frozenset({5, 6, 10, 13, 14})
#: And classes of PostgreSQL's SQLSTATE: connection, transaction rolled back (deadlock), resources, operator's intervention; of
#: another class only that a lock was not to be had.
_POSTGRES_PASSING = frozenset({"08", "40", "53", "57"})
_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def translated() -> Iterator[None]:
    """Say in words of this room what a driver raised; the driver's own text may quote a row and is dropped."""
    cancelled = cancellations()
    try:
        yield
    except DBAPIError as error:
        heed_cancellation(cancelled)
        raise _in_our_words(error) from None
    except StoreError:
        heed_cancellation(cancelled)
        raise
    except LOST as error:
        heed_cancellation(cancelled)
        raise Unavailable(f"the database was lost ({type(error).__name__})") from None
    heed_cancellation(cancelled)


def _in_our_words(error: DBAPIError) -> StoreError:
    if isinstance(error, IntegrityError):
        return Duplicate(f"the tables refused a row: {error.statement}")
    connecting = error.statement is None
    if connecting or error.connection_invalidated or _passes(error):
        return Unavailable(f"the database is not available ({_name(error)})")
    return Refused(f"{_name(error)} in: {error.statement}")


def cancellations() -> int:
    """Return how often this task was asked to end."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def heed_cancellation(seen: int) -> None:
    """Raise CancelledError if this task was asked to end since `cancellations` returned ``seen``.

    A driver that is asked to end while it loses its connection, or just as it is done, raises the loss or nothing at all:
    the task would go on for ever.
    """
    if cancellations() > seen:
        raise asyncio.CancelledError


def _passes(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_PASSING
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, InterfaceError)
    return state[:2] in _POSTGRES_PASSING or state == _LOCK_NOT_AVAILABLE


def _name(error: DBAPIError) -> str:
    """Return the name of the driver's error below SQLAlchemy's."""
    inner = error.orig or error
    return type(inner.__cause__ or inner).__name__

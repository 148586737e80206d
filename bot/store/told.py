"""Whom of the staff we tell of what: each message once, by a unique key, and again until it is out or given up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, literal_column, or_, select, update

from bot.store import desk_tables, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_told = desk_tables.told
_case = tables.case_file


class State(StrEnum):
    """Where a message stands."""

    NEW = "new"
    SENT = "sent"
    REFUSED = "refused"  # this one address does not take it
    FAILED = "failed"  # given up after many tries
    DROPPED = "dropped"  # there was nothing to tell any more


#: Written out, not passed as a parameter, so that PostgreSQL can use its index of the open rows.
_NEW: ColumnElement[str] = literal_column("'new'")


@dataclass(frozen=True, slots=True)
class Telling:
    """That ``staff`` (a name) is told by ``means`` of ``about`` as it has been since ``since``, for the reason ``step``.

    ``about`` is a case's id, which then stands in ``case_id`` too, or something that is no case.
    """

    about: str
    since: datetime
    step: str
    staff: str
    means: str
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A message that is to go out; ``tries`` counts the attempts begun."""

    telling: Telling
    tries: int


async def put(tx: Transaction, tellings: Iterable[Telling], now: datetime) -> int:
    """Have staff told what they were not told before; return how many messages that makes.

    In one order, so that on PostgreSQL two processes that write down the same do not wait in a circle.
    """
    ordered = sorted(tellings, key=lambda each: (each.about, each.since, each.step, each.staff, each.means))
    rows = [_values(each) | {"state": State.NEW, "tries": 0, "due": now, "put_at": now} for each in ordered]
    return (await tx.execute(insert_if_new(tx, _told, rows))).rowcount if rows else 0


async def known(tx: Transaction, abouts: Collection[str]) -> frozenset[Telling]:
    """Return what was ever to be told of ``abouts``."""
    rows = await tx.execute(select(_told).where(_told.c.about.in_(sorted(abouts))))
    return frozenset(_read(row) for row in rows)


async def due(tx: Transaction, means: Collection[str], now: datetime, limit: int) -> list[Open]:
    """Return messages that are due by ``means``, those first that were never tried."""
    wanted = select(_told).where(_told.c.state == _NEW, _told.c.due <= now, _told.c.means.in_(sorted(means)))
    rows = await tx.execute(wanted.order_by(_told.c.tries, _told.c.due, *_told.primary_key).limit(limit))
    return [Open(_read(row), row.tries) for row in rows]


async def take(tx: Transaction, message: Open, now: datetime, again: datetime) -> bool:
    """Begin an attempt, to be repeated from ``again`` on unless it is finished; False when another process was faster."""
    untaken = and_(_key(message.telling), _told.c.state == _NEW, _told.c.tries == message.tries)
    taken = update(_told).where(untaken).values(tries=message.tries + 1, due=again, tried_at=now)
    return (await tx.execute(taken)).rowcount == 1


async def finish(tx: Transaction, telling: Telling, state: State) -> None:
    """Write down what became of a message."""
    await tx.execute(update(_told).where(_key(telling)).values(state=state))


async def failing(tx: Transaction, after: datetime, before: datetime) -> frozenset[str]:
    """Return the means whose latest attempt has not come through, though not for the sake of one address.

    Attempts begun between two moments count, or until now where it is known what became of them.
    """
    tried = select(_told.c.means, _told.c.state).where(_told.c.tried_at > after, _told.c.state != State.DROPPED)
    tried = tried.where(or_(_told.c.tried_at < before, _told.c.state != State.NEW))
    latest: dict[str, str] = {}
    for row in await tx.execute(tried.order_by(_told.c.tried_at.desc()).limit(_LOOKED_AT)):
        latest.setdefault(row.means, row.state)
    return frozenset(means for means, state in latest.items() if state in (State.NEW, State.FAILED))


#: How many of the latest attempts tell how the means do.
_LOOKED_AT = 50


def _key(telling: Telling) -> ColumnElement[bool]:
    values = _values(telling)
    return and_(*(_told.c[name] == values[name] for name in ("about", "since", "step", "staff", "means")))


def _values(telling: Telling) -> dict[str, Any]:
    return {
        "about": telling.about,
        "since": telling.since,
        "step": telling.step,
        "staff": storable_text(telling.staff),
        "means": telling.means,
        "case_id": telling.case_id,
    }


def _read(row: Row[Any]) -> Telling:
    return Telling(row.about, row.since, row.step, row.staff, row.means, row.case_id)

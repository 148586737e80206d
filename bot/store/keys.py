"""Which keys seal what is kept, by their ids, and sealing all of it anew. The keys themselves are never in the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    LargeBinary,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import TypeDecorator

from bot.store import desk_tables, edit_tables, tables
from bot.store.columns import SealedBytes, SealedJSON, SealedText
from bot.store.database import Transaction
from bot.store.guard_tables import sealing_key as _key
from bot.store.sealing import HEAD, MARK, Sealed, sealer_of
from bot.store.upsert import insert_if_new

#: What `count` calls values that no key sealed.
PLAIN = ""

_BEGINNING = re.compile(f"{MARK}([0-9a-f]{{8}}):")

_SEALED = (SealedText, SealedJSON, SealedBytes)


@dataclass(frozen=True, slots=True)
class Known:
    """A key that sealed something of this database; ``retired_at`` once nothing is left that takes it."""

    id: str
    made_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Passed:
    """What one step of sealing anew came to.

    ``last`` is the key of the last row that was looked at, None at the end of the table; ``unreadable`` counts rows that cannot
    be opened, which stay as they are.
    """

    done: int
    unreadable: int
    last: Any


def sealed_tables() -> list[Table]:
    """Return the tables with sealed columns."""
    every = {table.name: table for each in (tables, desk_tables, edit_tables) for table in each.metadata.sorted_tables}
    return [table for table in every.values() if any(True for _ in _sealed(table))]


async def known(tx: Transaction) -> list[Known]:
    """Return all keys that were ever used, the oldest first."""
    rows = await tx.execute(select(_key).order_by(_key.c.made_at, _key.c.id))
    return [Known(row.id, row.made_at, row.retired_at) for row in rows]


async def needed(tx: Transaction) -> frozenset[str]:
    """Return the ids of the keys without which something that is kept cannot be read."""
    return frozenset(each.id for each in await known(tx) if each.retired_at is None)


async def missing(tx: Transaction) -> frozenset[str]:
    """Return the ids of the keys that something takes that is kept, and that are not here (yet)."""
    return sealer_of(tx.dialect).lacks(await needed(tx))


async def enter(tx: Transaction, identifier: str, now: datetime) -> None:
    """Write down that a key is used from now on."""
    await tx.execute(insert_if_new(tx, _key, {"id": identifier, "made_at": now}))
    await tx.execute(update(_key).where(_key.c.id == identifier).values(retired_at=None))


async def retire(tx: Transaction, identifiers: Collection[str], now: datetime) -> None:
    """Write down that nothing takes these keys any more."""
    theirs = _key.c.id.in_(identifiers) & _key.c.retired_at.is_(None)
    await tx.execute(update(_key).where(theirs).values(retired_at=now))


async def drop(tx: Transaction, identifiers: Collection[str]) -> None:
    """Forget retired keys."""
    await tx.execute(delete(_key).where(_key.c.id.in_(identifiers), _key.c.retired_at.is_not(None)))


async def count(tx: Transaction) -> Mapping[str, int]:
    """Return how many values each key sealed, and how many stand plainly (`PLAIN`)."""
    found: Counter[str] = Counter()
    for table in sealed_tables():
        for column in _sealed(table):
            head = _head(column).label("head")
            rows = select(head, func.count().label("number")).where(_is_something(column)).group_by(literal_column("1"))
            for row in await tx.execute(rows):
                found[_named(row.head)] += row.number
    return found


async def reseal(tx: Transaction, table: Table, after: Any, newest: str, limit: int) -> Passed:  # noqa: ANN401 - any key
    """Seal up to ``limit`` rows of ``table`` behind the row ``after`` (None: from the first) with the newest key.

    Rows that another transaction holds at the moment are passed over: nobody waits in a circle. The next pass finds them.
    """
    key = _one_key(table)
    columns = list(_sealed(table))
    stale = or_(*(and_(_is_something(each), _head(each) != _head_of(each, newest)) for each in columns))
    wanted = select(key, *(type_coerce(each, _kind(each).impl).label(each.name) for each in columns)).where(stale)
    wanted = wanted if after is None else wanted.where(key > after)
    rows = (await tx.execute(wanted.order_by(key).limit(limit).with_for_update(skip_locked=True))).all()
    unreadable = 0
    for row in rows:
        try:
            values = {each.name: _opened(each, getattr(row, each.name), tx.dialect) for each in columns}
        except Sealed:
            unreadable += 1
            continue
        await tx.execute(update(table).where(key == row[0]).values(**values))
    return Passed(len(rows) - unreadable, unreadable, rows[-1][0] if len(rows) == limit else None)


async def seal_secrets(tx: Transaction) -> None:
    """Seal the secrets of staff that stand plainly, of whom there are few."""
    secret = tables.staff.c.totp
    is_plain = and_(secret.is_not(None), _head(secret).not_like(f"{MARK}%"))
    for identifier, plain in (await tx.execute(select(tables.staff.c.id, secret).where(is_plain).with_for_update())).all():
        await tx.execute(update(tables.staff).where(tables.staff.c.id == identifier).values(totp=plain))


async def stale(tx: Transaction, newest: str) -> int:
    """Return how many values are sealed with another key than the newest, or not at all."""
    return sum(number for name, number in (await count(tx)).items() if name != newest)


def _sealed(table: Table) -> Iterable[Column[Any]]:
    return (each for each in table.columns if isinstance(each.type, _SEALED))


def _kind(column: Column[Any]) -> TypeDecorator[Any]:
    assert isinstance(column.type, _SEALED)  # noqa: S101 - as `_sealed` has chosen it
    return column.type


def _opened(column: Column[Any], value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - whatever is sealed
    """Open a value. Raises `Sealed`, also where whoever reads is given something else (`bot.store.columns.SealedSecret`)."""
    kind = _kind(column)
    if isinstance(kind, SealedText):
        return SealedText.process_result_value(kind, value, dialect)
    return kind.process_result_value(value, dialect)


def _one_key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


def _is_something(column: Column[Any]) -> ColumnElement[bool]:
    """Tell whether there is a value: in JSON, null written out is none."""
    if isinstance(column.type, SealedJSON):
        return and_(column.is_not(None), cast(column, Text) != literal_column("'null'"))
    return column.is_not(None)


def _head(column: Column[Any]) -> ColumnElement[Any]:
    """Return the beginning of what is kept, which names the key."""
    match column.type:
        case SealedJSON():  # a string in JSON has a quotation mark before it
            return func.substr(cast(column, Text), 2, HEAD, type_=Text())
        case SealedBytes():
            return func.substr(type_coerce(column, LargeBinary()), 1, HEAD, type_=LargeBinary())
    return func.substr(type_coerce(column, Text()), 1, HEAD, type_=Text())


def _head_of(column: Column[Any], identifier: str) -> str | bytes:
    head = f"{MARK}{identifier}:"
    return head.encode() if isinstance(column.type, SealedBytes) else head


def _named(head: str | bytes) -> str:
    """Return the id in a beginning, `PLAIN` when it is none."""
    text = head if isinstance(head, str) else head.decode("ascii", "replace")
    found = _BEGINNING.fullmatch(text)
    return PLAIN if found is None else found[1]

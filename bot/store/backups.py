"""Every row of the database out and in again, in a form that both databases share.

Tables are read as they stand in the database, not as the program declares them: what is sealed stays sealed, and a database
of an older form is carried as it is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnClause,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TableClause,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
)

from bot.store import desk_tables, edit_tables, guard_tables, tables
from bot.store.columns import Moment
from bot.store.database import SQLITE, StoreError, Transaction
from bot.store.migrations import HEAD, NewerDatabase, revision, upgrade

#: All tables of this program; each of these modules has added its own.
_OURS = frozenset(name for module in (tables, desk_tables, edit_tables, guard_tables) for name in module.metadata.tables)

#: What is of running processes alone, or made with the tables, and not carried.
LEFT_OUT = frozenset({"lease", "chore", "program", "step"})

#: Tables that a start fills before anybody has used it: what stands in them does not make a database used.
_MADE_BY_A_START = LEFT_OUT | {"sealing_key"}

#: How the columns of a kind are told in a file. Bytes are in base64, moments in ISO 8601, JSON is the text that is kept.
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (DateTime, "moment"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "number"),
    (String, "text"),
)
_READ: Mapping[str, Any] = {
    "json": String(),
    "bytes": LargeBinary(),
    "moment": Moment(),
    "boolean": Boolean(),
    "integer": Integer(),
    "number": Float(),
    "text": String(),
}
_WRITTEN: Mapping[str, Any] = {**_READ, "json": JSON(none_as_null=True)}

#: Rows that are read at once; of those with files one by one, since each may have ten megabytes.
_AT_ONCE = 500


class Misfit(StoreError):  # noqa: N818 - a word of the house
    """The rows do not fit the tables. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table with the names and kinds of its columns."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def clause(self, types: Mapping[str, Any]) -> TableClause:
        """Return what statements are made of."""
        return table(self.name, *(column(name, types[kind]) for name, kind in self.columns))


async def shapes(tx: Transaction) -> list[Shape]:
    """Return the tables that are carried, those first that others point to. Raises `NewerDatabase`."""
    stands = await revision(tx)
    if stands is None:
        return []
    if stands > HEAD:
        raise NewerDatabase(f"the database stands at step {stands}, this program knows steps up to {HEAD}")
    return await tx.run_sync(_shapes)


async def count(tx: Transaction, shape: Shape) -> int:
    """Return how many rows a table has."""
    return int((await tx.execute(select(func.count()).select_from(table(shape.name)))).scalar_one())


async def rows(tx: Transaction, shape: Shape) -> AsyncIterator[list[Any]]:
    """Yield the rows of a table as values of JSON, in the order of its columns; memory does not grow with their number."""
    kinds = [kind for _, kind in shape.columns]
    few = 1 if "bytes" in kinds else _AT_ONCE
    # PostgreSQL's driver would read JSON by itself; what is wanted is the text that is kept.
    wanted = [cast(each, String) if kind == "json" else each for each, kind in zip(shape.clause(_READ).c, kinds, strict=True)]
    async for row in _sliced(tx, wanted, few) if tx.dialect.name == SQLITE else _streamed(tx, wanted, few):
        yield [_plain(kind, value) for kind, value in zip(kinds, row, strict=True)]


async def _streamed(tx: Transaction, wanted: Sequence[Any], few: int) -> AsyncIterator[Sequence[Any]]:
    async with tx.stream(select(*wanted), execution_options={"yield_per": few}) as found:
        async for row in found:
            yield row


async def _sliced(tx: Transaction, wanted: Sequence[Any], few: int) -> AsyncIterator[Sequence[Any]]:
    """Yield rows a few at a time: our way to SQLite brings all that a statement finds at once."""
    number: ColumnClause[int] = literal_column("rowid", Integer())
    last = -1
    while True:
        following = select(number, *wanted).where(number > last).order_by(number).limit(few)
        found = (await tx.execute(following)).all()
        for row in found:
            yield row[1:]
        if len(found) < few:
            return
        last = found[-1][0]


async def put(tx: Transaction, shape: Shape, plain: Sequence[Sequence[Any]]) -> None:
    """Write rows that `rows` gave. Raises `Misfit` for what none of ours can be."""
    try:
        values = [{name: _kept(kind, value) for (name, kind), value in zip(shape.columns, row, strict=True)} for row in plain]
    except (TypeError, ValueError, AttributeError):
        raise Misfit(f"the rows of {shape.name} cannot be read") from None
    if values:
        await tx.execute(insert(shape.clause(_WRITTEN)), values)


async def is_vacant(tx: Transaction) -> bool:
    """Tell whether nobody has used the database yet: it has no tables, or none with rows."""
    for shape in await shapes(tx):
        if shape.name not in _MADE_BY_A_START and await count(tx, shape):
            return False
    return True


async def build(tx: Transaction, step: str) -> list[Shape]:
    """Make the tables as they stand at ``step``, in place of empty ones, in the transaction of `Database.exclusive`."""
    await tx.run_sync(_drop)
    await tx.run_sync(upgrade, step)
    return await shapes(tx)


async def bring_up(tx: Transaction) -> None:
    """Bring the tables to the newest form, in the same transaction."""
    await tx.run_sync(upgrade)


async def keys_needed(tx: Transaction, shapes: Sequence[Shape]) -> list[str]:
    """Return the ids of the keys without which what is carried cannot be read."""
    if all(shape.name != guard_tables.sealing_key.name for shape in shapes):
        return []
    key = guard_tables.sealing_key.c
    return [row.id for row in await tx.execute(select(key.id).where(key.retired_at.is_(None)).order_by(key.made_at))]


def _shapes(connection: Connection) -> list[Shape]:
    return [
        Shape(found.name, tuple((each.name, _kind(each)) for each in found.columns))
        for found in _reflected(connection).sorted_tables
        if found.name in _OURS - LEFT_OUT
    ]


def _reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name in _OURS)
    return metadata


def _drop(connection: Connection) -> None:
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name in _OURS | {"alembic_version"})
    metadata.drop_all(connection)


def _kind(each: ColumnClause[Any]) -> str:
    for kind, told in _KINDS:
        if isinstance(each.type, kind):
            return told
    raise Misfit(f"the column {each.name} is of a kind that cannot be carried")


def _plain(kind: str, value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if value is None or kind not in {"bytes", "moment"}:
        return value
    return base64.b64encode(value).decode() if kind == "bytes" else value.isoformat()


def _kept(kind: str, value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if value is None:
        return None
    match kind:
        case "bytes":
            return base64.b64decode(value, validate=True)
        case "moment":
            return datetime.fromisoformat(value)
        case "json":
            decoded = json.loads(value)
            return JSON.NULL if decoded is None else decoded
    return value

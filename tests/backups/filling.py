"""Databases with something in every table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, Integer, LargeBinary, Table, TypeDecorator, insert, select

from bot import clock
from bot.settings import Settings
from bot.store import desk_tables, edit_tables, guard_tables, tables
from bot.store.backups import LEFT_OUT
from bot.store.database import Database

MONTH = timedelta(days=30)

#: All tables; each of these modules has added its own.
ALL = {
    name: table for module in (tables, desk_tables, edit_tables, guard_tables) for name, table in module.metadata.tables.items()
}


def at(url: str) -> Settings:
    """Return settings with this database."""
    return Settings(database_url=url)


def _value(table: Table, name: str, number: int) -> Any:
    """Return a value that differs by row and has what is easily lost: no ASCII, JSON's own null, zero bytes."""
    column = table.c[name]
    if column.foreign_keys:
        pointed = next(iter(column.foreign_keys)).column
        return _value(pointed.table, pointed.name, number)
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type  # below it, what is sealed is plain
    match kind:
        case JSON():
            return None if number and column.nullable else {"ž": [number, 2.5, "šČ\u2028", None, True]}
        case LargeBinary():
            return bytes(range(256)) * (number + 1)
        case DateTime():
            return clock.now() - timedelta(days=number, microseconds=1)
        case Boolean():
            return bool(number)
        case Integer():
            return 7 + number
    return f"Ž{number}"


async def fill(url: str) -> None:
    """Put two rows into every table."""
    db = Database.open(url)
    async with db.write() as tx:
        for table in tables.metadata.sorted_tables:
            for number in range(2):
                await tx.execute(insert(table).values({each.name: _value(table, each.name, number) for each in table.columns}))
    await db.close()


async def held(url: str) -> dict[str, list[Any]]:
    """Return all rows by table."""
    db = Database.open(url)
    found = {}
    async with db.read() as tx:
        for name, table in ALL.items():
            if name not in LEFT_OUT:
                found[name] = [tuple(row) for row in await tx.execute(select(table).order_by(*table.primary_key))]
    await db.close()
    return found

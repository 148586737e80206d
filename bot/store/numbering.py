"""The numbers that tables give to their rows, and how they go on in another database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Integer, column, func, inspect, select, table, text

from bot.store.database import SQLITE, Transaction


async def highest(tx: Transaction, names: Iterable[str]) -> dict[str, int]:
    """Return the highest number that was ever given to a row, by table, for tables that number their rows."""
    found: dict[str, int] = {}
    for name in names:
        if (key := await tx.run_sync(_numbered, name)) is not None:
            top = select(func.coalesce(func.max(column(key, Integer())), 0)).select_from(table(name))
            given = await _given(tx, name, key)
            found[name] = max(given, int((await tx.execute(top)).scalar_one()))
    return found


async def go_on_after(tx: Transaction, highest: Mapping[str, int]) -> None:
    """Let the numbers of rows go on after the highest, by table. A number must not be given twice: streams resume after one."""
    for name, number in highest.items():
        key = await tx.run_sync(_numbered, name)
        if key is None or number < 1:
            continue
        if tx.dialect.name != SQLITE:
            given = text("SELECT setval(pg_get_serial_sequence(:name, :key), :number)")
            if await _sequence_of(tx, name, key) is not None:
                await tx.execute(given, {"name": f'"{name}"', "key": key, "number": number})
        elif await _has_given(tx):
            values = {"name": name, "number": number}
            changed = await tx.execute(text("UPDATE sqlite_sequence SET seq = :number WHERE name = :name"), values)
            if not changed.rowcount:
                await tx.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values)


def _numbered(connection: Connection, name: str) -> str | None:
    """Return the column by which a table numbers its rows."""
    key = inspect(connection).get_pk_constraint(name)["constrained_columns"]
    if len(key) != 1:
        return None
    kinds = {each["name"]: each["type"] for each in inspect(connection).get_columns(name)}
    return key[0] if isinstance(kinds[key[0]], Integer) else None


async def _given(tx: Transaction, name: str, key: str) -> int:
    """Return the highest number that the database remembers to have given."""
    if tx.dialect.name == SQLITE:
        if not await _has_given(tx):
            return 0
        remembered = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int((await tx.execute(remembered, {"name": name})).scalar_one_or_none() or 0)
    sequence = await _sequence_of(tx, name, key)
    if sequence is None:
        return 0
    # The name comes from the server itself, already quoted where it has to be.
    row = (await tx.execute(text(f"SELECT last_value, is_called FROM {sequence}"))).one()  # noqa: S608 - see above
    return int(row.last_value) if row.is_called else 0


async def _sequence_of(tx: Transaction, name: str, key: str) -> str | None:
    asked = text("SELECT pg_get_serial_sequence(:name, :key)")
    return (await tx.execute(asked, {"name": f'"{name}"', "key": key})).scalar_one_or_none()


async def _has_given(tx: Transaction) -> bool:
    return (await tx.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"))).first() is not None

"""Rows for any table, with nothing more than it asks for."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, insert

from bot.store.columns import Moment, SealedBytes, SealedText
from bot.store.database import Transaction

_numbers = count(1)


async def plant(tx: Transaction, table: Table, at: datetime, **given: Any) -> tuple[Any, ...]:
    """Put a row into ``table`` and return its key; what it must have and is not given is filled in, each moment by ``at``."""
    values = {column.name: _filled(column, at) for column in table.columns if _is_needed(column)} | given
    result = await tx.execute(insert(table).values(**values).returning(*table.primary_key))
    return tuple(result.one())


def _is_needed(column: Column[Any]) -> bool:
    numbers_itself = column.primary_key and isinstance(column.type, Integer) and column.autoincrement is True
    return not (column.nullable or column.server_default is not None or numbers_itself or _rises(column))


def _rises(column: Column[Any]) -> bool:
    """Tell whether the database gives the number."""
    return column is column.table.autoincrement_column


def _filled(column: Column[Any], at: datetime) -> Any:
    number = next(_numbers)
    if isinstance(column.type, Moment):
        return at
    of_kind: tuple[tuple[tuple[type, ...], Any], ...] = (
        ((Boolean,), False),
        ((Integer,), number),
        ((LargeBinary, SealedBytes), b"x"),
        ((String, SealedText), f"x{number}"),
    )
    return next((value for kinds, value in of_kind if isinstance(column.type, kinds)), {})

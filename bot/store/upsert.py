"""The one statement that the two databases spell differently: insert unless the key is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def insert_if_new(tx: Transaction, table: Table, values: Values) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that leaves a row alone whose key is already there."""
    if tx.dialect.name == "sqlite":
        return sqlite.insert(table).values(values).on_conflict_do_nothing()
    return postgresql.insert(table).values(values).on_conflict_do_nothing()

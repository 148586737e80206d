"""The one statement that the two databases spell differently: insert unless the key is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def insert_if_new(tx: Transaction, table: Table, values: Values) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that leaves a row alone whose key is already there."""
    return into_if_new(tx, table).values(values)


def into_if_new(tx: Transaction, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return `insert_if_new` without values, which are to be given when it is executed: cheaper where that is often."""
    return _into(table, tx.dialect.name == "sqlite")


@cache
def _into(table: Table, is_sqlite: bool) -> sqlite.Insert | postgresql.Insert:
    if is_sqlite:
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()

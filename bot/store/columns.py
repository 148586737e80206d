"""Column types that mean the same on SQLite and PostgreSQL, and the cleaning of what both must be able to hold."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

#: Payloads nested deeper than this are cut there: no channel sends such, and neither driver should meet one.
MAX_DEPTH = 50

#: A rising number. SQLite numbers rows by itself only under the exact type INTEGER.
Sequence = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is refused: nobody could say which moment it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's signature
        """Turn an aware moment into UTC. Raises ValueError on a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's signature
        """Return an aware moment; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable_text(text: str) -> str:
    """Return ``text`` without NUL (PostgreSQL refuses it) and lone surrogates (both drivers do)."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def storable(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
    """Return decoded JSON with every string and key made storable, and without NaN or infinity, which JSON does not know."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {storable_text(str(key)): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    return value

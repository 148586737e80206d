"""Reading rows of which one may be damaged: it is left out, and named in the log, and the others are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from sqlalchemy import Column, ColumnElement, Row, type_coerce
from sqlalchemy.types import TypeDecorator

from bot.store.columns import SealedBytes, SealedJSON, SealedText
from bot.store.database import Transaction
from bot.store.sealing import Sealed

_log = structlog.get_logger(__name__)

_SEALED = (SealedText, SealedJSON, SealedBytes)


def as_kept(columns: Iterable[Column[Any]]) -> list[ColumnElement[Any]]:
    """Return columns to select, under their names, those that are sealed unopened."""
    return [each if _kind(each) is None else type_coerce(each, _impl(each)).label(each.name) for each in columns]


def opened(tx: Transaction, columns: Iterable[Column[Any]], rows: Iterable[Row[Any]], key: str) -> Iterator[dict[str, Any]]:
    """Yield all values of each row by name, those of ``columns`` opened that are sealed; not those rows that cannot be.

    ``key`` is the name of the column by which the log tells of these.
    """
    kinds = {each.name: kind for each in columns if (kind := _kind(each)) is not None}
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's values by name
        try:
            for name, kind in kinds.items():
                values[name] = kind.process_result_value(values[name], tx.dialect)
        except Sealed:
            _log.warning("a row cannot be opened; it is left out", **{key: values[key]})
            continue
        yield values


def _kind(column: Column[Any]) -> TypeDecorator[Any] | None:
    return column.type if isinstance(column.type, _SEALED) else None


def _impl(column: Column[Any]) -> Any:  # noqa: ANN401 - as the column was before it was sealed
    kind = _kind(column)
    return column.type if kind is None else kind.impl

"""Cases by their code, and which case goes on with which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from bot.model.case import Case
from bot.store import cases, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_case = tables.case_file
_conversation = tables.conversation


@dataclass(frozen=True, slots=True)
class Linked:
    """Another conversation of what is said to be the same resident: its case, and the channel and language it is held in."""

    case: Case
    channel: str
    language: str | None


async def find(tx: Transaction, code: str) -> Case | None:
    """Return the case with ``code``, also a closed one."""
    row = (await tx.execute(select(_case).where(_case.c.code == storable_text(code)))).one_or_none()
    return None if row is None else cases.read(row)


async def to_go_on_with(tx: Transaction, code: str, closed_after: datetime) -> Case | None:
    """Return the case with ``code`` if it is open, or was closed after that moment."""
    case = await find(tx, code)
    return case if case is not None and (case.closed_at is None or case.closed_at > closed_after) else None


async def before(tx: Transaction, case: Case) -> Linked | None:
    """Return what ``case`` goes on with; None when it is nothing else, or when that was deleted."""
    if case.continues is None:
        return None
    row = (await tx.execute(_with_conversation().where(_case.c.id == case.continues))).one_or_none()
    return None if row is None else _linked(row)


async def after(tx: Transaction, case: Case) -> Sequence[Linked]:
    """Return the cases in which somebody went on with ``case``, newest first."""
    theirs = _with_conversation().where(_case.c.continues == case.id, _case.c.id != case.id)
    return [_linked(row) for row in await tx.execute(theirs.order_by(_case.c.opened_at.desc(), _case.c.id))]


def _with_conversation() -> Any:  # noqa: ANN401 - the type of a select names all its columns
    asked = select(_case, _conversation.c.channel, _conversation.c.language)
    return asked.join(_conversation, _conversation.c.id == _case.c.conversation_id)


def _linked(row: Row[Any]) -> Linked:
    return Linked(cases.read(row), row.channel, row.language)

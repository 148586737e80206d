"""Cases as figures need them: when they were opened, taken, answered and closed, and nothing that tells who.

A record is made from the case itself and outlives it. It goes when the resident has everything deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, delete, func, or_, select, union_all, update

from bot.model.message import Author
from bot.store import tables
from bot.store.cases import OPEN
from bot.store.database import Transaction
from bot.store.edit_tables import case_record as _record
from bot.store.upsert import insert_if_new

_case, _conversation, _entry = tables.case_file, tables.conversation, tables.entry


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case. ``claim_open`` and ``answer_open`` are seconds of opening time since it was opened, None where hours are unknown.

    ``open_then`` tells whether its info point was open when the case was opened. ``answered_at`` is when staff first wrote.
    """

    case_id: str
    opened_at: datetime
    reason: str
    channel: str
    topic: str | None = None
    language: str | None = None
    point: str | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    claim_open: int | None = None
    answer_open: int | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    open_then: bool | None = None
    helped: bool | None = None


async def behind(tx: Transaction, limit: int, since: datetime | None = None) -> list[tuple[CaseRecord, CaseRecord | None]]:
    """Return cases as they stand whose record is missing or tells something else, each with that record, the oldest first.

    With ``since`` only those are looked at that are open or were closed since then, which are few; else all that are kept.
    What only the record knows (the first taking, where a colleague took over since; opening times) is as the record has it.
    """
    theirs = and_(_entry.c.conversation_id == _case.c.conversation_id, _entry.c.author == Author.STAFF)
    # Asked only for cases of whose answer the record does not know.
    first_word = select(func.min(_entry.c.at)).where(theirs, _entry.c.at >= _case.c.opened_at).scalar_subquery()
    answered_at = case((_record.c.answered_at.is_(None), first_word), else_=_record.c.answered_at)
    kept = [column.label(f"kept_{column.name}") for column in _record.c]
    wanted = (
        select(_case, _conversation.c.channel, _conversation.c.language, answered_at.label("answered_at"), *kept)
        .join(_conversation, _conversation.c.id == _case.c.conversation_id)
        .outerjoin(_record, _record.c.case_id == _case.c.id)
        .where(
            or_(
                _record.c.case_id.is_(None),
                and_(_record.c.claimed_at.is_(None), _case.c.claimed_at.is_not(None)),
                and_(_record.c.answered_at.is_(None), first_word.is_not(None)),
                _record.c.closed_at.is_(None) != _case.c.closed_at.is_(None),
                _record.c.closed_at != _case.c.closed_at,
                _record.c.outcome.is_(None) != _case.c.outcome.is_(None),
                _record.c.outcome != _case.c.outcome,
                _record.c.helped.is_(None) != _case.c.helped.is_(None),
                _record.c.helped != _case.c.helped,
                _record.c.point.is_(None) != _case.c.point.is_(None),
                _record.c.point != _case.c.point,
                _record.c.topic.is_(None) != _case.c.topic.is_(None),
                _record.c.topic != _case.c.topic,
                _record.c.reason != _case.c.reason,
            )
        )
        .order_by(_case.c.opened_at, _case.c.id)
        .limit(limit)
    )
    if since is not None:
        wanted = wanted.where(_case.c.id.in_(union_all(select(_case.c.id).where(OPEN), _closed_since(since))))
    return [(_standing(row), _kept(row)) for row in await tx.execute(wanted)]


def _closed_since(moment: datetime) -> Select[tuple[str]]:
    return select(_case.c.id).where(_case.c.closed_at >= moment)


def _standing(row: Row[Any]) -> CaseRecord:
    return CaseRecord(
        case_id=row.id,
        opened_at=row.opened_at,
        reason=row.reason,
        channel=row.channel,
        topic=row.topic,
        language=row.language if row.kept_case_id is None else row.kept_language,
        point=row.point,
        claimed_at=row.kept_claimed_at or row.claimed_at,
        # Staff who answered and gave the case back have had it, too.
        answered_at=row.kept_answered_at or row.answered_at,
        claim_open=row.kept_claim_open,
        answer_open=row.kept_answer_open,
        closed_at=row.closed_at,
        outcome=row.outcome,
        open_then=row.kept_open_then,
        helped=row.helped,
    )


def _kept(row: Row[Any]) -> CaseRecord | None:
    if row.kept_case_id is None:
        return None
    return CaseRecord(**{column.name: getattr(row, f"kept_{column.name}") for column in _record.c})


async def put(tx: Transaction, records: Sequence[CaseRecord]) -> None:
    """Keep records, in place of those of the same cases. Cases that are gone meanwhile get none."""
    ids = [record.case_id for record in records]
    locked = select(_case.c.id).where(_case.c.id.in_(ids)).order_by(_case.c.id).with_for_update()
    there = frozenset((await tx.execute(locked)).scalars())
    for record in records:
        if record.case_id in there:
            values = asdict(record)
            if (await tx.execute(insert_if_new(tx, _record, values))).rowcount != 1:
                await tx.execute(update(_record).where(_record.c.case_id == record.case_id).values(**values))


async def between(tx: Transaction, begins: datetime, ends: datetime, points: Collection[str] | None = None) -> list[CaseRecord]:
    """Return the records of the cases opened between two moments, at any of ``points`` (None: wherever)."""
    wanted = select(_record).where(_record.c.opened_at >= begins, _record.c.opened_at < ends)
    if points is not None:
        wanted = wanted.where(_record.c.point.in_(points))
    rows = await tx.execute(wanted.order_by(_record.c.opened_at, _record.c.case_id))
    return [CaseRecord(**row._mapping) for row in rows]  # noqa: SLF001 - its documented name


async def forget(tx: Transaction, conversation_id: str) -> None:
    """Delete the records of all cases of a conversation, to be done before the cases themselves are deleted.

    It locks the cases first, as `put` does: records that are being kept meanwhile are seen, or find their cases gone.
    """
    locked = select(_case.c.id).where(_case.c.conversation_id == conversation_id).order_by(_case.c.id).with_for_update()
    theirs = (await tx.execute(locked)).scalars().all()
    await tx.execute(delete(_record).where(_record.c.case_id.in_(theirs)))

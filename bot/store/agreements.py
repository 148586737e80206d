"""Agreements: what a second editor wrote to let a draft be published although a golden question is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store import edit_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_agreement = edit_tables.agreement


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and why. It holds for one state of the draft alone."""

    staff: str
    why: str
    at: datetime


async def put(tx: Transaction, draft_id: str, digest: str, staff: str, why: str, now: datetime) -> bool:
    """Keep that ``staff`` (a name) agrees to the state ``digest`` of a draft; tell whether they had not yet."""
    values = {"draft_id": draft_id, "digest": digest, "staff": staff, "why": storable_text(why), "at": now}
    return bool((await tx.execute(insert_if_new(tx, _agreement, values))).rowcount)


async def of(tx: Transaction, draft_id: str, digest: str) -> list[Agreement]:
    """Return the agreements to one state of a draft, oldest first."""
    its = (_agreement.c.draft_id == draft_id) & (_agreement.c.digest == digest)
    rows = await tx.execute(select(_agreement).where(its).order_by(_agreement.c.at, _agreement.c.staff))
    return [Agreement(row.staff, row.why, row.at) for row in rows]

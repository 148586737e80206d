"""Hiding and showing what was sent to a resident whose phone is read by somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.model.conversation import Conversation
from bot.model.message import Veil
from bot.store import amendments, tables
from bot.store.amendments import Change
from bot.store.columns import storable
from bot.store.database import Transaction
from bot.store.entries import DRAWN, LIFTED

_entry = tables.entry


async def turn(tx: Transaction, conversation: Conversation, veil: Veil, now: datetime) -> bool:
    """Hide or show a line of a conversation that the transaction locked, there and at the resident's.

    False when the conversation has no such line (any more), or none that can be hidden.
    """
    theirs = (_entry.c.sequence == veil.entry) & (_entry.c.conversation_id == conversation.id)
    body = (await tx.execute(select(_entry.c.body).where(theirs))).scalar_one_or_none()
    if body is None or "veil" not in body or body.get("withdrawn_at"):
        return False
    body = {**body, "veil": DRAWN if veil.drawn else LIFTED}
    await tx.execute(update(_entry).where(theirs).values(body=storable(body)))
    await amendments.put(tx, conversation, veil.entry, Change.EDIT, now)
    return True

"""Hiding and showing what was sent to a resident whose phone is read by somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update

from bot.model.conversation import Conversation
from bot.model.message import Author, Veil
from bot.store import amendments, tables
from bot.store.amendments import Change
from bot.store.columns import storable
from bot.store.database import Transaction
from bot.store.entries import DRAWN, LIFTED

_entry = tables.entry
_outbox = tables.outbox


async def turn(tx: Transaction, conversation: Conversation, veil: Veil, now: datetime) -> bool:
    """Hide or show a line of a conversation that the transaction locked, there and at the resident's.

    False when the conversation has no such line (any more), or none that can be hidden: nothing of ours that was to be sent.
    """
    theirs = (_entry.c.sequence == veil.entry) & (_entry.c.conversation_id == conversation.id)
    # What was put without a veil may have got one on its way.
    is_sent = exists().where(_outbox.c.entry == _entry.c.sequence) & _entry.c.author.in_((Author.BOT, Author.STAFF))
    body = (await tx.execute(select(_entry.c.body).where(theirs, is_sent))).scalar_one_or_none()
    if body is None or body.get("withdrawn_at"):
        return False
    body = {**body, "veil": DRAWN if veil.drawn else LIFTED}
    await tx.execute(update(_entry).where(theirs).values(body=storable(body)))
    await amendments.put(tx, conversation, veil.entry, Change.EDIT, now)
    return True

"""Who of the staff sees to it that a topic stays true. A topic without an owner is everybody's who edits."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from bot.store import edit_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_owner = edit_tables.topic_owner


async def of_topics(tx: Transaction) -> Mapping[str, str]:
    """Return the ids of those who look after a topic, by topic."""
    rows = await tx.execute(select(_owner.c.topic, _owner.c.staff_id).order_by(_owner.c.topic))
    return {row.topic: row.staff_id for row in rows}


async def entrust(tx: Transaction, topic: str, staff_id: str | None) -> None:
    """Give a topic to a member; None makes it everybody's. Of two who do so at once, one stays."""
    topic = storable_text(topic)
    await tx.execute(delete(_owner).where(_owner.c.topic == topic))
    if staff_id is not None:
        await tx.execute(insert_if_new(tx, _owner, {"topic": topic, "staff_id": staff_id}))

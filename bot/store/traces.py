"""What stands in the chat of a resident on a channel that pushes, so that it can be deleted there when nothing is to be left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from bot.model.conversation import Conversation
from bot.store import entries, tables
from bot.store.amendments import Change
from bot.store.database import Transaction
from bot.store.desk_tables import amendment
from bot.store.outbox import State

_outbox = tables.outbox

#: How long Telegram lets a bot delete what stands in a chat, what the resident wrote there as well; less an hour, since one
#: that is too old keeps all others of the same call:
#: https://core.telegram.org/bots/api#deletemessage
DELETABLE = timedelta(hours=47)
#: As many messages go by one call: https://core.telegram.org/bots/api#deletemessages
AT_ONCE = 100


async def of(tx: Transaction, conversation: Conversation, now: datetime) -> list[str]:
    """Return the channel's own ids of the messages of a conversation, the resident's too, that can still be deleted."""
    since, found, last = now - DELETABLE, list[str](), 0
    theirs = select(_outbox.c.remote_id).where(_outbox.c.conversation_id == conversation.id, _outbox.c.put_at > since)
    for remote_id in (await tx.execute(theirs.where(_outbox.c.remote_id.is_not(None)))).scalars():
        found += remote_id.split(",")
    while lines := await entries.since(tx, conversation.id, last):
        found += [line.remote_id for line in lines if line.remote_id and line.at > since]
        last = lines[-1].sequence
    return [each for each in dict.fromkeys(found) if each]


async def sweep(tx: Transaction, conversation: Conversation, remote_ids: Sequence[str], now: datetime) -> None:
    """Have messages deleted that no line of ``conversation`` stands for any more; it came in the place of theirs."""
    whose = {"conversation_id": conversation.id, "channel": conversation.channel, "address": conversation.address}
    when = {"tries": 0, "due": now, "put_at": now}
    for begin in range(0, len(remote_ids), AT_ONCE):
        entry = await entries.put_note(tx, conversation.id, "", now)
        swept = ",".join(remote_ids[begin : begin + AT_ONCE])
        await tx.execute(insert(_outbox).values(entry=entry, state=State.SENT, remote_id=swept, **whose, **when))
        await tx.execute(insert(amendment).values(entry=entry, kind=Change.WITHDRAW, state=State.NEW, **whose, **when))

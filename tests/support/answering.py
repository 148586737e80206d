"""The smallest worker: it takes what is in the inbox and writes down replies, as `bot.work` does, without deciding anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot import clock
from bot.channels.contract import Parse
from bot.model.message import Incoming, Outgoing
from bot.store import conversations, entries, inbox
from bot.store.bell import POLL, Bell
from bot.store.database import Database

Reply = Callable[[Incoming], Sequence[Outgoing]]

_OWNER = "the smallest worker"


async def answer_one(db: Database, bell: Bell, parse: Parse, reply: Reply) -> bool:
    """Work on the oldest open incoming and tell whether there was one."""
    now = clock.now()
    async with db.write() as tx:
        claim = await inbox.claim(tx, _OWNER, now, timedelta(seconds=30))
        if claim is None:
            return False
        incoming = parse(claim.received)
        assert incoming is not None
        outgoings = reply(incoming)
        conversation = await conversations.lock(tx, claim.conversation.id, _OWNER)
        assert conversation is not None
        if incoming.press == "forget":
            conversation = await conversations.replace_forgotten(tx, conversation, now, now + timedelta(minutes=5))
        else:
            language = outgoings[0].language if outgoings else conversation.language or "sl"
            conversation = conversation.speaking(language)
            await entries.put_incoming(tx, conversation, incoming, now)
            await conversations.save(tx, conversation, now)
        for position, outgoing in enumerate(outgoings, 1):
            await entries.put_outgoing(tx, conversation.id, outgoing, now, turn=incoming.sequence, position=position)
        await inbox.finish(tx, incoming.sequence)
    bell.ring(f"entry:{conversation.id}")
    bell.ring("entry")
    return True


async def answer_all(db: Database, bell: Bell, parse: Parse, reply: Reply) -> None:
    """Work until cancelled."""
    while True:
        heard = bell.count("inbox")
        if not await answer_one(db, bell, parse, reply):
            await bell.wait("inbox", POLL, heard)

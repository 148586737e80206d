"""The outbox: what is to be sent on channels that push. A row is a line of the transcript on its way to its resident."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, func, insert, literal_column, or_, select, update

from bot.model.conversation import Conversation
from bot.model.message import Outgoing, Veil
from bot.store import entries, tables
from bot.store.columns import Moment, storable_text
from bot.store.database import Transaction
from bot.store.entries import Entry
from bot.store.sealing import Sealed

_outbox = tables.outbox
# Statements on the path of every message are made once: to make one takes longer than to execute it.
_PUT = insert(_outbox)
_CHANGED = update(_outbox).where(_outbox.c.entry == bindparam("its_entry"))
_conversation = tables.conversation


class State(StrEnum):
    """Where a row stands."""

    NEW = "new"
    SENDING = "sending"  # after a crash: perhaps sent; it is sent again
    SENT = "sent"
    FAILED = "failed"  # given up, for the reason in ``failure``


#: Written out, not passed as parameters: PostgreSQL plans for any parameter, and then cannot use its index of open rows.
_OPEN: tuple[ColumnElement[str], ...] = (literal_column("'new'"), literal_column("'sending'"))


#: What a letter has failed of whose message was withdrawn before it went out.
WITHDRAWN = "withdrawn"

#: What one has failed of that is sealed and cannot be opened; how often it is looked at again, and for how long.
SHUT, SHUT_PAUSE, SHUT_FOR = "sealed", timedelta(minutes=1), timedelta(days=1)


#: How long after a message, or a press, its resident is taken to look at the chat still.
STILL_THERE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send. ``tries`` counts the attempts begun that were not merely put off by the channel."""

    entry: int
    conversation_id: str
    address: str
    outgoing: Outgoing
    tries: int
    put_at: datetime


async def put(tx: Transaction, conversation: Conversation, entry: int, now: datetime) -> None:
    """Have a line of the transcript sent."""
    values = {
        "entry": entry,
        "conversation_id": conversation.id,
        "channel": conversation.channel,
        "address": conversation.address,
        "state": State.NEW,
        "tries": 0,
        "due": now,
        "put_at": now,
    }
    await tx.execute(_PUT, values)


async def has_due(tx: Transaction, channel: str, now: datetime) -> bool:
    """Tell whether `take_due` would find anything."""
    return (await tx.execute(_first_due(channel, now).limit(1))).first() is not None


async def take_due(tx: Transaction, channel: str, now: datetime, limit: int) -> list[Letter]:
    """Mark as being sent, and return, the first open letter of each address whose first is due, oldest first.

    Whoever calls holds the channel's lease, so a row found *sending* is one that a crash left behind. When its message was
    withdrawn meanwhile, it is not sent once more. One that is sealed and cannot be opened is put off, for a day at most: its
    key may come, and nobody else waits for that. What reads each letter is decided now: see `discreetly`.
    """
    due = [row.entry for row in await tx.execute(_first_due(channel, now).limit(limit))]
    # Open still: staff may have withdrawn a message since the look above.
    taken = update(_outbox).where(_outbox.c.entry.in_(due), _outbox.c.state.in_(_OPEN))
    taken = taken.values(state=State.SENDING, tries=_outbox.c.tries + 1)
    rows = sorted(await tx.execute(taken.returning(_outbox)), key=lambda row: int(row.entry))
    # Read after the rows were locked, so that a text that was changed just now is the changed one.
    lines = await readable(tx, [row.entry for row in rows])
    hidden = await discreet_among(tx, {row.conversation_id for row in rows})
    letters = []
    for row in rows:
        if row.entry not in lines:
            await _shut(tx, row, now)
            continue
        if lines[row.entry].withdrawn_at is not None:
            await fail(tx, row.entry, WITHDRAWN)
            continue
        outgoing = lines[row.entry].outgoing()
        if row.conversation_id in hidden:
            outgoing = discreetly(outgoing, row.entry, is_late=now - row.put_at > STILL_THERE)
        letters.append(Letter(row.entry, row.conversation_id, row.address, outgoing, row.tries, row.put_at))
    return letters


async def discreet_among(tx: Transaction, conversation_ids: Collection[str]) -> frozenset[str]:
    """Return those conversations whose resident is to be written to discreetly."""
    theirs = select(_conversation.c.id).where(_conversation.c.id.in_(conversation_ids), _conversation.c.discreet.is_(True))
    return frozenset((await tx.execute(theirs)).scalars())


def discreetly(outgoing: Outgoing, entry: int, *, is_late: bool) -> Outgoing:
    """Return a message as it goes to somebody who is to be written to discreetly by now, perhaps only since it was put here.

    What they just asked for and what they had shown stays so, unless it ``is_late``: they may have put the phone down.
    """
    shown = outgoing.veil is not None and not (outgoing.veil.drawn or is_late)
    return outgoing if shown else replace(outgoing, veil=Veil(entry))


async def readable(tx: Transaction, sequences: Collection[int]) -> dict[int, Entry]:
    """Return lines by their sequence, without those that are sealed and cannot be opened."""
    try:
        return await entries.get_many(tx, sequences)
    except Sealed:
        found: dict[int, Entry] = {}
        for sequence in sequences:
            with suppress(Sealed):
                found |= await entries.get_many(tx, [sequence])
        return found


async def _shut(tx: Transaction, row: Row[Any], now: datetime) -> None:
    if now - row.put_at > SHUT_FOR:
        await fail(tx, row.entry, SHUT)
    else:
        await put_off(tx, row.entry, now + SHUT_PAUSE, SHUT)


def _first_due(channel: str, now: datetime) -> Select[Any]:
    return _FIRST_DUE.params(of_channel=channel, now=now)


def _first() -> Select[Any]:
    earlier = _outbox.alias("earlier")
    preceded = exists().where(
        earlier.c.channel == _outbox.c.channel,
        earlier.c.address == _outbox.c.address,
        earlier.c.state.in_(_OPEN),
        earlier.c.entry < _outbox.c.entry,
    )
    first = select(_outbox).where(_outbox.c.channel == bindparam("of_channel"), _outbox.c.state.in_(_OPEN))
    # What never failed waits for nothing: if it seems to, the clock was set back since.
    is_due = or_(_outbox.c.due <= bindparam("now", type_=Moment), _outbox.c.failure.is_(None))
    return first.where(is_due, ~preceded).order_by(_outbox.c.entry)


_FIRST_DUE = _first()


async def sent(tx: Transaction, entry: int, remote_id: str) -> bool:
    """Note that a letter is out, and the channel's own id of it; False when it was forgotten meanwhile."""
    done = {"state": State.SENT, "remote_id": storable_text(remote_id), "failure": None}
    return (await tx.execute(_CHANGED, {**done, "its_entry": entry})).rowcount == 1


async def put_off(tx: Transaction, entry: int, due: datetime, failure: str, *, uncount: bool = False) -> None:
    """Have a letter sent again from ``due`` on. ``uncount`` takes back the attempt: the channel only asked us to wait."""
    values = {"state": State.NEW, "due": due, "failure": failure}
    tries = {"tries": _outbox.c.tries - 1} if uncount else {}
    await tx.execute(update(_outbox).where(_outbox.c.entry == entry).values(**values, **tries))


async def hold_back(tx: Transaction, entry: int, *, drop: bool) -> bool:
    """Keep a letter from being taken until this transaction ends, for good with ``drop``; False when it was taken before."""
    values = {"state": State.FAILED, "failure": WITHDRAWN} if drop else {"state": State.NEW}
    waiting = update(_outbox).where(_outbox.c.entry == entry, _outbox.c.state == State.NEW)
    return (await tx.execute(waiting.values(**values))).rowcount == 1


async def fail(tx: Transaction, entry: int, failure: str) -> None:
    """Give up a letter."""
    await tx.execute(update(_outbox).where(_outbox.c.entry == entry).values(state=State.FAILED, failure=failure))


async def drop(tx: Transaction, conversation_id: str, failure: str) -> None:
    """Give up all that is still to be sent in a conversation."""
    theirs = update(_outbox).where(_outbox.c.conversation_id == conversation_id, _outbox.c.state.in_(_OPEN))
    await tx.execute(theirs.values(state=State.FAILED, failure=failure))


async def counts(tx: Transaction) -> Mapping[State, int]:
    """Return how many rows stand in each state."""
    rows = await tx.execute(select(_outbox.c.state, func.count()).group_by(_outbox.c.state))
    found = {State(state): int(number) for state, number in rows}
    return {state: found.get(state, 0) for state in State}


async def states(tx: Transaction, conversation_id: str) -> Mapping[int, State]:
    """Return the state of each letter of a conversation, by entry."""
    rows = await tx.execute(select(_outbox.c.entry, _outbox.c.state).where(_outbox.c.conversation_id == conversation_id))
    return {row.entry: State(row.state) for row in rows}

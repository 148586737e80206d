"""The inbox: everything that channels received, kept before it is acknowledged, until and after it is worked on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, literal_column, null, or_, select, type_coerce, update

from bot.clock import now as clock_now
from bot.model.conversation import Conversation
from bot.store import conversations, line, tables
from bot.store.columns import SealedJSON, storable, storable_text
from bot.store.database import Transaction
from bot.store.leases import SET_BACK
from bot.store.sealing import Sealed
from bot.store.upsert import insert_if_new

_inbox = tables.inbox
_PAYLOAD = SealedJSON()
#: The columns of a row that may be sealed with a key that is not here.
_AS_KEPT = [each if each is not _inbox.c.payload else type_coerce(each, _PAYLOAD.impl).label("payload") for each in _inbox.c]
#: What is left of an incoming that nobody needs any more.
_EMPTY: dict[str, Any] = {"payload": null(), "address": ""}


class State(StrEnum):
    """Where an incoming stands."""

    NEW = "new"
    DONE = "done"
    ASIDE = "aside"  # it could not be worked on; kept for somebody to look at


@dataclass(frozen=True, slots=True)
class Received:
    """One stored payload. ``tries`` counts the attempts begun, the present one included.

    ``is_shut``: what it holds is sealed and cannot be opened; ``payload`` is None then.
    """

    sequence: int
    channel: str
    external_id: str
    address: str
    payload: Any
    received_at: datetime
    state: State = State.NEW
    tries: int = 0
    due: datetime | None = None
    is_shut: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """An incoming in the hands of one worker, with the conversation as it stood when it was taken."""

    received: Received
    conversation: Conversation
    owner: str


async def put(
    tx: Transaction,
    channel: str,
    external_id: str,
    address: str | None,
    payload: object,
    now: datetime | None = None,
    *,
    urgent: bool = False,
) -> int | None:
    """Keep what a channel received and return its sequence, or None if ``external_id`` was kept before.

    ``payload`` is decoded JSON; what a database cannot hold is taken out of it. ``address`` is None where none can be found:
    there is no conversation to take it up, so it goes aside at once. ``urgent`` lifts the conversation before all others.
    """
    at, address = now or clock_now(), storable_text(address or "")
    lane, place = await line.stand(tx, channel, address, at, urgent=urgent) if address else (line.Lane.ALL, at)
    values = {
        "channel": channel,
        "external_id": storable_text(external_id),
        "address": address,
        "payload": storable(payload),
        "received_at": at,
        "state": State.NEW if address else State.ASIDE,
        "tries": 0,
        "due": at,
        "lane": lane,
        "place": place,
    }
    result = await tx.execute(insert_if_new(tx, _inbox, values).returning(_inbox.c.sequence))
    sequence: int | None = result.scalar_one_or_none()
    if lane is line.Lane.CRISIS:
        await line.lift(tx, channel, address)
    return sequence


async def claim(tx: Transaction, owner: str, now: datetime, lasting: timedelta, channels: Collection[str]) -> Claim | None:
    """Take the incoming of ``channels`` that stands first in the line, and with it its conversation for ``lasting``.

    Returns None when there is nothing to do.

    An incoming waits behind the earlier ones of its conversation, also behind one that failed and is to be tried again. What
    ``owner`` already holds may be taken again: it was left over. What it costs does not grow with what is open. A conversation
    that is sealed and cannot be opened is passed over: who has the key takes it, and nobody else waits for that.
    """
    passed: set[tuple[str, str]] = set()
    for look in line.LOOKS:
        seen = (await tx.execute(line.in_front(owner, now, channels, passed, look))).all()
        for each in seen:
            conversation = (each.channel, each.address)
            if conversation in passed:
                continue
            passed.add(conversation)
            if each.held or now < each.head_due <= now + SET_BACK:
                continue
            try:
                taken = await _take(tx, owner, now, lasting, *conversation)
            except Sealed:  # by its first look, which changes nothing
                continue
            if taken is not None:
                return taken
        if len(seen) < look:
            break
    return None


async def _take(tx: Transaction, owner: str, now: datetime, lasting: timedelta, channel: str, address: str) -> Claim | None:
    """Take the head of a conversation; None when another worker was faster."""
    conversation = await conversations.ensure(tx, channel, address, now)
    if not await conversations.take(tx, conversation.id, owner, now, now + lasting):
        return None
    theirs = line.open_of(channel, address).with_only_columns(_inbox.c.sequence, _inbox.c.due)
    head = (await tx.execute(theirs.order_by(_inbox.c.sequence).limit(1))).one_or_none()
    if head is None or now < head.due <= now + SET_BACK:
        # Between the two looks another worker finished what was seen first.
        await conversations.release(tx, conversation.id, owner)
        return None
    tried = update(_inbox).where(_inbox.c.sequence == head.sequence).values(tries=_inbox.c.tries + 1)
    row = (await tx.execute(tried.returning(*_AS_KEPT))).one()
    return Claim(_opened(tx, row), await conversations.get(tx, conversation.id), owner)


async def begin(tx: Transaction, channel: str, now: datetime) -> Received | None:
    """Take the oldest incoming of a channel that has no conversations, and count the attempt; None when none is due.

    An incoming waits behind the earlier ones of its address. Nothing is leased: whoever calls lets one worker do so, and
    `finish` tells whether another one was faster after all.
    """
    ready = select(_inbox.c.sequence).where(line.OPEN, _inbox.c.channel == channel, _is_due(now), ~_preceded())
    first = ready.order_by(_inbox.c.sequence).limit(1).scalar_subquery()
    tried = update(_inbox).where(_inbox.c.sequence == first).values(tries=_inbox.c.tries + 1)
    row = (await tx.execute(tried.returning(*_AS_KEPT))).one_or_none()
    return None if row is None else _opened(tx, row)


async def has_due(tx: Transaction, channel: str, now: datetime) -> bool:
    """Tell whether anything of a channel is open and due."""
    due = select(_inbox.c.sequence).where(line.OPEN, _inbox.c.channel == channel, _is_due(now))
    return (await tx.execute(due.limit(1))).first() is not None


async def finish(
    tx: Transaction, sequence: int, state: State = State.DONE, trouble: str | None = None, *, erase: bool = False
) -> bool:
    """Close an incoming and tell whether it was open. ``trouble`` names what went wrong, in a word, for operators.

    What was worked on is emptied: what it said stands in the transcript, and to tell a message that comes twice its external id
    is enough. What is set aside keeps its words for somebody to look at, for a while, unless ``erase``.
    """
    values: dict[str, Any] = {"state": state, "trouble": trouble}
    if erase or state is State.DONE:
        values |= _EMPTY
    result = await tx.execute(update(_inbox).where(_inbox.c.sequence == sequence, line.OPEN).values(**values))
    return result.rowcount == 1


async def postpone(tx: Transaction, sequence: int, due: datetime, trouble: str | None, *, uncount: bool = False) -> None:
    """Let an incoming be tried again from ``due`` on. ``uncount`` takes back the attempt: it was not the message's fault."""
    values: dict[str, Any] = {"due": due, "trouble": trouble}
    if uncount:
        values["tries"] = _inbox.c.tries - 1
    await tx.execute(update(_inbox).where(_inbox.c.sequence == sequence, line.OPEN).values(**values))


async def erase(tx: Transaction, channel: str, address: str, upto: int) -> None:
    """Empty what ``address`` sent up to ``upto``. The external ids stay: a replay is still refused."""
    theirs = and_(_inbox.c.channel == channel, _inbox.c.address == address, _inbox.c.sequence <= upto, ~line.OPEN)
    await tx.execute(update(_inbox).where(theirs).values(**_EMPTY))


async def waiting(tx: Transaction, channel: str, address: str) -> list[Received]:
    """Return what ``address`` sent and nobody has worked on yet, in order."""
    return [_received(row) for row in await tx.execute(line.open_of(channel, address).order_by(_inbox.c.sequence))]


async def counts(tx: Transaction) -> Mapping[State, int]:
    """Return how many incomings stand in each state."""
    rows = await tx.execute(select(_inbox.c.state, func.count()).group_by(_inbox.c.state))
    found = {State(state): int(number) for state, number in rows}
    return {state: found.get(state, 0) for state in State}


async def oldest_open(tx: Transaction) -> datetime | None:
    """Return when the oldest incoming that nobody has worked on arrived, or None when all is done."""
    moment: datetime | None = (await tx.execute(select(func.min(_inbox.c.received_at)).where(line.OPEN))).scalar_one()
    return moment


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row need not wait. It waits for seconds: one that is far off is of a clock set back since."""
    return or_(_inbox.c.due <= now, _inbox.c.due > now + SET_BACK)


def _preceded() -> ColumnElement[bool]:
    """Return the condition that an earlier incoming of the same address is open."""
    earlier = _inbox.alias("earlier")
    return exists().where(
        earlier.c.channel == _inbox.c.channel,
        earlier.c.address == _inbox.c.address,
        earlier.c.state == literal_column("'new'"),
        earlier.c.sequence < _inbox.c.sequence,
    )


def _opened(tx: Transaction, row: Row[Any]) -> Received:
    """Return a row of `_AS_KEPT` with what it holds, or without where that cannot be opened: nobody behind it waits for that."""
    received = _received(row)
    try:
        return replace(received, payload=_PAYLOAD.process_result_value(received.payload, tx.dialect))
    except Sealed:
        return replace(received, payload=None, is_shut=True)


def _received(row: Row[Any]) -> Received:
    return Received(
        row.sequence,
        row.channel,
        row.external_id,
        row.address,
        row.payload,
        row.received_at,
        State(row.state),
        row.tries,
        row.due,
    )

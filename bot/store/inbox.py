"""The inbox: everything that channels received, kept before it is acknowledged, until and after it is worked on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, literal_column, null, or_, select, type_coerce, update

from bot.clock import now as clock_now
from bot.model.conversation import Conversation
from bot.store import conversations, line, tables
from bot.store.columns import Moment, SealedJSON, storable, storable_text
from bot.store.database import Transaction
from bot.store.leases import SET_BACK
from bot.store.sealing import Sealed
from bot.store.upsert import into_if_new

_inbox = tables.inbox
_PAYLOAD = SealedJSON()
#: The columns of a row that may be sealed with a key that is not here.
_AS_KEPT = [each if each is not _inbox.c.payload else type_coerce(each, _PAYLOAD.impl).label("payload") for each in _inbox.c]
#: Statements on the path of every message are made once: to make one takes longer than to execute it.
_HEAD = select(_inbox.c.sequence).where(
    _inbox.c.channel == bindparam("of_channel"), _inbox.c.address == bindparam("of_address"), line.OPEN
)
_TRIED = (
    update(_inbox)
    .where(
        _inbox.c.sequence == _HEAD.order_by(_inbox.c.sequence).limit(1).scalar_subquery(),
        or_(_inbox.c.due <= bindparam("now", type_=Moment), _inbox.c.due > bindparam("far", type_=Moment)),
    )
    .values(tries=_inbox.c.tries + 1)
    .returning(*_AS_KEPT)
)
_CLOSED = update(_inbox).where(_inbox.c.sequence == bindparam("closed"), line.OPEN)
_CLOSED = _CLOSED.values(state=bindparam("state"), trouble=bindparam("trouble"))
#: What is left of an incoming that nobody needs any more.
_EMPTY: dict[str, Any] = {"payload": null(), "address": ""}
_EMPTIED = _CLOSED.values(**_EMPTY)


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
    result = await tx.execute(_kept_if_new(tx.dialect.name, into_if_new(tx, _inbox)), values)
    sequence: int | None = result.scalar_one_or_none()
    if lane is line.Lane.CRISIS:
        await line.lift(tx, channel, address)
    return sequence


async def claim(tx: Transaction, owner: str, now: datetime, lasting: timedelta, channels: Collection[str]) -> Claim | None:
    """Take the incoming of ``channels`` that stands first in the line, as `claim_some` does; None when there is none to take."""
    return next(iter(await claim_some(tx, owner, now, lasting, channels, 1)), None)


async def claim_some(
    tx: Transaction, owner: str, now: datetime, lasting: timedelta, channels: Collection[str], most: int
) -> list[Claim]:
    """Take the incomings of ``channels`` that stand first in the line, at most one of each conversation and ``most`` in all.

    With each its conversation is taken for ``lasting``. One that was tried before is taken alone: if it was what killed the
    process, no other is to suffer for it again.

    An incoming waits behind the earlier ones of its conversation, also behind one that failed and is to be tried again. What
    ``owner`` already holds may be taken again: it was left over. What it costs does not grow with what is open. A conversation
    that is sealed and cannot be opened is passed over: who has the key takes it, and nobody else waits for that.
    """
    passed: set[tuple[str, str]] = set()
    taken: list[Claim] = []
    for look in line.LOOKS:
        seen = (await tx.execute(line.in_front(owner, now, channels, passed, look))).all()
        for each in seen:
            conversation = (each.channel, each.address)
            if conversation in passed:
                continue
            passed.add(conversation)
            if each.held or now < each.head_due <= now + SET_BACK or (taken and each.head_tries):
                continue
            try:
                claim = await _take(tx, owner, now, lasting, *conversation)
            except Sealed:
                continue
            taken += [] if claim is None else [claim]
            if len(taken) == most or any(claim.received.tries > 1 for claim in taken):
                return taken
        if taken or len(seen) < look:
            break
    return taken


async def _take(tx: Transaction, owner: str, now: datetime, lasting: timedelta, channel: str, address: str) -> Claim | None:
    """Take the head of a conversation; None when another worker was faster."""
    theirs = (channel, address, owner, now, now + lasting)
    conversation = await conversations.lease(tx, *theirs)
    if conversation is None:
        await conversations.ensure(tx, channel, address, now)
        conversation = await conversations.lease(tx, *theirs)
    if conversation is None:
        return None
    its = {"of_channel": channel, "of_address": address, "now": now, "far": now + SET_BACK}
    row = (await tx.execute(_TRIED, its)).one_or_none()
    if row is None:  # between the two looks another worker finished what was seen first
        await conversations.release(tx, conversation.id, owner)
        return None
    return Claim(_opened(tx, row), conversation, owner)


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
    closed = _EMPTIED if erase or state is State.DONE else _CLOSED
    result = await tx.execute(closed, {"closed": sequence, "state": state, "trouble": trouble})
    return result.rowcount == 1


async def postpone(tx: Transaction, sequence: int, due: datetime, trouble: str | None, *, uncount: bool = False) -> None:
    """Let an incoming be tried again from ``due`` on. ``uncount`` takes back the attempt: it was not the message's fault."""
    values: dict[str, Any] = {"due": due, "trouble": trouble}
    if uncount:
        values["tries"] = _inbox.c.tries - 1
    await tx.execute(update(_inbox).where(_inbox.c.sequence == sequence, line.OPEN).values(**values))


async def erase(tx: Transaction, channel: str, address: str, upto: int) -> None:
    """Empty what ``address`` sent up to ``upto``. The external ids stay for two days: a replay is still refused so long.

    They tell nobody: they are the numbers of Telegram's updates, and digests of what only the browser knows.
    """
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


@cache
def _kept_if_new(_dialect: str, into: Any) -> Any:  # noqa: ANN401 - an insert of either database
    return into.returning(_inbox.c.sequence)


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

"""Changes of what staff have said: in the transcript, and on their way to residents who have the message already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, insert, literal_column, or_, select, update

from bot.model.conversation import Conversation
from bot.model.message import Author, Outgoing
from bot.store import entries, outbox, tables
from bot.store.columns import storable
from bot.store.database import Transaction
from bot.store.desk_tables import amendment
from bot.store.entries import Entry
from bot.store.outbox import State

_entry = tables.entry
_outbox = tables.outbox

#: Written out, not passed as parameters, for the same reason as in `bot.store.outbox`.
_OPEN: tuple[ColumnElement[str], ...] = (literal_column("'new'"), literal_column("'sending'"))


class Change(StrEnum):
    """What becomes of a message."""

    EDIT = "edit"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Correction:
    """One change to bring to a resident.

    ``remote_id`` is the channel's own name of the message, as its sender told it; empty when the message did not go out, or when
    a crash left that open (``is_unsure``).
    """

    sequence: int
    entry: int
    conversation_id: str
    address: str
    change: Change
    outgoing: Outgoing
    remote_id: str
    tries: int
    put_at: datetime
    is_unsure: bool = False


async def last_of(tx: Transaction, conversation_id: str, staff: str) -> Entry | None:
    """Return what ``staff`` (a name) wrote to the resident last, if anything."""
    theirs = (_entry.c.conversation_id == conversation_id) & (_entry.c.author == Author.STAFF) & (_entry.c.staff == staff)
    found = select(_entry.c.sequence).where(theirs).order_by(_entry.c.sequence.desc()).limit(1)
    sequence = (await tx.execute(found)).scalar_one_or_none()
    return None if sequence is None else (await entries.get_many(tx, [sequence]))[sequence]


async def edit(tx: Transaction, entry: Entry, text: str, version: int, now: datetime) -> bool:
    """Give a line another text; False when it was changed since ``entry`` was read. ``version`` is the conversation's now."""
    return await _change(tx, entry, version, {"text": text, "edited_at": now.isoformat()})


async def withdraw(tx: Transaction, entry: Entry, version: int, now: datetime) -> bool:
    """Take a line back: what it said is left for staff alone. Else as `edit`."""
    return await _change(tx, entry, version, {"text": "", "withdrawn_at": now.isoformat()})


async def put(tx: Transaction, conversation: Conversation, entry: int, change: Change, now: datetime) -> bool:
    """Have a changed line reach its resident, on a channel that pushes; tell whether there is anything to send for it.

    What has not gone out yet goes out in its new form, or not at all.
    """
    if await outbox.hold_back(tx, entry, drop=change is Change.WITHDRAW):
        return False
    state = (await tx.execute(select(_outbox.c.state).where(_outbox.c.entry == entry))).scalar_one_or_none()
    if state not in (State.SENDING, State.SENT):
        return False
    values = {
        "entry": entry,
        "conversation_id": conversation.id,
        "channel": conversation.channel,
        "address": conversation.address,
        "kind": change,
        "state": State.NEW,
        "tries": 0,
        "due": now,
        "put_at": now,
    }
    await tx.execute(insert(amendment).values(**values))
    return True


async def has_due(tx: Transaction, channel: str, now: datetime) -> bool:
    """Tell whether `take_due` would find anything."""
    return (await tx.execute(_first_due(channel, now).limit(1))).first() is not None


async def take_due(tx: Transaction, channel: str, now: datetime, limit: int) -> list[Correction]:
    """Mark as being sent, and return, the first open change of each address whose first is due, oldest first.

    A change waits until its message is out. Whoever calls holds the channel's lease.
    """
    rows = (await tx.execute(_first_due(channel, now).limit(limit))).all()
    if not rows:
        return []
    taken = update(amendment).where(amendment.c.sequence.in_([row.sequence for row in rows]))
    await tx.execute(taken.values(state=State.SENDING, tries=amendment.c.tries + 1))
    lines = await outbox.readable(tx, [row.entry for row in rows])
    hidden = await outbox.discreet_among(tx, {row.conversation_id for row in rows})
    for row in rows:
        if row.entry not in lines:  # as a letter that cannot be opened
            is_over = now - row.put_at > outbox.SHUT_FOR
            state = {"state": State.FAILED} if is_over else {"state": State.NEW, "due": now + outbox.SHUT_PAUSE}
            await _set(tx, row.sequence, {**state, "failure": outbox.SHUT})
    return [
        Correction(
            sequence=row.sequence,
            entry=row.entry,
            conversation_id=row.conversation_id,
            address=row.address,
            change=Change(row.kind),
            outgoing=_outgoing(
                lines[row.entry],
                is_hidden=row.conversation_id in hidden,
                is_late=now - row.put_at > outbox.STILL_THERE,
            ),
            remote_id=row.remote_id or "",
            tries=row.tries + 1,
            put_at=row.put_at,
            is_unsure=row.out_failure == outbox.WITHDRAWN,
        )
        for row in rows
        if row.entry in lines
    ]


def _outgoing(line: Entry, *, is_hidden: bool, is_late: bool) -> Outgoing:
    """Return what becomes of a message; changed by staff it stays hidden from who is to be written to discreetly by now.

    So does what they wanted to be shown and comes late. What stands in the chat with a file, and was never hidden, can have no
    other message in its place.
    """
    outgoing = line.outgoing()
    if not is_hidden or (outgoing.veil is None and (outgoing.file is not None or outgoing.with_data)):
        return outgoing
    return outbox.discreetly(outgoing, line.sequence, is_late=is_late)


async def done(tx: Transaction, correction: Correction, remote_id: str) -> None:
    """Note that a change is out, and what the channel calls the message from now on."""
    await _set(tx, correction.sequence, {"state": State.SENT, "failure": None})
    if remote_id:
        await tx.execute(update(_outbox).where(_outbox.c.entry == correction.entry).values(remote_id=remote_id))


async def put_off(tx: Transaction, correction: Correction, due: datetime, failure: str, *, uncount: bool = False) -> None:
    """Have a change tried again from ``due`` on. ``uncount`` takes back the attempt: the channel only asked us to wait."""
    tries = correction.tries - 1 if uncount else correction.tries
    await _set(tx, correction.sequence, {"state": State.NEW, "due": due, "failure": failure, "tries": tries})


async def fail(tx: Transaction, correction: Correction, failure: str) -> None:
    """Give up a change."""
    await _set(tx, correction.sequence, {"state": State.FAILED, "failure": failure})


async def drop(tx: Transaction, conversation_id: str, failure: str) -> None:
    """Give up all changes that are still to be sent in a conversation."""
    theirs = update(amendment).where(amendment.c.conversation_id == conversation_id, amendment.c.state.in_(_OPEN))
    await tx.execute(theirs.values(state=State.FAILED, failure=failure))


async def _set(tx: Transaction, sequence: int, values: Mapping[str, Any]) -> None:
    await tx.execute(update(amendment).where(amendment.c.sequence == sequence).values(**values))


async def _change(tx: Transaction, entry: Entry, version: int, changes: Mapping[str, Any]) -> bool:
    body = (await tx.execute(select(_entry.c.body).where(_entry.c.sequence == entry.sequence))).scalar_one_or_none()
    if body is None:
        return False
    seen = _entry.c.changed.is_(None) if entry.changed is None else _entry.c.changed == entry.changed
    body = {**body, **changes, "earlier": [*body.get("earlier", ()), body["text"]]}
    changed = update(_entry).where(_entry.c.sequence == entry.sequence, seen).values(body=storable(body), changed=version)
    return (await tx.execute(changed)).rowcount == 1


def _first_due(channel: str, now: datetime) -> Select[Any]:
    """Return the first open change of each address, where it is due and its message is neither waiting nor on its way."""
    earlier = amendment.alias("earlier")
    preceded = exists().where(
        earlier.c.channel == amendment.c.channel,
        earlier.c.address == amendment.c.address,
        earlier.c.state.in_(_OPEN),
        earlier.c.sequence < amendment.c.sequence,
    )
    out = and_(_outbox.c.entry == amendment.c.entry, or_(_outbox.c.state == State.SENT, _outbox.c.state == State.FAILED))
    first = select(amendment, _outbox.c.remote_id, _outbox.c.failure.label("out_failure")).join(_outbox, out)
    is_due = or_(amendment.c.due <= now, amendment.c.failure.is_(None))  # as in the outbox
    first = first.where(amendment.c.channel == channel, amendment.c.state.in_(_OPEN), is_due, ~preceded)
    return first.order_by(amendment.c.sequence)

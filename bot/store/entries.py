"""The transcript: every line of a conversation, in the order in which it was said. Web chat reads its messages here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from bot.model.conversation import Conversation
from bot.model.message import Author, Button, Incoming, Kind, Outgoing
from bot.store import tables
from bot.store.columns import storable
from bot.store.database import Transaction

_entry = tables.entry

#: What a note of the program itself says; staff read it in their own language. ``text`` holds the detail.
SEND_FAILED = "send-failed"
BLOCKED = "blocked"
#: ``text`` is who had the case; in a note of the second kind ``staff`` is who has taken it over.
PUT_BACK = "put-back"
TAKEN_OVER = "taken-over"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript.

    ``kind`` is what a resident sent (`bot.model.message.Kind`), ``text`` for what we said, and for notes ``text`` when staff
    wrote it or one of the codes above. A command stands in ``text`` as the resident gave it, with its slash. ``turn`` is the
    inbox sequence that it belongs to, None for what staff did. ``staff`` is the name of who wrote it. ``press`` is the payload
    of a pressed button.
    """

    sequence: int
    conversation_id: str
    author: Author
    at: datetime
    text: str
    kind: str = Kind.TEXT
    language: str | None = None
    turn: int | None = None
    staff: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    calls: tuple[str, ...] = ()
    urgent: bool = False
    asks_location: bool = False
    press: str = ""
    attachment: str | None = None

    def outgoing(self) -> Outgoing:
        """Return what a sender is to send."""
        return Outgoing(self.text, self.language or "", self.author, self.buttons, self.calls, self.urgent, self.asks_location)


async def put_incoming(tx: Transaction, conversation: Conversation, incoming: Incoming, now: datetime) -> int:
    """Write down what a resident sent and return its sequence. Where somebody is, exactly, is not kept here."""
    resident_left = incoming.kind in (Kind.BLOCKED, Kind.RETURNED)
    text = f"/{incoming.text}" if incoming.kind is Kind.COMMAND else incoming.text
    body = {"text": text, "kind": incoming.kind, "language": conversation.language}
    body |= {"press": incoming.press} if incoming.press else {}
    body |= {"attachment": incoming.attachment} if incoming.attachment else {}
    author = Author.NOTE if resident_left else Author.RESIDENT
    return await _put(tx, conversation.id, author, body, now, turn=incoming.sequence)


async def put_outgoing(
    tx: Transaction,
    conversation_id: str,
    outgoing: Outgoing,
    now: datetime,
    *,
    turn: int | None = None,
    position: int = 0,
    staff: str | None = None,
) -> int:
    """Write down what we say and return its sequence. ``position`` counts within ``turn``, from 1."""
    body: dict[str, Any] = {"text": outgoing.text, "kind": Kind.TEXT, "language": outgoing.language}
    if outgoing.buttons:
        body["buttons"] = [[[button.label, button.press] for button in row] for row in outgoing.buttons]
    if outgoing.calls:
        body["calls"] = outgoing.calls
    body |= {name: True for name in ("urgent", "asks_location") if getattr(outgoing, name)}
    return await _put(tx, conversation_id, outgoing.author, body, now, turn=turn, position=position, staff=staff)


async def put_note(
    tx: Transaction, conversation_id: str, text: str, now: datetime, *, kind: str = Kind.TEXT, staff: str | None = None
) -> int:
    """Write down a note, which only staff see, and return its sequence."""
    return await _put(tx, conversation_id, Author.NOTE, {"text": text, "kind": kind}, now, staff=staff)


async def since(tx: Transaction, conversation_id: str, after: int = 0, *, notes: bool = False, limit: int = 500) -> list[Entry]:
    """Return the lines after sequence ``after``, oldest first. ``notes`` only for staff."""
    wanted = select(_entry).where(_entry.c.conversation_id == conversation_id, _entry.c.sequence > after)
    if not notes:
        wanted = wanted.where(_entry.c.author != Author.NOTE)
    return [_read(row) for row in await tx.execute(wanted.order_by(_entry.c.sequence).limit(limit))]


async def latest(tx: Transaction, conversation_id: str, *, notes: bool = False, limit: int = 100) -> list[Entry]:
    """Return the last ``limit`` lines, oldest first. ``notes`` only for staff."""
    wanted = select(_entry).where(_entry.c.conversation_id == conversation_id)
    if not notes:
        wanted = wanted.where(_entry.c.author != Author.NOTE)
    rows = (await tx.execute(wanted.order_by(_entry.c.sequence.desc()).limit(limit))).all()
    return [_read(row) for row in reversed(rows)]


async def get_many(tx: Transaction, sequences: Collection[int]) -> dict[int, Entry]:
    """Return lines by their sequence."""
    rows = await tx.execute(select(_entry).where(_entry.c.sequence.in_(sequences)))
    return {row.sequence: _read(row) for row in rows}


async def _put(
    tx: Transaction,
    conversation_id: str,
    author: Author,
    body: dict[str, Any],
    now: datetime,
    *,
    turn: int | None = None,
    position: int = 0,
    staff: str | None = None,
) -> int:
    values = {
        "conversation_id": conversation_id,
        "turn": turn,
        "position": position,
        "author": author,
        "staff": staff,
        "body": storable(body),
        "at": now,
    }
    sequence: int = (await tx.execute(insert(_entry).values(**values).returning(_entry.c.sequence))).scalar_one()
    return sequence


def _read(row: Row[Any]) -> Entry:
    body = row.body
    return Entry(
        sequence=row.sequence,
        conversation_id=row.conversation_id,
        author=Author(row.author),
        at=row.at,
        text=body["text"],
        kind=body["kind"],
        language=body.get("language"),
        turn=row.turn,
        staff=row.staff,
        buttons=tuple(tuple(Button(*pair) for pair in line) for line in body.get("buttons", ())),
        calls=tuple(body.get("calls", ())),
        urgent=body.get("urgent", False),
        asks_location=body.get("asks_location", False),
        press=body.get("press", ""),
        attachment=body.get("attachment"),
    )

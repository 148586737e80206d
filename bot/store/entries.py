"""The transcript: every line of a conversation, in the order in which it was said. Web chat reads its messages here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from bot.model.attached import Enclosure
from bot.model.conversation import Conversation
from bot.model.message import Author, Button, Incoming, Kind, Outgoing, Veil
from bot.store import tables
from bot.store.columns import storable
from bot.store.database import Transaction

_entry = tables.entry
_PUT = insert(_entry).returning(_entry.c.sequence)

#: What a note of the program itself says; staff read it in their own language. ``text`` holds the detail.
SEND_FAILED = "send-failed"
BLOCKED = "blocked"
#: ``text`` is who had the case; in a note of the second kind ``staff`` is who has taken it over.
PUT_BACK = "put-back"
TAKEN_OVER = "taken-over"
#: ``text`` is the number or the address that the resident wants to be called at, or that ``staff`` tried.
CALL_BACK = "call-back"
CALL_REACHED = "call-reached"
CALL_MISSED = "call-missed"
CALL_GIVEN_UP = "call-given-up"
#: A change of a message, or its withdrawal, that the channel did not carry out; ``text`` is why, in a word.
NOT_EDITED = "not-edited"
NOT_WITHDRAWN = "not-withdrawn"

#: What stands in ``veil`` of a line that the resident can hide and show.
DRAWN, LIFTED = "drawn", "lifted"

#: A resident's change is looked up among so many lines.
_FAR_BACK = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript.

    ``kind`` is what a resident sent (`bot.model.message.Kind`), ``text`` for what we said, and for notes ``text`` when staff
    wrote it or one of the codes above. A command stands in ``text`` as the resident gave it, with its slash. ``turn`` is the
    inbox sequence that it belongs to, None for what staff did. ``staff`` is the name of who wrote it. ``press`` is the payload
    of a pressed button. ``attachment`` refers to a file, which ``file`` describes when we keep it.

    What was changed after it was said has in ``earlier`` its former texts, oldest first, for staff alone: ``edited_at`` by us,
    or ``withdrawn_at``, which leaves no text. ``changed`` is the version of the conversation in which that happened. In a line
    by which a resident changed an earlier message (`Kind.EDIT`), ``earlier`` holds what that said, where it is known.
    ``veil`` is `DRAWN` or `LIFTED` where the resident can hide and show it, else empty; ``with_data`` as in `Outgoing`.
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
    file: Enclosure | None = None
    earlier: tuple[str, ...] = ()
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    changed: int | None = None
    remote_id: str | None = None
    veil: str = ""
    with_data: bool = False

    def outgoing(self) -> Outgoing:
        """Return what a sender is to send."""
        said = (self.text, self.language or "", self.author, self.buttons, self.calls)
        veil = Veil(self.sequence, drawn=self.veil == DRAWN) if self.veil else None
        return Outgoing(*said, self.urgent, self.asks_location, self.file, veil, self.with_data)


async def put_incoming(tx: Transaction, conversation: Conversation, incoming: Incoming, now: datetime) -> int:
    """Write down what a resident sent and return its sequence. Where somebody is, exactly, is not kept here."""
    resident_left = incoming.kind in (Kind.BLOCKED, Kind.RETURNED)
    text = f"/{incoming.text}" if incoming.kind is Kind.COMMAND else incoming.text
    body: dict[str, Any] = {"text": text, "kind": incoming.kind, "language": conversation.language}
    body |= {"press": incoming.press} if incoming.press else {}
    body |= {"attachment": incoming.attachment} if incoming.attachment else {}
    body |= _described(incoming.file)
    if incoming.remote_id:
        body["remote_id"] = incoming.remote_id
        if incoming.kind is Kind.EDIT:
            body["earlier"] = await _said_before(tx, conversation.id, incoming.remote_id)
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
    veil: str = "",
) -> int:
    """Write down what we say and return its sequence. ``position`` counts within ``turn``, from 1; ``veil`` is as in `Entry`."""
    body: dict[str, Any] = {"text": outgoing.text, "kind": Kind.TEXT, "language": outgoing.language}
    if outgoing.buttons:
        body["buttons"] = [[[button.label, button.press] for button in row] for row in outgoing.buttons]
    if outgoing.calls:
        body["calls"] = outgoing.calls
    body |= {name: True for name in ("urgent", "asks_location", "with_data") if getattr(outgoing, name)}
    body |= _described(outgoing.file) | ({"veil": veil} if veil else {})
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


async def latest_of_residents(tx: Transaction, conversation_ids: Collection[str], *, limit: int) -> Mapping[str, list[Entry]]:
    """Return the last ``limit`` lines that the resident of each conversation wrote, oldest first, by conversation."""
    rank = func.row_number().over(partition_by=_entry.c.conversation_id, order_by=_entry.c.sequence.desc())
    theirs = select(_entry, rank.label("rank")).where(
        _entry.c.conversation_id.in_(conversation_ids), _entry.c.author == Author.RESIDENT
    )
    ranked = theirs.subquery()
    found: dict[str, list[Entry]] = {}
    for row in await tx.execute(select(ranked).where(ranked.c.rank <= limit).order_by(ranked.c.sequence)):
        found.setdefault(row.conversation_id, []).append(_read(row))
    return found


async def changed_since(tx: Transaction, conversation_id: str, version: int) -> list[Entry]:
    """Return the lines, notes aside, that were changed after they were said, after ``version`` of the conversation."""
    wanted = select(_entry).where(_entry.c.conversation_id == conversation_id, _entry.c.changed > version)
    wanted = wanted.where(_entry.c.author != Author.NOTE)
    return [_read(row) for row in await tx.execute(wanted.order_by(_entry.c.sequence))]


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
    sequence: int = (await tx.execute(_PUT, values)).scalar_one()
    return sequence


def _described(file: Enclosure | None) -> dict[str, Any]:
    if file is None:
        return {}
    return {"attachment": file.reference, "file": [file.id, file.name, file.media_type]}


async def _said_before(tx: Transaction, conversation_id: str, remote_id: str) -> list[str]:
    """Return what the resident's message with the channel's own id said last, if it is among the latest."""
    for line in reversed(await latest(tx, conversation_id, limit=_FAR_BACK)):
        if line.author is Author.RESIDENT and line.remote_id == remote_id:
            return [line.text]
    return []


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _read(row: Row[Any]) -> Entry:
    body = row.body
    file = body.get("file")
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
        file=None if file is None else Enclosure(*file),
        earlier=tuple(body.get("earlier", ())),
        edited_at=_moment(body.get("edited_at")),
        withdrawn_at=_moment(body.get("withdrawn_at")),
        changed=row.changed,
        remote_id=body.get("remote_id"),
        veil=body.get("veil", ""),
        with_data=body.get("with_data", False),
    )

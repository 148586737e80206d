"""Everything that is kept of the resident of one conversation, read in one go, for the file that they can ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.model.attached import Enclosure
from bot.model.case import Case
from bot.model.contact import CallBack
from bot.model.conversation import Conversation
from bot.model.message import Author
from bot.store import callbacks, cases, conversations, desk_tables, entries, questions, suggestions, tables, turns
from bot.store.database import Transaction
from bot.store.entries import Entry
from bot.store.questions import Question
from bot.store.suggestions import Suggestion
from bot.store.turns import Understood

_attachment = desk_tables.attachment


@dataclass(frozen=True, slots=True)
class Voted:
    """What the resident said to an answer."""

    topic: str
    country: str
    helpful: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the conversation, without what it holds. ``size`` is how many bytes it takes; ``of_staff``: staff attached it."""

    enclosure: Enclosure
    size: int
    of_staff: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it arrived, which is kept only until it was worked on; ``payload`` is decoded JSON."""

    at: datetime
    payload: Any


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept of a resident but the notes of staff, of which ``notes`` is how many there are.

    A file that staff took back is left out as its text is: it may be somebody else's.
    ``understood`` is by the inbox sequence that lines carry as ``turn``. Questions and suggestions are masked.
    """

    conversation: Conversation
    started_at: datetime
    changed_at: datetime
    lines: tuple[Entry, ...]
    notes: int
    understood: Mapping[int, Understood]
    cases: tuple[Case, ...]
    calls: tuple[CallBack, ...]
    votes: tuple[Voted, ...]
    questions: tuple[Question, ...]
    suggestions: tuple[Suggestion, ...]
    files: tuple[KeptFile, ...]
    arrived: tuple[Arrived, ...]


async def of(tx: Transaction, conversation_id: str) -> Kept | None:
    """Return everything of a conversation; None when there is none (any more)."""
    its = tables.conversation
    times = (await tx.execute(select(its.c.started_at, its.c.changed_at).where(its.c.id == conversation_id))).one_or_none()
    if times is None:
        return None
    conversation = await conversations.get(tx, conversation_id)
    theirs = (await cases.of_conversations(tx, [conversation_id])).get(conversation_id, [])
    calls = [call for case in theirs for call in await callbacks.of_case(tx, case.id)]
    lines = await _lines(tx, conversation_id)
    withdrawn = {line.file.id for line in lines if line.file is not None and line.withdrawn_at is not None}
    asked = (await questions.of_conversations(tx, [conversation_id])).get(conversation_id, [])
    return Kept(
        conversation=conversation,
        started_at=times.started_at,
        changed_at=times.changed_at,
        lines=tuple(lines),
        notes=await _count_notes(tx, conversation_id),
        understood=await turns.of_conversation(tx, conversation_id),
        cases=tuple(theirs),
        calls=tuple(calls),
        votes=tuple(await _votes(tx, conversation_id)),
        questions=tuple(asked),
        suggestions=tuple(await _suggested(tx, conversation_id)),
        files=tuple(file for file in await _files(tx, conversation_id) if file.enclosure.id not in withdrawn),
        arrived=tuple(await _arrived(tx, conversation)),
    )


async def _lines(tx: Transaction, conversation_id: str) -> list[Entry]:
    found: list[Entry] = []
    while more := await entries.since(tx, conversation_id, found[-1].sequence if found else 0):
        found += more
    return found


async def _count_notes(tx: Transaction, conversation_id: str) -> int:
    entry = tables.entry
    notes = (entry.c.conversation_id == conversation_id) & (entry.c.author == Author.NOTE)
    return int((await tx.execute(select(func.count()).select_from(entry).where(notes))).scalar_one())


async def _votes(tx: Transaction, conversation_id: str) -> list[Voted]:
    vote = tables.vote
    rows = await tx.execute(select(vote).where(vote.c.conversation_id == conversation_id).order_by(vote.c.sequence))
    return [Voted(row.topic, row.country, row.helpful, row.at) for row in rows]


async def _suggested(tx: Transaction, conversation_id: str) -> list[Suggestion]:
    suggestion = desk_tables.suggestion
    theirs = select(suggestion.c.id).where(suggestion.c.conversation_id == conversation_id).order_by(suggestion.c.made_at)
    found = [await suggestions.get(tx, identifier) for identifier in (await tx.execute(theirs)).scalars().all()]
    return [each for each in found if each is not None]


async def _files(tx: Transaction, conversation_id: str) -> list[KeptFile]:
    described = [getattr(_attachment.c, name) for name in ("id", "name", "media_type", "staff", "kept_at")]
    wanted = select(*described, func.length(_attachment.c.content).label("size"))
    rows = await tx.execute(wanted.where(_attachment.c.conversation_id == conversation_id).order_by(_attachment.c.kept_at))
    return [KeptFile(Enclosure(row.id, row.name, row.media_type), row.size, row.staff is not None, row.kept_at) for row in rows]


async def _arrived(tx: Transaction, conversation: Conversation) -> list[Arrived]:
    inbox = tables.inbox
    theirs = (inbox.c.channel == conversation.channel) & (inbox.c.address == conversation.address)
    rows = await tx.execute(select(inbox.c.received_at, inbox.c.payload).where(theirs).order_by(inbox.c.sequence))
    return [Arrived(row.received_at, row.payload) for row in rows]

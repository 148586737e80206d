"""What residents said turn by turn, with what was decided about it: what `bot.work.gathering` makes questions of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from bot.model.case import Reason
from bot.model.message import Author, Kind
from bot.model.verdict import VerdictKind
from bot.store import careful, tables
from bot.store.database import Transaction

_inbox, _turn, _entry = tables.inbox, tables.turn, tables.entry
_conversation, _vote, _case = tables.conversation, tables.vote, tables.case_file

#: Incomings are numbered when they arrive and committed soon after, not always in that order.
_FRESH = timedelta(seconds=30)
#: What was not worked on for so long belongs to a channel that is switched off; nothing waits for it.
_STUCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a message."""

    kind: VerdictKind
    topic: str | None
    situation: str | None
    crisis: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a resident sent. ``decided`` is None for what was not understood: most presses, and what went to staff.

    ``language`` is the one that the conversation was in then. ``text`` is in the resident's own words, not masked.
    """

    turn: int
    at: datetime
    kind: Kind
    text: str
    language: str | None
    press: str = ""
    remote_id: str | None = None
    decided: Decided | None = None


@dataclass(frozen=True, slots=True)
class Voted:
    """Whether an answer to a topic helped."""

    at: datetime
    topic: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Held:
    """From when to when staff had a case before them; ``until`` is None while they have.

    ``by_failure`` says that the program opened it, having failed on a message: nothing that was asked before led to it.
    """

    since: datetime
    until: datetime | None
    by_failure: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation as far as it tells what was asked in it; everything oldest first."""

    conversation_id: str
    channel: str
    language: str | None
    country: str | None
    place: str | None
    said: tuple[Said, ...] = ()
    votes: tuple[Voted, ...] = ()
    cases: tuple[Held, ...] = ()


async def settled(tx: Transaction, after: int, now: datetime) -> int:
    """Return the highest inbox sequence, ``after`` at least, up to which no turn can come any more."""
    waits = (_inbox.c.state == "new") & (_inbox.c.received_at > now - _STUCK)
    unsure = select(func.min(_inbox.c.sequence)).where(_inbox.c.sequence > after, or_(waits, _inbox.c.received_at > now - _FRESH))
    first: int | None = (await tx.execute(unsure)).scalar_one()
    if first is not None:
        return first - 1
    last: int | None = (await tx.execute(select(func.max(_inbox.c.sequence)).where(_inbox.c.sequence > after))).scalar_one()
    return after if last is None else last


async def conversations_after(tx: Transaction, after: int, limit: int) -> tuple[frozenset[str], int | None]:
    """Return the conversations of the next ``limit`` turns after an inbox sequence, and the last of these; None at the end."""
    following = select(_turn.c.incoming, _turn.c.conversation_id).where(_turn.c.incoming > after)
    rows = (await tx.execute(following.order_by(_turn.c.incoming).limit(limit))).all()
    return frozenset(row.conversation_id for row in rows), rows[-1].incoming if rows else None


async def of_conversations(tx: Transaction, conversation_ids: Collection[str], since: datetime) -> list[Heard]:
    """Return what was heard in conversations since a moment, by the id of the conversation."""
    names = ("id", "channel", "language", "country", "place")
    theirs = select(*(_conversation.c[name] for name in names)).where(_conversation.c.id.in_(conversation_ids))
    said = await _said(tx, conversation_ids, since)
    votes = await _votes(tx, conversation_ids, since)
    cases = await _cases(tx, conversation_ids)
    return [
        Heard(
            row.id,
            row.channel,
            row.language,
            row.country,
            row.place,
            tuple(said.get(row.id, ())),
            tuple(votes.get(row.id, ())),
            tuple(cases.get(row.id, ())),
        )
        for row in await tx.execute(theirs.order_by(_conversation.c.id))
    ]


async def _said(tx: Transaction, conversation_ids: Collection[str], since: datetime) -> Mapping[str, list[Said]]:
    parts = [_turn.c.verdict[name].as_string().label(name) for name in ("kind", "topic", "situation", "crisis")]
    kept = (_entry.c.sequence, _entry.c.conversation_id, _entry.c.body)
    lines = select(*careful.as_kept(kept), _turn.c.incoming, _turn.c.relayed, _turn.c.at, *parts)
    lines = lines.join(_turn, _turn.c.incoming == _entry.c.turn)
    lines = lines.where(_entry.c.conversation_id.in_(conversation_ids), _entry.c.author == Author.RESIDENT, _turn.c.at >= since)
    found: dict[str, list[Said]] = {}
    for row in careful.opened(tx, kept, await tx.execute(lines.order_by(_turn.c.incoming)), "sequence"):
        is_decided = row["kind"] is not None and not row["relayed"]
        decided = Decided(VerdictKind(row["kind"]), row["topic"], row["situation"], row["crisis"]) if is_decided else None
        body = row["body"]
        said = (body["text"], body.get("language"), body.get("press", ""), body.get("remote_id"))
        theirs = found.setdefault(row["conversation_id"], [])
        theirs.append(Said(row["incoming"], row["at"], Kind(body["kind"]), *said, decided))
    return found


async def _votes(tx: Transaction, conversation_ids: Collection[str], since: datetime) -> Mapping[str, list[Voted]]:
    wanted = select(_vote).where(_vote.c.conversation_id.in_(conversation_ids), _vote.c.at >= since)
    found: dict[str, list[Voted]] = {}
    for row in await tx.execute(wanted.order_by(_vote.c.sequence)):
        found.setdefault(row.conversation_id, []).append(Voted(row.at, row.topic, row.helpful))
    return found


async def _cases(tx: Transaction, conversation_ids: Collection[str]) -> Mapping[str, list[Held]]:
    wanted = select(_case.c.conversation_id, _case.c.opened_at, _case.c.closed_at, _case.c.reason)
    wanted = wanted.where(_case.c.conversation_id.in_(conversation_ids)).order_by(_case.c.opened_at, _case.c.id)
    found: dict[str, list[Held]] = {}
    for row in await tx.execute(wanted):
        found.setdefault(row.conversation_id, []).append(Held(row.opened_at, row.closed_at, row.reason == Reason.FAILURE))
    return found

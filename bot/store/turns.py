"""Turns: what was understood of each incoming, for staff to see and for figures. Also the votes of residents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, insert, or_, select

from bot.model.turn import Turn, Vote
from bot.model.verdict import LanguageGuess, Verdict, VerdictKind
from bot.store import tables
from bot.store.columns import storable
from bot.store.database import Transaction

_turn = tables.turn
_PUT = insert(_turn)
_VERDICT = TypeAdapter(Verdict)
_GUESS = TypeAdapter(LanguageGuess)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of one incoming. ``relayed``: staff held the conversation, and the bot stayed silent."""

    at: datetime
    relayed: bool
    verdict: Verdict | None
    guess: LanguageGuess | None

    @property
    def is_act(self) -> bool:
        """Whether it asked nothing: greetings and the like, buttons, and what the bot had asked for, such as a number."""
        if self.verdict is None:
            return not self.relayed
        return self.verdict.kind is VerdictKind.ACT


@dataclass(frozen=True, slots=True)
class Told:
    """The least of a verdict that a line of the desk needs: whether it was an act, and which crisis it saw, if any."""

    is_act: bool
    crisis: str | None


async def put(tx: Transaction, conversation_id: str, turn: Turn, now: datetime) -> None:
    """Keep a turn. Raises `bot.store.database.Duplicate` when one about the same incoming is there."""
    values = {
        "incoming": turn.incoming.sequence,
        "conversation_id": conversation_id,
        "verdict": None if turn.verdict is None else storable(_VERDICT.dump_python(turn.verdict, mode="json")),
        "guess": None if turn.guess is None else _GUESS.dump_python(turn.guess, mode="json"),
        "relayed": turn.relayed,
        "at": now,
    }
    await tx.execute(_PUT, values)


async def of_conversation(tx: Transaction, conversation_id: str) -> Mapping[int, Understood]:
    """Return what was understood in a conversation, by the inbox sequence that entries carry as ``turn``."""
    rows = await tx.execute(select(_turn).where(_turn.c.conversation_id == conversation_id))
    return {
        row.incoming: Understood(
            row.at,
            row.relayed,
            None if row.verdict is None else _VERDICT.validate_python(row.verdict),
            None if row.guess is None else _GUESS.validate_python(row.guess),
        )
        for row in rows
    }


async def told(tx: Transaction, conversation_ids: Collection[str]) -> Mapping[str, Mapping[int, Told]]:
    """Return of many conversations which turns were an act or a crisis, by conversation and, oldest first, by inbox sequence."""
    kind, crisis = _turn.c.verdict["kind"].as_string(), _turn.c.verdict["crisis"].as_string()
    wanted = select(_turn.c.conversation_id, _turn.c.incoming, kind.label("kind"), crisis.label("crisis"))
    act = or_(kind == VerdictKind.ACT, and_(kind.is_(None), _turn.c.relayed.is_(False)))  # as `Understood.is_act`
    wanted = wanted.where(_turn.c.conversation_id.in_(conversation_ids), or_(act, crisis.is_not(None)))
    found: dict[str, dict[int, Told]] = {}
    for row in await tx.execute(wanted.order_by(_turn.c.incoming)):
        found.setdefault(row.conversation_id, {})[row.incoming] = Told(row.kind in (None, VerdictKind.ACT), row.crisis)
    return found


async def put_vote(tx: Transaction, conversation_id: str, vote: Vote, now: datetime) -> None:
    """Keep whether an answer helped."""
    values = {"topic": vote.topic, "country": vote.country, "helpful": vote.helpful, "at": now}
    await tx.execute(insert(tables.vote).values(conversation_id=conversation_id, **values))

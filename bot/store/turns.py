"""Turns: what was understood of each incoming, for staff to see and for figures. Also the votes of residents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import insert, select

from bot.model.turn import Turn, Vote
from bot.model.verdict import LanguageGuess, Verdict
from bot.store import tables
from bot.store.columns import storable
from bot.store.database import Transaction

_turn = tables.turn
_VERDICT = TypeAdapter(Verdict)
_GUESS = TypeAdapter(LanguageGuess)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of one incoming. ``relayed``: staff held the conversation, and the bot stayed silent."""

    at: datetime
    relayed: bool
    verdict: Verdict | None
    guess: LanguageGuess | None


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
    await tx.execute(insert(_turn).values(**values))


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


async def put_vote(tx: Transaction, conversation_id: str, vote: Vote, now: datetime) -> None:
    """Keep whether an answer helped."""
    values = {"topic": vote.topic, "country": vote.country, "helpful": vote.helpful, "at": now}
    await tx.execute(insert(tables.vote).values(conversation_id=conversation_id, **values))

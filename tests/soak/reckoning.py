"""The reckoning: what the database holds and what the residents saw, against what was accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.store import outbox, tables
from bot.store.database import Database
from tests.soak.residents import OnTelegram, OnTheWeb, Resident
from tests.soak.telegram import Reached

#: One line of a transcript: its number, the incoming that it belongs to, and who said it.
Line = tuple[int, int, str]


@dataclass
class Reckoning:
    """What was found. All but the first five and the last two must be empty or nought."""

    sent: int = 0
    accepted: int = 0
    refused: int = 0
    turns: int = 0
    replies: int = 0
    lost: list[str] = field(default_factory=list)
    doubled_turns: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    doubled_replies: int = 0
    reached: int = 0

    @property
    def faults(self) -> Mapping[str, Sequence[str]]:
        """What must not be."""
        names = ("lost", "doubled_turns", "out_of_order", "unanswered", "unseen", "set_aside")
        return {name: found for name in names if (found := getattr(self, name))}


@dataclass(frozen=True)
class Kept:
    """What the database holds of a run."""

    incomings: Mapping[tuple[str, str], tuple[int, str]]  # channel and external id: sequence and state
    turns: Counter[int]
    lines: Mapping[tuple[str, str], list[Line]]  # channel and address
    letters: Mapping[int, tuple[str, list[int]]]  # entry: state and Telegram's numbers


async def is_done(db: Database) -> bool:
    """Tell whether nothing is left to work on or to send."""
    async with db.read() as tx:
        opened = (await tx.execute(select(tables.inbox.c.sequence).where(tables.inbox.c.state == "new").limit(1))).first()
        counts = await outbox.counts(tx)
    return opened is None and not counts[outbox.State.NEW] and not counts[outbox.State.SENDING]


async def kept(db: Database) -> Kept:
    """Read what the database holds."""
    inbox, conversation, entry = tables.inbox.c, tables.conversation.c, tables.entry.c
    lines: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    async with db.read() as tx:
        came = await tx.execute(select(inbox.channel, inbox.external_id, inbox.sequence, inbox.state))
        incomings = {(row.channel, row.external_id): (row.sequence, row.state) for row in came}
        turns = Counter(row.incoming for row in await tx.execute(select(tables.turn.c.incoming)))
        said = select(conversation.channel, conversation.address, entry.sequence, entry.turn, entry.author)
        said = said.join(tables.entry, entry.conversation_id == conversation.id).where(entry.author != "note")
        for row in await tx.execute(said.order_by(entry.sequence)):
            lines[row.channel, row.address].append((row.sequence, row.turn, row.author))
        sent = await tx.execute(select(tables.outbox.c.entry, tables.outbox.c.state, tables.outbox.c.remote_id))
        letters = {row.entry: (row.state, _numbers(row)) for row in sent}
    return Kept(incomings, turns, lines, letters)


def reckon(found: Kept, residents: Sequence[Resident], reached: Mapping[int, Sequence[Reached]]) -> Reckoning:
    """Compare all of it."""
    result = Reckoning(turns=found.turns.total())
    for resident in residents:
        result.accepted += len(resident.asked)
        result.refused += resident.refused
        lines = found.lines.get((resident.channel, resident.address), [])
        _in_the_database(result, found, resident, lines)
        result.replies += sum(author != "resident" for _, _, author in lines)
        if isinstance(resident, OnTheWeb):
            _on_the_page(result, resident, lines)
        elif isinstance(resident, OnTelegram):
            _on_telegram(result, found, resident, lines, reached.get(resident.chat, ()))
    return result


def _in_the_database(result: Reckoning, found: Kept, resident: Resident, lines: Sequence[Line]) -> None:
    sequences = []
    for asked in resident.asked:
        name = f"{resident.channel} {resident.number} {asked.external_id[:12]}"
        sequence, state = found.incomings.get((resident.channel, asked.external_id), (0, "missing"))
        sequences.append(sequence)
        if state == "aside":
            result.set_aside.append(name)
        elif state != "done" or not found.turns[sequence]:
            result.lost.append(f"{name} is {state}")
        mine = [author for _, turn, author in lines if turn == sequence]
        if found.turns[sequence] > 1 or mine.count("resident") > 1:
            result.doubled_turns.append(name)
        if mine and len(mine) == mine.count("resident"):
            result.unanswered.append(name)
    spoken = [turn for _, turn, author in lines if author == "resident"]
    told = [turn for _, turn, _ in lines]
    if spoken != sequences or told != sorted(told) or sequences != sorted(sequences):
        result.out_of_order.append(f"{resident.channel} {resident.number} in the database")


def _on_the_page(result: Reckoning, resident: OnTheWeb, lines: Sequence[Line]) -> None:
    shown = [(sequence, author) for sequence, _, author in lines]
    result.reached += sum(author != "resident" for _, author in resident.seen)
    result.doubled_replies += resident.doubled
    if resident.seen == shown:
        return
    late = set(resident.seen) <= set(shown)
    (result.unseen if late else result.out_of_order).append(f"web {resident.number} on the page")


def _on_telegram(result: Reckoning, found: Kept, resident: OnTelegram, lines: Sequence[Line], got: Sequence[Reached]) -> None:
    result.reached += len(got)
    letters = [found.letters.get(sequence, ("none", [])) for sequence, _, author in lines if author != "resident"]
    noted = [number for _, numbers in letters for number in numbers]
    texts = {each.number: each.text for each in got}
    if any(state != "sent" for state, _ in letters) or not set(noted) <= set(texts):
        result.unseen.append(f"telegram {resident.number}")
    if noted != sorted(noted):
        result.out_of_order.append(f"telegram {resident.number} on Telegram")
    # What is noted nowhere was sent by a process that ended before it could note it: the same stands again right behind it.
    known, next_letter = set(noted), {number: set(numbers) for _, numbers in letters for number in numbers}
    behind: set[int] = set()
    for each in reversed(got):
        if each.number in known:
            behind = next_letter[each.number]
            continue
        result.doubled_replies += 1
        if each.text not in {texts[number] for number in behind if number in texts}:
            result.out_of_order.append(f"telegram {resident.number} was sent {each.number} out of turn")


def _numbers(row: Any) -> list[int]:
    return [int(number) for number in (row.remote_id or "").split(",") if number]

"""What a message costs when ten times as much is known, or a hundred times as much is kept.

Costs are seconds of the processor a message, at full load, of the program on SQLite. What is kept is copied, row by row, from
conversations that the program has held itself; a copy differs in its numbers and in the address alone.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot import clock
from bot.knowledge import KnowledgeFolder
from bot.matching.weights import fingerprint
from bot.model.library import Library
from bot.store import editions, shipped, vectors
from bot.store.database import Database
from bot.store.packing import pack
from bot.work.kept_weights import read_weights
from tests.bench.speed import tenfold
from tests.bench.throughput_systems import Fake, place, program

#: The conversations that are copied, the messages in each, and how many copies make few and many.
_HELD, _EACH = 100, 5
FEW, MANY = 1_000, 100_000
#: Messages that wait for an answer at any moment, residents who write, and seconds in which costs are taken.
_AT_ONCE, _RESIDENTS, _SECONDS = 50, 500, 10.0

#: Tables that hang on a conversation, and which of their columns are numbers of the inbox and of entries.
_ROWS = {
    "inbox": {"sequence": "inbox"},
    "conversation": {},
    "turn": {"incoming": "inbox"},
    "entry": {"sequence": "entry", "turn": "inbox"},
    "outbox": {"entry": "entry"},
    "question": {"turn": "inbox"},
}

Texts = Mapping[str, Sequence[str]]


def measure(
    fake: Fake, knowledge: Path, library: Library, seen: Texts, more: Mapping[str, str], say: Callable[[str], None]
) -> dict[str, float]:
    """Return how many times as much a message costs, by what grew."""
    with place() as folder:
        held = folder / "held.db"
        say(f"{_HELD} conversations, to be copied")
        with program(fake, ["run"], f"sqlite:///{held}", folder, more):
            for begin in range(_EACH):
                fake.order(messages=seen, residents=_HELD, at_once=_AT_ONCE, begin=begin * _HELD)
        few, many = (_copied(held, folder / f"{number}.db", number, say) for number in (FEW, MANY))
        cost = _cost(fake, few, folder, seen, more, say)
        grown = {f"{FEW:,} conversations kept, {MANY:,}": _cost(fake, many, folder, seen, more, say) / cost}
        weights = read_weights(KnowledgeFolder(knowledge).weights())
        if weights is not None and weights.vectors is not None and "INFOPOINT_ENCODER" not in more:
            say("ten times the examples")
            larger = tenfold(library, weights)
            learned = replace(larger[1], fingerprint=fingerprint(larger[0].examples, weights.encoder))
            known = folder / "known.db"
            shutil.copy(few, known)
            asyncio.run(_publish(known, knowledge, larger[0], learned.to_bytes(), learned.fingerprint))
            name = f"{len(library.examples):,} examples, {len(larger[0].examples):,}"
            grown[name] = _cost(fake, known, folder, seen, more, say) / cost
    return grown


def _cost(fake: Fake, path: Path, folder: Path, seen: Texts, more: Mapping[str, str], say: Callable[[str], None]) -> float:
    with program(fake, ["run"], f"sqlite:///{path}", folder, more) as running:
        fake.order(messages=seen, residents=_RESIDENTS, at_once=_AT_ONCE)
        before = running.processor()
        found = fake.order(messages=seen, residents=_RESIDENTS, at_once=_AT_ONCE, seconds=_SECONDS)
        cost = (running.processor() - before) / max(1, len(found["took"]))
    say(f"  {1000 * cost:.1f} ms of the processor a message")
    return cost


def _copied(held: Path, path: Path, number: int, say: Callable[[str], None]) -> Path:
    """Return a copy of the database in which ``number`` conversations are kept."""
    say(f"{number:,} conversations")
    with sqlite3.connect(held) as source, sqlite3.connect(path) as target:
        source.backup(target)
        target.execute("PRAGMA synchronous = OFF")
        copies = number // _HELD - 1
        steps = {name: target.execute(f"SELECT max(sequence) FROM {name}").fetchone()[0] for name in ("inbox", "entry")}  # noqa: S608 - our own names
        for table, numbers in _ROWS.items():
            columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
            values = [_value(column, numbers, steps) for column in columns]
            target.execute(
                f"WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < ?) "  # noqa: S608 - as above
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} JOIN copy",
                [copies],
            )
        target.commit()
    source.close()
    target.close()
    return path


def _value(column: str, numbers: Mapping[str, str], steps: Mapping[str, int]) -> str:
    """Return what stands in a column of copy number k."""
    if column in numbers:
        return f"{column} + k * {steps[numbers[column]]}"
    if column in ("id", "conversation_id", "external_id"):
        return f"{column} || '-' || k"
    return "CASE WHEN address = '' THEN '' ELSE address || '-' || k END" if column == "address" else column


async def _publish(path: Path, knowledge: Path, library: Library, weights: bytes, name: str) -> None:
    """Put another edition, and what was learned of it, into a database, as if the knowledge folder had nothing new."""
    db = Database.open(f"sqlite:///{path}")
    try:
        async with db.write() as tx:
            newest = await editions.newest_number(tx)
            source = KnowledgeFolder(knowledge).hash
            await editions.publish(tx, newest, pack(library), source, clock.now(), "larger")
            await shipped.know(tx, source, clock.now())
            await vectors.put_weights(tx, name, weights, clock.now())
    finally:
        await db.close()

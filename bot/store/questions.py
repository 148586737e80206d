"""What residents asked, with persons masked, what was decided about it and what came of it. Nothing here tells who asked.

The rows are made from the transcript by `bot.work.gathering`, which reads that through `bot.store.heard`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update

from bot.model.verdict import VerdictKind
from bot.store import careful, tables
from bot.store.columns import storable
from bot.store.database import Transaction
from bot.store.edit_tables import question as _question
from bot.store.upsert import insert_if_new

#: Rows in one statement; SQLite takes 32766 parameters in one, PostgreSQL's driver 32767.
_BATCH = 1000

_FIELDS = [column for column in _question.c if column.name not in {"vector", "draft_id"}]
#: One that is damaged must not keep the others from being read.
_AS_KEPT, (_VECTOR,) = careful.as_kept(_FIELDS), careful.as_kept([_question.c.vector])


class Handled(StrEnum):
    """What an editor made of a question."""

    LEARNED = "learned"  # it stands in a draft, as an example or a golden question
    NOT_OURS = "not-ours"  # it stands in a draft as an example of what is none of our business
    DONE = "done"  # nothing is to be learned from it


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``turn`` is the inbox sequence of the message that asked it.

    ``text`` is masked (`bot.language.masking`); None for a crisis. ``topic`` is what was answered, or for *person* the likeliest;
    with *choose* it is None until the resident has pressed one. ``situation`` is the life event that was told of, ``point`` the
    info point that serves the resident, and ``open_then`` whether that was open, None when its hours are not known. ``helpful``
    is what the resident said to the answer, ``to_person`` whether it came before staff. ``conversation_id`` is None once the
    conversation has ended.
    """

    turn: int
    conversation_id: str | None
    at: datetime
    channel: str
    language: str | None
    country: str | None
    place: str | None
    point: str | None
    kind: VerdictKind
    topic: str | None = None
    situation: str | None = None
    crisis: str | None = None
    text: str | None = None
    open_then: bool | None = None
    helpful: bool | None = None
    to_person: bool = False
    handled: Handled | None = None


async def put(tx: Transaction, questions: Iterable[Question]) -> None:
    """Keep questions; those whose message has one already stay as they are. The conversations are to be locked (`lock`)."""
    for each in questions:  # a statement of many rows is put together anew each time, which keeps everybody else waiting
        await tx.execute(insert_if_new(tx, _question, dict(storable(asdict(each)))))


async def change(tx: Transaction, question: Question, *, worded_anew: bool) -> None:
    """Write down what came of a question later: what was decided, said and done. An editor's decision stays as it is."""
    names = ("kind", "topic", "situation", "crisis", "text", "helpful", "to_person")
    values: dict[str, Any] = dict(storable({name: getattr(question, name) for name in names}))
    values |= {"vector": None} if worded_anew else {}
    await tx.execute(update(_question).where(_question.c.turn == question.turn).values(**values))


async def lock(tx: Transaction, conversation_ids: Collection[str]) -> frozenset[str]:
    """Lock conversations for the rest of the transaction and return those that are still there.

    To be done before `put`: a resident who has everything deleted meanwhile then comes wholly before or wholly after it, and
    nothing of theirs is left behind.
    """
    there = tables.conversation.c.id
    locked = select(there).where(there.in_(conversation_ids)).order_by(there).with_for_update()
    return frozenset((await tx.execute(locked)).scalars())


async def of_conversations(tx: Transaction, conversation_ids: Collection[str]) -> Mapping[str, list[Question]]:
    """Return the questions of conversations, by conversation, the first one first."""
    theirs = select(*_AS_KEPT).where(_question.c.conversation_id.in_(conversation_ids)).order_by(_question.c.turn)
    found: dict[str, list[Question]] = {}
    for each in _read(tx, await tx.execute(theirs)):
        found.setdefault(str(each.conversation_id), []).append(each)
    return found


async def latest(tx: Transaction, *, language: str | None = None, limit: int = 500) -> list[Question]:
    """Return the latest questions with a text, the newest first; in any language without ``language``."""
    wanted = select(*_AS_KEPT).where(_question.c.text.is_not(None))
    wanted = wanted if language is None else wanted.where(_question.c.language == language)
    rows = await tx.execute(wanted.order_by(_question.c.at.desc(), _question.c.turn.desc()).limit(limit))
    return _read(tx, rows)


def _unsettled() -> ColumnElement[bool]:
    """Return the condition that the bot should have known better, and that no editor has seen to it yet."""
    unpicked = and_(_question.c.kind == VerdictKind.CHOOSE, _question.c.topic.is_(None), _question.c.situation.is_(None))
    missed = or_(_question.c.kind == VerdictKind.PERSON, unpicked, _question.c.helpful.is_(False), _question.c.to_person)
    # `handled IS NULL` as it stands in the index of those.
    return and_(_question.c.handled.is_(None), _question.c.text.is_not(None), missed)


async def unsettled(tx: Transaction, language: str, limit: int) -> list[tuple[Question, bytes | None]]:
    """Return the latest questions that were not answered, did not get a helpful answer or went to staff, and no editor saw to.

    Each with its vector, as it was put; the newest first.
    """
    wanted: Select[Any] = select(*_AS_KEPT, _VECTOR).where(_unsettled(), _question.c.language == language)
    rows = await tx.execute(wanted.order_by(_question.c.at.desc(), _question.c.turn.desc()).limit(limit))
    found = careful.opened(tx, [*_FIELDS, _question.c.vector], rows, "turn")
    return [(_question_of(values), values["vector"]) for values in found]


async def count_unsettled(tx: Transaction) -> Mapping[str, int]:
    """Return how many such questions there are, by language."""
    counted = select(_question.c.language, func.count()).where(_unsettled(), _question.c.language.is_not(None))
    return {language: int(number) for language, number in await tx.execute(counted.group_by(_question.c.language))}


async def get_many(tx: Transaction, turns: Collection[int]) -> list[Question]:
    """Return the questions of these turns that are there, the first one first."""
    wanted: Select[Any] = select(*_AS_KEPT).where(_question.c.turn.in_(turns)).order_by(_question.c.turn)
    return _read(tx, await tx.execute(wanted))


async def handle(tx: Transaction, turns: Collection[int], handled: Handled, draft_id: str | None = None) -> frozenset[int]:
    """Note what an editor made of questions, and return those that nobody had seen to before.

    ``draft_id`` is the draft that it stands in; when that is discarded, nobody has seen to them (`bot.store.drafts.end`).
    """
    open_ones = update(_question).where(_question.c.turn.in_(turns), _question.c.handled.is_(None))
    noted = open_ones.values(handled=handled, draft_id=draft_id).returning(_question.c.turn)
    return frozenset((await tx.execute(noted)).scalars())


async def without_vector(tx: Transaction, limit: int) -> list[Question]:
    """Return unsettled questions whose vector is not there yet, the newest first."""
    wanted = select(*_AS_KEPT).where(_unsettled(), _question.c.vector.is_(None))
    return _read(tx, await tx.execute(wanted.order_by(_question.c.at.desc(), _question.c.turn.desc()).limit(limit)))


async def put_vector(tx: Transaction, question: Question, vector: bytes) -> None:
    """Keep the vector of a question, unless its text has changed meanwhile; the bytes are the caller's own form."""
    its = _question.c.turn == question.turn
    # Locked and compared here: a sealed text cannot be compared by a statement.
    kept = (await tx.execute(select(_question.c.text).where(its).with_for_update())).scalar_one_or_none()
    if kept == question.text:
        await tx.execute(update(_question).where(its).values(vector=vector))


async def vectors(tx: Transaction) -> Mapping[int, bytes]:
    """Return the vectors of all unsettled questions that have one, by turn; one that cannot be read is empty."""
    wanted: Select[Any] = select(_question.c.turn, _VECTOR).where(_unsettled(), _question.c.vector.is_not(None))
    rows = (await tx.execute(wanted)).all()
    read = careful.opened(tx, [_question.c.vector], rows, "turn")
    return dict.fromkeys((row.turn for row in rows), b"") | {values["turn"]: values["vector"] for values in read}


async def drop_vectors(tx: Transaction, turns: Sequence[int]) -> None:
    """Drop vectors, to be computed anew."""
    for begin in range(0, len(turns), _BATCH):
        theirs = _question.c.turn.in_(turns[begin : begin + _BATCH])
        await tx.execute(update(_question).where(theirs).values(vector=None))


def _read(tx: Transaction, rows: Iterable[Row[Any]]) -> list[Question]:
    return [_question_of(values) for values in careful.opened(tx, _FIELDS, rows, "turn")]


def _question_of(values: Mapping[str, Any]) -> Question:
    handled = None if values["handled"] is None else Handled(values["handled"])
    its = {column.name: values[column.name] for column in _FIELDS}
    return Question(**{**its, "kind": VerdictKind(values["kind"]), "handled": handled})

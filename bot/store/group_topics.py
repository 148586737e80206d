"""The topics of the staff's group: which case each is about, and how far it has followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, func, insert, or_, select, update

from bot.model.case import Case, CaseState
from bot.model.message import Author
from bot.store import cases, desk_tables, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_topic = desk_tables.group_topic
_line = desk_tables.group_line
_case = tables.case_file
_entry = tables.entry
_conversation = tables.conversation


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    ``mirrored`` is the last line of the transcript that is there; ``shown`` the group's number of the last message with words
    of the resident. ``headed`` is its name, ``holder`` who was told to have the case, ``closed`` whether it is closed.
    """

    case_id: str
    thread: str
    mirrored: int
    headed: str
    shown: int | None = None
    holder: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A case beside its topic. ``case`` is None when it was forgotten, ``topic`` when there is none yet.

    ``newest`` is the last line that belongs there: of a closed case, the last until it was closed; 0 when there is none.
    """

    case_id: str
    case: Case | None
    topic: Topic | None
    language: str | None = None
    place: str | None = None
    channel: str = ""
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the program has to say in a thread."""

    sequence: int
    thread: str
    text: str


async def standings(tx: Transaction) -> list[Standing]:
    """Return the cases whose topics may have something to be done: all but those that are closed as their topics are."""
    settled = and_(_case.c.state == CaseState.CLOSED, _topic.c.closed, ~_case.c.confidential)
    with_topic = _beside(select(_topic, _case, *_OF_RESIDENT, _newest()).select_from(_topic), outer=True)
    with_topic = with_topic.where(or_(_case.c.id.is_(None), ~settled))
    without = _beside(select(_case, *_OF_RESIDENT, _newest()).select_from(_case), outer=False)
    without = without.where(cases.OPEN, ~_case.c.confidential)
    without = without.where(~exists().where(_topic.c.case_id == _case.c.id))
    return [
        *(_standing(row, _read(row)) for row in await tx.execute(with_topic)),
        *(_standing(row, None) for row in await tx.execute(without)),
    ]


async def of_thread(tx: Transaction, thread: str) -> Topic | None:
    """Return the topic in a thread; None when it is none of ours."""
    row = (await tx.execute(select(_topic).where(_topic.c.thread == storable_text(thread)))).one_or_none()
    return None if row is None else _read(row)


async def of_case(tx: Transaction, case_id: str) -> Topic | None:
    """Return the topic of a case."""
    row = (await tx.execute(select(_topic).where(_topic.c.case_id == case_id))).one_or_none()
    return None if row is None else _read(row)


async def put(tx: Transaction, topic: Topic) -> None:
    """Keep a new topic, in place of one that was lost."""
    await tx.execute(delete(_topic).where(_topic.c.case_id == topic.case_id))
    values = {name: getattr(topic, name) for name in ("case_id", "thread", "mirrored", "headed", "shown", "holder", "closed")}
    await tx.execute(insert(_topic).values(**values))


async def drop(tx: Transaction, thread: str) -> None:
    """Forget a topic, and what was to be said there."""
    await tx.execute(delete(_topic).where(_topic.c.thread == thread))
    await tx.execute(delete(_line).where(_line.c.thread == thread))


async def showed(tx: Transaction, thread: str, mirrored: int, shown: int | None, holder: str | None) -> None:
    """Note that the lines until ``mirrored`` are there. ``shown`` is the message with words of the resident, if there was one."""
    its = _topic.c.thread == thread
    await tx.execute(update(_topic).where(its).values(holder=holder))
    await tx.execute(update(_topic).where(its, _topic.c.mirrored < mirrored).values(mirrored=mirrored))
    if shown is not None:
        await tx.execute(update(_topic).where(its).values(shown=shown))


async def headed(tx: Transaction, thread: str, name: str) -> None:
    """Note the name of a topic."""
    await tx.execute(update(_topic).where(_topic.c.thread == thread).values(headed=name))


async def shut(tx: Transaction, thread: str, *, closed: bool) -> None:
    """Note whether a topic is closed."""
    await tx.execute(update(_topic).where(_topic.c.thread == thread).values(closed=closed))


async def pass_over(tx: Transaction, case_id: str, before: int, until: int) -> None:
    """Take the lines after ``before`` until ``until`` as mirrored, which were written in the topic itself.

    Nothing happens when something before them is not there yet: then they are mirrored like those of others, in order.
    """
    its = (_topic.c.case_id == case_id) & (_topic.c.mirrored >= before) & (_topic.c.mirrored < until)
    await tx.execute(update(_topic).where(its).values(mirrored=until))


async def show_again(tx: Transaction, case_id: str, entry: int) -> None:
    """Have a line shown again with those after it, because it was changed; nothing happens where it is not there yet."""
    its = (_topic.c.case_id == case_id) & (_topic.c.mirrored >= entry)
    await tx.execute(update(_topic).where(its).values(mirrored=entry - 1))


async def newest(tx: Transaction, conversation_id: str, author: Author | None = None) -> int:
    """Return the sequence of the last line of a conversation, of ``author`` if given; 0 when there is none."""
    theirs = select(func.max(_entry.c.sequence)).where(_entry.c.conversation_id == conversation_id)
    found = (await tx.execute(theirs if author is None else theirs.where(_entry.c.author == author))).scalar_one()
    return int(found or 0)


async def guarded_until(tx: Transaction, conversation_id: str) -> int:
    """Return the last line of a conversation until its last confidential case was closed; 0 when it had none."""
    closed = select(func.max(_case.c.closed_at)).where(_case.c.conversation_id == conversation_id, _case.c.confidential)
    until = select(func.max(_entry.c.sequence)).where(
        _entry.c.conversation_id == conversation_id, _entry.c.at <= closed.scalar_subquery()
    )
    return int((await tx.execute(until)).scalar_one() or 0)


async def put_line(tx: Transaction, thread: str, text: str, now: datetime) -> None:
    """Have something said in a thread."""
    await tx.execute(insert(_line).values(thread=storable_text(thread), text=storable_text(text), put_at=now))


async def lines(tx: Transaction, limit: int = 200) -> list[Line]:
    """Return what is to be said, oldest first."""
    rows = await tx.execute(select(_line).order_by(_line.c.sequence).limit(limit))
    return [Line(row.sequence, row.thread, row.text) for row in rows]


async def drop_lines(tx: Transaction, sequences: list[int]) -> None:
    """Forget lines: they were said."""
    await tx.execute(delete(_line).where(_line.c.sequence.in_(sequences)))


_OF_RESIDENT = tuple(_conversation.c[name] for name in ("language", "place", "channel"))


def _newest() -> ColumnElement[int]:
    belongs = or_(_case.c.state != CaseState.CLOSED, _entry.c.at <= _case.c.closed_at)
    last = select(func.max(_entry.c.sequence)).where(_entry.c.conversation_id == _case.c.conversation_id, belongs)
    return last.correlate(_case).scalar_subquery().label("newest")


def _beside(asked: Select[Any], *, outer: bool) -> Select[Any]:
    asked = asked.outerjoin(_case, _case.c.id == _topic.c.case_id) if outer else asked
    return asked.join(_conversation, _conversation.c.id == _case.c.conversation_id, isouter=outer)


def _standing(row: Row[Any], topic: Topic | None) -> Standing:
    if row.id is None:
        return Standing(row.case_id, None, topic)
    return Standing(row.id, cases.read(row), topic, row.language, row.place, row.channel, int(row.newest or 0))


def _read(row: Row[Any]) -> Topic:
    return Topic(row.case_id, row.thread, row.mirrored, row.headed, row.shown, row.holder, row.closed)

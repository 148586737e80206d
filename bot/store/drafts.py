"""Drafts: changes of the knowledge on their way to an edition, file by file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.clock import new_id
from bot.store import desk_tables, edit_tables, tables
from bot.store.columns import storable, storable_text
from bot.store.database import StoreError, Transaction
from bot.store.editions import Kind
from bot.store.upsert import insert_if_new

_draft, _file = edit_tables.draft, edit_tables.draft_file
_at_hand, _editor = edit_tables.draft_at_hand, edit_tables.draft_editor
_staff = tables.staff
_question, _suggestion, _trial = edit_tables.question, desk_tables.suggestion, edit_tables.trial


class DraftMoved(StoreError):  # noqa: N818 - a word of the house
    """Somebody changed, published or discarded the draft meanwhile. Nothing was written."""


class State(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. ``base`` is the edition that it was made on, ``edition`` the one that it became.

    ``version`` rises with each change; ``editors`` are the names of all who made one. ``kind`` says how it came about, and
    ``asked_by`` who said that it is ready and somebody should publish it; the next change takes that back.
    """

    id: str
    title: str
    state: State
    base: int
    version: int
    made_by: str
    made_at: datetime
    changed_at: datetime
    edition: int | None = None
    editors: frozenset[str] = frozenset()
    kind: Kind = Kind.EDITED
    asked_by: str | None = None


async def make(tx: Transaction, title: str, base: int, staff: str, now: datetime, *, kind: Kind = Kind.EDITED) -> Draft:
    """Begin a draft on edition ``base``."""
    draft = Draft(new_id(), storable_text(title), State.OPEN, base, 0, staff, now, now, kind=kind)
    values = {"id": draft.id, "title": draft.title, "state": draft.state, "base": base, "version": 0, "kind": kind}
    await tx.execute(insert(_draft).values(**values, made_by=staff, made_at=now, changed_at=now))
    return draft


async def get(tx: Transaction, draft_id: str) -> Draft | None:
    """Return a draft, whatever became of it."""
    row = (await tx.execute(select(_draft).where(_draft.c.id == draft_id))).one_or_none()
    return None if row is None else _read(row, await _editors(tx, draft_id))


async def in_state(tx: Transaction, state: State, limit: int = 100) -> list[Draft]:
    """Return the drafts in ``state``, the one that was changed last first."""
    wanted = select(_draft).where(_draft.c.state == state).order_by(_draft.c.changed_at.desc(), _draft.c.id).limit(limit)
    return [_read(row, await _editors(tx, row.id)) for row in (await tx.execute(wanted)).all()]


async def files(tx: Transaction, draft_id: str) -> Mapping[str, Any]:
    """Return the plain values of the files that a draft changes, by name; None for one that it takes away."""
    rows = await tx.execute(select(_file.c.file, _file.c.content).where(_file.c.draft_id == draft_id))
    return {row.file: row.content for row in rows}


async def open_contents(tx: Transaction) -> list[Any]:
    """Return the plain values of all files that open drafts change."""
    changed = select(_file.c.content).join(_draft, _draft.c.id == _file.c.draft_id).where(_draft.c.state == State.OPEN)
    return list((await tx.execute(changed)).scalars())


async def rebase(tx: Transaction, draft: Draft, base: int, changed: Mapping[str, Any], staff: str, now: datetime) -> Draft:
    """Make ``draft``, as it was read, one on edition ``base`` that changes just the files ``changed`` (None: taken away).

    Return it as it is now; ``staff`` is one of those who worked on it. Raises `DraftMoved`.
    """
    await _raise(tx, draft, now, base=base, asked_by=None)
    await tx.execute(delete(_file).where(_file.c.draft_id == draft.id))
    rows = [
        {"draft_id": draft.id, "file": name, "content": storable(value), "changed_by": staff, "changed_at": now}
        for name, value in changed.items()
    ]
    if rows:
        await tx.execute(insert(_file), rows)
    await tx.execute(insert_if_new(tx, _editor, {"draft_id": draft.id, "staff": staff}))
    return await _again(tx, draft.id)


async def rename(tx: Transaction, draft: Draft, title: str, now: datetime) -> Draft:
    """Give ``draft`` another title. Raises `DraftMoved`."""
    await _raise(tx, draft, now, title=storable_text(title))
    return await _again(tx, draft.id)


async def ask(tx: Transaction, draft: Draft, staff: str | None, now: datetime) -> Draft:
    """Say that ``draft`` is ready to be published, or with None that it is not. Raises `DraftMoved`."""
    await _raise(tx, draft, now, asked_by=staff)
    return await _again(tx, draft.id)


async def end(tx: Transaction, draft: Draft, state: State, now: datetime, edition: int | None = None) -> None:
    """Publish or discard ``draft``; nobody has it at hand any more. Raises `DraftMoved`.

    What residents asked and what others suggested, and was taken up in a draft that is discarded, waits for an editor again.
    A trial that was still under way ends, too.
    """
    await _raise(tx, draft, now, state=state, edition=edition)
    await tx.execute(delete(_at_hand).where(_at_hand.c.draft_id == draft.id))
    under_way = _trial.c.state.in_(("asked", "running")) & (_trial.c.draft_id == draft.id)
    await tx.execute(update(_trial).where(under_way).values(state="failed", stage=None, share=None, ended_at=now))
    if state is State.DISCARDED:
        await tx.execute(update(_question).where(_question.c.draft_id == draft.id).values(handled=None, draft_id=None))
        again = {"state": "open", "decided_by": None, "decided_at": None, "why": None, "draft_id": None}
        await tx.execute(update(_suggestion).where(_suggestion.c.draft_id == draft.id).values(**again))


async def at_hand(tx: Transaction, staff_id: str) -> Draft | None:
    """Return the open draft that a member works on."""
    wanted = select(_draft).join(_at_hand, _at_hand.c.draft_id == _draft.c.id).where(_at_hand.c.staff_id == staff_id)
    row = (await tx.execute(wanted.where(_draft.c.state == State.OPEN))).one_or_none()
    return None if row is None else _read(row, await _editors(tx, row.id))


async def lock_hands(tx: Transaction, staff_id: str) -> None:
    """Let no other transaction give a member a draft before this one ends. PostgreSQL waits here; SQLite has one writer."""
    await tx.execute(select(_staff.c.id).where(_staff.c.id == staff_id).with_for_update(key_share=True))


async def take_up(tx: Transaction, staff_id: str, draft_id: str | None) -> None:
    """Make a draft the one that a member works on; None lays it aside."""
    await lock_hands(tx, staff_id)
    await tx.execute(delete(_at_hand).where(_at_hand.c.staff_id == staff_id))
    if draft_id is not None:
        await tx.execute(insert_if_new(tx, _at_hand, {"staff_id": staff_id, "draft_id": draft_id}))


async def _raise(tx: Transaction, draft: Draft, now: datetime, **values: object) -> None:
    same = (_draft.c.id == draft.id) & (_draft.c.version == draft.version) & (_draft.c.state == State.OPEN)
    raised = update(_draft).where(same).values(version=draft.version + 1, changed_at=now, **values)
    if (await tx.execute(raised)).rowcount != 1:
        raise DraftMoved


async def _again(tx: Transaction, draft_id: str) -> Draft:
    found = await get(tx, draft_id)
    if found is None:
        raise DraftMoved
    return found


async def _editors(tx: Transaction, draft_id: str) -> Collection[str]:
    return (await tx.execute(select(_editor.c.staff).where(_editor.c.draft_id == draft_id))).scalars().all()


def _read(row: Row[Any], editors: Collection[str]) -> Draft:
    told = (row.made_by, row.made_at, row.changed_at, row.edition, frozenset(editors))
    return Draft(row.id, row.title, State(row.state), row.base, row.version, *told, Kind(row.kind), row.asked_by)

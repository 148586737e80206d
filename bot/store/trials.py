"""Trials: what was found out, or is being found out, about what a draft would change. One for a draft, the one asked for last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from bot.store import edit_tables
from bot.store.columns import storable
from bot.store.database import Transaction
from bot.store.upsert import insert_if_new

_trial, _draft = edit_tables.trial, edit_tables.draft


class State(StrEnum):
    """How far a trial has come."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


#: Those that somebody is to work on.
OPEN = (State.ASKED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of the draft ``draft_id`` as its ``digest`` tells it, against the edition ``base``.

    ``share`` is how much of ``stage`` is done, 0 to 100. ``result`` is what was found, as its maker wrote it down.
    """

    draft_id: str
    digest: str
    base: int
    state: State
    asked_by: str
    asked_at: datetime
    stage: str | None = None
    share: int | None = None
    ended_at: datetime | None = None
    weights: str | None = None
    result: Mapping[str, Any] | None = field(default=None, repr=False)


async def get(tx: Transaction, draft_id: str) -> Trial | None:
    """Return the trial of a draft."""
    row = (await tx.execute(select(_trial).where(_trial.c.draft_id == draft_id))).one_or_none()
    return None if row is None else _read(row)


async def put(tx: Transaction, trial: Trial) -> None:
    """Write down ``trial`` in the place of any other of its draft."""
    await tx.execute(delete(_trial).where(_trial.c.draft_id == trial.draft_id))
    values = {each: getattr(trial, each) for each in Trial.__slots__}
    await tx.execute(insert_if_new(tx, _trial, values | {"result": storable(trial.result)}))  # somebody may have asked just now


async def open_ones(tx: Transaction) -> list[Trial]:
    """Return the trials that are to be worked on, the one that waits longest first; those of drafts that ended are none."""
    wanted = select(_trial).join(_draft, _draft.c.id == _trial.c.draft_id).where(_draft.c.state == "open")
    rows = await tx.execute(wanted.where(_trial.c.state.in_(OPEN)).order_by(_trial.c.asked_at, _trial.c.draft_id))
    return [_read(row) for row in rows]


async def tell(tx: Transaction, trial: Trial, stage: str, share: int, weights: str | None = None) -> bool:
    """Write down how far ``trial`` has come, and which weights it needs; tell whether it is still the one that is wanted.

    That of a draft that was published or discarded is wanted no longer.
    """
    values: dict[str, Any] = {"state": State.RUNNING, "stage": stage, "share": share}
    if weights is not None:
        values["weights"] = weights
    is_open = _trial.c.draft_id.in_(select(_draft.c.id).where(_draft.c.state == "open"))
    return bool((await tx.execute(update(_trial).where(_same(trial), is_open).values(values))).rowcount)


async def end(tx: Transaction, trial: Trial, state: State, result: Mapping[str, Any] | None, now: datetime) -> bool:
    """End ``trial`` as done or failed; tell whether it was still the one that is wanted."""
    values = {"state": state, "stage": None, "share": None, "result": storable(result), "ended_at": now}
    return bool((await tx.execute(update(_trial).where(_same(trial)).values(values))).rowcount)


async def weights_wanted(tx: Transaction, limit: int) -> list[str]:
    """Return the fingerprints of the weights that open drafts wait for, at most ``limit``, those asked for last first."""
    wanted = select(_trial.c.weights).join(_draft, _draft.c.id == _trial.c.draft_id)
    wanted = wanted.where(_draft.c.state == "open", _trial.c.weights.is_not(None)).order_by(_trial.c.asked_at.desc())
    return list((await tx.execute(wanted.limit(limit))).scalars())


def _same(trial: Trial) -> ColumnElement[bool]:
    """Tell whether a row is ``trial`` as it was asked for, and still to be worked on."""
    asked = (_trial.c.draft_id == trial.draft_id) & (_trial.c.digest == trial.digest) & (_trial.c.base == trial.base)
    return asked & _trial.c.state.in_(OPEN)


def _read(row: Row[Any]) -> Trial:
    told = (row.stage, row.share, row.ended_at, row.weights, row.result)
    return Trial(row.draft_id, row.digest, row.base, State(row.state), row.asked_by, row.asked_at, *told)

"""How much waits, and since when: numbers for whoever watches the machine, nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal_column, select

from bot.model.case import CaseState
from bot.store import chores, tables
from bot.store.database import Transaction

_inbox, _outbox, _case = tables.inbox, tables.outbox, tables.case_file


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the one that has waited longest."""

    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Gauges:
    """One look at the database. ``cases`` are the open ones by state, ``line`` those that nobody has."""

    inbox: Waiting
    outbox: Waiting
    cases: Mapping[str, int]
    line: Waiting
    tidied_at: datetime | None


async def look(tx: Transaction) -> Gauges:
    """Count what waits. Every count goes by an index of open rows, so that a look costs as little with years of them."""
    new = select(func.count(), func.min(_inbox.c.received_at)).where(_inbox.c.state == literal_column("'new'"))
    unsent = select(func.count(), func.min(_outbox.c.put_at))
    unsent = unsent.where(_outbox.c.state.in_((literal_column("'new'"), literal_column("'sending'"))))
    by_state = select(_case.c.state, func.count(), func.min(_case.c.waiting_since))
    by_state = by_state.where(_case.c.state != literal_column("'closed'")).group_by(_case.c.state)
    came, out = (await tx.execute(new)).one(), (await tx.execute(unsent)).one()
    cases = {state: (int(number), since) for state, number, since in await tx.execute(by_state)}
    tidied = await chores.get(tx, chores.HOUSEKEEPING)
    return Gauges(
        Waiting(*came),
        Waiting(*out),
        {str(state): cases.get(state, (0, None))[0] for state in (CaseState.WAITING, CaseState.CLAIMED)},
        Waiting(*cases.get(CaseState.WAITING, (0, None))),
        None if tidied is None else tidied.done_at,
    )

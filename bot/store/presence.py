"""Which case somebody has open in the browser. Who is at the desk at all is told by `bot.store.sessions`.

It stands in their session: a page that goes away clears it, and where that was missed, what the session did last tells that
nobody is there any more. Of several pages of one browser the one opened last counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from bot.store import tables
from bot.store.columns import storable_text
from bot.store.database import Transaction
from bot.store.sessions import PRESENT

_staff = tables.staff
_session = tables.staff_session


async def open_case(tx: Transaction, csrf: str, case_id: str, *, unless_another: bool = False) -> bool:
    """Note that the session with the token ``csrf`` shows a case, and tell whether that is new.

    With ``unless_another`` a case that it shows already is left standing.
    """
    free: ColumnElement[bool] = _session.c.reading.is_(None)
    if not unless_another:
        free |= _session.c.reading != case_id
    return await _set(tx, _its(csrf) & free, case_id)


async def leave_case(tx: Transaction, csrf: str, case_id: str) -> bool:
    """Note that a session shows a case no more, and tell whether it was the one that it showed."""
    return await _set(tx, _its(csrf) & (_session.c.reading == case_id), None)


async def reading(tx: Transaction, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return who has which case open, names by case id, of all who are there."""
    here = select(_session.c.reading, _staff.c.name).join(_staff, _staff.c.id == _session.c.staff_id).distinct()
    here = here.where(_session.c.reading.is_not(None), _session.c.seen_at > now - PRESENT, _session.c.expires_at > now)
    found: dict[str, tuple[str, ...]] = {}
    for row in await tx.execute(here.where(_staff.c.disabled_at.is_(None)).order_by(_staff.c.name)):
        found[row.reading] = (*found.get(row.reading, ()), row.name)
    return found


async def _set(tx: Transaction, which: ColumnElement[bool], case_id: str | None) -> bool:
    return (await tx.execute(update(_session).where(which).values(reading=case_id))).rowcount > 0


def _its(csrf: str) -> ColumnElement[bool]:
    return _session.c.csrf == storable_text(csrf)

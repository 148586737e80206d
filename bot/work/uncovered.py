"""When nobody will be on duty at an info point that is open then, found before it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.language.duty import Gap, gaps
from bot.language.hours import HoursError, check
from bot.model.library import Point
from bot.model.schedule import Shift
from bot.store import shifts
from bot.store.database import Transaction
from bot.work import rota
from bot.work.escalation import has_roster

#: How far ahead it is looked for.
AHEAD = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is ahead: by info point the times in which nobody is on duty, and whether there is a roster at all.

    Points without a roster of their own are not among them: there all who answer are told.
    """

    gaps: Mapping[str, tuple[Gap, ...]]
    has_roster: bool


async def outlook(tx: Transaction, points: Mapping[str, Point], now: datetime) -> Outlook:
    """Return what is ahead at ``points`` within `AHEAD` of ``now``."""
    known = await readable_shifts(tx, now)
    schedules = await rota.of_all(tx, points, now)
    found = {point: tuple(gaps(schedules[point], known, point, now, now + AHEAD)) for point in points if has_roster(known, point)}
    return Outlook({point: each for point, each in found.items() if each}, has_roster(known, None))


async def readable_shifts(tx: Transaction, now: datetime) -> list[Shift]:
    """Return the shifts that have not ended, without those whose hours, from whatever former version, cannot be read."""
    return [shift for shift in await shifts.everyone(tx, now) if _can_be_read(shift)]


def _can_be_read(shift: Shift) -> bool:
    try:
        check(shift.hours)
    except HoursError:
        return False
    return True

"""What the dialogue knows of the desk, kept fresh beside it: the hours of all info points, and who stands in line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import structlog

from bot.clock import now as clock_now
from bot.language import hours
from bot.model.case import CaseState
from bot.model.library import Library, Point
from bot.model.schedule import NOTHING_KNOWN, Closure, DeskState, InLine, Schedule
from bot.store import cases, schedules
from bot.store.bell import Bell
from bot.store.database import Database, StoreError, Transaction

#: Seconds after which it is read anew although nothing rang, and the pause after each time it was. Whoever changes hours
#: rings "case", as whoever changes a case does.
_LOOK = 30.0
_PAUSE = 2.0

_log = structlog.get_logger(__name__)


class Rota:
    """Holds the state of the desk. Whoever thinks reads `current` without waiting; it is a few seconds old at most."""

    def __init__(
        self, db: Database, bell: Bell, library: Callable[[], Library], *, clock: Callable[[], datetime] = clock_now
    ) -> None:
        self.current: DeskState = NOTHING_KNOWN
        self._db = db
        self._bell = bell
        self._library = library
        self._clock = clock

    async def refresh(self) -> None:
        """Read it now. To be awaited once before the first message is worked on."""
        async with self._db.read() as tx:
            known = await of_all(tx, self._library().points, self._clock())
            line = await cases.line(tx)
        waiting = (each.case for each in line if each.case.state is CaseState.WAITING)
        self.current = DeskState(known, tuple(InLine(case.conversation_id, case.point) for case in waiting))

    async def run(self) -> None:
        """Keep it fresh; until cancelled."""
        while True:
            seen = self._bell.count("case")
            try:
                await self.refresh()
            except StoreError as error:
                _log.warning("the hours cannot be read", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
            await self._bell.wait("case", _LOOK, seen)


async def of_all(tx: Transaction, points: Mapping[str, Point], now: datetime) -> Mapping[str, Schedule]:
    """Return the schedules of ``points`` with the closures that are not over."""
    kept = await schedules.of_points(tx)
    closed = await schedules.closures(tx, now)
    found = {}
    for point in points.values():
        own = kept.get(point.id)
        closures = tuple(each.closure for each in closed if each.point == point.id)
        found[point.id] = schedule_of(point, own, closures)
    return MappingProxyType(found)


def schedule_of(point: Point, kept: schedules.KeptHours | None, closures: tuple[Closure, ...]) -> Schedule:
    """Return when a point answers: by the hours that are kept at the desk, else by those of the library.

    Hours that cannot be read, from whatever former version, are told as not known.
    """
    written = point.hours if kept is None else kept.hours
    try:
        hours.check(written or "24/7")
    except hours.HoursError:
        _log.warning("the hours of an info point cannot be read", point=point.id)
        written = None
    return Schedule(point.country, written, closures, () if kept is None else kept.holidays)

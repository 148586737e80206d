"""Putting a case off: it leaves the line of who has it until a moment, or until the resident writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.language.hours import ZONES, local
from bot.model.case import Case
from bot.store import cases
from bot.work.casework import Casework, NotYours, Refusal

#: The furthest that a case can be put off: whatever is later than that is forgotten, not planned.
FURTHEST = timedelta(days=90)

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_AFTERNOON, _MORNING = time(14), time(8)
#: So long before the afternoon begins it is no longer worth waiting for.
_WORTH_IT = timedelta(minutes=30)


class NoMoment(Refusal):
    """No moment was named, or none that can be read."""


class InThePast(Refusal):
    """The moment has passed."""


class TooFar(Refusal):
    """The moment is further away than `FURTHEST`."""


class Later:
    """Puts cases off and brings them back. ``staff`` is the name of who has the case."""

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def put_off(self, case_id: str, until: datetime, staff: str) -> Case:
        """Put a case off ``until`` a moment; it comes back by itself then, or at once when the resident writes.

        Raises `InThePast`, `TooFar`, `bot.work.casework.NotYours` or `NoSuchCase`.
        """
        now = self._casework.clock()
        if until <= now:
            raise InThePast
        if until > now + FURTHEST:
            raise TooFar
        return await self._set(case_id, until, staff)

    async def bring_back(self, case_id: str, staff: str) -> Case:
        """Bring a case back that was put off. Raises `bot.work.casework.NotYours` or `NoSuchCase`."""
        return await self._set(case_id, None, staff)

    async def _set(self, case_id: str, until: datetime | None, staff: str) -> Case:
        async with self._casework.at(case_id, theirs=staff) as opened:
            case = await cases.put_off(opened.tx, case_id, staff, until)
            if case is None:
                raise NotYours
            await opened.log(staff, "later", until=None if until is None else until.isoformat(timespec="minutes"))
        return case


def is_put_off(case: Case, now: datetime) -> bool:
    """Tell whether a case is put off at ``now``."""
    return case.later_until is not None and case.later_until > now


def offers(now: datetime, country: str) -> Mapping[str, datetime]:
    """Return the moments that are one press away, in the time of ``country``: ``hour``, ``afternoon`` (of today), ``morning``.

    The afternoon is missing when it has begun or is about to.
    """
    here = local(now, country)
    afternoon = _at(here, _AFTERNOON)
    found = {"hour": now + _HOUR}
    if now + _WORTH_IT <= afternoon:
        found["afternoon"] = afternoon
    return found | {"morning": _at(here + _DAY, _MORNING)}


def typed_moment(value: str, country: str) -> datetime:
    """Return the moment of a ``datetime-local`` field (``2026-11-24T09:30``), which is in the time of ``country``.

    Raises `NoMoment`.
    """
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        raise NoMoment from None
    if "T" not in value or read.tzinfo is not None:
        raise NoMoment
    return read.replace(tzinfo=ZONES[country])


def _at(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, day.tzinfo)

"""Who of the staff is to be told of a waiting case by now: those on duty, then their deputies, then the admins. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.language.duty import deputies, on_duty
from bot.language.schedule import open_for
from bot.model.case import Case, CaseState
from bot.model.schedule import Schedule, Shift
from bot.model.staff import Action, Member, Role
from bot.settings import Settings
from bot.store.told import Telling

#: By what a member can be told; each is also the name of what they entered.
EMAIL, TELEGRAM = "email", "telegram"

_AT_ONCE = timedelta()
#: It is open now when some of the time right after is open time: looking for when that changes would take a while.
_INSTANT = timedelta(microseconds=1)


class Step(StrEnum):
    """How far the telling has come."""

    DUTY = "duty"
    DEPUTY = "deputy"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a case waits before a step is taken, in the open time of its info point; for a crisis by the clock."""

    tell: timedelta
    deputy: timedelta
    admin: timedelta

    @classmethod
    def set_by(cls, settings: Settings) -> Patience:
        """Return what the operator has set."""
        minutes = (settings.tell_after, settings.deputy_after, settings.admin_after)
        return cls(*(timedelta(minutes=each) for each in minutes))

    def of(self, step: Step, case: Case) -> timedelta:
        """Return how long ``case`` waits before ``step``; a crisis is told at once."""
        if step is Step.DUTY:
            return _AT_ONCE if case.urgent else self.tell
        return self.deputy if step is Step.DEPUTY else self.admin


@dataclass(frozen=True, slots=True)
class Watch:
    """The desk at one moment: all ``members``, the ``shifts`` that have not ended, and who is ``present`` (by name).

    ``schedules`` stand by info point, ``readers`` (of confidential cases) by case. ``means`` are those by which staff can be
    told at all.
    """

    now: datetime
    members: Sequence[Member]
    shifts: Sequence[Shift]
    schedules: Mapping[str, Schedule]
    present: Collection[str]
    readers: Mapping[str, Collection[str]]
    means: Collection[str]
    patience: Patience
    _rosters: dict[tuple[Step, str | None], frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rostered(self, step: Step, point: str | None) -> frozenset[str]:
        """Return the ids of those who are on duty at ``point``, or stand in there; found once however many cases wait."""
        key = (step, point)
        if key not in self._rosters:
            self._rosters[key] = (deputies if step is Step.DEPUTY else on_duty)(self.shifts, point, self.now)
        return self._rosters[key]


def waits(case: Case) -> bool:
    """Tell whether staff are to be told of ``case``: nobody has it, or it is a crisis, and its resident waits for a word."""
    unheard = case.state is CaseState.WAITING or (case.state is CaseState.CLAIMED and case.urgent)
    return unheard and case.waiting_since is not None


def tellings(case: Case, watch: Watch) -> list[Telling]:
    """Return all that is to be told of ``case`` by now, whether or not it was told before."""
    if not waits(case) or case.waiting_since is None or not _is_time(case, watch):
        return []
    waited = _waited(case, case.waiting_since, watch)
    found = []
    for step in Step:
        if step is Step.DUTY and case.state is CaseState.CLAIMED:
            continue  # who has it knows
        name = f"crisis-{step}" if case.urgent else str(step)
        found += [
            Telling(case.id, case.waiting_since, name, member.name, means, case.id)
            for member in _audience(step, case, watch)
            for means in means_of(member, watch.means)
            if waited >= watch.patience.of(step, case) + _grace(step, member, watch)
        ]
    return found


def means_of(member: Member, usable: Collection[str]) -> list[str]:
    """Return by what ``member`` is told: of what is ``usable``, that for which they entered an address."""
    return [means for means in (EMAIL, TELEGRAM) if means in usable and getattr(member, means)]


def _grace(step: Step, member: Member, watch: Watch) -> timedelta:
    """Return how much later those at the desk are told: they have been told there, and it counts when they do nothing."""
    return watch.patience.tell if step is Step.DUTY and member.name in watch.present else _AT_ONCE


def _is_time(case: Case, watch: Watch) -> bool:
    """Tell whether staff may be disturbed: in open time where that is known, for a crisis always."""
    schedule = _schedule(case, watch)
    return schedule is None or open_for(schedule, watch.now, watch.now + _INSTANT) > _AT_ONCE


def _waited(case: Case, since: datetime, watch: Watch) -> timedelta:
    schedule = _schedule(case, watch)
    return watch.now - since if schedule is None else open_for(schedule, since, watch.now)


def _schedule(case: Case, watch: Watch) -> Schedule | None:
    """Return by what the waiting of ``case`` is counted; None counts all the time."""
    schedule = watch.schedules.get(case.point or "")
    return None if case.urgent or schedule is None or schedule.hours is None else schedule


def _audience(step: Step, case: Case, watch: Watch) -> list[Member]:
    """Return whom a step tells. Where it would reach nobody, the first one, and any in a crisis, passes on to the next."""
    steps = list(Step)
    for each in steps[steps.index(step) :]:
        found = _reachable(_meant(each, case, watch), case, watch)
        if found or not (step is Step.DUTY or case.urgent):
            return found
    return []


def _meant(step: Step, case: Case, watch: Watch) -> Iterable[Member]:
    if step is Step.ADMIN:
        return [each for each in watch.members if each.role is Role.ADMIN]
    if step is Step.DEPUTY or has_roster(watch.shifts, case.point):
        ids = watch.rostered(step, case.point)
    else:
        ids = frozenset(each.id for each in watch.members if each.role in (Role.STAFF, Role.COORDINATOR))
    readers = watch.readers.get(case.id, ()) if case.confidential and step is Step.DUTY else ()
    return [each for each in watch.members if (each.id in ids and not each.away) or each.name in readers]


def has_roster(shifts: Iterable[Shift], point: str | None) -> bool:
    """Tell whether anybody has entered who is on duty at ``point``; with None, at any."""
    return any(not each.deputy and (point is None or point in each.points) for each in shifts)


def _reachable(meant: Iterable[Member], case: Case, watch: Watch) -> list[Member]:
    readers = watch.readers.get(case.id, ())
    return [each for each in meant if means_of(each, watch.means) and each.may_with(Action.SEE, case, readers)]

"""Who is told of a waiting case, and when: over nights, weekends, holidays and the end of summer time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.model.case import Case, CaseState, Reason
from bot.model.schedule import Closure, Schedule, Shift
from bot.model.staff import Member, Role
from bot.settings import Settings
from bot.work.escalation import EMAIL, TELEGRAM, Patience, Watch, tellings, waits

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = "Mo-Fr 08:00-12:00,13:00-16:00"


def _member(name: str, role: Role = Role.STAFF, **more: Any) -> Member:
    return Member(f"id-{name}", name, role, MONDAY, email=f"{name}@example.org", **more)


ANA, BOR, COORDINATOR = _member("ana"), _member("bor"), _member("cene", Role.COORDINATOR)
ADMIN, EDITOR = _member("dora", Role.ADMIN), _member("eva", Role.EDITOR)
EVERYBODY = (ANA, BOR, COORDINATOR, ADMIN, EDITOR)


def _shift(staff: Member, hours: str = WEEK, *, deputy: bool = False, point: str = "ptuj") -> Shift:
    return Shift(f"s-{staff.name}-{hours}", staff.id, frozenset({point}), "si", hours, deputy=deputy)


ROSTER = (_shift(ANA), _shift(BOR, deputy=True))


@dataclass
class Desk:
    """One case that waits since ``since``, and a desk that can be looked at at any moment."""

    since: datetime = MONDAY
    reason: Reason = Reason.ASKED
    members: tuple[Member, ...] = EVERYBODY
    shifts: tuple[Shift, ...] = ROSTER
    schedule: Schedule | None = field(default_factory=lambda: Schedule("si", WEEK))
    present: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    means: tuple[str, ...] = (EMAIL,)
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case."""
        case = Case("c", "K7PM4X", "v", self.reason, CaseState.WAITING, self.since, point="ptuj", waiting_since=self.since)
        return replace(case, **self.changes)

    def told_at(self, now: datetime) -> list[tuple[str, str]]:
        """Return (step, name) of all who are to be told by ``now``."""
        watch = Watch(
            now,
            self.members,
            self.shifts,
            {} if self.schedule is None else {"ptuj": self.schedule},
            self.present,
            {"c": self.readers} if self.readers else {},
            self.means,
            Patience.set_by(Settings()),
        )
        found = tellings(self.case, watch)
        assert all(each.since == self.case.waiting_since and each.about == each.case_id == "c" for each in found)
        return [(each.step, each.staff) for each in found]

    def told_after(self, **span: float) -> list[tuple[str, str]]:
        """Return the same, so long after the case began to wait."""
        return self.told_at(self.since + timedelta(**span))


def test_one_step_after_the_other_is_taken() -> None:
    desk = Desk()

    assert desk.told_after(minutes=4) == []
    assert desk.told_after(minutes=5) == [("duty", "ana")]
    assert desk.told_after(minutes=29) == [("duty", "ana")]
    assert desk.told_after(minutes=30) == [("duty", "ana"), ("deputy", "bor")]
    # The two hours are over at noon, when it closes: nobody is disturbed before it opens again.
    assert desk.told_after(minutes=119) == [("duty", "ana"), ("deputy", "bor")]
    assert desk.told_after(hours=3) == [("duty", "ana"), ("deputy", "bor"), ("admin", "dora")]


def test_a_crisis_is_told_at_once_and_by_the_clock() -> None:
    desk = Desk(reason=Reason.CRISIS)

    assert desk.told_after(minutes=0) == [("crisis-duty", "ana")]
    assert desk.told_after(minutes=30) == [("crisis-duty", "ana"), ("crisis-deputy", "bor")]
    assert ("crisis-admin", "dora") in desk.told_after(minutes=120)


@pytest.mark.parametrize(
    ("since", "told_from"),
    [
        # Friday 15.57 in Ljubljana: three minutes are left, the other two are on Monday.
        (datetime(2026, 11, 27, 14, 57, tzinfo=UTC), datetime(2026, 11, 30, 7, 2, tzinfo=UTC)),
        # A night.
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 5, tzinfo=UTC)),
        # Before the midday break: two minutes, then three more.
        (datetime(2026, 11, 24, 10, 58, tzinfo=UTC), datetime(2026, 11, 24, 12, 3, tzinfo=UTC)),
        # 24 December, 15.58; the 25th is a holiday, and so is the 26th, a Saturday: the rest is on Monday, the 28th.
        (datetime(2026, 12, 24, 14, 58, tzinfo=UTC), datetime(2026, 12, 28, 7, 3, tzinfo=UTC)),
        # The last Friday of summer time, 15.58; on Monday 8.00 is an hour later by the sun.
        (datetime(2026, 10, 23, 13, 58, tzinfo=UTC), datetime(2026, 10, 26, 7, 3, tzinfo=UTC)),
        # And in spring an hour earlier; the Monday is a holiday.
        (datetime(2027, 3, 26, 14, 58, tzinfo=UTC), datetime(2027, 3, 30, 6, 3, tzinfo=UTC)),
    ],
)
def test_the_time_of_an_info_point_is_what_counts(since: datetime, told_from: datetime) -> None:
    desk = Desk(since)

    assert desk.told_at(told_from - timedelta(seconds=1)) == []
    assert desk.told_at(told_from) == [("duty", "ana")]


def test_a_one_off_closure_does_not_count() -> None:
    closure = Closure(MONDAY + timedelta(minutes=2), MONDAY + timedelta(minutes=62))
    desk = Desk(schedule=Schedule("si", WEEK, (closure,)))

    assert desk.told_after(minutes=64) == []
    assert desk.told_after(minutes=65) == [("duty", "ana")]


def test_nobody_is_disturbed_at_night_for_what_is_no_crisis() -> None:
    assert Desk().told_at(MONDAY + timedelta(hours=12)) == []
    assert Desk(schedule=None, shifts=()).told_at(MONDAY + timedelta(hours=12)) != []  # of hours that nobody knows


def test_a_crisis_at_night_reaches_the_deputy_or_else_the_admins_at_once() -> None:
    night = MONDAY + timedelta(hours=14)
    on_call = (_shift(ANA), _shift(BOR, "Mo-Su 00:00-24:00", deputy=True))

    assert Desk(night, Reason.CRISIS, shifts=on_call).told_after(minutes=0) == [("crisis-duty", "bor")]
    assert Desk(night, Reason.CRISIS).told_after(minutes=0) == [("crisis-duty", "dora")]
    assert Desk(night, Reason.CRISIS).told_after(minutes=30) == [("crisis-duty", "dora"), ("crisis-deputy", "dora")]


def test_without_anybody_on_duty_the_first_step_passes_on_and_the_second_waits() -> None:
    desk = Desk(shifts=(_shift(ANA, "Tu 08:00-16:00"),))

    assert desk.told_after(minutes=5) == [("duty", "dora")]
    assert desk.told_after(minutes=30) == [("duty", "dora")]


def test_without_a_roster_all_who_answer_there_are_told() -> None:
    elsewhere = _member("fran", points=frozenset({"koper"}))
    gone = _member("greta", disabled_at=MONDAY)
    desk = Desk(shifts=(_shift(ANA, point="koper"),), members=(*EVERYBODY, elsewhere, gone))

    assert desk.told_after(minutes=5) == [("duty", "ana"), ("duty", "bor"), ("duty", "cene")]


def test_a_case_of_no_info_point_is_told_to_whoever_is_on_duty_anywhere() -> None:
    desk = Desk(changes={"point": None})

    assert desk.told_after(minutes=5) == [("duty", "ana")]


def test_who_is_at_the_desk_has_been_told_there_unless_nothing_happens() -> None:
    desk = Desk(present=("ana",))

    assert desk.told_after(minutes=9) == []
    assert desk.told_after(minutes=10) == [("duty", "ana")]
    crisis = Desk(reason=Reason.CRISIS, present=("ana",))
    assert crisis.told_after(minutes=4) == []
    assert crisis.told_after(minutes=5) == [("crisis-duty", "ana")]


def test_who_is_away_or_cannot_be_reached_is_passed_over() -> None:
    away, mute = replace(ANA, away=True), replace(ANA, email=None)

    assert Desk(members=(away, BOR)).told_after(minutes=5) == [("duty", "bor")]
    assert Desk(members=(mute, BOR)).told_after(minutes=5) == [("duty", "bor")]
    assert Desk(members=(mute,)).told_after(hours=3) == []


def test_each_is_told_by_all_that_they_entered_and_that_works_here() -> None:
    both = replace(ANA, telegram="17")

    assert len(Desk(members=(both,), means=(EMAIL, TELEGRAM)).told_after(minutes=5)) == 2
    assert len(Desk(members=(both,), means=(TELEGRAM,)).told_after(minutes=5)) == 1


def test_a_confidential_case_is_told_to_its_readers_too() -> None:
    desk = Desk(readers=("cene",), changes={"confidential": True})

    assert desk.told_after(minutes=5) == [("duty", "ana"), ("duty", "cene")]


def test_what_somebody_has_is_told_to_nobody_but_a_crisis_that_stays_unanswered() -> None:
    claimed = {"state": CaseState.CLAIMED, "claimed_by": "ana"}

    assert Desk(changes=claimed).told_after(minutes=60) == []
    crisis = Desk(reason=Reason.CRISIS, changes=claimed)
    assert crisis.told_after(minutes=29) == []
    assert crisis.told_after(minutes=30) == [("crisis-deputy", "bor")]


@pytest.mark.parametrize("changes", [{"waiting_since": None}, {"state": CaseState.CLOSED, "reason": Reason.CRISIS}])
def test_who_needs_not_wait_is_told_to_nobody(changes: dict[str, Any]) -> None:
    assert not waits(Desk(changes=changes).case)
    desk = Desk(changes=changes | {"waiting_since": None})
    assert tellings(desk.case, Watch(MONDAY, EVERYBODY, (), {}, (), {}, (EMAIL,), Patience.set_by(Settings()))) == []


def test_each_point_has_its_own_roster_in_one_watch() -> None:
    elsewhere = Desk(changes={"point": "nova-gorica"}).case
    there = replace(ROSTER[0], id="there", staff=BOR.id, points=frozenset({"nova-gorica"}))
    now = MONDAY + timedelta(minutes=10)
    watch = Watch(now, EVERYBODY, (*ROSTER, there), {}, (), {}, (EMAIL,), Patience.set_by(Settings()))
    told = [[each.staff for each in tellings(case, watch)] for case in (Desk().case, elsewhere, Desk().case)]

    assert told == [["ana"], ["bor"], ["ana"]]

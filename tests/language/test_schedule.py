"""When an info point is open: tables with a moved clock, and properties against a reading minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.hours import HORIZON, ZONES, check, holiday_name, is_holiday, local, stretches
from bot.language.schedule import closures_on, next_days, open_for, open_times, state
from bot.model.schedule import Closure, Schedule

SPLIT = "Mo-Fr 08:00-12:00,13:00-15:00"


def _at(country: str, written: str) -> datetime:
    """Return the moment at which the clocks of a country show ``written``."""
    return datetime.fromisoformat(written).replace(tzinfo=ZONES[country])


def _changes(schedule: Schedule, written: str) -> tuple[bool, str | None]:
    found = state(schedule, _at(schedule.country, written))
    return found.is_open, None if found.changes_at is None else f"{found.changes_at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "is_open", "changes_at"),
    [
        ("2026-11-23 07:59", False, "2026-11-23 08:00"),
        ("2026-11-23 08:00", True, "2026-11-23 12:00"),
        ("2026-11-23 12:00", False, "2026-11-23 13:00"),
        ("2026-11-23 14:59", True, "2026-11-23 15:00"),
        ("2026-11-23 15:00", False, "2026-11-24 08:00"),
        ("2026-11-27 15:00", False, "2026-11-30 08:00"),  # over a weekend
        ("2026-12-24 15:00", False, "2026-12-28 08:00"),  # over two holidays and a weekend
        ("2026-04-30 15:00", False, "2026-05-04 08:00"),
    ],
)
def test_split_shifts_weekends_and_holidays(now: str, is_open: bool, changes_at: str) -> None:
    assert _changes(Schedule("si", SPLIT), now) == (is_open, changes_at)


@pytest.mark.parametrize(
    ("country", "now", "opens"),
    [
        ("si", "2026-02-06 16:00", "2026-02-09 08:00"),
        ("si", "2026-06-24 16:00", "2026-06-26 08:00"),  # the day of statehood
        ("it", "2026-06-01 16:00", "2026-06-03 08:00"),  # the day of the republic
        ("it", "2026-06-24 16:00", "2026-06-25 08:00"),  # which Slovenia alone keeps
        ("hr", "2026-08-04 16:00", "2026-08-06 08:00"),  # thanksgiving
        ("hr", "2026-06-03 16:00", "2026-06-05 08:00"),  # Corpus Christi
        ("bg", "2026-03-02 16:00", "2026-03-04 08:00"),  # liberation
        ("bg", "2026-05-22 16:00", "2026-05-26 08:00"),  # the 24th is a Sunday: Monday is off
        ("bg", "2026-09-04 16:00", "2026-09-08 08:00"),  # the 6th is a Sunday: Monday is off
        ("bg", "2026-12-23 16:00", "2026-12-29 08:00"),  # the 26th is a Saturday: Monday is off
        ("bg", "2027-04-29 16:00", "2027-05-05 08:00"),  # Good Friday, Easter Monday, and the moved first of May
    ],
)
def test_the_holidays_of_each_country_are_its_own(country: str, now: str, opens: str) -> None:
    assert _changes(Schedule(country, SPLIT), now) == (False, opens)


def test_the_patron_of_the_town_closes_its_info_point() -> None:
    trieste = Schedule("it", SPLIT, holidays=("11-03",))

    assert _changes(trieste, "2026-11-03 09:00") == (False, "2026-11-04 08:00")
    assert _changes(Schedule("it", SPLIT), "2026-11-03 09:00") == (True, "2026-11-03 12:00")


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        ("Mo-Fr 08:00-15:00; PH off", "2026-12-25 09:00", (False, "2026-12-28 08:00")),
        ("Mo-Fr 08:00-15:00; PH 09:00-11:00", "2026-12-25 09:00", (True, "2026-12-25 11:00")),
        ("Mo-Fr 08:00-15:00; PH 09:00-11:00", "2026-12-25 11:00", (False, "2026-12-26 09:00")),
        ("24/7", "2026-12-25 09:00", (True, None)),
        ("off", "2026-12-25 09:00", (False, None)),
        ('Mo-Fr 08:00-10:00 "by phone", 10:00-12:00', "2026-11-23 09:00", (True, "2026-11-23 12:00")),  # a remark changes nothing
        ("Mo-Su 00:00-24:00", "2026-12-22 09:00", (True, "2026-12-25 00:00")),
    ],
)
def test_hours_may_speak_of_holidays_themselves(hours: str, now: str, expected: tuple[bool, str | None]) -> None:
    assert _changes(Schedule("si", hours), now) == expected


def test_own_hours_on_holidays_hold_on_the_days_that_bulgaria_moves_too() -> None:
    own = Schedule("bg", "Mo-Fr 08:00-15:00; Su,PH 10:00-11:00; PH off")
    other = Schedule("bg", "Mo-Fr 08:00-15:00; Su,PH 10:00-11:00")

    assert _changes(own, "2026-12-28 10:30") == (False, "2026-12-29 08:00")
    assert _changes(other, "2026-12-28 10:30") == (True, "2026-12-28 11:00")


def test_where_no_hours_are_known_it_is_never_open() -> None:
    assert _changes(Schedule("si"), "2026-11-23 09:00") == (False, None)
    assert next_days(Schedule("si"), date(2026, 11, 23), 1)[0].open_times == ()


# ---- midnight and the change of the clocks


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-28 21:00", (False, "2026-11-28 22:00")),
        ("2026-11-28 23:00", (True, "2026-11-29 06:00")),
        ("2026-11-29 05:59", (True, "2026-11-29 06:00")),
        ("2026-03-28 23:00", (True, "2026-03-29 06:00")),  # the night that is an hour shorter
        ("2026-10-24 23:00", (True, "2026-10-25 06:00")),  # the night that is an hour longer
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(now: str, expected: tuple[bool, str]) -> None:
    assert _changes(Schedule("si", "Sa 22:00-06:00"), now) == expected


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-28", 8)])
def test_a_night_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    begins = _at("hr", f"{day} 12:00")

    assert open_for(Schedule("hr", "Sa 22:00-06:00"), begins, begins + timedelta(days=1)) == timedelta(hours=hours)


def test_after_the_change_of_the_clocks_it_opens_by_the_new_time() -> None:
    for day, offset in (("2026-03-30", 2), ("2026-10-26", 1)):
        opens = state(Schedule("si", SPLIT), _at("si", f"{day} 00:00")).changes_at
        assert opens is not None
        assert opens.utcoffset() == timedelta(hours=offset)
        assert opens.hour == 8


def test_the_hour_that_spring_skips_is_not_there() -> None:
    schedule = Schedule("bg", "Su 03:30-05:00")  # Bulgaria goes from 3.00 to 4.00

    assert _changes(schedule, "2026-03-29 00:00") == (False, "2026-03-29 04:00")


# ---- closures


@pytest.mark.parametrize(
    ("closed", "now", "expected"),
    [
        (("10:00", "11:00"), "2026-11-23 09:00", (True, "2026-11-23 10:00")),
        (("10:00", "11:00"), "2026-11-23 10:00", (False, "2026-11-23 11:00")),
        (("10:00", "14:00"), "2026-11-23 10:30", (False, "2026-11-23 14:00")),
        (("07:00", "09:00"), "2026-11-23 07:30", (False, "2026-11-23 09:00")),
        (("11:00", "12:30"), "2026-11-23 11:30", (False, "2026-11-23 13:00")),
        (("12:00", "15:00"), "2026-11-23 11:59", (True, "2026-11-23 12:00")),
        (("00:00", "23:59"), "2026-11-23 09:00", (False, "2026-11-24 08:00")),
    ],
)
def test_a_closure_may_begin_and_end_in_the_middle(closed: tuple[str, str], now: str, expected: tuple[bool, str]) -> None:
    begins, ends = (_at("si", f"2026-11-23 {time}") for time in closed)

    assert _changes(Schedule("si", SPLIT, (Closure(begins, ends),)), now) == expected


def test_closures_that_overlap_are_one() -> None:
    monday = [
        Closure(_at("si", f"2026-11-23 {a}"), _at("si", f"2026-11-23 {b}")) for a, b in (("09:00", "14:00"), ("08:30", "10:00"))
    ]

    assert _changes(Schedule("si", SPLIT, tuple(monday)), "2026-11-23 08:30") == (False, "2026-11-23 14:00")


def test_a_point_that_is_closed_for_good_has_no_next_opening() -> None:
    begins = _at("si", "2026-11-23 10:00")
    closed = Schedule("si", SPLIT, (Closure(begins, begins + 2 * HORIZON),))

    assert _changes(closed, "2026-11-23 10:30") == (False, None)


# ---- previews


def test_the_next_days_show_what_is_open_on_each() -> None:
    schedule = Schedule("si", SPLIT, (Closure(_at("si", "2026-12-23 12:00"), _at("si", "2026-12-24 23:59")),))

    days = next_days(schedule, date(2026, 12, 22), 7)

    shown = [" ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in day.open_times) for day in days]
    assert shown == ["08:00-12:00 13:00-15:00", "08:00-12:00", "", "", "", "", "08:00-12:00 13:00-15:00"]
    assert days[0].date == date(2026, 12, 22)
    assert [len(closures_on(schedule, day.date)) for day in days] == [0, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [("si", "sl", "božič"), ("it", "it", "Natale"), ("hr", "hr", "Božić"), ("bg", "bg", "Рождество Христово")],
)
def test_a_holiday_has_a_name(country: str, language: str, name: str) -> None:
    assert name in str(holiday_name(date(2026, 12, 25), country, language))
    assert name in str(holiday_name(date(2026, 12, 25), country, "xx"))
    assert holiday_name(date(2026, 12, 22), country, language) is None


# ---- properties


_QUARTER = st.integers(0, 95)
_DAYS = ["Mo", "Tu-Th", "Fr", "Sa,Su", "Mo-Su", "We-Fr"]
_RULES = st.lists(
    st.tuples(st.sampled_from(_DAYS), _QUARTER, st.integers(1, 60)),
    min_size=1,
    max_size=3,
)
_STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda moment: moment.replace(second=0, microsecond=0))  # noqa: DTZ001 - given a zone below


def _written(rules: list[tuple[str, int, int]]) -> str:
    def time(quarter: int) -> str:
        return f"{quarter // 4 % 24:02d}:{quarter % 4 * 15:02d}"

    return "; ".join(f"{days} {time(first)}-{time(first + length)}" for days, first, length in rules)


@st.composite
def _schedules(draw: st.DrawFn) -> Schedule:
    country = draw(st.sampled_from(sorted(ZONES)))
    closures = []
    for begins, hours in draw(st.lists(st.tuples(_STARTS, st.integers(1, 60)), max_size=2)):
        first = begins.replace(tzinfo=ZONES[country])
        closures.append(Closure(first, first.astimezone(UTC) + timedelta(hours=hours)))
    holidays = tuple(draw(st.lists(st.sampled_from(["11-03", "02-02", "07-15"]), max_size=2, unique=True)))
    return Schedule(country, _written(draw(_RULES)), tuple(closures), holidays)


def _is_open_by_the_wall(schedule: Schedule, moment: datetime) -> bool:
    """Read it anew, for one moment, without looking ahead."""
    assert schedule.hours is not None
    here = local(moment, schedule.country)
    if is_holiday(here.date(), schedule.country) or f"{here:%m-%d}" in schedule.holidays:
        return False
    if any(closure.begins <= moment < closure.ends for closure in schedule.closures):
        return False
    return any(each.begins <= moment < each.ends for each in _plain(schedule, moment))


def _plain(schedule: Schedule, moment: datetime) -> list[Closure]:
    """Return the intervals of yesterday and today as they are written, without any holiday."""
    from opening_hours import OpeningHours

    assert schedule.hours is not None
    here = local(moment, schedule.country).replace(tzinfo=None)
    is_open = OpeningHours(schedule.hours).is_open(here)
    return [Closure(moment, moment + timedelta(minutes=1))] if is_open else []


def _is_twice(moment: datetime, country: str) -> bool:
    """Tell whether the clock on the wall shows this hour twice that night, or has just skipped one."""
    near = [local(moment + timedelta(hours=hours), country).utcoffset() for hours in (-2, 0, 2)]
    return len(set(near)) > 1


@given(_schedules(), _STARTS)
def test_a_change_is_the_first_one(schedule: Schedule, start: datetime) -> None:
    moment = start.replace(tzinfo=UTC)

    found = state(schedule, moment)

    assert found.is_open == _is_open_by_the_wall(schedule, moment) or _is_twice(moment, schedule.country)
    last = min(found.changes_at or moment + timedelta(days=9), moment + timedelta(days=9))
    step = moment
    while step < last:
        assert _is_open_by_the_wall(schedule, step) == found.is_open or _is_twice(step, schedule.country)
        step += timedelta(minutes=15)
    if found.changes_at is not None:
        after = _is_open_by_the_wall(schedule, found.changes_at.astimezone(UTC))
        assert after != found.is_open or _is_twice(found.changes_at.astimezone(UTC), schedule.country)


@given(_schedules(), _STARTS, st.integers(1, 24 * 20))
def test_open_times_are_in_order_and_never_touch(schedule: Schedule, start: datetime, hours: int) -> None:
    begins = start.replace(tzinfo=UTC)
    ends = begins + timedelta(hours=hours)

    found = list(open_times(schedule, begins, ends))

    assert all(begins <= each.begins < each.ends <= ends for each in found)
    assert schedule.closures or all(a.ends < b.begins for a, b in pairwise(found))
    assert not any(each.begins < closure.ends and closure.begins < each.ends for each in found for closure in schedule.closures)


def test_hours_are_read_lazily_and_none_are_left_over() -> None:
    check(SPLIT)
    begins = _at("si", "2026-11-23 08:00")

    assert next(stretches(SPLIT, "si", begins, begins + HORIZON)).ends == _at("si", "2026-11-23 12:00")

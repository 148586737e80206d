from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.hours import check
from bot.language.week import Week, WeekError, compose, decompose

MORNING, AFTERNOON = ("08:00", "12:00"), ("13:00", "15:00")


def _week(**days: tuple[tuple[str, str], ...]) -> Week:
    return tuple(days.get(day, ()) for day in ("mo", "tu", "we", "th", "fr", "sa", "su"))


def test_days_alike_are_written_together() -> None:
    split = (MORNING, AFTERNOON)

    assert compose(_week(mo=split, tu=split, th=(MORNING,))) == "Mo-Tu 08:00-12:00,13:00-15:00; Th 08:00-12:00"


def test_a_week_without_hours_is_none() -> None:
    assert compose(_week()) is None
    assert decompose(None) == _week()


@pytest.mark.parametrize(
    "intervals",
    [(("12:00", "08:00"),), (("08:00", "08:00"),), (("08:00", "12:00"), ("11:00", "15:00")), (("22:00", "06:00"),)],
)
def test_intervals_that_cannot_be_are_refused_by_their_day(intervals: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(WeekError) as refused:
        compose(_week(we=intervals))

    assert refused.value.day == 2


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("Mo,Th 8:00-12:00; PH off", _week(mo=(MORNING,), th=(MORNING,))),
        ("08:00-12:00; Tu-Su off", _week(mo=(MORNING,))),
        ("Mo-Tu 08:00-12:00, 13:00-15:00;", _week(mo=(MORNING, AFTERNOON), tu=(MORNING, AFTERNOON))),
        ("Sa 18:00-24:00", _week(sa=(("18:00", "24:00"),))),
    ],
)
def test_simple_hours_are_shown_by_weekday(hours: str, week: Week) -> None:
    assert decompose(hours) == week


@pytest.mark.parametrize(
    "hours",
    [
        "24/7",
        "Sa 22:00-06:00",
        "Mo-Fr 08:00-16:00; PH 09:00-12:00",
        "Sa-Mo 08:00-12:00",
        "Xx 08:00-12:00",
        "Mo[1] 08:00-12:00",
        "Jan-Jun Mo 08:00-12:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00",
        "Mo 08:00-12:00,",
        "Mo 08:00-25:00",
        'Mo-Fr 08:00-12:00 "by appointment"',
    ],
)
def test_what_a_form_by_weekday_cannot_show_is_left_as_it_is(hours: str) -> None:
    assert decompose(hours) is None


_TIMES = st.integers(0, 96).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
_DAY = st.lists(_TIMES, min_size=0, max_size=6, unique=True).map(
    lambda times: tuple(zip(sorted(times)[0::2], sorted(times)[1::2], strict=False))
)


@given(st.tuples(*[_DAY] * 7))
def test_what_a_form_composes_is_hours_and_comes_back_as_it_was(week: Week) -> None:
    hours = compose(week)

    check(hours or "off")
    assert decompose(hours) == week

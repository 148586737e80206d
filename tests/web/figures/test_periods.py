"""The time that figures are of: by words, by two days, in the time of a country."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language.hours import ZONES
from bot.store.retention import Periods
from bot.web.figures.opendata import MONTHS, full_months
from bot.web.figures.periods import WORDS, Period, UnreadablePeriod, chosen

TODAY = date(2026, 3, 31)
SUNDAY = date(2026, 3, 29)
SOFIA, LJUBLJANA = ZONES["bg"], ZONES["si"]


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("7", date(2026, 3, 23), SUNDAY),
        ("30", date(2026, 3, 2), SUNDAY),
        ("90", date(2025, 12, 29), SUNDAY),
        ("month", date(2026, 2, 23), SUNDAY),
        ("last-month", date(2026, 1, 26), date(2026, 3, 1)),
        ("year", date(2025, 12, 29), SUNDAY),
        ("no-such", date(2026, 3, 2), SUNDAY),
    ],
)
def test_a_word_chooses_a_period(word: str, first: date, last: date) -> None:
    found = chosen({"period": word}, TODAY, LJUBLJANA)
    assert (found.first, found.last) == (first, last)


def test_two_days_choose_the_weeks_in_which_they_are() -> None:
    found = chosen({"from": "2026-01-06", "to": "2026-01-12", "period": "7"}, TODAY, LJUBLJANA)
    assert (found.first, found.last, found.word) == (date(2026, 1, 5), date(2026, 1, 18), "")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-20", "2026-03-30", (date(2026, 3, 16), SUNDAY)),
        ("2026-03-31", "2026-04-20", (date(2026, 3, 23), SUNDAY)),
        ("2025-03-31", "2025-04-07", (date(2025, 4, 7), date(2025, 4, 13))),
        ("2020-01-01", "2020-01-02", (date(2025, 4, 7), date(2025, 4, 13))),
    ],
)
def test_a_week_that_goes_on_or_is_partly_deleted_is_not_told(first: str, last: str, expected: tuple[date, date]) -> None:
    found = chosen({"from": first, "to": last}, TODAY, LJUBLJANA)
    assert (found.first, found.last) == expected


@pytest.mark.parametrize("zone", [SOFIA, LJUBLJANA])
def test_on_each_day_of_the_years_any_period_is_whole_weeks_that_are_over_and_kept(zone: ZoneInfo) -> None:
    words = [{"period": word} for word in WORDS]
    for today in (date(2027, 1, 1) + timedelta(days=at) for at in range(2 * 366)):
        two_days = {"from": f"{today - timedelta(days=365)}", "to": f"{today}"}
        for found in [chosen(asked, today, zone) for asked in (*words, two_days)]:
            assert (found.first.weekday(), found.last.weekday()) == (0, 6)
            assert found.first < found.last < today
            tomorrow = Period(today, today, zone).ends
            assert found.begins >= tomorrow - Periods().figures


def test_on_each_day_of_the_years_the_oldest_month_of_the_open_data_is_kept_whole() -> None:
    for day in (date(2027, 1, 1) + timedelta(days=at) for at in range(2 * 366)):
        today = Period(day, day, LJUBLJANA)
        for moment in (today.begins, today.ends - timedelta(seconds=1)):
            months = list(full_months(moment))
            assert len(months) == MONTHS
            assert months[0].ends <= moment
            assert months[-1].begins >= moment - Periods().figures


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-02-01", "2026-01-01"),
        ("2024-01-01", "2026-01-01"),
        ("x", "2026-01-01"),
        ("2026-01-01", ""),
        ("9999-01-01", "9999-02-01"),
    ],
)
def test_what_is_no_period_is_refused(first: str, last: str) -> None:
    with pytest.raises(UnreadablePeriod):
        chosen({"from": first, "to": last}, TODAY, LJUBLJANA)


def test_a_day_begins_at_midnight_of_the_country_also_when_clocks_change() -> None:
    period = Period(date(2026, 3, 29), date(2026, 3, 29), LJUBLJANA)
    assert period.begins == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert period.ends - period.begins == timedelta(hours=23)
    assert Period(date(2026, 3, 29), date(2026, 3, 29), SOFIA).begins == datetime(2026, 3, 28, 22, tzinfo=UTC)
    autumn = Period(date(2026, 10, 25), date(2026, 10, 25), LJUBLJANA)
    assert autumn.ends - autumn.begins == timedelta(hours=25)


def test_a_long_period_is_shown_by_weeks_and_each_part_ends_where_the_next_begins() -> None:
    days = chosen({"period": "30"}, TODAY, LJUBLJANA)
    weeks = chosen({"period": "90"}, TODAY, LJUBLJANA)
    assert (len(days.steps), days.by_week) == (28, False)
    assert (len(weeks.steps), weeks.by_week) == (13, True)
    assert weeks.moments[0] == weeks.begins
    assert weeks.moments[-1] == weeks.ends
    assert len(weeks.moments) == 14


def test_where_questions_are_kept_for_a_shorter_time_fewer_months_are_told() -> None:
    now = Period(date(2026, 3, 31), date(2026, 3, 31), LJUBLJANA).begins

    assert [month.first for month in full_months(now, timedelta(days=60))] == [date(2026, 2, 1)]

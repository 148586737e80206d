"""The time that figures are of: by words, by two days, in the time of a country."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.language.hours import ZONES
from bot.web.figures.periods import Period, UnreadablePeriod, chosen

TODAY = date(2026, 3, 31)
SOFIA, LJUBLJANA = ZONES["bg"], ZONES["si"]


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("7", date(2026, 3, 25), TODAY),
        ("30", date(2026, 3, 2), TODAY),
        ("90", date(2026, 1, 1), TODAY),
        ("month", date(2026, 3, 1), TODAY),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), TODAY),
        ("no-such", date(2026, 3, 2), TODAY),
    ],
)
def test_a_word_chooses_a_period(word: str, first: date, last: date) -> None:
    found = chosen({"period": word}, TODAY, LJUBLJANA)
    assert (found.first, found.last) == (first, last)


def test_two_days_choose_a_period() -> None:
    found = chosen({"from": "2026-01-05", "to": "2026-01-05", "period": "7"}, TODAY, LJUBLJANA)
    assert (found.first, found.last, found.word) == (date(2026, 1, 5), date(2026, 1, 5), "")


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
    assert (len(days.steps), days.by_week) == (30, False)
    assert (len(weeks.steps), weeks.by_week) == (13, True)
    assert weeks.moments[0] == weeks.begins
    assert weeks.moments[-1] == weeks.ends
    assert len(weeks.moments) == 14

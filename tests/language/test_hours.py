from datetime import UTC, datetime

import pytest

from bot.language.hours import ZONES, HoursError, is_holiday, local, opening

WEEK = "Mo-Fr 08:00-12:00,13:00-15:00"


def _utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_an_office_is_open_in_its_own_time() -> None:
    state = opening(WEEK, "si", _utc(2026, 11, 23, 7, 30))  # Monday 8.30 in Ljubljana

    assert state.is_open
    assert state.changes_at == datetime(2026, 11, 23, 12, tzinfo=ZONES["si"])


def test_between_two_intervals_it_opens_again_the_same_day() -> None:
    state = opening(WEEK, "si", _utc(2026, 11, 23, 11, 15))

    assert not state.is_open
    assert state.changes_at == datetime(2026, 11, 23, 13, tzinfo=ZONES["si"])


@pytest.mark.parametrize(
    ("country", "day"),
    [("si", 28), ("it", 28), ("hr", 28), ("bg", 29)],  # Bulgaria keeps the 28th for a feast that fell on a Saturday
)
def test_after_christmas_it_opens_on_the_next_working_day_of_its_country(country: str, day: int) -> None:
    state = opening(WEEK, country, _utc(2026, 12, 24, 20))

    assert state.changes_at == datetime(2026, 12, day, 8, tzinfo=ZONES[country])


def test_a_holiday_closes_hours_that_say_nothing_of_holidays() -> None:
    assert not opening(WEEK, "bg", _utc(2026, 12, 28, 9)).is_open
    assert opening("Mo-Su,PH 00:00-24:00", "bg", _utc(2026, 12, 28, 9)).is_open


def test_hours_that_are_over_have_no_next_opening() -> None:
    assert opening("2020 Mo-Fr 08:00-12:00", "si", _utc(2026, 1, 5, 9)).changes_at is None


def test_a_year_of_holidays_only_has_no_next_opening_in_sight() -> None:
    assert opening("Jan 01 08:00-12:00", "si", _utc(2026, 6, 1, 9)).changes_at is None


def test_wrong_hours_are_refused() -> None:
    with pytest.raises(HoursError, match="Pon-Pet"):
        opening("Pon-Pet 8-16", "si", _utc(2026, 1, 5, 9))


def test_a_holiday_is_known_for_its_country() -> None:
    assert is_holiday(datetime(2026, 2, 8, tzinfo=UTC).date(), "si")
    assert not is_holiday(datetime(2026, 2, 8, tzinfo=UTC).date(), "hr")


def test_summer_time_is_the_country_s_own() -> None:
    assert local(_utc(2026, 7, 1, 10), "bg").hour == 13

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.web import times

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "1 min"), (3.9, "3 min"), (59, "59 min"), (60, "1 h"), (89, "1 h 29 min"), (26 * 60, "1 d 2 h"), (48 * 60, "2 d")],
)
def test_waiting_is_told_in_whole_units(minutes: float, shown: str) -> None:
    assert times.waiting(NOW - timedelta(minutes=minutes), NOW, "sl") == shown


def test_a_clock_that_runs_ahead_shows_no_negative_time() -> None:
    assert times.waiting(NOW + timedelta(minutes=5), NOW, "bg") == "1 мин"


def test_today_is_told_by_its_time_and_another_day_by_its_date_too() -> None:
    assert times.moment(NOW, NOW, "sl") == "14.05"
    assert times.moment(NOW - timedelta(days=1), NOW, "sl") == "20. nov., 14.05"


def test_the_time_is_that_of_the_readers_country() -> None:
    assert times.moment(NOW, NOW, "bg") == "15:05"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "14.05"),
        (1, "ned. 14.05"),
        (6, "pet. 14.05"),
        (7, "sob., 28. nov., 14.05"),
        (-1, "pet., 20. nov., 14.05"),
    ],
)
def test_what_is_coming_is_told_by_its_day_of_the_week_while_that_is_plain(days: int, shown: str) -> None:
    assert times.coming(NOW + timedelta(days=days), NOW, "sl") == shown

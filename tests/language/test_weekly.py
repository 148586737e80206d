from datetime import date

import pytest

from bot.language.hours import HoursError
from bot.language.weekly import weekly

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("hours", "language", "lines"),
    [
        ("Mo-Fr 08:00-12:00,13:00-17:00", "sl", ("ponedeljek–petek: 8.00–12.00, 13.00–17.00",)),
        ("Mo,We,Th 09:00-11:00; PH off", "it", ("lunedì: 9.00–11.00", "mercoledì–giovedì: 9.00–11.00")),
        ("Mo-Su 09:00-24:00", "hr", ("ponedjeljak–nedjelja: 9.00–24.00",)),
        ("Mo 09:00-24:00", "bg", ("понеделник: 9:00–24:00",)),
        ("Sa 22:00-02:00", "sl", ("sobota: 22.00–2.00",)),
        ("Mo-Su 20:00-06:00", "sl", ("ponedeljek–nedelja: 20.00–6.00",)),
        ("Mo-Su 00:00-24:00", "sl", ("ponedeljek–nedelja: 0.00–24.00",)),
        ("Dec 24 off", "sl", ()),
    ],
)
def test_hours_are_told_by_days_and_days_that_are_alike_together(hours: str, language: str, lines: tuple[str, ...]) -> None:
    assert weekly(hours, "si", language, SUNDAY) == lines


def test_a_holiday_in_the_week_changes_nothing_about_it() -> None:
    assert weekly("Mo-Fr 08:00-12:00; PH off", "si", "sl", date(2026, 12, 25)) == ("ponedeljek–petek: 8.00–12.00",)


def test_what_is_no_hours_is_refused() -> None:
    with pytest.raises(HoursError):
        weekly("whenever", "si", "sl", SUNDAY)

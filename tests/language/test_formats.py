from datetime import UTC, date, datetime

import pytest

from bot.language import formats
from bot.model.library import Fact, FactKind


def _with_plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("kind", "value", "language", "written"),
    [
        (FactKind.MONEY, "507.43", "sl", "507,43 €"),
        (FactKind.MONEY, "500", "it", "500 €"),
        (FactKind.MONEY, "1507.4", "bg", "1 507,40 €"),
        (FactKind.PERCENT, "7.5", "hr", "7,5 %"),
        (FactKind.AGE, "65", "bg", "65"),
        (FactKind.NUMBER, "60000", "sl", "60.000"),
        (FactKind.DATE, "2026-04-01", "sl", "1. aprila 2026"),
        (FactKind.DATE, "2026-04-01", "it", "1º aprile 2026"),
        (FactKind.DATE, "2026-04-01", "hr", "1. travnja 2026."),
        (FactKind.DATE, "2026-04-01", "bg", "1 април 2026 г."),
        (FactKind.YEAR, "2026", "sl", "2026"),
        (FactKind.PHONE, "05 335 10 00", "it", "+386 5 335 10 00"),
        (FactKind.NAME, "S1", "it", "S1"),
    ],
)
def test_a_fact_is_written_as_the_language_writes_it(kind: FactKind, value: str, language: str, written: str) -> None:
    text = formats.fact(Fact(kind, value, "s1"), language, "si")

    assert _with_plain_spaces(text) == written


@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("0481 383523", "it", "+39 0481 383523"),
        ("080 11 55", "si", "080 11 55"),
        ("0800 655 222", "hr", "0800 655 222"),
        ("112", "bg", "112"),
        ("116 123", "si", "116 123"),
        ("123 456 789 012 345 678", "si", "123 456 789 012 345 678"),
        ("pokličite nas 1234567 x", "si", "pokličite nas 1234567 x"),
    ],
)
def test_a_phone_is_written_so_that_it_can_be_dialled(number: str, country: str, written: str) -> None:
    assert formats.phone(number, country) == written


def test_a_moment_names_the_day_in_the_time_of_the_country() -> None:
    moment = datetime(2026, 11, 23, 8, tzinfo=UTC)

    assert formats.moment(moment, "sl", "si") == "ponedeljek, 23. novembra 2026, 9.00"
    assert _with_plain_spaces(formats.moment(moment, "bg", "bg")) == "понеделник, 23 ноември 2026 г., 10:00"


def test_a_day_is_in_the_genitive_where_a_sentence_needs_it() -> None:
    assert formats.day(date(2026, 3, 1), "hr") == "1. ožujka 2026."


def test_the_first_of_a_month_is_an_ordinal_in_italian() -> None:
    assert formats.day(date(2025, 4, 1), "it") == "1º aprile 2025"
    assert formats.day(date(2025, 4, 11), "it") == "11 aprile 2025"
    assert formats.day(date(2025, 4, 1), "hr") == "1. travnja 2025."


@pytest.mark.parametrize(
    ("language", "first", "later"),
    [
        ("sl", "1. decembra", "23. novembra"),
        ("it", "1º dicembre", "23 novembre"),
        ("hr", "1. prosinca", "23. studenoga"),
        ("bg", "1 декември", "23 ноември"),
    ],
)
def test_a_day_without_its_year_stands_as_in_a_sentence(language: str, first: str, later: str) -> None:
    assert _with_plain_spaces(formats.day_and_month(date(2026, 12, 1), language)) == first
    assert _with_plain_spaces(formats.day_and_month(date(2026, 11, 23), language)) == later

"""Facts, dates and phones written out as each language writes them (CLDR through Babel, phonenumbers)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import phonenumbers
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from bot.language.hours import local
from bot.model.library import Fact, FactKind

#: Slovene months as a date in a sentence needs them ("do 1. marca"); CLDR has the nominative alone.
_SLOVENE_MONTHS = (
    *("januarja", "februarja", "marca", "aprila", "maja", "junija"),
    *("julija", "avgusta", "septembra", "oktobra", "novembra", "decembra"),
)

#: A number with fewer digits is a short code (112, 116 123) and is dialled as it stands.
_SHORTEST_NUMBER = 7


def fact(value: Fact, language: str, country: str) -> str:
    """Return a fact of ``country`` written out in ``language``; money with its sign, a bare number without its unit."""
    match value.kind:
        case FactKind.MONEY:
            return money(Decimal(value.value), language)
        case FactKind.PERCENT:
            return format_percent(Decimal(value.value) / 100, format=None, locale=language, decimal_quantization=False)
        case FactKind.NUMBER | FactKind.AGE | FactKind.DAYS | FactKind.MONTHS | FactKind.HOURS:
            return format_decimal(Decimal(value.value), locale=language)
        case FactKind.DATE:
            return day(date.fromisoformat(value.value), language)
        case FactKind.PHONE:
            return phone(value.value, country)
        case FactKind.YEAR | FactKind.EMAIL | FactKind.URL | FactKind.ADDRESS | FactKind.NAME:
            return value.value


def money(amount: Decimal, language: str) -> str:
    """Return an amount of euros; whole euros without cents."""
    whole = amount == amount.to_integral_value()
    return format_currency(amount, "EUR", locale=language, format="#,##0 ¤" if whole else None, currency_digits=not whole)


def day(value: date, language: str) -> str:
    """Return a date with the month in words, in the case that a sentence needs."""
    if language == "sl":
        return f"{value.day}. {_SLOVENE_MONTHS[value.month - 1]} {value.year}"
    written = format_date(value, "long", locale=language)
    # The first of a month is an ordinal in Italian, which CLDR does not know.
    return written.replace("1 ", "1º ", 1) if language == "it" and value.day == 1 else written


def day_and_month(value: date, language: str) -> str:
    """Return a date without its year, with the month in words, in the case that a sentence needs."""
    if language == "sl":
        return f"{value.day}. {_SLOVENE_MONTHS[value.month - 1]}"
    written = format_skeleton("MMMMd", value, locale=language)
    return written.replace("1 ", "1º ", 1) if language == "it" and value.day == 1 else written


def moment(value: datetime, language: str, country: str) -> str:
    """Return the day of the week, the day and the time of an aware ``value`` in the time of ``country``."""
    here = local(value, country)
    return f"{format_date(here.date(), 'EEEE', locale=language)}, {day(here.date(), language)}, {clock_time(here, language)}"


def clock_time(value: datetime, language: str) -> str:
    """Return hours and minutes of ``value`` as it stands."""
    return format_time(value, "H:mm", locale=language) if language == "bg" else format_time(value, "H.mm", locale=language)


def phone(number: str, country: str) -> str:
    """Return a phone number as it can be dialled from both sides of a border.

    A geographic or mobile number is written with its country code. Free numbers (080, 0800) and short codes are not
    reached from abroad and stay as they are known at home. A number that cannot be read stays as it was written.
    """
    digits = sum(character.isdigit() for character in number)
    if digits < _SHORTEST_NUMBER:
        return number
    try:
        parsed = phonenumbers.parse(number, country.upper())
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.number_type(parsed) in {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
    } or not phonenumbers.is_valid_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

"""What an office types into the form of its own entry, compared with what the page had shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat

from bot.addresses import is_mail_address
from bot.editing.checks import writing
from bot.language.text import clean
from bot.model.library import Office

#: The fields that can be corrected, and how long each may be; hours are said in words.
LONGEST: Mapping[str, int] = {"address": 300, "phones": 300, "email": 254, "url": 500, "hours": 500}
LONGEST_NOTE = 1000
#: Before the name of a field: what the page had shown in it.
WAS = "was_"


@dataclass(frozen=True, slots=True)
class Corrections:
    """What an office wants otherwise, by field, its words besides, and what is wrong with its form, by field."""

    change: Mapping[str, Any]
    note: str
    problems: Mapping[str, str] = field(default_factory=dict)


def entered(office: Office) -> dict[str, str]:
    """Return what the fields of the form hold at first; hours are only written when they are wrong."""
    phones = "\n".join(office.phones)
    return {"address": office.address or "", "phones": phones, "email": office.email or "", "url": office.url or "", "hours": ""}


def read(form: Mapping[str, str], country: str, say: NullTranslations) -> Corrections:
    """Return what a posted form wants otherwise than the page had shown."""
    change: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, longest in LONGEST.items():
        typed, was = clean(form.get(name, "")), clean(form.get(WAS + name, ""))
        if typed == was:
            continue
        if len(typed) > longest:
            problems[name] = _too_long(longest, say)
            continue
        change[name], problem = _read(name, typed, country, say)
        if problem:
            problems[name] = problem
    note = clean(form.get("note", ""))
    if len(form.get("note", "").strip()) > LONGEST_NOTE:
        problems["note"] = _too_long(LONGEST_NOTE, say)
    return Corrections(change, note, problems)


def _read(name: str, typed: str, country: str, say: NullTranslations) -> tuple[Any, str]:
    """Return what is kept of a field, and what is wrong with it."""
    if name == "phones":
        numbers = list(_phones(typed, country))
        unread = next((number for number, written in zip(_lines(typed), numbers, strict=True) if not written), None)
        problem = say.gettext("This cannot be read as a phone number: %(number)s") % {"number": unread}
        return numbers, "" if unread is None else problem
    if name == "email" and typed and not is_mail_address(typed):
        return typed, say.gettext("This is no e-mail address.")
    if name == "url" and typed and any(writing.url("", (), typed)):
        return typed, say.gettext("This is no address of a page; write it from https:// on.")
    return " ".join(typed.split()) if name == "address" else typed, ""


def _phones(typed: str, country: str) -> Iterator[str]:
    """Yield each number as the country writes it, one from abroad with its code; an empty text for what is no number."""
    for line in _lines(typed):
        try:
            number = phonenumbers.parse(line, country.upper())
        except phonenumbers.NumberParseException:
            yield ""
            continue
        at_home = number.country_code == phonenumbers.country_code_for_region(country.upper())
        known = phonenumbers.is_possible_number(number) or phonenumbers.is_possible_short_number(number)
        style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
        # Brackets around an area code are how some countries write it, and no digits.
        written = phonenumbers.format_number(number, style).replace("(", "").replace(")", "")
        yield written if known else ""


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _too_long(most: int, say: NullTranslations) -> str:
    return say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": most}

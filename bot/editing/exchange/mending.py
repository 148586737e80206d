"""Mending what others wrote where a phone, an e-mail or a text should stand: what is meant is taken, the rest is told."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

#: What tools of the field leave where nobody wrote anything.
_PLACEHOLDER = re.compile(
    r"default (?:name|description|value|text)|#\s*todo\b.*|todo|tbd|fixme|n/?a|null|none|undefined|unknown"
    r"|lorem ipsum.*|[-–—.?#*_x]+",
    re.IGNORECASE,
)
#: What a page's weather corner left among the lines of an address.
_STRAY = re.compile(r"\d+\s*(?:hPa|°\s?C|km/h)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NUMBER = re.compile(r"(?<![\w+])\+?[\d(][\d /().-]{3,}\d(?!\w)")
_LABEL = re.compile(r"^\W*(?:telefon|telefono|tel|phone|e-?mail|pec|gsm|mobil\w*|телефон|тел)\b[\s.:]*", re.IGNORECASE)
_FAX = re.compile(r"\b(?:fax|faks|telefaks|факс)\b", re.IGNORECASE)
#: What stands beside numbers that are no phones.
_OTHER_NUMBER = re.compile(r"\b(?:iban|oib|iva|p\.\s?iva|trr|model|davčna|emšo|еик|егн)\b", re.IGNORECASE)
_SHORT_CODE = re.compile(r"1\d[\d ]{1,5}")
#: What the rules of the exchange take for a number: E.164 with spaces.
_INTERNATIONAL = re.compile(r"\+[1-9][0-9 ]{5,18}")


@dataclass(frozen=True, slots=True)
class Contacts:
    """What was found in a text: phones written internationally, e-mails, and the lines in which neither stood."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    faxes: tuple[str, ...] = ()


def is_placeholder(text: str) -> bool:
    """Tell whether a text says nothing: it is empty, or what a program writes where nobody wrote."""
    return not text.strip() or _PLACEHOLDER.fullmatch(text.strip()) is not None


def is_stray(line: str) -> bool:
    """Tell whether a line of an address is none: a reading of the weather beside it on the page."""
    return _STRAY.fullmatch(line.strip()) is not None


def international(number: str, country: str | None) -> str | None:
    """Return a phone number as it is written internationally, a short code as it stands; None for what is neither."""
    stripped = number.strip()
    if _SHORT_CODE.fullmatch(stripped):
        return stripped
    try:
        parsed = phonenumbers.parse(stripped, (country or "").upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
    return written if _INTERNATIONAL.fullmatch(written) else None


def contacts(text: str, country: str | None) -> Contacts:
    """Take the phones and e-mails out of a text of any shape. A number without a country code is one of ``country``."""
    phones: list[str] = []
    emails: list[str] = []
    rest: list[str] = []
    faxes: list[str] = []
    for line in text.splitlines():
        emails += _EMAIL.findall(line)
        left = _EMAIL.sub(" ", line)
        if _FAX.search(left):
            faxes.append(" ".join(left.split()))
            continue
        bare = _LABEL.sub("", left).strip(" .")
        if _SHORT_CODE.fullmatch(bare) or _INTERNATIONAL.fullmatch(bare):
            phones.append(bare)
            continue
        found = [] if _OTHER_NUMBER.search(left) else _phones(left, country)
        phones += (number for _, number in found)
        for written, _ in found:
            left = left.replace(written, " ")
        left = " ".join(_LABEL.sub("", left).split()).strip(" :;,.-–")
        if left and not _is_label(left):
            rest.append(left)
    return Contacts(tuple(dict.fromkeys(phones)), tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(rest)), tuple(faxes))


def _is_label(text: str) -> bool:
    return _LABEL.sub("", f"{text} ").strip() == ""


def _phones(line: str, country: str | None) -> list[tuple[str, str]]:
    """Return the phones in a line as they stand there and as they are written internationally."""
    found = []
    for match in _NUMBER.finditer(line):
        written = match[0].strip()
        try:
            parsed = phonenumbers.parse(written, (country or "").upper() or None)
        except phonenumbers.NumberParseException:
            continue
        # A number without its country must be one that can be given there: "00" at the head of a tax number calls Asia.
        home = phonenumbers.country_code_for_region((country or "").upper())
        at_home = parsed.country_code == home and phonenumbers.is_valid_number(parsed)
        whole = written.startswith("+") and phonenumbers.is_possible_number(parsed)
        if (whole or at_home) and (number := international(written, country)) is not None:
            found.append((written, number))
    return found

"""What one field of the library's forms takes: from the text that somebody typed to the plain value of a tree, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from bot.language import formats
from bot.language.week import compose, decompose
from bot.web import weekform
from bot.web.weekform import UnreadableHours

#: What a field holds in a tree: text, a list of texts, or nothing.
Plain = str | list[str] | None

#: Numbers as people write them: digits, parted by dots, commas, blanks or apostrophes.
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., '\u00a0\u202f\u2019])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_PARTED = re.compile(r"[ '\u00a0\u202f\u2019]")
_WRITTEN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?(?:\s*[гr]\.?)?")
_WIDEST = 180
_PLACE = re.compile(r"[0-9]{1,3}")
#: What no text is to hold: control characters, halves of characters, and what cannot be seen (the joiner of emoji can).
_UNSEEN = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TRUE = "true"


class FieldKind(StrEnum):
    """How a field is filled in. `LISTS` hold a list of texts, the others one text.

    Of ``choices`` the order means nothing, of ``ranked`` ones it does; ``patterns`` are lines that are kept as they are.
    """

    TEXT = "text"
    PROSE = "prose"
    LINES = "lines"
    CHOICE = "choice"
    CHOICES = "choices"
    RANKED = "ranked"
    PATTERNS = "patterns"
    DATE = "date"
    YES_NO = "yes-no"
    PHONE = "phone"
    PHONES = "phones"
    EMAIL = "email"
    LINK = "link"
    MONEY = "money"
    NUMBER = "number"
    DEGREES = "degrees"
    HOURS = "hours"


LISTS = frozenset({FieldKind.LINES, FieldKind.CHOICES, FieldKind.RANKED, FieldKind.PATTERNS, FieldKind.PHONES})


class UnreadableEntry(ValueError):  # noqa: N818 - a word of the house
    """What was typed is nothing of the kind that the field takes. ``hours``: what is wrong with hours."""

    def __init__(self, hours: UnreadableHours | None = None) -> None:
        super().__init__()
        self.hours = hours


def written(kind: FieldKind, value: Any) -> str:  # noqa: ANN401 - what stands in a tree
    """Return the text that stands in the box for a value of a tree."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join("" if each is None else str(each) for each in value)
    return _TRUE if kind is FieldKind.YES_NO and value == _TRUE else str(value)


def read(kind: FieldKind, text: str) -> Plain:
    """Return what ``text`` says, None where nothing is left of it. Raises `UnreadableEntry`.

    Whether a link, a phone number or an e-mail address is right is for the checks to say: what is typed is kept in any case.
    """
    text = cleaned(text)
    if kind is FieldKind.PATTERNS:
        return [line.strip() for line in text.split("\n") if line.strip()] or None
    if kind in LISTS:
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return [line for line in lines if line] or None
    if kind is FieldKind.PROSE:
        return "\n".join(line.rstrip() for line in text.strip().split("\n")) or None
    plain = " ".join(text.split())
    if not plain:
        return None
    return _READ[kind](plain) if kind in _READ else plain


def read_hours(form: Mapping[str, str], name: str) -> Plain:
    """Return the hours typed into the fields that begin with ``name``. Raises `UnreadableEntry`."""
    try:
        return weekform.read(part(form, name))
    except UnreadableHours as wrong:
        raise UnreadableEntry(wrong) from None


def cleaned(text: str) -> str:
    """Return ``text`` composed and without characters that nobody sees, which the checks would refuse and databases too."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\t", " ")))


def read_ranked(form: Mapping[str, str], name: str) -> Plain:
    """Return the values chosen in the boxes that begin with ``name``, in the order of the boxes, each once."""
    places = {int(key): cleaned(value).strip() for key, value in part(form, name).items() if _PLACE.fullmatch(key)}
    chosen = (places[place] for place in sorted(places))
    return list(dict.fromkeys(value for value in chosen if value)) or None


def settled_hours(text: str) -> Plain:
    """Return hours as they come back from a form that shows them and is not touched."""
    week = decompose(text or None)
    return (text or None) if week is None else compose(week)


def part(form: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the fields of ``form`` that belong to the box ``name``, by what follows its name."""
    start = f"{name}-"
    return {key.removeprefix(start): value for key, value in form.items() if key.startswith(start)}


def _day(text: str) -> str:
    german = _WRITTEN_DAY.fullmatch(text)
    try:
        day = date.fromisoformat(text) if german is None else date(*(int(each) for each in reversed(german.groups())))
    except ValueError:
        raise UnreadableEntry from None
    return day.isoformat()


def _money(text: str) -> str:
    """Return an amount: what stands behind the last mark is cents when it is one or two digits, else thousands."""
    bare = text.replace("€", "").removesuffix("EUR").strip()
    if _GROUPED.fullmatch(bare):
        whole, mark, cents = _cents(bare)
        return re.sub(r"\D", "", whole) + (f".{cents}" if mark else "")
    return _number(bare)


def _cents(bare: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*)([.,])(\d{1,2})", bare)
    return (found[1], found[2], found[3]) if found else (bare, "", "")


def _number(text: str) -> str:
    bare = _PARTED.sub("", text)
    if _NUMBER.fullmatch(bare) is None:
        raise UnreadableEntry
    return bare.replace(",", ".")


def _degrees(text: str) -> str:
    number = _number(text.removesuffix("°"))
    if abs(float(number)) > _WIDEST:
        raise UnreadableEntry
    return number


def _link(text: str) -> str:
    """Return a link with its beginning, which people leave out."""
    bare = "://" not in text and "." in text and " " not in text and "@" not in text
    return f"https://{text}" if bare else text


_READ: Mapping[FieldKind, Callable[[str], Plain]] = {
    FieldKind.DATE: _day,
    FieldKind.MONEY: _money,
    FieldKind.NUMBER: _number,
    FieldKind.DEGREES: _degrees,
    FieldKind.LINK: _link,
    FieldKind.YES_NO: lambda text: _TRUE if text == _TRUE else None,
}


def in_words(kind: FieldKind, value: Any, language: str) -> str:  # noqa: ANN401 - what stands in a tree
    """Return a value as a reader of ``language`` reads it beside its box."""
    text = written(kind, value)
    if kind is FieldKind.DATE:
        try:
            return formats.day(date.fromisoformat(text), language)
        except ValueError:
            return text
    return text

"""What all texts are held to: clean letters, one alphabet to a word, no digits in prose, values of the right form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.language.hours import HoursError, opening
from bot.language.text import clean
from bot.model.library import FactKind

#: The longest label that a button of Telegram shows on a small phone.
LONGEST_BUTTON = 30

#: Words of a sentence, a fact counted as one. Rules for easy reading ask for fifteen or fewer; beyond twenty nobody follows.
LONGEST_SENTENCE = 20

#: The most digits of a number.
MOST_DIGITS = 15

_ANY_MOMENT = datetime(2026, 1, 5, 12, tzinfo=UTC)
#: A place in a word where the alphabet changes.
_SWITCH = re.compile(r"[a-zà-ɏ][Ѐ-ӿ]|[Ѐ-ӿ][a-zà-ɏ]", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W\d_]+")
_URL = re.compile(r"https?://[^\s/.]+(?:\.[^\s/.]+)+(?:/\S*)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
#: No sign: nobody is owed or old less than nothing, and a minus is a slip of the keyboard that residents would read.
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_PHONE = re.compile(r"\+?\d[\d ()/.-]*\d")


def text(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check a text that anybody reads or wrote: composed, without invisible characters, one alphabet to a word."""
    if clean(value) != value.strip():
        if unicodedata.normalize("NFC", value) != value:
            yield error(file, path, "the letters are not composed: write them anew")
        else:
            yield error(file, path, "an invisible character or a doubled space stands in this text")
    for word in mixed_words(value):
        yield error(file, path, "'%(word)s' mixes Latin and Cyrillic letters", word=word)


def mixed_words(value: str) -> list[str]:
    """Return the words that hold letters of both alphabets: the Latin c and the Cyrillic с look the same."""
    if _SWITCH.search(value) is None:
        return []
    return [word for word in _WORD.findall(value) if _SWITCH.search(word)]


def digits(value: str) -> str:
    """Return the digits in ``value``."""
    return "".join(character for character in value if character.isdigit())


def length(file: str, path: Path, value: str, most: int) -> Iterator[Finding]:
    """Check that a text has at most ``most`` words, and each of its sentences at most `LONGEST_SENTENCE`."""
    count = len(value.split())
    if count > most:
        yield warning(file, path, "%(count)d words, %(most)d at most are read on a phone", count=count, most=most)
    yield from sentences(file, path, value)


def sentences(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check the length of each sentence in ``value``."""
    for said in _SENTENCE.split(value):
        count = len(said.split())
        if count > LONGEST_SENTENCE:
            template = sentence("a sentence of %(count)d words is hard to read: '%(begin)s ...'")
            yield warning(file, path, template, count=count, begin=" ".join(said.split()[:4]))


def label(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check what stands on a button."""
    yield from text(file, path, value)
    if len(value) > LONGEST_BUTTON:
        yield error(file, path, "'%(label)s' has %(count)d characters, a button shows 30", label=value, count=len(value))


def names(file: str, path: Path, given: Mapping[str, str], needed: Iterable[str]) -> Iterator[Finding]:
    """Check a name in several languages: those ``needed`` are there, and each is well written."""
    for language in needed:
        if language not in given:
            yield error(file, path, "'%(name)s' is missing in '%(language)s'", name=path[-1], language=language)
    for language, name in given.items():
        yield from text(file, (*path, language), name)


def url(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check that an address of a page is whole."""
    if not _URL.fullmatch(value):
        yield error(file, path, "'%(value)s' is no address of a page; write it from https:// on", value=value)


def email(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check an e-mail address."""
    if not _EMAIL.fullmatch(value):
        yield error(file, path, "'%(value)s' is no e-mail address", value=value)


def phone(file: str, path: Path, value: str) -> Iterator[Finding]:
    """Check a phone number: digits, and nothing said in brackets behind it."""
    if not _PHONE.fullmatch(value):
        yield error(file, path, "'%(value)s' is no phone number; write the digits only", value=value)


def hours(file: str, path: Path, value: str, country: str) -> Iterator[Finding]:
    """Check opening hours."""
    try:
        opening(value, country, _ANY_MOMENT)
    except HoursError:
        yield error(file, path, "'%(value)s' are no opening hours; write them like Mo-Fr 08:00-12:00", value=value)


def fact(file: str, path: Path, kind: FactKind, value: str) -> Iterator[Finding]:
    """Check that the value of a fact is what its kind says."""
    match kind:
        case FactKind.URL:
            yield from url(file, path, value)
        case FactKind.EMAIL:
            yield from email(file, path, value)
        case FactKind.PHONE:
            yield from phone(file, path, value)
        case FactKind.ADDRESS | FactKind.NAME:
            yield from text(file, path, value)
        case FactKind.DATE:
            if not _is_date(value):
                yield error(file, path, "'%(value)s' is no date; write it like 2026-03-01", value=value)
        case FactKind.YEAR:
            if not re.fullmatch(r"\d{4}", value):
                yield error(file, path, "'%(value)s' is no year", value=value)
        case _:
            if not _is_number(value):
                yield error(file, path, "'%(value)s' is no number; write it like 1234.50", value=value)


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_number(value: str) -> bool:
    """Tell whether a number is one that can be written out: larger ones, or ``1e30``, are beyond the arithmetic of `formats`."""
    return _NUMBER.fullmatch(value) is not None and len(digits(value)) <= MOST_DIGITS

"""Approved answers part by part, for paper; and saved replies, whose fields are filled with what is known of an info point."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogue.answers import checked, filled, pages_of, reserves, worded_in
from bot.language import formats
from bot.language.hours import HoursError
from bot.language.phrases import Phrases
from bot.language.schedule import state
from bot.language.weekly import weekly
from bot.model.library import Answer, Library, Point
from bot.model.schedule import Schedule

#: What a saved reply may name in braces. All but the last are of the info point.
FIELDS = ("point", "hours", "next_opening", "phone", "address", "case_code")

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
#: Where a sentence of a saved reply ends. A stop before a small letter or a digit is one of an abbreviation or an ordinal, and
#: so is one after a short word before a field ("Tel. {phone}").
_SENTENCES = re.compile(
    r"(?<=[.!?…])(?=\s+(?![a-zčšžćđа-я0-9{]))|(?<=[.!?…])(?<!\b\w\.)(?<!\b\w{2}\.)(?<!\b\w{3}\.)(?<!\b\w{4}\.)(?=\s+\{)|(?=\n)"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer in one language, its facts filled in.

    ``language`` is that of the text, which is another than the wanted one where nobody has put the answer into that yet.
    ``reserves`` and ``checked`` are in the wanted one.
    """

    language: str
    title: str
    about: str
    do: tuple[str, ...]
    bring: tuple[str, ...]
    cost: str
    time: str
    note: str
    reserves: tuple[str, ...]
    pages: tuple[str, ...]
    checked: str


def parts(given: Answer, language: str, phrases: Phrases, library: Library, now: datetime) -> Parts:
    """Return an answer part by part, each as the resident reads it in the whole."""
    tongue = worded_in(given, language)
    wording = given.wordings[tongue]

    def written(text: str) -> str:
        return filled(text, given, tongue, phrases.into(tongue), now)

    return Parts(
        tongue,
        wording.title,
        written(" ".join(part for part in (wording.what, wording.who) if part)),
        tuple(written(item) for item in wording.do),
        tuple(written(item) for item in wording.bring),
        written(wording.cost),
        written(wording.time),
        written(wording.note),
        tuple(reserves(given, language, phrases.into(language), library, now)),
        tuple(pages_of(given)),
        checked(given, language, phrases.into(language)),
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """A saved reply ready to be sent, and the fields without a value: the sentences that name them were left out."""

    text: str
    missing: tuple[str, ...] = ()


def unknown_fields(text: str) -> tuple[str, ...]:
    """Return what stands in braces and is no field, and lone braces, in the order of ``text``."""
    return tuple(dict.fromkeys(found[0] for found in _BRACES.finditer(text) if found[1] not in FIELDS))


def fill_in(text: str, values: Mapping[str, str]) -> Filled:
    """Return a saved reply with the fields put in; a sentence that names one without a value is left out.

    ``values`` are by name; what is missing or empty has no value.
    """
    missing: dict[str, None] = {}
    kept = []
    for sentence in _SENTENCES.split(text):
        lacking = [found[1] or found[0] for found in _BRACES.finditer(sentence) if not values.get(found[1] or "")]
        missing |= dict.fromkeys(lacking)
        # The line break before a sentence that is left out stays: what follows begins where it did.
        kept.append(_put_in(sentence, values) if not lacking else sentence[: len(sentence) - len(sentence.lstrip("\n"))])
    tidied = re.sub(r"\n{3,}", "\n\n", re.sub(r"\n[ \t]+", "\n", "".join(kept))).strip()
    return Filled(tidied, tuple(missing))


def values_of(
    point: Point | None,
    schedule: Schedule | None,
    language: str,
    say: gettext.NullTranslations,
    now: datetime,
    *,
    case_code: str = "",
) -> dict[str, str]:
    """Return the values of the fields of saved replies in ``language``; what is not known is empty.

    ``schedule`` is that of the info point as its desk keeps it.
    """
    if point is None:
        return {"case_code": case_code}
    return {
        "point": point.name(language),
        "hours": "; ".join(hours_of(schedule.hours, point.country, language, say, now.date())) if schedule else "",
        "next_opening": _next_opening(schedule, language, now) if schedule else "",
        "phone": formats.phone(point.phone, point.country) if point.phone else "",
        "address": point.address or "",
        "case_code": case_code,
    }


def hours_of(hours: str | None, country: str, language: str, say: gettext.NullTranslations, day: date) -> tuple[str, ...]:
    """Return opening hours by the days of the week, in lines; none when they are not known or cannot be told."""
    if not hours:
        return ()
    if hours == "24/7":
        return (say.gettext("Open day and night."),)
    try:
        return weekly(hours, country, language, day)
    except HoursError:
        return ()


def _put_in(sentence: str, values: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda found: values[found[1]], sentence)


def _next_opening(schedule: Schedule, language: str, now: datetime) -> str:
    """Return when it opens next; while it is open, when it opens again after that."""
    if schedule.hours is None:
        return ""
    try:
        found = state(schedule, now)
        if found.is_open and found.changes_at is not None:
            found = state(schedule, found.changes_at)
    except HoursError:
        return ""
    return "" if found.changes_at is None else formats.moment(found.changes_at, language, schedule.country)

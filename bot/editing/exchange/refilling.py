"""Putting the names of facts back into a text that came from outside with the facts written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.dialogue.answers import facts_of, filled
from bot.editing.wordings import NAME
from bot.language.phrases import Phrases
from bot.model.library import Answer

#: A fact that the text did not name before is looked for only when it is long enough not to be met by chance.
_TELLING = 4
#: A moment at which each fact that applies to a year is told with it.
_LATER = datetime(9999, 1, 1, tzinfo=UTC)
_STOPS = re.compile(r"\.\.(?!\.)")


def refilled(text: str, before: str, answer: Answer, language: str, phrases: Phrases) -> str:
    """Return ``text`` with names of facts in the place of their values, as far as that says the same.

    ``before`` is the part of the wording that it takes the place of: the facts named there come first, and where two have the
    same value they keep their order.
    """
    written = facts_of(answer, language)
    plain = text
    for name in written:  # "500 € (in the year 2025)" is said when the amount is shown, not when it is written
        dated = filled(f"{{{name}}}", answer, language, phrases.into(language), _LATER)
        if dated != written[name]:
            plain = plain.replace(dated, written[name])
    named = NAME.findall(before)
    others = [name for name, value in written.items() if name not in named and len(value) >= _TELLING]
    by_value: dict[str, list[str]] = {}
    for name in [*named, *others]:
        if name in written:
            by_value.setdefault(written[name], []).append(name)
    if not by_value:
        return plain
    values = "|".join(re.escape(value) for value in sorted(by_value, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?<!\d[.,])(?:{values})(?!\w)(?![.,]\d)")
    chosen = {value: _in_turn(names, set(named)) for value, names in by_value.items()}
    named_again = pattern.sub(lambda match: f"{{{next(chosen[match[0]])}}}", plain)
    said = NAME.sub(lambda match: written[match[1]], named_again)
    return named_again if _STOPS.sub(".", said) == _STOPS.sub(".", plain) else plain


def _in_turn(names: list[str], named: set[str]) -> Iterator[str]:
    """Yield the names of a value: those that were named before one after the other, then the last of them again and again."""
    first = [name for name in names if name in named] or names[:1]
    yield from first
    while True:
        yield first[-1]

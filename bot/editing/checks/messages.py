"""Checks of an answer as a channel shows it, facts written out and offices below: it is to fit one message."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.dialogue import answers, offices
from bot.editing import layout
from bot.editing.findings import Finding, warning
from bot.editing.problems import sentence
from bot.model.library import Answer, Library

#: The most that each channel shows in one message, in UTF-16 units. Telegram's: https://core.telegram.org/bots/api#sendmessage.
#: A longer answer comes in two messages, with the buttons under the second. The web chat has no limit.
LONGEST_MESSAGE: Mapping[str, int] = {"Telegram": 4096}

#: Headings are written by gettext in the reader's language; English ones are about as long.
_HEADINGS = gettext.NullTranslations()
_ANY_MOMENT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def check(library: Library) -> Iterator[Finding]:
    """Check all answers of a library that has no errors, each with the longest of the offices that it may name."""
    cards: dict[str, Mapping[str, int]] = {}
    for answer in library.answers.values():
        for language in answer.wordings:
            if language not in cards:
                cards[language] = _cards(library, language)
            count = _longest(answer, language, library, cards[language])
            for channel, most in LONGEST_MESSAGE.items():
                if count > most:
                    file, path = layout.words(answer.topic, language), ("wordings", answer.where)
                    template = sentence("with its offices it has %(count)d characters: %(channel)s cuts it in two")
                    yield warning(file, path, template, count=count, channel=channel)


def _longest(answer: Answer, language: str, library: Library, cards: Mapping[str, int]) -> int:
    alone = answers.write(answer, language, _HEADINGS, library, None, _ANY_MOMENT)
    named = sorted((cards[office] for office in offices.named(answer, library) if office in cards), reverse=True)
    return _units(alone.text) + sum(named[: offices.MOST_OFFICES])


def _cards(library: Library, language: str) -> Mapping[str, int]:
    """Return the lengths of all office cards in a language, by office id."""
    known = library.offices.values()
    return {office.id: _units(offices.write(office, language, _HEADINGS, _ANY_MOMENT).text) for office in known}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2

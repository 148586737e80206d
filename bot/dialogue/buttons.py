"""The buttons under a message and what their payloads mean."""

from __future__ import annotations

import gettext
from collections.abc import Iterable

from bot.model.library import LANGUAGES, Library, Situation
from bot.model.message import Button

Rows = tuple[tuple[Button, ...], ...]

#: Each language calls itself by its own name, whoever reads it.
LANGUAGE_NAMES = {"sl": "slovenščina", "it": "italiano", "hr": "hrvatski", "bg": "български"}


def person(say: gettext.NullTranslations) -> Button:
    """Offer a person."""
    return Button(say.gettext("Talk to a person"), "human")


def call_me_back(say: gettext.NullTranslations) -> Button:
    """Offer to be called back."""
    return Button(say.gettext("Call me back"), "callback:")


def languages(only: Iterable[str] = LANGUAGES) -> Rows:
    """Offer languages, each by its own name."""
    return tuple((Button(LANGUAGE_NAMES[language], f"lang:{language}"),) for language in only)


def topics(library: Library, ids: Iterable[str], language: str) -> Rows:
    """Offer topics by their short names, one a row."""
    return tuple((Button(library.topics[topic].names[language], f"topic:{topic}"),) for topic in ids)


def countries(ids: Iterable[str], library: Library, language: str, prefix: str = "country:") -> Rows:
    """Offer countries in one row: ``prefix`` is ``country:`` when one is asked for, ``topic:<id>/`` under an answer."""
    return (tuple(Button(library.places[country].names[language], f"{prefix}{country}") for country in ids),)


def border(label: str, topic: str) -> Rows:
    """Offer the two questions of those who live in one country and work or need a service in another."""
    return ((Button(label, f"border:{topic}"),),)


def overview(say: gettext.NullTranslations, situation: Situation, language: str) -> Rows:
    """Offer the overview of a situation."""
    return (
        (Button(say.gettext("All about: %(situation)s") % {"situation": situation.names[language]}, f"event:{situation.id}"),),
    )


def wrong(say: gettext.NullTranslations, topic: str, where: str) -> Button:
    """Offer to say that something is wrong with an answer."""
    return Button(say.gettext("Something wrong?"), f"wrong:{topic}/{where}")


def under_answer(say: gettext.NullTranslations, topic: str, where: str, others: Rows) -> Rows:
    """Ask whether the answer helped, offer what ``others`` lead to, a person, and to say that something is wrong."""
    votes = (
        Button(say.gettext("This helped me"), f"helpful:{topic}/{where}"),
        Button(say.gettext("This is not it"), f"missed:{topic}/{where}"),
    )
    return (votes, *(row for row in others if row), (person(say), wrong(say, topic, where)))


def split(press: str) -> tuple[str, str]:
    """Return the verb of a payload and what follows its colon."""
    verb, _, rest = press.partition(":")
    return verb, rest

"""A library of ten thousand wordings: one shipped topic told again under many names, in every country and language."""

from __future__ import annotations

from typing import Any

from bot.editing import layout, trees
from bot.editing.trees import Tree
from bot.model.library import COUNTRIES, LANGUAGES, Library
from tests.support.editing import small_tree


def large_tree(topics: int, entries: int = 0) -> Tree:
    """Return the small edition with ``topics`` more topics, and ``entries`` more offices and places in each country."""
    small = small_tree()
    tree = dict(small)
    for number in range(topics):
        name = f"topic-{number}"
        tree[layout.topic(name)] = {
            **small[layout.topic("debts")],
            "names": dict.fromkeys(LANGUAGES, f"Tema {number}"),
            "related": [],
        }
        for country in COUNTRIES:
            tree[layout.facts(name, country)] = small[layout.facts("debts", country)]
        for language in LANGUAGES:
            words = small[layout.words("debts", language)]
            examples = [f"{text} {_word(number)} {_word(position)}" for position, text in enumerate(words["examples"][:8])]
            tree[layout.words(name, language)] = {**words, "examples": examples}
    for country in COUNTRIES:
        offices, places = small[layout.offices(country)], {}
        office = next(iter(offices.values()))
        tree[layout.offices(country)] = {**offices, **{f"office-{country}-{number}": office for number in range(entries)}}
        for number in range(entries):
            name = f"Kraj{_word(number)}{country}"
            place: dict[str, Any] = {
                "country": country,
                "kind": "settlement",
                "name": name,
                "names": dict.fromkeys(LANGUAGES, name),
            }
            places[f"place-{country}-{number}"] = place | {"forms": {"sl": [name, f"{name}u"]}, "within": country}
        tree[layout.PLACES] = {**tree[layout.PLACES], **places}
    return tree


def large_library(topics: int, entries: int = 0) -> Library:
    """Return `large_tree` as a library."""
    reading = trees.read(large_tree(topics, entries))
    assert reading.library is not None, [str(problem) for problem in reading.errors[:5]]
    return reading.library


def _word(number: int) -> str:
    """Return a word of its own for a number."""
    return "".join("bdfgklmnprst"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in str(number))

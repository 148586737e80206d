"""The groups that topics are sorted into, by their names and in the order of need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from gettext import NullTranslations

from bot.model.library import Library

#: What cannot wait comes first: safety, money for food, a roof. Then who depends on others, then the rest of life.
ORDER = ("safety", "money", "housing", "family", "health", "age", "disability", "work", "newcomers", "community", "point")


def names(say: NullTranslations) -> Mapping[str, str]:
    """Return what each group is called."""
    return {
        "safety": say.pgettext("group of topics", "Safety"),
        "money": say.pgettext("group of topics", "Money"),
        "housing": say.pgettext("group of topics", "Housing"),
        "family": say.pgettext("group of topics", "Family and children"),
        "health": say.pgettext("group of topics", "Health"),
        "age": say.pgettext("group of topics", "Old age and care"),
        "disability": say.pgettext("group of topics", "Disability"),
        "work": say.pgettext("group of topics", "Work"),
        "newcomers": say.pgettext("group of topics", "New in the country"),
        "community": say.pgettext("group of topics", "Community"),
        "point": say.pgettext("group of topics", "Offices and the info point"),
    }


def grouped(topics: Iterable[str], library: Library, language: str) -> list[tuple[str, list[str]]]:
    """Return the ids of topics by group in the order of need, within a group by their names; unknown groups come last."""
    found: dict[str, list[str]] = {group: [] for group in ORDER}
    for topic in sorted(topics, key=lambda each: library.topics[each].names.get(language, each).lower()):
        found.setdefault(library.topics[topic].group, []).append(topic)
    return [(group, members) for group, members in found.items() if members]

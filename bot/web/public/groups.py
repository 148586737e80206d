"""Topics sorted into their groups, in the order of need."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.library import Library

#: What cannot wait comes first: safety, money for food, a roof. Then who depends on others, then the rest of life.
ORDER = ("safety", "money", "housing", "family", "health", "age", "disability", "work", "newcomers", "community", "point")


def grouped(topics: Iterable[str], library: Library, language: str) -> list[tuple[str, list[str]]]:
    """Return the ids of topics by group in the order of need, within a group by their names; unknown groups come last."""
    found: dict[str, list[str]] = {group: [] for group in ORDER}
    for topic in sorted(topics, key=lambda each: library.topics[each].names.get(language, each).lower()):
        found.setdefault(library.topics[topic].group, []).append(topic)
    return [(group, members) for group, members in found.items() if members]

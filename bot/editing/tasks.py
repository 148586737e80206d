"""What needs somebody's attention so that the knowledge stays true, found in a tree as an editor sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.editing import confirming, layout
from bot.editing.checks.answers import WORDED
from bot.editing.items import Item, Spot, item_at
from bot.editing.items import Kind as Sort
from bot.editing.trees import Tree, get
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS

#: From so many days before its date something is due to be looked up again.
AHEAD = timedelta(days=30)
#: For how long a check holds where a topic says nothing else, as in `bot.model.library.Topic.fresh_days`.
FRESH = timedelta(days=365)

#: What says how to reach an office.
_WAYS = ("phones", "email", "url", "address")


class Kind(StrEnum):
    """Why something needs attention; the order is that of the page."""

    CONFLICT = "conflict"  # an update of the program and an editor changed the same place
    LINE = "line"  # nobody has phoned this help line yet
    BEHIND = "behind"  # another wording was changed in meaning, this one not yet
    MISSING = "missing"  # there is no wording in this language
    FACTS = "facts"  # facts are past their date, or will be soon
    ANSWER = "answer"  # the answer was last looked up long ago
    OFFICE = "office"  # the entry was last looked up long ago
    UNREACHABLE = "unreachable"  # nothing says how to reach an office


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to see to. ``since`` is the day from which it is amiss, ``due`` the day on which it will be.

    ``facts`` are the names of those it is about. ``owner`` is the id of who looks after the topic, None where it is
    everybody's. ``country`` is that of the item, None for what all share. ``can_confirm`` says that "still correct" settles it.
    """

    kind: Kind
    item: Item
    language: str | None = None
    since: date | None = None
    due: date | None = None
    facts: tuple[str, ...] = ()
    owner: str | None = None
    country: str | None = None
    can_confirm: bool = False

    @property
    def topic(self) -> str | None:
        """The topic that it belongs to."""
        return self.item.name.partition("/")[0] if self.item.kind in _OF_TOPICS else None


_OF_TOPICS = frozenset({Sort.ANSWER, Sort.TOPIC, Sort.EXAMPLES})
_NOBODY: Mapping[str, str] = MappingProxyType({})


def tasks(tree: Tree, today: date, owners: Mapping[str, str] = _NOBODY, conflicts: Iterable[Spot] = ()) -> list[Task]:
    """Return all tasks as of ``today``, by kind, the one that is overdue longest first.

    ``owners`` are the ids of those who look after a topic, ``conflicts`` the places that were changed in two ways.
    """
    found = [*_conflicts(conflicts), *_lines(tree), *_answers(tree, today), *_shared(tree, today), *_offices(tree, today)]
    owned = [replace(task, owner=owners.get(task.topic or "")) for task in found]
    order = list(Kind)
    return sorted(owned, key=lambda task: (order.index(task.kind), task.since or task.due or date.max, str(task.item)))


def _conflicts(spots: Iterable[Spot]) -> Iterator[Task]:
    for item in dict.fromkeys(item_at(file, path) for file, path in spots):
        if item is not None:
            yield Task(Kind.CONFLICT, item, country=country_of(item))


def _lines(tree: Tree) -> Iterator[Task]:
    for name, line in _entries(tree, layout.LINES):
        if not line.get("confirmed_on"):
            yield Task(Kind.LINE, Item(Sort.LINE, name), country=_country(line.get("country")), can_confirm=True)


def _answers(tree: Tree, today: date) -> Iterator[Task]:
    topics = [file.removeprefix("topics/").removesuffix(".yaml") for file in tree if file.startswith("topics/")]
    for topic in topics:
        fresh = _fresh(get(tree, layout.topic(topic), ("fresh_days",)))
        for where in (*COUNTRIES, *PAIRS):
            answer = tree.get(layout.facts(topic, where))
            if isinstance(answer, Mapping):
                item = Item(Sort.ANSWER, f"{topic}/{where}")
                yield from _answer(item, answer, fresh, today)
                yield from _worded(tree, item, topic, where)


def _answer(item: Item, answer: Mapping[str, Any], fresh: timedelta, today: date) -> Iterator[Task]:
    country = country_of(item)
    yield from _of_facts(item, answer, fresh, today)
    checked = _day(answer.get("checked_on"))
    if checked is not None and checked + fresh <= today + AHEAD:
        yield _at(Task(Kind.ANSWER, item, country=country, can_confirm=True), checked + fresh, today)


def _of_facts(item: Item, holder: Mapping[str, Any], fresh: timedelta, today: date) -> Iterator[Task]:
    """Yield what facts with a date of their own need: those that can be looked up now, and those that will be new next year."""
    facts = holder.get("facts")
    stale: dict[str, date] = {}
    ending: dict[str, date] = {}
    for name, fact in facts.items() if isinstance(facts, Mapping) else ():
        if not isinstance(fact, Mapping):
            continue
        checked, end = _day(fact.get("checked_on")), _year_end(fact.get("valid_for"))
        if confirming.is_past(fact, today) and end is not None:
            stale[name] = end
        elif end is not None and end <= today + AHEAD:
            ending[name] = end
        elif checked is not None and checked + fresh <= today + AHEAD:
            stale[name] = checked + fresh
    for named, can_confirm in ((stale, True), (ending, False)):
        if named:
            task = Task(Kind.FACTS, item, facts=tuple(named), country=country_of(item), can_confirm=can_confirm)
            yield _at(task, min(named.values()), today)


def _worded(tree: Tree, item: Item, topic: str, where: str) -> Iterator[Task]:
    for language in LANGUAGES:
        wording = get(tree, layout.words(topic, language), ("wordings", where))
        if isinstance(wording, Mapping):
            if behind := _day(wording.get("behind")):
                yield Task(Kind.BEHIND, item, language, since=behind, country=country_of(item))
        elif language in WORDED[where]:
            yield Task(Kind.MISSING, item, language, country=country_of(item))


def _shared(tree: Tree, today: date) -> Iterator[Task]:
    for whose in (*COUNTRIES, layout.COMMON):
        held = tree.get(layout.shared(whose))
        if isinstance(held, Mapping):
            yield from _of_facts(Item(Sort.SHARED, whose), held, FRESH, today)


def _offices(tree: Tree, today: date) -> Iterator[Task]:
    for country in COUNTRIES:
        for name, office in _entries(tree, layout.offices(country)):
            item, checked = Item(Sort.OFFICE, f"{country}/{name}"), _day(office.get("checked_on"))
            if not any(office.get(way) for way in _WAYS):
                yield Task(Kind.UNREACHABLE, item, country=country)
            if checked is not None and checked + FRESH <= today + AHEAD:
                yield _at(Task(Kind.OFFICE, item, country=country, can_confirm=True), checked + FRESH, today)


def country_of(item: Item) -> str | None:
    """Return the country that an item belongs to; for a pair of countries the one where the service is."""
    match item.kind:
        case Sort.ANSWER:
            return _country(item.name.rpartition("/")[2].rpartition("-")[2])
        case Sort.OFFICE | Sort.SHARED:
            return _country(item.name.partition("/")[0])
        case _:
            return None


def counts(found: Collection[Task]) -> Mapping[Kind, int]:
    """Return how many tasks there are of each kind that there is one of."""
    numbers = {kind: sum(task.kind is kind for task in found) for kind in Kind}
    return {kind: number for kind, number in numbers.items() if number}


def _entries(tree: Tree, file: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    held = tree.get(file)
    yield from (
        (name, entry) for name, entry in (held if isinstance(held, Mapping) else {}).items() if isinstance(entry, Mapping)
    )


def _at(task: Task, day: date, today: date) -> Task:
    return replace(task, since=day) if day <= today else replace(task, due=day)


def _country(value: object) -> str | None:
    return value if isinstance(value, str) and value in COUNTRIES else None


def _day(value: object) -> date | None:
    """Return a day as it stands in a tree; None for what is none: a draft may hold anything."""
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _year_end(value: object) -> date | None:
    year = str(value or "")
    return date(int(year), 12, 31) if year.isascii() and year.isdecimal() and date.min.year <= int(year) < date.max.year else None


def _fresh(value: object) -> timedelta:
    days = str(value or "")
    known = days.isascii() and days.isdecimal() and len(days) < 6  # noqa: PLR2004 - longer than any century
    return timedelta(days=int(days)) if known else FRESH

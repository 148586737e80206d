"""What the things of the library are called on the pages of those who keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from gettext import NullTranslations
from typing import Any

from bot.editing import layout
from bot.editing.items import Item, Kind, item_at
from bot.editing.problems import Problem
from bot.editing.trees import Tree, get
from bot.language import formats
from bot.model.library import COUNTRIES, HOME, LANGUAGES, PAIRS
from bot.model.verdict import Act
from bot.web.library.kinds import office_kinds
from bot.web.pages import country_name, language_name
from bot.web.why import act_name, crisis_name


def kind_name(kind: Kind, say: NullTranslations) -> str:
    """Return what a kind of item is called."""
    return {
        Kind.TOPIC: say.gettext("Topic"),
        Kind.ANSWER: say.gettext("Answer"),
        Kind.EXAMPLES: say.gettext("How residents ask"),
        Kind.SITUATION: say.gettext("Life situation"),
        Kind.OFFICE: say.gettext("Office"),
        Kind.PLACE: say.gettext("Place"),
        Kind.POINT: say.gettext("Info point"),
        Kind.LINE: say.gettext("Help line"),
        Kind.CRISIS: say.gettext("Crisis"),
        Kind.SHARED: say.gettext("Shared facts"),
        Kind.ACT: say.gettext("Short sentences"),
        Kind.SAID: say.gettext("What is not ours"),
    }[kind]


def group_names(say: NullTranslations) -> Mapping[str, str]:
    """Return the groups that topics belong to, with their names."""
    return {
        "age": say.gettext("Old age and care"),
        "community": say.gettext("Community"),
        "disability": say.gettext("Disability"),
        "family": say.gettext("Family and children"),
        "health": say.gettext("Health"),
        "housing": say.gettext("Housing"),
        "money": say.gettext("Money and benefits"),
        "newcomers": say.gettext("Newcomers"),
        "point": say.gettext("The info point itself"),
        "safety": say.gettext("Safety"),
        "work": say.gettext("Work"),
    }


def where_name(where: str, language: str, say: NullTranslations) -> str:
    """Return for whom an answer is: a country, or who lives in one and works or needs it in another."""
    if where not in PAIRS:
        return country_name(where, language)
    lives, country = (country_name(each, language) for each in where.split("-"))
    return say.gettext("lives: %(lives)s, works or needs it: %(country)s") % {"lives": lives, "country": country}


def owner_name(whose: str, language: str, say: NullTranslations) -> str:
    """Return whose the shared facts of a file are."""
    return say.gettext("all countries") if whose == layout.COMMON else country_name(whose, language)


def topic_name(tree: Tree, topic: str, language: str) -> str:
    """Return what a topic is called; its id where it has no name."""
    return in_language(get(tree, layout.topic(topic), ("names",)), language) or topic


def item_name(tree: Tree, item: Item, language: str, say: NullTranslations) -> str:
    """Return what an item is called in ``language``, else in a language that it has a name in, else its own short name."""
    name = item.name
    match item.kind:
        case Kind.TOPIC | Kind.EXAMPLES:
            return topic_name(tree, name, language)
        case Kind.ANSWER:
            topic, _, where = name.partition("/")
            return f"{topic_name(tree, topic, language)} ({where_name(where, language, say)})"
        case Kind.PLACE:
            return _place(tree, name, language)
        case Kind.LINE:
            line = get(tree, layout.LINES, (name,)) or {}
            return " · ".join(each for each in (in_language(line.get("names"), language), line.get("number")) if each) or name
        case Kind.SITUATION | Kind.OFFICE | Kind.POINT:
            return in_language(_names(tree, item), language) or name.rpartition("/")[2]
        case _:
            return _said(item, language, say)


def _names(tree: Tree, item: Item) -> Any:  # noqa: ANN401 - what stands in a tree
    match item.kind:
        case Kind.SITUATION:
            return {code: get(tree, layout.situation_words(code), (item.name, "name")) for code in LANGUAGES}
        case Kind.OFFICE:
            country, _, office = item.name.partition("/")
            return get(tree, layout.offices(country), (office, "names"))
        case _:
            return get(tree, layout.POINTS, (item.name, "names"))


def _said(item: Item, language: str, say: NullTranslations) -> str:
    """Return the name of what there are few of, and none can be added."""
    name = item.name
    match item.kind:
        case Kind.CRISIS:
            return crisis_name(name, say)
        case Kind.SHARED:
            return owner_name(name, language, say)
        case Kind.ACT:
            return act_name(Act(name), say) if name in set(Act) else name
        case _:
            return say.gettext("a figure of speech") if name == layout.NOT_CRISIS else say.gettext("not our subject")


def in_language(names: Any, language: str) -> str:  # noqa: ANN401 - what stands in a tree
    """Return the text in ``language``, else the first that there is, else nothing."""
    if not isinstance(names, Mapping):
        return ""
    known = {code: text for code, text in names.items() if isinstance(text, str) and text}
    return known.get(language) or next(iter(known.values()), "")


def _place(tree: Tree, name: str, language: str) -> str:
    """Return what a place is called where it is read about: "Gorica", and "Gorizia" where that is its own name."""
    place = get(tree, layout.PLACES, (name,)) or {}
    names = place.get("names") if isinstance(place, Mapping) else None
    own = place.get("name") if isinstance(place, Mapping) else None
    found = names.get(language) if isinstance(names, Mapping) else None
    return next((each for each in (found, own) if isinstance(each, str) and each), name)


def home_of(where: str) -> str:
    """Return the language of the country where an answer holds."""
    country = where.rpartition("-")[2]
    return next((language for language, home in HOME.items() if home == country), LANGUAGES[0])


def spoken(problem: Problem, tree: Tree, language: str, say: NullTranslations) -> Problem:
    """Return a problem whose values are said as readers know them: items for files, names for codes, days in words."""
    values = {name: _said_value(name, value, tree, language, say) for name, value in problem.values.items()}
    return replace(problem, values=values)


def quoting(problem: Problem, tree: Tree, language: str, say: NullTranslations) -> Problem:
    """Return a problem as it is told on a page: one of a single line of a list with its words, since a box holds many."""
    told = spoken(problem, tree, language, say)
    line = get(tree, problem.file, problem.path) if problem.path and isinstance(problem.path[-1], int) else None
    if not isinstance(line, str) or line in map(str, problem.values.values()):
        return told
    values = {"example": line, "problem": say.gettext(told.template) % told.values}
    return replace(told, template="“%(example)s”: %(problem)s", values=values)


def _said_value(name: str, value: object, tree: Tree, language: str, say: NullTranslations) -> object:
    match value:
        case date():
            return formats.day(value, language)
        case str() if ".yaml" in value:
            file, _, rest = value.partition(": ")
            first, _, _ = rest.partition(", ")
            item = item_at(file, ("wordings", first) if first in (*COUNTRIES, *PAIRS) else (first,) if first else ())
            return value if item is None else item_name(tree, item, language, say)
        case str() if name == "country" and value in (*COUNTRIES, *PAIRS):
            return where_name(value, language, say)
        case str() if name == "places":
            return ", ".join(country_name(code, language) for code in value.split(", "))
        case str() if name == "language" and value in LANGUAGES:
            return language_name(value, language)
        case str():
            return _called(name, value, tree, language, say) or value
        case _:
            return value


def _called(name: str, code: str, tree: Tree, language: str, say: NullTranslations) -> str:
    """Return what a code is called that a check names by ``name``; empty for what has no other name, or is not there."""
    match name:
        case "topic" | "thief" | "label":
            return _meant(code, tree, language, say)
        case "situation":
            return in_language(_names(tree, Item(Kind.SITUATION, code)), language)
        case "point":
            return in_language(_names(tree, Item(Kind.POINT, code)), language)
        case "office":
            there = (in_language(_names(tree, Item(Kind.OFFICE, f"{each}/{code}")), language) for each in COUNTRIES)
            return next(filter(None, there), "")
        case "place":
            return _place(tree, code, language)
        case "kind":
            return office_kinds(say).get(code) or crisis_name(code, say)
        case "name":
            return _field_names(say).get(code, "")
        case _:
            return ""


def _meant(label: str, tree: Tree, language: str, say: NullTranslations) -> str:
    """Return what is meant by the label of an example: a topic, a situation, a crisis, an act."""
    kind, _, its = label.rpartition(":")
    match kind:
        case "":
            return topic_name(tree, label, language)
        case "situation":
            return in_language(_names(tree, Item(Kind.SITUATION, its)), language)
        case "crisis":
            return crisis_name(its, say)
        case "act" if its in set(Act):
            return act_name(Act(its), say)
        case _:
            return ""


def _field_names(say: NullTranslations) -> Mapping[str, str]:
    return {
        "address": say.pgettext("field", "address"),
        "hours": say.pgettext("field", "hours"),
        "labels": say.pgettext("field", "label"),
        "latitude": say.pgettext("field", "latitude"),
        "longitude": say.pgettext("field", "longitude"),
        "name": say.pgettext("field", "name"),
        "names": say.pgettext("field", "name"),
        "phone": say.pgettext("field", "phone"),
    }

"""What the places of a tree are called: the fields of items, in words."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import PurePosixPath

from bot.editing import layout
from bot.editing.items import Item, Kind
from bot.model.library import LANGUAGES
from bot.web.pages import language_name


def language_of(file: str, path: tuple[str | int, ...]) -> str | None:
    """Return the language of the text at a place, None where it has none."""
    folder = PurePosixPath(file).parts[0]
    if folder in LANGUAGES:
        return None if path[-1:] in {("read_on",), ("behind",)} else folder
    return next((str(step) for step in path[::-1] if step in LANGUAGES and path[0] != step), None)


def place_name(file: str, path: tuple[str | int, ...], item: Item | None, language: str, say: NullTranslations) -> str:
    """Return what a place of ``item`` is called, such as "Slovene · Who can get it"."""
    if item is None:
        return " · ".join([file, *map(str, path)])
    names = _fields(say)
    parts = PurePosixPath(file).with_suffix("").parts
    told = [language_name(parts[0], language)] if parts[0] in LANGUAGES else []
    if parts[-1] == layout.GOLDEN and parts[0] in LANGUAGES:
        return " · ".join([*told, say.gettext("Questions that must stay understood")])
    steps = [str(step) for step in path]
    rest = steps[_own_steps(file, steps, item) :]
    if not rest:
        return " · ".join([*told, say.gettext("Examples") if told else say.gettext("Everything")])
    for at, step in enumerate(rest):
        named_by_us = at > 0 and rest[at - 1] in {"facts", "sources"}
        spoken = step in LANGUAGES and at > 0
        told.append(step if named_by_us else language_name(step, language) if spoken else names.get(step, step))
    return " · ".join(told)


def _own_steps(file: str, steps: list[str], item: Item) -> int:
    """Return how many of the first steps only say which item it is."""
    if steps[:1] == ["wordings"]:
        return 2
    parts = PurePosixPath(file).with_suffix("").parts
    keyed = file in {layout.PLACES, layout.POINTS, layout.LINES} or parts[0] == "offices"
    spoken = parts[0] in LANGUAGES and item.kind in {Kind.ACT, Kind.CRISIS, Kind.SITUATION}
    look_alike = parts[0] in LANGUAGES and item == Item(Kind.SAID, layout.NOT_CRISIS)
    return 1 if keyed or spoken or look_alike else 0


def _fields(say: NullTranslations) -> dict[str, str]:
    return _of_answers(say) | _of_things(say)


def _of_answers(say: NullTranslations) -> dict[str, str]:
    return {
        "title": say.gettext("Title"),
        "button": say.gettext("Words on the button"),
        "what": say.gettext("What it is"),
        "who": say.gettext("Who can get it"),
        "do": say.gettext("What to do"),
        "bring": say.gettext("What to bring"),
        "cost": say.gettext("What it costs"),
        "time": say.gettext("How long it takes"),
        "note": say.gettext("Good to know"),
        "read_on": say.gettext("Last read"),
        "behind": say.gettext("Behind since"),
        "confidence": say.gettext("How sure we are"),
        "checked_on": say.gettext("Last checked"),
        "whom": say.gettext("Whom to turn to"),
        "facts": say.gettext("Fact"),
        "sources": say.gettext("Source"),
        "source": say.gettext("Source"),
        "kind": say.gettext("Kind"),
        "value": say.gettext("Value"),
        "valid_for": say.gettext("Valid for the year"),
        "record": say.gettext("Name of the source"),
        "url": say.gettext("Link"),
        "date": say.gettext("Date of the page"),
        "examples": say.gettext("Examples"),
    }


def _of_things(say: NullTranslations) -> dict[str, str]:
    return {
        "name": say.gettext("Name"),
        "names": say.gettext("Name"),
        "overview": say.gettext("Overview"),
        "group": say.gettext("Group"),
        "countries": say.gettext("Countries"),
        "country": say.gettext("Country"),
        "related": say.gettext("Related topics"),
        "topics": say.gettext("Topics"),
        "sensitive": say.gettext("Not to be read over a shoulder"),
        "border": say.gettext("About a border"),
        "fresh_days": say.gettext("Days until the next check"),
        "kinds": say.gettext("Kinds of office"),
        "area": say.gettext("Area"),
        "address": say.gettext("Address"),
        "place": say.gettext("Place"),
        "phones": say.gettext("Phone numbers"),
        "phone": say.gettext("Phone number"),
        "email": say.gettext("E-mail address"),
        "hours": say.gettext("Opening hours"),
        "languages": say.gettext("Languages"),
        "number": say.gettext("Number"),
        "crises": say.gettext("For which crises"),
        "confirmed_on": say.gettext("Last phoned"),
        "care": say.gettext("First words"),
        "advice": say.gettext("Advice"),
        "patterns": say.gettext("How it is recognised"),
        "forms": say.gettext("Forms of the name"),
        "latitude": say.gettext("Latitude"),
        "longitude": say.gettext("Longitude"),
        "within": say.gettext("Lies in"),
    }

"""What an office says of its own entry, put into the knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.editing import layout
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import Tree, get
from bot.language.hours import HoursError, check
from bot.store.suggestions import Suggested

#: What an office can correct by itself, as the fields of its entry are called; hours only as `bot.language.hours` reads them.
FIELDS = ("address", "phones", "email", "url", "hours")


def is_there(tree: Tree, suggested: Suggested) -> bool:
    """Tell whether what a suggestion is about is still known."""
    match Item.of(suggested.item or ""):
        case Item(Kind.ANSWER, name):
            topic, _, where = name.partition("/")
            return get(tree, layout.facts(topic, where)) is not None
        case Item(Kind.OFFICE, name):
            country, _, office = name.partition("/")
            return get(tree, layout.offices(country), (office,)) is not None
        case _:
            return False


def values(tree: Tree, suggested: Suggested, said_on: date) -> dict[Spot, Any]:
    """Return what an office wants of its entry, for `bot.editing.drafting.Drafting.change`; empty where it is in words only.

    Whoever confirms or corrects has looked through all of it on ``said_on``, so that it counts as checked then, unless hours in
    words are left for an editor to enter.
    """
    item = Item.of(suggested.item or "")
    if item is None or item.kind is not Kind.OFFICE or not is_there(tree, suggested):
        return {}
    if suggested.change is None or (suggested.question and not suggested.change):
        return {}
    country, _, office = item.name.partition("/")
    file = layout.offices(country)
    wanted: dict[Spot, Any] = {(file, (office, name)): value or None for name, value in _readable(suggested.change).items()}
    known = str(get(tree, file, (office, "checked_on")) or "")
    if not in_words(suggested.change):
        wanted[file, (office, "checked_on")] = max(known, said_on.isoformat())
    return wanted


def in_words(change: Mapping[str, Any]) -> str:
    """Return the hours in words that an editor has to enter; empty when there are none, or they can be read."""
    hours = str(change.get("hours") or "")
    return "" if not hours or _is_readable(hours) else hours


def _readable(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: change[name] for name in FIELDS if name in change and not (name == "hours" and in_words(change))}


def _is_readable(hours: str) -> bool:
    try:
        check(hours)
    except HoursError:
        return False
    return True

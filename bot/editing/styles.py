"""How each part of a knowledge file is written: in which order, on one line or on several."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.editing import layout
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS

_TOPIC = ("group", "countries", "sensitive", "border", "fresh_days", "related", "names")
_SITUATION = ("topics", "sensitive")
_CRISIS = ("care", "advice", "patterns")
_FACTS = ("confidence", "checked_on", "whom", "facts", "sources")
_FACT = ("kind", "value", "valid_for", "checked_on", "source")
_SOURCE = ("record", "url", "date")
_WORDS = ("examples", "wordings")
_WORDING = ("title", "button", "what", "who", "do", "bring", "cost", "time", "note", "read_on", "behind")
_SPOKEN = ("name", "overview", "examples")
_ENTRIES = {
    layout.PLACES: ("country", "kind", "name", "names", "forms", "latitude", "longitude", "within"),
    layout.POINTS: ("country", "countries", "names", "area", "languages", "address", "phone", "hours", "source"),
    layout.LINES: ("country", "number", "crises", "names", "hours", "source", "confirmed_on"),
}
_OFFICE = (
    *("kinds", "names", "area", "address", "place", "phones", "email", "url", "hours", "languages"),
    *("source", "checked_on"),
)
_WHERES = (*COUNTRIES, *PAIRS)

#: Lists of ids and phones: short, and better seen at a glance.
_SHORT_LISTS = frozenset({"topics", "countries", "related", "whom", "kinds", "area", "languages", "phones", "crises"})
_BY_LANGUAGE = frozenset({"names", "forms", "care", "advice", "patterns"})


@dataclass(frozen=True, slots=True)
class Style:
    """How one mapping, list or text is written.

    ``order`` are the names that it may hold, as they are to stand; empty where they are an editor's own. ``kept`` means that the
    order of those is part of the knowledge, since examples are learned in it. ``flow`` is on one line; ``spaced`` has a blank
    line between entries; ``quotes`` are put around a text although it needs none.
    """

    order: tuple[str, ...] = ()
    kept: bool = False
    flow: bool = False
    spaced: bool = False
    quotes: str = ""


def style(file: str, path: tuple[str, ...]) -> Style:
    """Return how what stands at ``path`` in ``file`` is written."""
    parts = PurePosixPath(file).with_suffix("").parts
    own = _root(file, parts) if not path else _inside(file, parts, path)
    if own is not None:
        return own
    last = path[-1]
    if last == "source":
        return Style(_SOURCE, flow=True)
    if last in _BY_LANGUAGE:
        return Style(LANGUAGES, flow=file == layout.PLACES and last == "names")
    if last in _SHORT_LISTS or path[-2:-1] == ("forms",):
        return Style(flow=True)
    if "patterns" in path[:-1]:
        return Style(quotes="'")
    return Style(quotes='"' if last in {"url", "date"} and _is_source(path[:-1]) else "")


def _is_source(path: tuple[str, ...]) -> bool:
    return path[-1:] == ("source",) or path[:1] == ("sources",)


def _root(file: str, parts: tuple[str, ...]) -> Style:
    match parts:
        case _ if file in _ENTRIES:
            return Style(spaced=True, kept=file == layout.LINES)
        case ("offices", _):
            return Style(spaced=True)
        case ("topics", _):
            return Style(_TOPIC)
        case ("situations", _):
            return Style(_SITUATION)
        case ("crisis", _):
            return Style(_CRISIS)
        case ("facts", *_):
            return Style(_FACTS)
        case (_, layout.ACTS | layout.CRISIS | layout.GOLDEN | layout.SITUATIONS as stem):
            return Style(kept=True, spaced=stem == layout.SITUATIONS)
        case _:
            return Style(_WORDS)


def _inside(file: str, parts: tuple[str, ...], path: tuple[str, ...]) -> Style | None:
    match parts, path:
        case _, (_,) if file in _ENTRIES:
            return Style(_ENTRIES[file])
        case ("offices", _), (_,):
            return Style(_OFFICE)
        case ("facts", *_), ("facts", _):
            return Style(_FACT, flow=True)
        case ("facts", *_), ("sources", _):
            return Style(_SOURCE, flow=True)
        case (_, layout.SITUATIONS), (_,):
            return Style(_SPOKEN)
        case (language, _), ("wordings",) if language in LANGUAGES:
            return Style(_WHERES)
        case (language, _), ("wordings", _) if language in LANGUAGES:
            return Style(_WORDING)
        case _:
            return None

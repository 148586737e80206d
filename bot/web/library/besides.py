"""What stands beside the form of an item: where it is on a map, and where it is used."""

from __future__ import annotations

from gettext import NullTranslations
from urllib.parse import urlencode

from bot.editing import layout
from bot.editing.items import Item, Kind, spots
from bot.editing.trees import Tree, get
from bot.web.library import uses
from bot.web.library.naming import item_name
from bot.web.library.scene import upper_first

#: A map that anybody may link to. Nothing is requested from it unless somebody follows the link.
_MAP = "https://www.openstreetmap.org"
_CLOSE_UP = 14


def map_link(tree: Tree, item: Item) -> str | None:
    """Return the address of a map that shows where an item is; None where nothing says it."""
    if item.kind not in {Kind.OFFICE, Kind.POINT, Kind.PLACE}:
        return None
    (file, path), *_ = spots(item)
    latitude, longitude = (get(tree, file, (*path, name)) for name in ("latitude", "longitude"))
    if isinstance(latitude, str) and isinstance(longitude, str):
        at = urlencode({"mlat": latitude, "mlon": longitude})
        return f"{_MAP}/?{at}#map={_CLOSE_UP}/{latitude}/{longitude}"
    address = get(tree, file, (*path, "address"))
    return f"{_MAP}/search?{urlencode({'query': address})}" if isinstance(address, str) and address else None


def used(tree: Tree, item: Item, language: str, say: NullTranslations) -> list[tuple[str, list[tuple[Item, str]]]]:
    """Return where an item is used: a sentence for each way, and the items with their names."""
    groups = _of_facts(tree, item) if item.kind is Kind.SHARED else _groups(tree, item, say)
    return [
        (title, [(each, upper_first(item_name(tree, each, language, say))) for each in found]) for title, found in groups if found
    ]


def _of_facts(tree: Tree, item: Item) -> list[tuple[str, list[Item]]]:
    known = uses.of_facts(tree, item.name)
    return [(f"{{{name}}}", found) for name, found in known.items()]


def _groups(tree: Tree, item: Item, say: NullTranslations) -> list[tuple[str, list[Item]]]:
    named = uses.by_name(tree, item)
    count = {"count": len(named)}
    match item.kind:
        case Kind.OFFICE:
            of_kind = uses.by_kind(tree, item)
            by_name = say.ngettext(
                "%(count)s answer names this very office", "%(count)s answers name this very office", len(named)
            )
            by_kind = say.ngettext(
                "%(count)s answer sends people to offices of its kind",
                "%(count)s answers send people to offices of its kind",
                len(of_kind),
            )
            return [(by_name % count, named), (by_kind % {"count": len(of_kind)}, of_kind)]
        case Kind.PLACE:
            return [
                (say.ngettext("%(count)s entry names this place", "%(count)s entries name this place", len(named)) % count, named)
            ]
        case Kind.CRISIS:
            return [(say.ngettext("%(count)s number is told", "%(count)s numbers are told", len(named)) % count, named)]
        case Kind.SITUATION:
            topics = get(tree, layout.situation(item.name), ("topics",)) or []
            return [(say.gettext("Its topics"), [Item(Kind.TOPIC, str(topic)) for topic in topics])]
        case _:
            return []

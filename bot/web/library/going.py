"""What goes when a topic or an answer is taken away, and what will name it no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException

from bot.editing import layout
from bot.editing.items import Item, Kind, Spot, stamp
from bot.editing.trees import Tree, get
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS


@dataclass(frozen=True, slots=True)
class Going:
    """What goes when an item is deleted: the places, how much of each sort, and the entries that will name it no more."""

    values: Mapping[Spot, Any]
    answers: list[str] = field(default_factory=list)
    wordings: int = 0
    examples: int = 0
    golden: int = 0
    named_by: list[Item] = field(default_factory=list)


def stamp_of(tree: Tree, item: Item) -> str:
    """Return what tells one state of an item, and of all that goes with it, from another."""
    its = [item, Item(Kind.EXAMPLES, item.name)] if item.kind is Kind.TOPIC else [item]
    answers = [Item(Kind.ANSWER, f"{item.name}/{where}") for where in (*COUNTRIES, *PAIRS)] if item.kind is Kind.TOPIC else []
    return "".join(stamp(tree, each)[:12] for each in (*its, *answers))


def gone_with(tree: Tree, item: Item) -> Going:
    """Return what goes with ``item``. Raises `HTTPException` (404) where there is no such item."""
    topic, _, where = item.name.partition("/")
    file = layout.topic(topic) if item.kind is Kind.TOPIC else layout.facts(topic, where)
    if file not in tree or (where and where not in (*COUNTRIES, *PAIRS)):
        raise HTTPException(404)
    return _topic(tree, topic) if item.kind is Kind.TOPIC else _answer(tree, topic, where)


def _answer(tree: Tree, topic: str, where: str) -> Going:
    values: dict[Spot, Any] = {(layout.facts(topic, where), ()): None}
    worded = [file for language in LANGUAGES if get(tree, file := layout.words(topic, language), ("wordings", where))]
    for file in worded:
        alone = set(get(tree, file, ("wordings",))) == {where}
        values[file, ("wordings",) if alone else ("wordings", where)] = None
    return Going(values, [where], len(worded))


def _topic(tree: Tree, topic: str) -> Going:
    wheres = [where for where in (*COUNTRIES, *PAIRS) if layout.facts(topic, where) in tree]
    words = [file for language in LANGUAGES if (file := layout.words(topic, language)) in tree]
    golden = [(file, (topic,)) for language in LANGUAGES if get(tree, file := layout.golden(language), (topic,))]
    values: dict[Spot, Any] = {(layout.topic(topic), ()): None}
    whole = [*(layout.facts(topic, where) for where in wheres), *words]
    values.update({(file, ()): None for file in whole})
    values.update(dict.fromkeys(golden))
    named: list[Item] = []
    for file, name, kind in [
        *_listing(tree, "topics", "related", Kind.TOPIC),
        *_listing(tree, "situations", "topics", Kind.SITUATION),
    ]:
        listed = get(tree, file, (name,)) or []
        if topic in listed and file != layout.topic(topic):
            rest = [other for other in listed if other != topic]
            values[file, (name,)] = rest if rest or name == "topics" else None
            named.append(Item(kind, file.partition("/")[2].removesuffix(".yaml")))
    return Going(
        values,
        wheres,
        sum(len(get(tree, file, ("wordings",)) or ()) for file in words),
        sum(len(get(tree, file, ("examples",)) or ()) for file in words),
        sum(len(get(tree, *spot)) for spot in golden),
        named,
    )


def _listing(tree: Tree, folder: str, name: str, kind: Kind) -> list[tuple[str, str, Kind]]:
    return [(file, name, kind) for file in tree if file.startswith(f"{folder}/")]

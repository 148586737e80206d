"""Everything in the library as one list: what each item is called, for whom it is, and what is found in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.editing import items, layout
from bot.editing.checks.answers import WORDED
from bot.editing.items import Item, Kind
from bot.editing.trees import Tree, get
from bot.language.text import fold
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS

#: Kinds whose text is the same in all languages but for their names.
_NAMED = frozenset({Kind.TOPIC, Kind.OFFICE, Kind.PLACE, Kind.POINT, Kind.LINE})


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the list.

    ``group`` is that of its topic. ``languages`` are those it has words in, ``lacking`` those that it should have and has not,
    ``behind`` those whose words are older than what another language says. ``text`` is all that stands in it, folded.
    """

    item: Item
    group: str
    countries: frozenset[str]
    languages: frozenset[str]
    lacking: tuple[str, ...]
    behind: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty means all. ``lacks`` is a language, ``attention`` and ``changed`` take what is so."""

    words: str = ""
    kind: str = ""
    group: str = ""
    country: str = ""
    has: str = ""
    lacks: str = ""
    attention: str = ""
    changed: str = ""
    page: int = 1


def entries(tree: Tree) -> dict[Item, Entry]:
    """Return the list of a whole tree. It takes some tenths of a second for all of the shipped knowledge: call it in a thread."""
    return {item: entry(tree, item) for item in items.items(tree)}


def renewed(known: Mapping[Item, Entry], tree: Tree, changed: Collection[Item]) -> dict[Item, Entry]:
    """Return the list of ``tree``, which differs from the one that is ``known`` in the items ``changed``."""
    there = dict.fromkeys(items.items(tree))
    topics = {item.name for item in changed if item.kind is Kind.TOPIC}
    stale = {*changed, *(item for item in there if item.name.partition("/")[0] in topics)}
    return {item: known[item] if item in known and item not in stale else entry(tree, item) for item in there}


def entry(tree: Tree, item: Item) -> Entry:
    """Return an item as the list has it."""
    content = items.content(tree, item)
    topic = item.name.partition("/")[0] if item.kind in {Kind.TOPIC, Kind.ANSWER, Kind.EXAMPLES} else None
    contract = get(tree, layout.topic(topic)) if topic is not None else None
    names = list(_texts(contract.get("names"))) if isinstance(contract, Mapping) else []
    languages = _languages(tree, item)
    return Entry(
        item,
        str(contract.get("group", "")) if isinstance(contract, Mapping) else "",
        frozenset(_countries(tree, item, contract)),
        frozenset(languages),
        tuple(language for language in _expected(tree, item) if language not in languages),
        tuple(_behind(tree, item)),
        fold(" \n ".join([item.name, *names, *(text for _, value in content for text in _texts(value))])),
    )


def matches(each: Entry, wanted: Wanted, *, needs_attention: bool, is_changed: bool) -> bool:
    """Tell whether an item is among what is wanted."""
    return (
        (not wanted.kind or each.item.kind == wanted.kind)
        and (not wanted.group or each.group == wanted.group)
        and (not wanted.country or wanted.country in each.countries)
        and (not wanted.has or wanted.has in each.languages)
        and (not wanted.lacks or wanted.lacks in each.lacking)
        and (not wanted.attention or needs_attention)
        and (not wanted.changed or is_changed)
        and all(word in each.text for word in fold(wanted.words).split())
    )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - what stands in a tree
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _countries(tree: Tree, item: Item, contract: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    match item.kind:
        case Kind.TOPIC | Kind.EXAMPLES:
            yield from (contract or {}).get("countries") or ()
        case Kind.ANSWER:
            yield from item.name.partition("/")[2].split("-")
        case Kind.OFFICE:
            yield item.name.partition("/")[0]
        case Kind.SHARED:
            yield from COUNTRIES if item.name == layout.COMMON else (item.name,)
        case Kind.PLACE | Kind.POINT | Kind.LINE:
            (file, path), *_ = items.spots(item)
            yield str(get(tree, file, (*path, "country")) or "")


def _languages(tree: Tree, item: Item) -> set[str]:
    """Return the languages in which an item has words."""
    if item.kind is Kind.CRISIS:
        return set(get(tree, layout.crisis(item.name), ("care",)) or ())
    if item.kind in _NAMED:
        (file, path), *_ = items.spots(item)
        return set(get(tree, file, (*path, "names")) or ())
    spoken = ((file.partition("/")[0], value) for (file, _), value in items.content(tree, item) if not _is_golden(file))
    return {language for language, value in spoken if language in LANGUAGES and value}


def _is_golden(file: str) -> bool:
    return file.endswith(f"/{layout.GOLDEN}.yaml")


def _expected(tree: Tree, item: Item) -> tuple[str, ...]:
    """Return the languages in which an item is to have words, as the checks want them."""
    match item.kind:
        case Kind.OFFICE:
            return WORDED.get(item.name.partition("/")[0], ())
        case Kind.POINT:
            spoken = get(tree, layout.POINTS, (item.name, "languages")) or ()
            return tuple(language for language in LANGUAGES if language in spoken)
        case Kind.ANSWER:
            where = item.name.partition("/")[2]
            return WORDED.get(where, ()) if where in (*COUNTRIES, *PAIRS) else ()
        case Kind.SHARED:
            return ()
        case _:
            return LANGUAGES


def _behind(tree: Tree, item: Item) -> Iterator[str]:
    if item.kind is Kind.ANSWER:
        topic, _, where = item.name.partition("/")
        for language in LANGUAGES:
            if get(tree, layout.words(topic, language), ("wordings", where, "behind")):
                yield language

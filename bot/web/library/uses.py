"""Where the things of the library are used: which answers send people to an office, what lies in a place, what names a fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.editing import layout, trees
from bot.editing.files import Reading
from bot.editing.items import Item, Kind, Spot, item_at, items, spots
from bot.editing.problems import Problem
from bot.editing.trees import Tree, get
from bot.editing.wordings import NAME
from bot.model.library import COUNTRIES, LANGUAGES


def by_name(tree: Tree, item: Item) -> list[Item]:
    """Return the items that name ``item``."""
    match item.kind:
        case Kind.OFFICE:
            office = item.name.partition("/")[2]
            return [answer for answer, whom in _answers(tree) if office in whom]
        case Kind.PLACE:
            return list(_at_place(tree, item.name))
        case Kind.CRISIS:
            lines = get(tree, layout.LINES) or {}
            return [Item(Kind.LINE, name) for name, line in lines.items() if item.name in _list(line, "crises")]
        case _:
            return []


def by_kind(tree: Tree, item: Item) -> list[Item]:
    """Return the answers that do not name an office, but send people to all of its kinds."""
    if item.kind is not Kind.OFFICE:
        return []
    country, _, office = item.name.partition("/")
    kinds = _list(get(tree, layout.offices(country), (office,)), "kinds")
    sent = {*(f"{country}:{kind}" for kind in kinds)}
    found = []
    for answer, whom in _answers(tree):
        own = {*kinds} if answer.name.partition("/")[2].rpartition("-")[2] == country else set()
        if office not in whom and not {*sent, *own}.isdisjoint(whom):
            found.append(answer)
    return found


def of_facts(tree: Tree, owner: str) -> dict[str, list[Item]]:
    """Return for each shared fact of ``owner`` the answers whose wordings name it and have no fact of that name themselves."""
    known = get(tree, layout.shared(owner), ("facts",)) or {}
    found: dict[str, list[Item]] = {name: [] for name in known}
    for answer, _ in _answers(tree):
        topic, _, where = answer.name.partition("/")
        if owner != layout.COMMON and owner not in where.split("-"):
            continue
        own = get(tree, layout.facts(topic, where), ("facts",)) or {}
        wordings = (get(tree, layout.words(topic, language), ("wordings", where)) for language in LANGUAGES)
        named = {name for wording in wordings for text in _texts(wording) for name in NAME.findall(text)}
        for name in named & found.keys() - set(own):
            found[name].append(answer)
    return found


def taken_away(tree: Tree, item: Item) -> dict[Spot, None]:
    """Return what is to be put to the places of ``item`` so that nothing is left of it."""
    gone: dict[Spot, None] = {(file, path): None for file, path in spots(item) if get(tree, file, path) is not None}
    for file, path in list(gone):
        if path and file.endswith(f"/{layout.GOLDEN}.yaml") and set(tree[file]) == {path[0]}:
            gone[file, ()] = None
    return gone


def without(tree: Tree, item: Item) -> Tree:
    """Return the tree from which ``item`` is taken away."""
    for file, path in taken_away(tree, item):
        tree = trees.put(tree, file, path, None)
    return tree


def in_the_way(before: Reading, after: Reading) -> list[tuple[Item | None, Problem]]:
    """Return the errors that only ``after`` has, each with the item that it is about: what speaks against a deletion."""
    known = {_key(problem) for problem in before.errors}
    return [(item_at(each.file, each.path), each) for each in after.errors if _key(each) not in known]


def _key(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.path, problem.template, tuple(sorted((key, str(value)) for key, value in problem.values.items()))


def _answers(tree: Tree) -> Iterator[tuple[Item, list[str]]]:
    for item in items(tree):
        if item.kind is Kind.ANSWER:
            topic, _, where = item.name.partition("/")
            yield item, _list(get(tree, layout.facts(topic, where)), "whom")


def _at_place(tree: Tree, place: str) -> Iterator[Item]:
    for country in COUNTRIES:
        offices = get(tree, layout.offices(country)) or {}
        for name, office in offices.items():
            if place in _list(office, "area") or _mapping(office).get("place") == place:
                yield Item(Kind.OFFICE, f"{country}/{name}")
    for name, point in _mapping(get(tree, layout.POINTS)).items():
        if place in _list(point, "area"):
            yield Item(Kind.POINT, name)
    for name, other in _mapping(get(tree, layout.PLACES)).items():
        if _mapping(other).get("within") == place:
            yield Item(Kind.PLACE, name)


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - what stands in a tree, which may be half-finished
    return value if isinstance(value, Mapping) else {}


def _list(value: Any, name: str) -> list[str]:  # noqa: ANN401 - as above
    found = _mapping(value).get(name)
    return [str(each) for each in found] if isinstance(found, list) else []


def _texts(value: Any) -> Iterable[str]:  # noqa: ANN401 - as above
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)

"""What a form says, brought into the form that a tree is kept in: without mappings in which nothing is left."""

from __future__ import annotations

from collections.abc import Mapping

from bot.editing import layout, trees
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import Tree, get
from bot.model.library import LANGUAGES
from bot.web.library.fields import Plain


def tidied(item: Item, tree: Tree, values: Mapping[Spot, Plain]) -> dict[Spot, Plain]:
    """Return ``values`` with the sections that they would leave empty taken away."""
    after = put(tree, values)
    found = dict(values)
    for file, path in _sections(item, values):
        held = get(after, file, path)
        if isinstance(held, Mapping) and not any(held.values()):
            found[file, path] = None
            after = trees.put(after, file, path, None)
    return found


def _sections(item: Item, values: Mapping[Spot, Plain]) -> list[Spot]:
    """Return the places of mappings that stand only while something is in them, the inner before the outer."""
    golden = [(file, ()) for file, _ in values if file.endswith(f"/{layout.GOLDEN}.yaml")]
    match item.kind:
        case Kind.CRISIS:
            return [(layout.crisis(item.name), ("patterns",)), *golden]
        case Kind.SITUATION:
            return [*((layout.situation_words(language), (item.name,)) for language in LANGUAGES), *golden]
        case Kind.SHARED:
            inner = dict.fromkeys((file, path[:2]) for file, path in values if len(path) > 2)  # noqa: PLR2004 - a fact, its field
            return [*inner, *golden]
        case _:
            return [*golden]


def put(tree: Tree, values: Mapping[Spot, Plain]) -> Tree:
    """Return the tree with ``values`` at their places."""
    for (file, path), value in values.items():
        tree = trees.put(tree, file, path, value)
    return tree

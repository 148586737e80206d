"""Sound libraries a little different from another: what editors and releases do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.editing import trees
from bot.editing.items import Spot
from bot.model.library import Library

#: Places of the small edition that tests like to change.
TITLE: Spot = ("sl/debts.yaml", ("wordings", "si", "title"))
NOTE: Spot = ("sl/debts.yaml", ("wordings", "si", "note"))
EXAMPLES: Spot = ("sl/debts.yaml", ("examples",))
NAME: Spot = ("topics/debts.yaml", ("names", "sl"))
MONTHS: Spot = ("facts/si/debts.yaml", ("facts", "late_months"))


def with_changes(library: Library, changes: Mapping[Spot, Any]) -> Library:
    """Return ``library`` with other values (None: taken away) at some places; it must still be sound."""
    tree = trees.of(library)
    for (file, path), value in changes.items():
        tree = trees.put(tree, file, path, value)
    reading = trees.read(tree)
    assert reading.library is not None, [str(problem) for problem in reading.errors]
    return reading.library


def at(library: Library, spot: Spot) -> Any:
    """Return the plain value at a place."""
    return trees.get(trees.of(library), *spot)

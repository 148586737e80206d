"""What a file of another format would change, before anybody has agreed to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.editing import trees
from bot.editing.exchange.services import Remark
from bot.editing.items import Spot
from bot.editing.trees import Tree


@dataclass(frozen=True, slots=True)
class Proposal:
    """The changes that a file asks for, and what must be known about it.

    ``values`` (None: to be taken away) belong at their places; ``places`` say where in the file each comes from, so that a
    problem of the knowledge can be told where it was typed.
    """

    values: Mapping[Spot, Any]
    remarks: tuple[Remark, ...] = ()
    places: Mapping[Spot, tuple[str, str]] = field(default_factory=dict)

    def applied(self, tree: Tree) -> Tree:
        """Return ``tree`` with the changes."""
        for (file, path), value in self.values.items():
            tree = trees.put(tree, file, path, value)
        return tree

"""An update of the shipped knowledge put together with what editors made of it."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from bot.editing import trees
from bot.editing.items import Spot, item_at, spots
from bot.editing.merging import Conflict, merge
from bot.editing.problems import Problem
from bot.editing.trees import Tree
from bot.model.library import Library
from bot.store.shipped import Contradiction
from bot.work.updates import United

#: How often what does not fit beside the work of editors is left as they have it, before the whole update is given up.
_ROUNDS = 6


def unite(base: Library | None, ours: Library, theirs: Library, now: datetime) -> United:
    """Return what ``ours`` (the editors') and ``theirs`` (the program's) make of ``base``; ours wins and is never lost.

    Both changes may contradict each other without touching the same place: a wording of theirs may name a fact that an editor
    took away. What has an error for such a reason is left as the editors have it, item by item, and told. Without ``base`` all
    that differs is taken for the work of editors.
    """
    before, mine, other = (trees.of(each) if each else {} for each in (base, ours, theirs))
    merged = merge(before, mine, other)
    tree, told = merged.tree, {(each.file, each.path): each for each in merged.conflicts}
    reading = trees.read(tree, today=now.date())
    for _ in range(_ROUNDS):
        if reading.library is not None:
            break
        former = tree
        for place in {place: None for problem in reading.errors for place in _around(problem)}:
            file, path = place
            value = trees.get(mine, file, path)
            if trees.get(tree, file, path) != value:
                tree = trees.put(tree, file, path, value)
                told[place] = Conflict(file, path, trees.get(before, file, path), value, trees.get(other, file, path))
        if tree == former:
            break
        reading = trees.read(tree, today=now.date())
    if reading.library is None:
        return United(None, why="\n".join(str(problem) for problem in reading.errors))
    stand = [each for each in told.values() if each.ours != each.theirs]
    return United(
        reading.library,
        [Contradiction(each.file, tuple(each.path), each.base, each.ours, each.theirs, now) for each in stand],
    )


def _around(problem: Problem) -> list[Spot]:
    """Return the places that are to be as the editors have them, so that ``problem`` goes."""
    item = item_at(problem.file, problem.path)
    named = tuple(takewhile(lambda step: isinstance(step, str), problem.path))  # lists are put whole
    return [(problem.file, named), *(spots(item) if item is not None else [(problem.file, ())])]


def is_open(live: Tree, contradiction: Contradiction) -> bool:
    """Tell whether nobody has decided yet: the newest edition still says what the editor wrote before the update."""
    return bool(trees.get(live, contradiction.file, contradiction.path) == contradiction.ours)

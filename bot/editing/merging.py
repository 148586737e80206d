"""Two people's changes of the same tree put together, place by place.

A text or a list that only one of the two changed is as that one has it. Examples, golden questions, patterns and other lists in
which the order means nothing are put together line by line. What both changed differently is a conflict: ours stays, and it is
told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.editing import layout
from bot.editing.trees import Tree, put
from bot.model.library import LANGUAGES


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that was changed in two ways. None stands for what is not there."""

    file: str
    path: tuple[str | int, ...]
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The tree with both changes, and where they contradict each other."""

    tree: Tree
    conflicts: tuple[Conflict, ...]


def merge(base: Tree, ours: Tree, theirs: Tree) -> Merged:
    """Return what ``ours`` and ``theirs`` make of ``base`` together. ``ours`` wins where both changed the same place."""
    conflicts: list[Conflict] = []
    tree = theirs
    for file in sorted({*base, *ours, *theirs}):
        before, mine, other = base.get(file), ours.get(file), theirs.get(file)
        if mine != other:
            tree = put(tree, file, (), _merged(_Place(file), before, mine, other, conflicts))
    return Merged(tree, tuple(conflicts))


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    path: tuple[str | int, ...] = ()

    def __truediv__(self, step: str) -> _Place:
        return _Place(self.file, (*self.path, step))

    @property
    def is_heap(self) -> bool:
        """Tell whether the order of the list here means nothing."""
        folder, *_, stem = PurePosixPath(self.file).with_suffix("").parts
        if folder in LANGUAGES:
            return "examples" in self.path or stem in {layout.ACTS, layout.CRISIS, layout.GOLDEN}
        return "patterns" in self.path or "forms" in self.path


def _merged(at: _Place, base: Any, ours: Any, theirs: Any, conflicts: list[Conflict]) -> Any:  # noqa: ANN401 - plain values
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        before = base if isinstance(base, Mapping) else {}
        both = {
            name: _merged(at / name, before.get(name), ours.get(name), theirs.get(name), conflicts) for name in {**theirs, **ours}
        }
        return {name: value for name, value in both.items() if value is not None}
    if at.is_heap and _is_list(ours) and _is_list(theirs):
        return list(_heap(base if _is_list(base) else (), ours, theirs))
    conflicts.append(Conflict(at.file, at.path, base, ours, theirs))
    return ours


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _heap(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Any]:
    """Yield theirs without what we took away, then what we added."""
    yield from (each for each in theirs if each in ours or each not in base)
    yield from (each for each in ours if each not in base and each not in theirs)

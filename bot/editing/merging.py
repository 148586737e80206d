"""Two people's changes of the same tree put together, place by place.

A text or a list that only one of the two changed is as that one has it. Examples, golden questions, patterns and other lists in
which the order means nothing are put together line by line. A fact and a source are each one place: an amount of ours with the
year and the source of theirs would be neither's. What both changed differently is a conflict: ours stays, and it is told. Of the
days on which something was checked or read ours stays without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from bot.editing import layout
from bot.editing.trees import Tree
from bot.model.library import LANGUAGES

#: The days that tell when something was looked at: two people look at it on two days.
_DAYS = frozenset({"checked_on", "read_on", "confirmed_on"})


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
    tree: dict[str, Any] = {}
    for file in dict.fromkeys([*theirs, *ours]):
        value = _merged(_Place(file), base.get(file), ours.get(file), theirs.get(file), conflicts)
        if value is not None:
            tree[file] = value
    return Merged(tree, tuple(sorted(conflicts, key=lambda each: (each.file, [str(step) for step in each.path]))))


def same(file: str, path: tuple[str | int, ...], one: Any, other: Any) -> bool:  # noqa: ANN401 - plain values
    """Tell whether two values of a place say the same, where the order of some lists means nothing."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(file, (*path, name), one.get(name), other.get(name)) for name in {**one, **other})
    if _Place(file, path).is_heap and _is_list(one) and _is_list(other):
        return {*map(_key, one)} == {*map(_key, other)}
    return bool(one == other)


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    path: tuple[str | int, ...] = ()

    def __truediv__(self, step: str) -> _Place:
        return _Place(self.file, (*self.path, step))

    @property
    def is_heap(self) -> bool:
        """Tell whether the order of the list here means nothing."""
        parts = PurePosixPath(self.file).with_suffix("").parts
        if parts[0] in LANGUAGES:
            return "examples" in self.path or parts[-1] in {layout.ACTS, layout.CRISIS, layout.GOLDEN}
        return "patterns" in self.path or "forms" in self.path

    @property
    def is_whole(self) -> bool:
        """Tell whether what stands here is changed as one thing: a fact, or a source."""
        in_facts = self.file.startswith("facts/") and len(self.path) == 2 and self.path[0] in {"facts", "sources"}  # noqa: PLR2004 - a name in its section
        return in_facts or self.path[-1:] == ("source",)


def _merged(at: _Place, base: Any, ours: Any, theirs: Any, conflicts: list[Conflict]) -> Any:  # noqa: ANN401 - plain values
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping) and not at.is_whole:
        before = base if isinstance(base, Mapping) else {}
        both = {
            name: _merged(at / name, before.get(name), ours.get(name), theirs.get(name), conflicts) for name in {**theirs, **ours}
        }
        return {name: value for name, value in both.items() if value is not None}
    if at.is_heap and _is_list(ours) and _is_list(theirs):
        return list(_heap(base if _is_list(base) else (), ours, theirs))
    if at.path[-1:] and at.path[-1] in _DAYS and ours is not None:
        return ours
    conflicts.append(Conflict(at.file, at.path, base, ours, theirs))
    return ours


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _heap(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Any]:
    """Yield theirs without what we took away, then what we added."""
    before, mine, others = (frozenset(map(_key, each)) for each in (base, ours, theirs))
    yield from (each for each in theirs if _key(each) in mine or _key(each) not in before)
    yield from (each for each in ours if _key(each) not in before and _key(each) not in others)


def _key(each: Any) -> str:  # noqa: ANN401 - lists of texts, unless a draft is broken
    return each if isinstance(each, str) else repr(each)

"""What differs between two trees, item by item, place by place and word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from bot.editing.items import Item, Kind, item_at
from bot.editing.trees import Tree, changed_files, get, put

#: Comparing words takes up to the product of their numbers; above this (a text of 300 words rewritten) the whole text is told
#: as taken away and added, which reads better anyway.
_MOST_PAIRS = 90_000

_WORD = re.compile(r"\S+\s*|\s+")
_KINDS = tuple(Kind)


class Sign(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and what became of them."""

    sign: Sign
    text: str


#: A text, or a line of a list, as its pieces in reading order.
Row = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that differs: the ``path`` in a ``file``, and its text or the lines of its list that differ.

    ``kept`` counts the lines of a list that stay as they are. ``reordered`` tells that only the order of a list changed; its
    rows are all of them then, in the new order.
    """

    file: str
    path: tuple[str | int, ...]
    rows: tuple[Row, ...]
    is_list: bool = False
    kept: int = 0
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What changes of one item; ``item`` is None for places that belong to none."""

    item: Item | None
    differences: tuple[Difference, ...]

    @property
    def is_new(self) -> bool:
        """Tell whether all of it is added."""
        return self._only(Sign.NEW)

    @property
    def is_gone(self) -> bool:
        """Tell whether all that changes is taken away."""
        return self._only(Sign.GONE)

    def _only(self, sign: Sign) -> bool:
        return all(piece.sign is sign for each in self.differences for row in each.rows for piece in row) and not any(
            each.kept for each in self.differences
        )


def of(before: Tree, after: Tree) -> list[ItemChange]:
    """Return all that differs, by item, in the order of their kinds and names. Nothing that differs is left out."""
    found: dict[Item | None, list[Difference]] = {}
    for file in changed_files(before, after):
        for each in within(file, (), before.get(file), after.get(file)):
            found.setdefault(item_at(file, each.path), []).append(each)
    return [ItemChange(item, tuple(found[item])) for item in sorted(found, key=_order)]


def items_of(before: Tree, after: Tree) -> list[Item]:
    """Return the items in which two trees differ, in the order of `of`."""
    there: set[Item] = set()
    for file in changed_files(before, after):
        for path in _places((), before.get(file), after.get(file)):
            item = item_at(file, path)
            if item is not None:
                there.add(item)
    return sorted(there, key=_order)


def taken(tree: Tree, other: Tree, item: Item | None) -> Tree:
    """Return ``tree`` with ``item`` as ``other`` has it. A file or mapping that nothing is left in goes."""
    for file in changed_files(tree, other):
        for path in list(_places((), tree.get(file), other.get(file))):
            if item_at(file, path) == item:
                tree = _placed(tree, file, path, other)
    return tree


def _placed(tree: Tree, file: str, path: tuple[str | int, ...], other: Tree) -> Tree:
    tree = put(tree, file, path, get(other, file, path))
    while path and get(tree, file, path[:-1]) == {} and get(other, file, path[:-1]) is None:
        path = path[:-1]
        tree = put(tree, file, path, None)
    return tree


def words(before: str, after: str) -> Row:
    """Return how ``before`` became ``after``, in whole words."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    stop_old, stop_new = len(old) - end, len(new) - end
    middle = _compared(old[start:stop_old], new[start:stop_new])
    pieces = [Piece(Sign.SAME, "".join(old[:start])), *middle, Piece(Sign.SAME, "".join(old[stop_old:]))]
    return tuple(piece for piece in pieces if piece.text)


def _order(item: Item | None) -> tuple[int, str]:
    return (len(_KINDS), "") if item is None else (_KINDS.index(item.kind), item.name)


def _places(path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - plain values
    """Yield the paths at which two values differ."""
    if before == after or not (before or after):
        return
    if not all(isinstance(each, Mapping) or not each for each in (before, after)):
        yield path
        return
    for name in {**_mapping(before), **_mapping(after)}:
        yield from _places((*path, name), _mapping(before).get(name), _mapping(after).get(name))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def within(file: str, path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[Difference]:  # noqa: ANN401 - plain values
    """Yield how the values that stand at ``path`` in ``file`` differ."""
    for steps in _places((), before, after):
        old, new, place = _at(before, steps), _at(after, steps), (*path, *steps)
        if _is_list(old) or _is_list(new):
            yield _of_lists(file, place, _lines(old), _lines(new))
        elif row := words(_text(old), _text(new)):
            yield Difference(file, place, (row,))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - plain values
    for step in path:
        value = _mapping(value).get(str(step))
    return value


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _lines(value: Any) -> list[str]:  # noqa: ANN401 - plain values
    return [_text(each) for each in value] if _is_list(value) else [_text(value)] if value else []


def _text(value: object) -> str:
    """Return a scalar as text; what is no scalar cannot be right, and is shown as it is."""
    return value if isinstance(value, str) else str(value) if value else ""


def _of_lists(file: str, path: tuple[str | int, ...], old: list[str], new: list[str]) -> Difference:
    there, then = Counter(new), Counter(old)
    gone, added = list((then - there).elements()), list((there - then).elements())
    kept = len(old) - len(gone)
    if not gone and not added:
        return Difference(file, path, tuple((Piece(Sign.SAME, line),) for line in new), is_list=True, kept=kept, reordered=True)
    rows: list[Row] = []
    if len(gone) == len(added) <= len(old) // 2 + 1:  # lines that were rewritten rather than others put in their place
        rows = [words(before, after) for before, after in zip(gone, added, strict=True)]
    if not rows or any(all(piece.sign is not Sign.SAME for piece in row) for row in rows):
        rows = [*((Piece(Sign.GONE, line),) for line in gone), *((Piece(Sign.NEW, line),) for line in added)]
    return Difference(file, path, tuple(rows), is_list=True, kept=kept)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many of the first words two texts share."""
    shared = 0
    while shared < min(len(old), len(new)) and old[shared] == new[shared]:
        shared += 1
    return shared


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield from (Piece(Sign.GONE, "".join(old)), Piece(Sign.NEW, "".join(new)))
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Sign.SAME, "".join(old[i:j]))
        else:
            yield from (Piece(Sign.GONE, "".join(old[i:j])), Piece(Sign.NEW, "".join(new[k:m])))

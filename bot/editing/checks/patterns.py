"""Whether a pattern may run in the process that answers everybody: a search in it must come to an end soon on any text.

Python's `re` tries all ways in which a pattern may match. Where a repeated group can take the same letters in two ways, as in
``(?:a+h?)+``, their number doubles with each letter, and one message holds up all others. What is repeated must therefore be
separable: whatever a repetition took, it could have ended nowhere else. This is decided on the safe side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from itertools import combinations
from typing import Any, NamedTuple

#: The one reader of patterns that reads them as `re` does. It is not told to whoever checks types.
_parser: Any = import_module("re._parser")

#: The longest pattern; the longest of ours has two thirds of it.
LONGEST = 1000
#: Groups within groups; more of them exhaust the stack of whoever reads the pattern.
_DEEPEST = 20
#: The most ways to go through a repeated group that are looked at, and the most steps of one.
_MOST_WAYS = _MOST_STEPS = 100
#: Ways to go through a group that is repeated a few times only, with which a search still ends soon.
_FEW_WAYS = 64

#: Letters of our languages, digits and signs; `_OTHER` stands for all other characters together.
_LETTERS = range(0x530)
_OTHER = -1
_ALL = frozenset({_OTHER, *_LETTERS})

#: What is in the classes of characters.
_KINDS: Mapping[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda letter: letter.isalnum() or letter == "_",
}

#: What repeats, as `re` names it: as much as there is, as little as needed, and without giving back.
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class Endless(Exception):  # noqa: N818 - a word of the house
    """A search may take for ever."""


class _Step(NamedTuple):
    """One character out of ``letters``, or a run of them that is as long as it likes."""

    letters: frozenset[int]
    run: bool = False


_Way = tuple[_Step, ...]


@lru_cache(maxsize=2048)  # the knowledge is checked whole each time, and its patterns hardly ever change
def ensure_ending(pattern: str) -> None:
    """Raise `Endless` where a search for ``pattern`` may take for ever; what `re` raises where it cannot be read."""
    read = _parser.parse(pattern)
    if read.state.flags & re.ASCII:  # classes would hold other letters than we take them to hold
        raise Endless
    _walk(read, 0)


def _walk(nodes: Iterable[Any], depth: int) -> None:
    """Look at all repetitions in ``nodes``."""
    if depth > _DEEPEST:
        raise Endless
    for op, held in nodes:
        if op.name in _REPEATS:
            _, most, body = held
            if most > 1:
                _ensure_separable(body, most)
        for inner in _inside(op.name, held):
            _walk(inner, depth + 1)


def _inside(name: str, held: Any) -> Sequence[Any]:  # noqa: ANN401 - `re` does not type what it reads
    """Return the sequences of nodes within a node."""
    match name:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" | "SUBPATTERN":
            return [held[-1]]
        case "BRANCH" | "ASSERT" | "ASSERT_NOT":
            return held[1] if name == "BRANCH" else [held[1]]
        case "ATOMIC_GROUP":
            return [held]
        case "GROUPREF_EXISTS":
            return [each for each in held[1:] if each is not None]
    return []


def _ensure_separable(body: Any, most: int) -> None:  # noqa: ANN401 - as above
    """Raise `Endless` unless a text is a sequence of ``body`` in one way only, or in so few that they do not matter."""
    ways = _ways(body, 0)
    runs = [(way, place) for way in ways for place, step in enumerate(way) if step.run]
    if not runs and len(ways) ** min(most, _FEW_WAYS) <= _FEW_WAYS:
        return
    if runs and most == _parser.MAXREPEAT:  # some of these would end soon; nobody needs them
        raise Endless
    if any(_begins_alike(*pair) for pair in combinations(ways, 2)) or () in ways:
        raise Endless
    firsts = frozenset().union(*(way[0].letters for way in ways))
    for way, place in runs:
        follows = way[place + 1].letters if place + 1 < len(way) else firsts
        if way[place].letters & follows:
            raise Endless


def _begins_alike(one: _Way, other: _Way) -> bool:
    """Tell whether some text of one way begins with a text of the other."""
    left, seen = [(0, 0)], set()
    while left:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        if here[0] == len(one) or here[1] == len(other):
            return True
        mine, theirs = one[here[0]], other[here[1]]
        if not mine.letters.isdisjoint(theirs.letters):
            left += [
                (here[0] + ahead, here[1] + beside)
                for ahead in ((0, 1) if mine.run else (1,))
                for beside in ((0, 1) if theirs.run else (1,))
            ]
    return False


def _ways(nodes: Iterable[Any], depth: int) -> list[_Way]:
    """Return all ways to go through ``nodes``. Raises `Endless` where they are too many, or not to be told."""
    if depth > _DEEPEST:
        raise Endless
    ways: list[_Way] = [()]
    for op, held in nodes:
        ways = _joined(ways, _ways_of(op.name, held, depth + 1))
    return ways


def _ways_of(name: str, held: Any, depth: int) -> list[_Way]:  # noqa: ANN401 - as above
    match name:
        case "AT":
            return [()]
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
            return [(_Step(_letters(name, held)),)]
        case "BRANCH":
            return [way for branch in held[1] for way in _ways(branch, depth)]
        case "SUBPATTERN" if not held[1] and not held[2]:  # it sets no flags
            return _ways(held[3], depth)
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _repeated(held, depth)
    raise Endless


def _repeated(held: Any, depth: int) -> list[_Way]:  # noqa: ANN401 - as above
    """Return all ways to go through what a repetition holds, from the least to the most times."""
    least, most, body = held
    once = _ways(body, depth)
    if least > _MOST_WAYS:
        raise Endless
    ways: list[_Way] = [()]
    if most == _parser.MAXREPEAT:
        if len(once) != 1 or len(once[0]) != 1:  # a repetition of more than a letter, itself repeated
            raise Endless
        run = (_Step(once[0][0].letters, run=True),)
        return [once[0] * (least - 1) + run] if least else [(), run]
    for _ in range(least):
        ways = _joined(ways, once)
    found = list(ways)
    for _ in range(most - least):
        ways = _joined(ways, once)
        found += ways
        if len(found) > _MOST_WAYS:
            raise Endless
    return found


def _joined(before: Sequence[_Way], after: Sequence[_Way]) -> list[_Way]:
    if len(before) * len(after) > _MOST_WAYS:
        raise Endless
    ways = [one + other for one in before for other in after]
    if any(len(way) > _MOST_STEPS for way in ways):
        raise Endless
    return ways


def _letters(name: str, held: Any) -> frozenset[int]:  # noqa: ANN401 - as above
    """Return the letters of a node that takes one character; small ones for large ones, as if case never mattered."""
    match name:
        case "LITERAL":
            found = _of(held, held)
        case "NOT_LITERAL":
            found = _without(_of(held, held))
        case "ANY":
            found = _ALL
        case _:
            items = [(op.name, value) for op, value in held]
            found = frozenset().union(*(_item(*item) for item in items if item[0] != "NEGATE"))
            found = _without(found) if items[0][0] == "NEGATE" else found
    return frozenset(_small(letter) for letter in found)


def _item(name: str, value: Any) -> frozenset[int]:  # noqa: ANN401 - as above
    if name == "CATEGORY":
        return _category(value.name)
    return _of(*value) if name == "RANGE" else _of(value, value)


def _of(first: int, last: int) -> frozenset[int]:
    """Return the letters from ``first`` to ``last``."""
    within = frozenset(range(first, min(last, _LETTERS[-1]) + 1))
    return within if last in _LETTERS else within | {_OTHER}


def _without(letters: frozenset[int]) -> frozenset[int]:
    return _ALL - letters | {_OTHER}


@cache
def _category(name: str) -> frozenset[int]:
    """Return the letters of a class of characters, by the name that `re` gives it."""
    kind = name.removeprefix("CATEGORY_").removeprefix("NOT_")
    found = frozenset(letter for letter in _LETTERS if _KINDS[kind](chr(letter))) | {_OTHER}
    return _without(found) if "NOT_" in name else found


@cache
def _small(letter: int) -> int:
    lowered = chr(letter).lower() if letter != _OTHER else ""
    return ord(lowered) if len(lowered) == 1 else letter

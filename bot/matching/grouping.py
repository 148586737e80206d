"""Questions grouped by likeness, so that an editor sees at once what is asked again and again.

Two questions are alike by the parts of words that they share (rare ones count more) and, where their vectors are known, by
meaning. Groups are put together the likest first, by the mean likeness between all of one and all of the other (average linkage
by chains of nearest neighbours, Murtagh 1983), as long as it is not below a floor. The floors and the share of meaning
were chosen on 1,000 shipped examples of each language, which are of 85 topics: of those in a group, 61 to 69 % are of its main
topic, and about half are in one. Meaning adds 7 points to that in Bulgarian and nothing elsewhere; by itself it draws together
what sounds alike and asks different things.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.grams import tokens
from bot.matching.linear import Floats

#: More are not grouped at once: it takes about a second, and memory by the square.
MOST = 2000

#: How like the texts of a group are to each other on average: by words alone, and by words and meaning.
_FLOOR, _FLOOR_WITH_MEANING = 0.2, 0.4
#: What a vector of multilingual-e5-small has in common with any other, and how much what is beyond that counts.
_COMMON, _MEANING = 0.83, 4.0

#: Parts of words have so many letters; they and the whole words are counted in so many columns.
_LETTERS = 4
_COLUMNS = 2048
#: Longer texts are read up to here; nobody's question is longer.
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Group:
    """Places of like texts, the one first that is likest to all others."""

    members: tuple[int, ...]


def group(texts: Sequence[str], vectors: Floats | None = None, background: Sequence[str] = ()) -> list[Group]:
    """Return ``texts`` (at most `MOST`) in groups, the largest first; a text that is like no other is a group by itself.

    ``vectors`` (n, size), of length one, are their meanings, NaN where one is not known. ``background`` are other texts of the
    language, from which it is learned which words say little. The same arguments give the same groups. Raises `ValueError` for
    more texts.
    """
    if len(texts) > MOST:
        raise ValueError(f"at most {MOST} texts can be grouped at once")
    if not texts:
        return []
    likeness, floor = _by_words(texts, background), _FLOOR
    if vectors is not None:
        likeness, floor = _with_meaning(likeness, vectors), _FLOOR_WITH_MEANING
    parents = _merged(likeness.copy(), floor)
    members: dict[int, list[int]] = {}
    for place, parent in enumerate(parents):
        members.setdefault(parent, []).append(place)
    groups = [Group(_likest_first(likeness, places)) for places in members.values()]
    return sorted(groups, key=lambda each: (-len(each.members), min(each.members)))


def _by_words(texts: Sequence[str], background: Sequence[str]) -> Floats:
    """Return how like texts are in their words, 0 to 1 or a little below, shape (n, n)."""
    counted = [_parts(text) for text in texts]
    seen = Counter(part for parts in (*counted, *map(_parts, background)) for part in parts)
    documents = len(texts) + len(background)
    matrix = np.zeros((len(texts), _COLUMNS), np.float32)
    columns = {part: zlib.crc32(part.encode()) for part in seen}
    for row, parts in enumerate(counted):
        numbers = np.fromiter((columns[part] for part in parts), np.int64, len(parts))
        rarity = np.log((1 + documents) / (1 + np.fromiter((seen[part] for part in parts), np.float32, len(parts)))) + 1
        # The sign keeps parts that fall into one column from always adding up.
        signs = np.where(numbers >> 20 & 1, 1.0, -1.0)
        np.add.at(matrix[row], numbers % _COLUMNS, (signs * rarity).astype(np.float32))
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= np.maximum(lengths, np.float32(1e-9))
    likeness: Floats = matrix @ matrix.T
    return likeness


def _with_meaning(likeness: Floats, vectors: Floats) -> Floats:
    """Return how like texts are in words and meaning; where a meaning is not known, their words count as much as both."""
    known: NDArray[np.bool_] = np.isfinite(vectors.sum(axis=1))
    there = np.where(known[:, None], vectors, 0).astype(np.float32)
    both: Floats = likeness + _MEANING * (there @ there.T - np.float32(_COMMON))
    alone = likeness * np.float32(_FLOOR_WITH_MEANING / _FLOOR)
    return np.where(known[:, None] & known[None, :], both, alone)


def _parts(text: str) -> list[str]:
    """Return the distinct parts of a text in the order in which they stand there: whole words, and letters in a row."""
    found: dict[str, None] = {}
    for word in tokens(text[:_LONGEST]):
        found[f"\t{word}"] = None
        padded = f" {word} "
        found.update((padded[begin : begin + _LETTERS], None) for begin in range(len(padded) - _LETTERS + 1))
    return list(found)


def _merged(likeness: Floats, floor: float) -> list[int]:
    """Return for each text the first one of its group. ``likeness`` (n, n) is used up.

    From any group one goes to its likest, and from that on, until two are each other's likest: these belong together whatever
    else is merged before or after, so that it takes n steps of n rather than of n squared.
    """
    count = len(likeness)
    np.fill_diagonal(likeness, -np.inf)
    sizes = np.ones(count, np.float32)
    parents = list(range(count))
    alive = dict.fromkeys(range(count))
    chain: list[int] = []
    while alive:
        chain = chain or [next(iter(alive))]
        last = chain[-1]
        row = likeness[last]
        nearest = int(row.argmax())
        if not row[nearest] >= floor:
            # It is like nothing any more, and becomes so to nothing later: mean likeness only falls as groups grow.
            del alive[last]
            likeness[last] = likeness[:, last] = -np.inf
            chain.pop()
            continue
        if len(chain) > 1 and row[chain[-2]] >= row[nearest]:
            first, second = sorted((chain.pop(), chain.pop()))
            _merge(likeness, sizes, first, second)
            parents[second] = first
            del alive[second]
        else:
            chain.append(nearest)
    return [_root(parents, place) for place in range(count)]


def _merge(likeness: Floats, sizes: NDArray[np.float32], first: int, second: int) -> None:
    whole = sizes[first] + sizes[second]
    mean = (likeness[first] * sizes[first] + likeness[second] * sizes[second]) / whole
    likeness[first] = likeness[:, first] = mean
    likeness[second] = likeness[:, second] = -np.inf
    likeness[first, first] = -np.inf
    sizes[first] = whole


def _root(parents: Sequence[int], place: int) -> int:
    while parents[place] != place:
        place = parents[place]
    return place


def _likest_first(likeness: Floats, places: Sequence[int]) -> tuple[int, ...]:
    inside = likeness[np.ix_(places, places)].sum(axis=1)
    return tuple(places[each] for each in np.argsort(-inside, kind="stable"))

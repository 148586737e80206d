"""Small counts are not told: behind a "2" stand two persons whom somebody may know.

A count from one to four is hidden. Since a single hidden count can be worked out from the total, and several whose sum is small
nearly so, the next smallest are hidden with it until what is hidden is at least two counts that make five together; where that
cannot be, the total is hidden, too. The usual method of statistical offices (primary and complementary cell suppression).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: A count below this, and not nought, is hidden.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by what they are of; None is a hidden one. ``total`` is None when it is hidden, too."""

    counts: Mapping[str, int | None]
    total: int | None


def suppressed(counts: Mapping[str, int]) -> Table:
    """Return ``counts`` as they may be told, in their order, with their total."""
    hidden = {name for name, count in counts.items() if 0 < count < LEAST}
    rest = sorted((count, name) for name, count in counts.items() if count >= LEAST)
    while hidden and rest and not _is_enough(counts, hidden):
        hidden.add(rest.pop(0)[1])
    total = sum(counts.values())
    tells = hidden and not _is_enough(counts, hidden)
    told = {name: None if name in hidden else count for name, count in counts.items()}
    return Table(told, None if tells or 0 < total < LEAST else total)


def together(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return tables of the same whole as they may be told beside each other.

    Where one had to hide the total, another whose counts all stand there would give it away; so that one is hidden.
    """
    if all(table.total is not None or not table.counts for table in tables.values()):
        return dict(tables)
    return {name: _closed(table) for name, table in tables.items()}


def _closed(table: Table) -> Table:
    is_open = all(count is not None for count in table.counts.values())
    return Table(dict.fromkeys(table.counts) if is_open else table.counts, None)


def told(count: int) -> int | None:
    """Return a count that stands alone as it may be told."""
    return None if 0 < count < LEAST else count


def _is_enough(counts: Mapping[str, int], hidden: set[str]) -> bool:
    return len(hidden) > 1 and sum(counts[name] for name in hidden) >= LEAST

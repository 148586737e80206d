"""All figures of a period as tables that may be told, in the order in which a coordinator reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.store import case_records, figures
from bot.store.case_records import CaseRecord
from bot.store.database import Transaction
from bot.store.figures import Within
from bot.web.figures.periods import Period
from bot.web.figures.suppression import LEAST, Table, suppressed, together, told

#: How many topics and places are told one by one.
MOST_ROWS = 20
_DIMENSIONS = ("language", "channel", "point", "place", "topic", "open", "helpful")


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: of how many cases, the middle one, and what nine of ten did not exceed. None: too few to tell."""

    count: int | None = None
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period. ``days`` holds what came of the questions by each part of the period."""

    questions: Table
    days: tuple[Table, ...]
    tables: dict[str, Table]
    cases: dict[str, Table]
    claimed: Times
    answered: Times
    claimed_open: Times = field(default_factory=Times)
    answered_open: Times = field(default_factory=Times)


async def count(tx: Transaction, period: Period, points: Collection[str] | None) -> Figures:
    """Return the figures of ``period``, at any of ``points`` (None: wherever)."""
    within = Within(period.begins, period.ends, points)
    parts = await figures.over(tx, period.moments, within)
    counted = {name: suppressed(_most(await figures.by(tx, name, within))) for name in ("outcome", *_DIMENSIONS)}
    counted["days"] = suppressed({str(at): sum(part.values()) for at, part in enumerate(parts)})
    tables = together(counted)
    records = await case_records.between(tx, period.begins, period.ends, points)
    return Figures(
        tables["outcome"],
        tuple(_days(parts, tables["days"])),
        tables,
        {
            "point": suppressed(_counted(record.point for record in records)),
            "reason": suppressed(_counted(record.reason for record in records)),
            "outcome": suppressed(_counted(record.outcome for record in records if record.closed_at is not None)),
        },
        _times([record.claimed_at - record.opened_at for record in records if record.claimed_at is not None]),
        _times([record.answered_at - record.opened_at for record in records if record.answered_at is not None]),
        _times([timedelta(seconds=each) for each in _seconds(records, "claim_open")]),
        _times([timedelta(seconds=each) for each in _seconds(records, "answer_open")]),
    )


def share(table: Table, name: str) -> float | None:
    """Return which share of a table's total ``name`` is, 0 to 1; None where a count is hidden or there are too few."""
    if table.total is None or table.total < LEAST or any(count is None for count in table.counts.values()):
        return None
    return (table.counts.get(name) or 0) / table.total


def _days(parts: Sequence[dict[str, int]], totals: Table) -> list[Table]:
    """Return the parts of the period, each with its total as ``totals`` tells it, and nothing of one whose total is hidden."""
    found = []
    for at, part in enumerate(parts):
        total = totals.counts[str(at)]
        found.append(Table({} if total is None else suppressed(part).counts, total))
    return found


def _most(counts: dict[str, int]) -> dict[str, int]:
    """Return the largest counts, the others together as the last."""
    first = dict(list(counts.items())[:MOST_ROWS])
    others = sum(count for name, count in counts.items() if name not in first)
    return first | ({"": others} if others else {})


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    found = Counter(value for value in values if value is not None)
    return _most(dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))))


def _seconds(records: Sequence[CaseRecord], name: str) -> list[int]:
    return [value for record in records if (value := getattr(record, name)) is not None]


def _times(found: Sequence[timedelta]) -> Times:
    """Return the middle and the ninetieth of a hundred, by the nearest rank."""
    ordered = sorted(max(each, timedelta()) for each in found)
    if len(ordered) < LEAST:
        return Times(told(len(ordered)))
    return Times(len(ordered), ordered[(len(ordered) - 1) // 2], ordered[-(-len(ordered) * 9 // 10) - 1])

"""Counting what residents asked and what came of it. Only counts leave this file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, case, func, select

from bot.model.verdict import VerdictKind
from bot.store.database import Transaction
from bot.store.edit_tables import question as _question

#: By what questions can be counted.
DIMENSIONS: Mapping[str, ColumnElement[str | None]] = {
    "language": _question.c.language,
    "channel": _question.c.channel,
    "place": _question.c.place,
    "point": _question.c.point,
    "topic": _question.c.topic,
    "open": case((_question.c.open_then.is_(True), "open"), (_question.c.open_then.is_(False), "closed"), else_=None),
    "helpful": case((_question.c.helpful.is_(True), "yes"), (_question.c.helpful.is_(False), "no"), else_=None),
    # What came of it: a person counts before what was decided, since that is what the resident got in the end.
    "outcome": case(
        (_question.c.kind == VerdictKind.CRISIS, "crisis"),
        (_question.c.to_person.is_(True), "person"),
        (_question.c.kind == VerdictKind.ANSWER, "answer"),
        (_question.c.kind == VerdictKind.CHOOSE, "choose"),
        else_="person",
    ),
}


@dataclass(frozen=True, slots=True)
class Within:
    """Which questions: those asked between two moments, at any of ``points`` (None: wherever)."""

    begins: datetime
    ends: datetime
    points: Collection[str] | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition in SQL."""
        asked = (_question.c.at >= self.begins) & (_question.c.at < self.ends)
        return asked if self.points is None else asked & _question.c.point.in_(self.points)


async def by(tx: Transaction, dimension: str, within: Within) -> dict[str, int]:
    """Count questions by a dimension (see `DIMENSIONS`), most first; those of which it is not known are left out."""
    column = DIMENSIONS[dimension].label("value")
    counted = select(column, func.count().label("number")).where(within.condition).group_by(column)
    rows = [(row.value, int(row.number)) for row in await tx.execute(counted) if row.value is not None]
    return dict(sorted(rows, key=lambda pair: (-pair[1], pair[0])))


async def over(tx: Transaction, moments: Sequence[datetime], within: Within) -> list[dict[str, int]]:
    """Count questions by what came of them between each two of ``moments``, which are in order."""
    found = []
    for begins, ends in pairwise(moments):
        found.append(await by(tx, "outcome", Within(begins, ends, within.points)))
    return found

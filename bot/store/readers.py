"""Who may read a confidential case."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select, update

from bot.store import desk_tables, tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_reader = desk_tables.case_reader
_case = tables.case_file


async def of_case(tx: Transaction, case_id: str) -> frozenset[str]:
    """Return the names of those who may read a case while it is confidential."""
    return frozenset((await tx.execute(select(_reader.c.staff).where(_reader.c.case_id == case_id))).scalars())


async def of_cases(tx: Transaction, case_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return the same for many cases, by case id; a case without any is missing."""
    found: dict[str, frozenset[str]] = {}
    for row in await tx.execute(select(_reader.c.case_id, _reader.c.staff).where(_reader.c.case_id.in_(case_ids))):
        found[row.case_id] = found.get(row.case_id, frozenset()) | {row.staff}
    return found


async def guard(tx: Transaction, case_id: str, names: Collection[str]) -> None:
    """Make a case confidential and open it to ``names`` alone; without any name it is confidential no more."""
    await tx.execute(delete(_reader).where(_reader.c.case_id == case_id))
    if names:
        rows = [{"case_id": case_id, "staff": storable_text(name)} for name in sorted(set(names))]
        await tx.execute(insert(_reader), rows)
    await tx.execute(update(_case).where(_case.c.id == case_id).values(confidential=bool(names)))

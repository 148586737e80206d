"""The short form of the soak; `tests.soak` tells what it is, and ``make soak`` runs the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editing import small_folder
from tests.soak.plan import Plan
from tests.soak.run import soak
from tests.soak.table import table
from tests.support.databases import Databases

#: One process on SQLite, two doors and two workers on PostgreSQL.
RUNS = {"sqlite": ("run",), "postgres": ("run", "run", "work", "work")}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_nothing_is_lost_doubled_or_out_of_order_while_processes_are_struck(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    plan = Plan(
        kind,
        seed=20261122,
        commands=RUNS[kind],
        messages=300,
        residents=60,
        gap=5,
        pauses=(0.2, 1.5),
        active=16,
        minutes=1,
        knowledge=small_folder.write(tmp_path / "knowledge"),
        encoder="none",
    )
    with databases.fresh(kind) as url:
        cut = (lambda: databases.server.disconnect(url.rpartition("/")[2])) if kind == "postgres" else None
        soaked = await soak(plan, url, tmp_path, cut=cut)

    print(table([soaked]))  # noqa: T201 - shown when it fails
    assert not soaked.reckoning.faults
    assert soaked.reckoning.turns == soaked.reckoning.accepted > 0
    assert soaked.blows.total() > 0

"""``python -m tests.soak``: run the soak on SQLite and on PostgreSQL and print what came of it; 1 where a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.soak.plan import Plan
from tests.soak.run import Soaked, soak
from tests.soak.table import table
from tests.support.databases import Databases

_COMMANDS = {"sqlite": ("run",), "postgres": ("run", "run", "work", "work")}


def main() -> None:
    """Run what is asked for."""
    asked = _arguments()
    done = []
    for kind in asked.database:
        plan = Plan(
            kind,
            asked.seed,
            _COMMANDS[kind],
            asked.messages,
            asked.residents,
            gap=asked.gap,
            pauses=(0.5, asked.longest),
            active=asked.active,
            minutes=asked.minutes,
            encoder=asked.encoder,
        )
        print(plan.name, flush=True)  # noqa: T201 - a command speaks
        done.append(_run(plan))
    print(table(done))  # noqa: T201 - the same
    for each in done:
        print(*each.tracebacks[:5], sep="\n")  # noqa: T201 - the same
    faults = [(each.plan.kind, name, found[:20]) for each in done for name, found in each.reckoning.faults.items()]
    for fault in faults:
        print(*fault)  # noqa: T201 - the same
    sys.exit(1 if faults else 0)


def _run(plan: Plan) -> Soaked:
    with tempfile.TemporaryDirectory(prefix="infopoint-soak-") as name:
        databases = Databases(Path(name))
        try:
            with databases.fresh(plan.kind, migrated=False) as url:
                database = url.rpartition("/")[2]
                cut = (lambda: databases.server.disconnect(database)) if plan.kind == "postgres" else None
                return asyncio.run(soak(plan, url, Path(name), cut=cut, say=lambda line: print(line, flush=True)))  # noqa: T201 - the same
        finally:
            databases.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description="Write, strike, count.")
    parser.add_argument("--database", nargs="+", choices=list(_COMMANDS), default=list(_COMMANDS))
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--residents", type=int, default=500)
    parser.add_argument("--active", type=int, default=24, help="how many of them write at the same time")
    parser.add_argument("--gap", type=float, default=15.0, help="mean seconds between two blows")
    parser.add_argument("--longest", type=float, default=25.0, help="the longest time for which a process is frozen, in seconds")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long they write at most")
    parser.add_argument("--encoder", default="e5")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    main()

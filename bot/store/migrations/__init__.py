"""The steps that bring the tables from one form to the next, one file each in ``versions``, numbered.

Each says of what kind it is, by a name ``kind`` in its file. A *pre* step only adds: what it adds has a value where an older
program writes none, so that older and newer programs work on the tables side by side. It is done before the newer one works. A
*post* step takes away, or demands, what older programs do not know of. It is done when none of them runs any more, and only when
the operator says so (``infopoint migrate --finish``); its own program works before and after it. Steps are done in their order: a
post step that stands before another one is done with that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.errors import StoreError, Unavailable

if TYPE_CHECKING:
    from bot.store.database import Database

#: The newest step, and those that take away. A test holds both against the folder: reading that takes Alembic, which is slow.
HEAD = "0006"
POST: frozenset[str] = frozenset()

#: The two kinds of steps.
PRE_STEP, POST_STEP = "pre", "post"

#: How often, and how many seconds apart, steps are tried that somebody who reads for long keeps from being done.
_TRIES, _PAUSE = 10, 3.0


class NewerDatabase(StoreError):  # noqa: N818 - a word of the house
    """The tables are of a newer program than this one; start that one instead."""


class OlderPrograms(StoreError):  # noqa: N818 - a word of the house
    """Programs run that could not work on the tables as they would be."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps that a program knows: the newest, those that take away, and the folders with their files."""

    newest: str = HEAD
    post: frozenset[str] = POST
    folders: tuple[Path, ...] = (Path(__file__).parent / "versions",)

    def after(self, found: str | None) -> Sequence[str]:
        """Return the numbers of those that come after ``found``."""
        return [f"{number:04}" for number in range(int(found or "0") + 1, int(self.newest) + 1)]

    def goal(self, found: str | None, *, finish: bool) -> str | None:
        """Return the step to go to. Tables that nobody uses yet are made as they will be in the end."""
        pending = self.after(found)
        if not (finish or found is None):
            while pending and pending[-1] in self.post:
                pending = pending[:-1]
        return pending[-1] if pending else found

    def taking(self, found: str | None, goal: str | None) -> list[str]:
        """Return those that take away on the way from ``found`` to ``goal``."""
        return [] if found is None else [number for number in self.after(found) if number in self.post and number <= (goal or "")]


OURS = Steps()


async def migrate(db: Database, steps: Steps = OURS, *, finish: bool = False) -> bool:
    """Bring the tables of ``db`` to the form that this program needs and tell whether that took any work.

    With ``finish`` also those steps are done at the end that take away what older programs need. The revision is compared first,
    since importing Alembic takes longer than a whole start. Programs that start at the same time wait for one another, and the
    second finds the work done. Raises `NewerDatabase` and `OlderPrograms`; nothing was done then.
    """
    async with db.read() as tx:
        if await _is_done(tx, steps, finish=finish):
            return False
    tries = 1 if db.is_sqlite else _TRIES
    while True:
        try:
            return await _work(db, steps, finish=finish)
        except Unavailable:  # such as a backup that reads a table which is to be changed
            tries -= 1
            if not tries:
                raise
        await asyncio.sleep(_PAUSE)


async def unfinished(tx: AsyncConnection, steps: Steps = OURS) -> list[str]:
    """Return the steps that are still to be done by ``infopoint migrate --finish``, on tables that this program can work on."""
    return list(steps.after(await revision(tx)))


async def fits(tx: AsyncConnection, steps: Steps = OURS) -> None:
    """Return if a program that knows ``steps`` can work on tables that are newer. Raises `NewerDatabase`."""
    found = await revision(tx)
    if found is None or found <= steps.newest:
        return
    done = await tx.execute(text("SELECT number, kind FROM step WHERE number > :newest"), {"newest": steps.newest})
    kinds = {row.number: row.kind for row in done}
    unknown = range(int(steps.newest) + 1, int(found) + 1)
    if any(kinds.get(f"{number:04}") != PRE_STEP for number in unknown):
        raise NewerDatabase(
            f"The database stands at step {found} and no longer has what this program needs, which knows steps up to "
            f"{steps.newest}. Start the newer program."
        )


async def revision(tx: AsyncConnection) -> str | None:
    """Return the step that the tables stand at, or None for an empty database."""
    if not await tx.run_sync(lambda connection: inspect(connection).has_table("alembic_version")):
        return None
    return (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()


def upgrade(connection: object, to: str = "head", steps: Steps = OURS) -> None:
    """Run the missing steps, up to one of them, on an open synchronous connection, inside its transaction."""
    from alembic import command  # noqa: PLC0415 - importing it takes two seconds
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, steps.folders)))
    command.upgrade(config, to)


async def _work(db: Database, steps: Steps, *, finish: bool) -> bool:
    from bot.store import programs  # noqa: PLC0415 - it stands above the database, and this below

    async with db.changing() as tx:
        if await _is_done(tx, steps, finish=finish):
            return False
        found = await revision(tx)
        goal = steps.goal(found, finish=finish)
        if taking := steps.taking(found, goal):
            await programs.refuse_older(tx, taking[-1])
        await tx.run_sync(upgrade, goal or steps.newest, steps)
        return True


async def _is_done(tx: AsyncConnection, steps: Steps, *, finish: bool) -> bool:
    found = await revision(tx)
    if found is not None and found > steps.newest:
        await fits(tx, steps)
        return True
    return found is not None and found == steps.goal(found, finish=finish)

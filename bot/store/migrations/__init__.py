"""The steps that bring the tables from one form to the next, one file each in ``versions``, numbered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.errors import StoreError

if TYPE_CHECKING:
    from bot.store.database import Database

#: The newest step. A test holds it against the folder.
HEAD = "0006"


class NewerDatabase(StoreError):  # noqa: N818 - a word of the house
    """The tables are of a newer program than this one; start that one instead."""


async def migrate(db: Database) -> bool:
    """Bring the tables of ``db`` to `HEAD` and tell whether that took any work.

    The revision is compared first, since importing Alembic takes longer than a whole start. Programs that start at the same
    time wait for one another, and the second finds the work done. Raises `NewerDatabase`.
    """
    async with db.read() as tx:
        if _is_newest(await revision(tx)):
            return False
    async with db.exclusive() as tx:
        if _is_newest(await revision(tx)):
            return False
        await tx.run_sync(upgrade)
        return True


async def revision(tx: AsyncConnection) -> str | None:
    """Return the step that the tables stand at, or None for an empty database."""
    if not await tx.run_sync(lambda connection: inspect(connection).has_table("alembic_version")):
        return None
    return (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()


def upgrade(connection: object, to: str = "head") -> None:
    """Run the missing steps, up to one of them, on an open synchronous connection, inside its transaction."""
    from alembic import command  # noqa: PLC0415 - importing it takes two seconds
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, to)


def _is_newest(found: str | None) -> bool:
    if found is not None and found > HEAD:
        raise NewerDatabase(f"the database stands at step {found}, this program knows steps up to {HEAD}")
    return found == HEAD

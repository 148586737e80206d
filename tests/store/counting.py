"""A process that counts up one number, each time reading it first: ``python -m tests.store.counting URL TIMES``, in 4 tasks."""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.tables import lease


async def main(url: str, times: str) -> None:
    """Count."""
    db = Database.open(url)

    async def count() -> None:
        for _ in range(int(times)):
            counted = False
            while not counted:
                async with db.write() as tx:
                    seen = (await tx.execute(select(lease.c.owner))).scalar_one()
                    raised = update(lease).where(lease.c.owner == seen).values(owner=str(int(seen) + 1))
                    counted = (await tx.execute(raised)).rowcount == 1

    await asyncio.gather(*(count() for _ in range(4)))
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

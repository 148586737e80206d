"""A worker process that kills itself, as kill -9 would, at the first step named on its command line.

Usage: ``python -m tests.work.killable URL MINUTES LETTERS [STEP]``. It works and sends until nothing is left to do, with a
clock ``MINUTES`` ahead of the tests' Monday, or until it has died; what it sends is appended to the file ``LETTERS``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.clock import new_id
from bot.model.message import Outgoing
from bot.store.bell import Bell
from bot.store.database import Database
from bot.work.delivery import Delivery
from bot.work.reception import Reception
from tests.support.house import MONDAY, TELEGRAM, echo, parse, sorry


@dataclass(frozen=True)
class Letters:
    """A channel that appends what it sends to a file."""

    path: Path

    async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:  # noqa: ARG002 - as `Sender` asks
        """Append one line."""
        return self._write(address, outgoing.text)

    async def edit(self, outgoing: Outgoing, address: str, remote_id: str, content: bytes | None = None) -> str:  # noqa: ARG002 - as `Sender` asks
        """Append one line."""
        return self._write(address, f"changed: {outgoing.text}")

    async def withdraw(self, address: str, remote_id: str) -> None:  # noqa: ARG002 - as `Sender` asks
        """Append one line."""
        self._write(address, "withdrawn")

    def _write(self, address: str, text: str) -> str:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{address}: {text}\n")
        return address


async def main(url: str, minutes: str, letters: str, deadly: str = "") -> None:
    """Work until nothing is left."""

    def on_step(name: str) -> None:
        if name == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    now = MONDAY + timedelta(minutes=int(minutes))
    db = Database.open(url)
    bell = Bell(db)
    reception = Reception(db, bell, {TELEGRAM: parse}, echo, sorry, clock=lambda: now, on_step=on_step)
    delivery = Delivery(db, bell, {TELEGRAM: Letters(Path(letters))}, clock=lambda: now, on_step=on_step)
    owner = new_id()
    # Who is to die waits for work, since others may have taken all there is.
    while await reception.step(owner) or await delivery.step(TELEGRAM) or deadly:  # noqa: ASYNC110 - that tells no event
        await asyncio.sleep(0.01 if deadly else 0)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

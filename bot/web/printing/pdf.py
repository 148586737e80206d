"""A card or a booklet as PDF. It is set by a child process, so that neither its memory nor a fault of it is the server's."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict

from bot.web.printing.booklet import Booklet
from bot.web.printing.card import Card

#: Each takes a processor for a moment.
_AT_ONCE = 2
_SECONDS = 60.0
PAPERS = ("a4", "a5")
_SIGNATURE = b"%PDF-"


class PrintingFailure(Exception):  # noqa: N818 - a word of the house
    """No PDF came about; ``detail`` says why, for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Press:
    """Makes PDFs, two at a time."""

    def __init__(self, *, command: tuple[str, ...] = (), seconds: float = _SECONDS) -> None:
        """Take the ``command`` of another typesetter than our own, and how many ``seconds`` it may take."""
        self._command = command
        self._seconds = seconds
        self._working = asyncio.Semaphore(_AT_ONCE)

    async def pdf(self, printed: Card | Booklet, paper: str) -> bytes:
        """Return a card or a booklet as PDF on ``paper``, one of `PAPERS`. Raises `PrintingFailure`."""
        title = " · ".join(cell.lines[0] for cell in printed.titles)
        data = json.dumps({**asdict(printed), "paper": paper, "description": title}).encode()
        async with self._working:
            return await self._made("card" if isinstance(printed, Card) else "booklet", data)

    async def _made(self, kind: str, data: bytes) -> bytes:
        child = await asyncio.create_subprocess_exec(
            *(self._command or (sys.executable, "-m", "bot.web.printing.compile", kind)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # what it complains about may name what stands on the card
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            made, _ = await asyncio.wait_for(child.communicate(data), self._seconds)
        except TimeoutError:
            raise PrintingFailure("it took too long") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode != 0 or not made.startswith(_SIGNATURE):
            raise PrintingFailure(f"the typesetter ended with {child.returncode}")
        return made

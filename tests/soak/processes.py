"""The processes of a soak: started, struck, started again, and their memory read."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.bench.memory import resident
from tests.soak.plan import Plan
from tests.soak.telegram import WatchedTelegram
from tests.support.program import Program

#: Seconds that a process has to start on a machine that has much else to do.
_START = 600.0


class Ended(Exception):  # noqa: N818 - a word of these tests
    """A process ended by itself, or did not start."""


@dataclass
class Struck:
    """One process and what is known of it."""

    name: str
    command: str
    program: Program
    is_struck: bool = False  # somebody is ending it and starts it again
    memory: list[float] = field(default_factory=list)  # MB, at each look

    @property
    def number(self) -> int:
        """The process's number; 0 while there is none."""
        return self.program.number

    def look(self) -> None:
        """Read its memory."""
        if self.number and (now := resident(str(self.number))):
            self.memory.append(now)


class Processes:
    """All processes of one run."""

    def __init__(self, plan: Plan, url: str, folder: Path, telegram: WatchedTelegram) -> None:
        more = {"INFOPOINT_KEY_FILE": str(folder / "key"), "INFOPOINT_ENCODER": plan.encoder, "INFOPOINT_LOG_LEVEL": "WARNING"}
        if plan.knowledge is not None:
            more["INFOPOINT_KNOWLEDGE"] = str(plan.knowledge)
        self.all: list[Struck] = []
        self.blows: Counter[str] = Counter()
        for number, command in enumerate(plan.commands, start=1):
            place = folder / f"{command}-{number}"
            place.mkdir()
            self.all.append(Struck(place.name, command, Program(url, place, telegram, **more)))
        self._doors = [each for each in self.all if each.command == "run"]
        self._draw = Random(plan.seed)  # noqa: S311 - no secret

    async def start(self) -> None:
        """Start all, one after the other: the first makes the tables."""
        for each in self.all:
            await self._start(each)

    def door(self) -> str:
        """Return the address of one of the doors, whether or not it is open just now."""
        return self._draw.choice(self._doors).program.url

    async def end(self, each: Struck, number: signal.Signals) -> None:
        """End a process by a signal and start it again."""
        self.blows[number.name] += 1
        program, each.is_struck = each.program, True
        await asyncio.to_thread(program.kill if number is signal.SIGKILL else lambda: program.stop(number))
        await self._start(each)
        each.is_struck = False

    async def freeze(self, each: Struck, seconds: float) -> None:
        """Stop a process for a while, as a machine does that has too much to do."""
        self.blows["SIGSTOP"] += 1
        os.kill(each.number, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(each.number, signal.SIGCONT)

    def look(self) -> None:
        """Read the memory of all."""
        for each in self.all:
            each.look()

    def check(self) -> None:
        """Raise `Ended` where a process ended that nobody ended."""
        for each in self.all:
            if each.program.has_ended and not each.is_struck:
                raise Ended(f"{each.name} ended by itself: {each.program.log[-3000:]}")

    def kill(self) -> None:
        """End them all."""
        for each in self.all:
            if each.number:
                each.program.kill()  # also one that is frozen

    def log(self) -> str:
        """All that they printed and logged."""
        return "".join(each.program.log for each in self.all)

    def tracebacks(self) -> list[str]:
        """Return the tracebacks in their logs, each with what follows it."""
        return [f"Traceback{part[:3000]}" for part in self.log().split("Traceback")[1:]]

    async def _start(self, each: Struck) -> None:
        each.program.launch(each.command)
        if each.command != "run":
            return
        began = time.monotonic()
        while not await asyncio.to_thread(each.program.answers):
            if each.program.has_ended or time.monotonic() - began > _START:
                raise Ended(f"{each.name} does not get ready: {each.program.log[-3000:]}")
            await asyncio.sleep(0.2)

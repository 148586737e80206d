"""What answers residents in the benchmark: the bare echo, and the program in its arrangements, each in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.memory import resident
from tests.support.postgres import Server
from tests.support.program import Program

TOKEN = "123456:AAfake-token_for-tests"
_TICK = os.sysconf("SC_CLK_TCK")


class Lasting(Server):
    """PostgreSQL as it runs for those who mind their data: it syncs to the disk."""

    fsync = "on"


class Unpaced(Program):
    """The program without Telegram's pace; see `tests.bench.unpaced`."""

    module = "tests.bench.unpaced"


class Fake:
    """The Bot API and its residents; see `tests.bench.throughput_fake`."""

    token = TOKEN

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.throughput_fake"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url: str = self._told()["url"]

    def order(self, **given: object) -> dict[str, Any]:
        """Have residents write, and return what came of it. Others may do something meanwhile, in other threads."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        return self._told()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@dataclass
class Running:
    """Processes that run."""

    processes: Sequence[int]
    started: float
    doors: Sequence[Program] = ()

    def processor(self) -> float:
        """Return the seconds of the processor that all of them have used."""
        return sum(map(_used, self.processes))

    def memory(self) -> float:
        """Return the megabytes of the largest of them."""
        return max(resident(str(number)) for number in self.processes)


@contextmanager
def echo(fake: Fake, *options: str) -> Iterator[Running]:
    """Run the bare echo."""
    command = [sys.executable, "-m", "tests.bench.echo", fake.url, TOKEN, *options]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            fake.order(messages={"sl": ["?"]}, residents=1)  # answered as soon as it listens
            yield Running([process.pid], time.monotonic() - began)
        finally:
            process.kill()


@contextmanager
def program(fake: Fake, commands: Sequence[str], url: str, folder: Path, more: Mapping[str, str]) -> Iterator[Running]:
    """Run the program over the database at ``url``: ``commands`` are its processes, each ``run`` or ``work``."""
    telegram = {"INFOPOINT_TELEGRAM_TOKEN": TOKEN, "INFOPOINT_TELEGRAM_API_URL": fake.url}
    shared = {"INFOPOINT_LOG_LEVEL": "WARNING", **telegram, **more}
    with ExitStack() as stack:
        started, programs = 0.0, []
        for number, command in enumerate(commands):
            place = folder / f"{command}-{number}"
            place.mkdir(exist_ok=True)
            each = Unpaced(url, place, None, **shared)
            stack.callback(each.kill)
            began = time.monotonic()
            each.start(command) if command == "run" else each.launch(command)
            started = started or time.monotonic() - began
            programs.append(each)
        doors = [each for each, command in zip(programs, commands, strict=True) if command == "run"]
        fake.order(messages={"sl": ["/start"]}, residents=1)
        yield Running([each.number for each in programs], started, doors)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Make a database of ``kind``, ``sqlite`` or ``postgres``, and give its URL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/infopoint.db"
        return
    server = Lasting()
    try:
        yield server.create("bench")
    finally:
        server.stop()


@contextmanager
def place() -> Iterator[Path]:
    """Make a folder, on a disk, that is deleted in the end."""
    with tempfile.TemporaryDirectory(prefix="infopoint-bench-") as name:
        yield Path(name)


def _used(number: int) -> float:
    fields = Path("/proc", str(number), "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK

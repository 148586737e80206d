"""A process that is killed, as kill -9 would, just before one step of what it does in the database.

``python -m tests.support.killing`` loads everything once, reads what to do line by line, and forks for each: that costs
milliseconds where a new process costs a second.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Self

from sqlalchemy import Engine, event

#: What a process does: a function of a module, given what JSON can carry.
Act = Callable[..., Awaitable[None]]

_CHANGING = ("INSERT", "UPDATE", "DELETE")


class Killer:
    """Has acts done in processes of their own and kills them; those of one module."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killing", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def killed_at(self, step: int, act: Act, *given: object) -> bool:
        """Let a process ``act`` and kill it before step ``step`` (from 1); False when it had done all before that.

        Steps are what changes something, and each commit.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([step, act.__name__, given]) + "\n")
        self._process.stdin.flush()
        ended = int(self._process.stdout.readline())
        assert ended in (0, -signal.SIGKILL), ended
        return ended != 0


def main(name: str) -> None:
    """Do what the lines of the standard input ask for, each in a process of its own, and tell how it ended."""
    module = importlib.import_module(name)
    for line in sys.stdin:
        step, act, given = json.loads(line)
        child = os.fork()
        if child == 0:
            _strike_at(step)
            asyncio.run(getattr(module, act)(*given))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - that is the answer


def _strike_at(deadly: int) -> None:
    """Have this process, which does nothing else, killed at a step."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(_connection: object, _cursor: object, words: str, *_: object) -> None:
        if words.lstrip().startswith(_CHANGING):
            step()

    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what it logs is no answer
    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", lambda _connection: step())


if __name__ == "__main__":
    main(sys.argv[1])

"""Trying patterns on a sentence, in a process of its own: one that never ends ends only that.

``python -m bot.web.library.trying`` reads JSON and writes JSON; it inherits nothing of ours but the way to the program.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.language.text import fold

#: Seconds that all patterns together may take, and bytes of addresses.
TIME_LIMIT = 3.0
_PROCESSOR_LIMIT, _MEMORY_LIMIT = 4, 512 * 1024 * 1024
_AT_ONCE = 2
_ROOT = Path(__file__).parents[3]


class TooSlow(Exception):  # noqa: N818 - a word of the house
    """Some pattern takes so long that it would keep residents waiting."""


class Trying:
    """Tries patterns, a few people at a time."""

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, text: str, patterns: Sequence[str]) -> list[int]:
        """Return the positions of the ``patterns`` that match ``text``, as a message is looked at. Raises `TooSlow`.

        One that cannot be read matches nothing: the checks tell of it.
        """
        async with self._free:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot.web.library.trying"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            )
            try:
                async with asyncio.timeout(self._time_limit):
                    out, _ = await process.communicate(json.dumps([text, list(patterns)]).encode())
                return [int(place) for place in json.loads(out)]
            except (TimeoutError, ValueError):
                raise TooSlow from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


def matching(text: str, patterns: Sequence[str]) -> list[int]:
    """Return the positions of the ``patterns`` that match ``text``."""
    folded, found = fold(text), []
    for place, pattern in enumerate(patterns):
        with suppress(re.error, OverflowError, RecursionError):
            if re.search(pattern, folded):
                found.append(place)
    return found


def main() -> None:
    """Try what is read."""
    with suppress(ImportError):  # Windows knows no such limits
        import resource  # noqa: PLC0415 - for the same reason

        resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_LIMIT, _PROCESSOR_LIMIT))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    text, patterns = json.load(sys.stdin)
    sys.stdout.write(json.dumps(matching(text, patterns)))


if __name__ == "__main__":
    main()

"""Tidying a file in a process of its own, with little memory and little time: what a hostile file breaks is only that.

``python -m bot.work.apart`` reads a line of JSON with the file's name, then its content, and writes a line of JSON, then what may
be kept. It inherits nothing of ours but the way to the program: no settings, no secrets.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import structlog

from bot.model.attached import LARGEST, Dangerous, Tidied, TooLarge, UnknownKind, Unwanted, Why

#: Seconds that one file may take, and seconds of a processor.
TIME_LIMIT, PROCESSOR_LIMIT = 30.0, 20
#: Bytes that the process may take: twice what the largest picture needs.
MEMORY_LIMIT = 1024 * 1024 * 1024
#: Files that are looked at at the same time.
_AT_ONCE = 2
#: Politeness towards the process that answers residents.
_NICENESS = 5
_ROOT = Path(__file__).parents[2]

_log = structlog.get_logger(__name__)


class Apart:
    """Tidies files, a few at a time; see `bot.work.filing.tidied`."""

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, content: bytes, name: str) -> Tidied:
        """Return the file as it may be kept. Raises `Unwanted`: `TooLarge`, `UnknownKind` or `Dangerous`."""
        if len(content) > LARGEST:
            raise TooLarge
        async with self._free:
            return await self._tidied(content, name)

    async def _tidied(self, content: bytes, name: str) -> Tidied:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot.work.apart"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        try:
            async with asyncio.timeout(self._time_limit):
                out, _ = await process.communicate(json.dumps(name).encode() + b"\n" + content)
        except TimeoutError:
            raise Dangerous(Why.SLOW) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _told(out, process.returncode)


def _told(out: bytes, code: int | None) -> Tidied:
    """Return what the process told. Raises what it raised; `Dangerous` when it died over the file."""
    head, _, content = out.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError:
        _log.warning("a file ended the process that looked at it", code=code)
        raise Dangerous(Why.BROKEN) from None
    if "why" in told:
        kinds = {kind.__name__: kind for kind in (UnknownKind, Dangerous)}
        raise kinds[told["kind"]](Why(told["why"])) if told["kind"] in kinds else TooLarge
    return Tidied(told["name"], told["media_type"], content)


def main() -> None:
    """Tidy the one file that is read."""
    _limit()
    name = json.loads(sys.stdin.buffer.readline())
    from bot.work.filing import tidied  # noqa: PLC0415 - under the limits as well

    try:
        kept = tidied(sys.stdin.buffer.read(), name)
    except Unwanted as unwanted:
        _write({"kind": type(unwanted).__name__, "why": unwanted.why})
    except MemoryError:
        _write({"kind": Dangerous.__name__, "why": Why.TOO_LARGE})
    else:
        _write({"name": kept.name, "media_type": kept.media_type}, kept.content)


def _limit() -> None:
    """Take as little of the machine as the work needs. Where there is no such limit, the time is the only one."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_LIMIT, PROCESSOR_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _write(head: dict[str, str], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)
    sys.stdout.flush()


if __name__ == "__main__":
    main()

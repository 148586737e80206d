"""Reading a file that somebody brought in a process apart: what a hostile file breaks is only that.

``python -m bot.editing.exchange.apart`` reads a line of JSON with what the editor chose, then the file, and writes JSON: what the
file holds, or why nothing was read. It inherits no settings and no secrets, has limits of memory and time, and opens no
connection: whoever tries ends it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter

from bot.editing.exchange.services import Told, Unreadable
from bot.editing.problems import sentence
from bot.threads import in_thread

#: Seconds that one file may take, and seconds of a processor. Our own whole library takes four.
TIME_LIMIT, PROCESSOR_LIMIT = 60.0, 40
#: Bytes that the process may take.
MEMORY_LIMIT = 1024 * 1024 * 1024
_NICENESS = 5
_ROOT = Path(__file__).parents[3]
_TOLD: TypeAdapter[Told] = TypeAdapter(Told)

_log = structlog.get_logger(__name__)


async def read(content: bytes, language: str, country: str | None, *, time_limit: float = TIME_LIMIT) -> Told:
    """Return the services of a file, read as `bot.editing.exchange.reading.read` does. Raises `Unreadable`."""
    from bot.editing.exchange.reading import fits  # noqa: PLC0415 - with what it stands on, for those who read

    fits(content)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.editing.exchange.apart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )
    order = json.dumps({"language": language, "country": country}).encode()
    try:
        async with asyncio.timeout(time_limit):
            out, _ = await process.communicate(order + b"\n" + content)
    except TimeoutError:
        raise Unreadable(sentence("Reading the file took too long, and was given up.")) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return await in_thread(lambda: _told(out, process.returncode))


def _told(out: bytes, code: int | None) -> Told:
    """Return what the process told. Raises what it raised; `Unreadable` when it died over the file."""
    head, _, body = out.partition(b"\n")
    if head == b"read":
        return _TOLD.validate_json(body)
    if head == b"why":
        why = json.loads(body)
        raise Unreadable(why["template"], why["values"])
    _log.warning("a file ended the process that read it", code=code)
    raise Unreadable(sentence("The file could not be read: it takes more than a file of its kind may take."))


def main() -> None:
    """Read the one file that is given."""
    _limit()
    order = json.loads(sys.stdin.buffer.readline())
    from bot.editing.exchange.reading import read as read_here  # noqa: PLC0415 - under the limits as well

    try:
        told = read_here(sys.stdin.buffer.read(), order["language"], order["country"])
    except Unreadable as why:
        _write(b"why", json.dumps({"template": why.template, "values": why.values}).encode())
    else:
        _write(b"read", _TOLD.dump_json(told))


def _limit() -> None:
    """Take as little of the machine as the work needs, and nothing of the network."""
    sys.addaudithook(_stay_here)
    with suppress(ImportError):  # Windows knows no such limits
        import resource  # noqa: PLC0415 - for the same reason

        os.nice(_NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_LIMIT, PROCESSOR_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _stay_here(event: str, _: Any) -> None:  # noqa: ANN401 - what an audit event carries
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "subprocess.Popen", "os.system"}:
        raise PermissionError(event)


def _write(head: bytes, body: bytes) -> None:
    sys.stdout.buffer.write(head + b"\n" + body)
    sys.stdout.flush()


if __name__ == "__main__":
    main()

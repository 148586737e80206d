"""A file is looked at in a process of its own: whatever happens there, here it is a refusal."""

from __future__ import annotations

import asyncio
import sys

import pytest

from bot.model.attached import JPEG, LARGEST, Dangerous, Tidied, TooLarge, UnknownKind, Unwanted, Why
from bot.work import apart
from bot.work.apart import Apart
from tests.support.files import archive, paper, photo


async def test_what_may_be_kept_comes_back_whole() -> None:
    kept = await Apart()(photo(), "moja odločba – здравей.heic")
    assert (kept.name, kept.media_type, kept.content[:3]) == ("moja odločba - здравей.jpg", JPEG, b"\xff\xd8\xff")
    assert await Apart()(b"one\ntwo\n", "x") == Tidied("x.txt", "text/plain", b"one\ntwo\n")


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (paper(OpenAction={"S": "/JavaScript"}), Dangerous, Why.ACTIVE),
        (archive("word/document.xml"), UnknownKind, Why.OFFICE),
        (bytes(LARGEST + 1), TooLarge, Why.TOO_LARGE),
        (b"", UnknownKind, Why.EMPTY),
    ],
)
async def test_a_refusal_comes_back_with_its_reason(content: bytes, kind: type[Unwanted], why: Why) -> None:
    with pytest.raises(Unwanted) as caught:
        await Apart()(content, "x")
    assert (type(caught.value), caught.value.why) == (kind, why)


async def test_what_takes_too_long_is_refused_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made = asyncio.create_subprocess_exec
    started: list[asyncio.subprocess.Process] = []

    async def sleeping(*_: str, **given: object) -> asyncio.subprocess.Process:
        started.append(await made("sleep", "60", **given))  # type: ignore[arg-type]  # passed on as they came
        return started[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", sleeping)
    with pytest.raises(Dangerous) as caught:
        await Apart(time_limit=0.05)(b"hello", "x")
    assert caught.value.why is Why.SLOW
    assert started[0].returncode == -9


@pytest.mark.parametrize("out", [b"", b"not JSON\n"])
def test_a_file_that_ends_the_process_is_refused(out: bytes) -> None:
    with pytest.raises(Dangerous) as caught:
        apart._told(out, -9)
    assert caught.value.why is Why.BROKEN


async def test_only_a_few_files_are_looked_at_at_once() -> None:
    together = Apart()
    kept = await asyncio.gather(*(together(str(number).encode(), str(number)) for number in range(5)))
    assert [each.name for each in kept] == [f"{number}.txt" for number in range(5)]


async def test_the_process_takes_no_more_memory_than_it_may() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from bot.work import apart\napart._limit()\n"
        "try:\n    bytes(2 * apart.MEMORY_LIMIT)\nexcept MemoryError:\n    print('refused')",
        stdout=asyncio.subprocess.PIPE,
    )
    assert (await process.communicate())[0] == b"refused\n"

"""A worker killed with SIGKILL between any two steps loses nothing and answers nothing twice in the database."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.store import tables
from tests.support.house import House

#: Every step that is named, in the order in which one message meets them.
STEPS = (
    "reception: claimed",
    "reception: parsed",
    "reception: thought",
    "commit: locked",
    "commit: written",
    "commit: before the end",
    "commit: done",
    "delivery: marked",
    "delivery: sent",
    "delivery: noted",
)

#: After these a message is out but not yet noted as sent (at the second, the one to the other resident): it may go out twice,
#: for a lost one would be worse.
OUT_BUT_NOT_NOTED = {"delivery: sent", "delivery: noted"}


async def _run(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.work.killable", *arguments)
    return await process.wait()


@pytest.mark.parametrize("deadly", STEPS)
async def test_nothing_is_lost_or_answered_twice(house: House, database_url: str, tmp_path: Path, deadly: str) -> None:
    residents = ("ana", "berta")
    for resident in residents:
        for text in ("1", "2"):
            await house.hears(text, resident)
    letters = tmp_path / "letters"
    await house.db.close()

    assert await _run(database_url, "0", str(letters), deadly) == -signal.SIGKILL
    assert await _run(database_url, "2", str(letters)) == 0

    async with house.db.read() as tx:
        turned = (await tx.execute(select(func.count()).select_from(tables.turn))).scalar_one()
    assert turned == 4
    assert await house.inbox() == {"done": 4}
    for resident in residents:
        assert [line.text for line in await house.lines(resident)] == ["1", "echo: 1", "2", "echo: 2"]
    sent = Counter(letters.read_text().splitlines())
    assert set(sent) == {f"{resident}: echo: {text}" for resident in residents for text in "12"}
    assert max(sent.values()) <= (2 if deadly in OUT_BUT_NOT_NOTED else 1)


async def test_every_step_of_the_work_is_killed_at(house: House) -> None:
    from bot.work.delivery import Delivery
    from bot.work.reception import Reception
    from tests.support.house import TELEGRAM, echo, parse, sorry

    steps: list[str] = []
    await house.hears("hello")
    reception = Reception(house.db, house.bell, {TELEGRAM: parse}, echo, sorry, clock=house.clock, on_step=steps.append)
    delivery = Delivery(house.db, house.bell, {TELEGRAM: house.post}, clock=house.clock, on_step=steps.append)
    await reception.step("worker")
    await delivery.step(TELEGRAM)

    assert tuple(steps) == STEPS


async def test_several_workers_one_of_them_killed_answer_everything_once_and_in_order(
    house: House, database_url: str, tmp_path: Path
) -> None:
    residents = [f"resident {number}" for number in range(6)]
    letters = str(tmp_path / "letters")
    dying = asyncio.create_task(_run(database_url, "0", letters, "commit: written"))
    others = [asyncio.create_task(_run(database_url, "0", letters)) for _ in range(2)]
    rounds = 0
    # Messages arrive until one process has died in the middle of its first commit.
    while not dying.done() or rounds < 3:
        for resident in residents:
            await house.hears(str(rounds), resident)
        rounds += 1
        await asyncio.wait({dying}, timeout=0.1)
    assert await dying == -signal.SIGKILL
    assert await asyncio.gather(*others) == [0, 0]
    assert await _run(database_url, "2", letters) == 0

    for resident in residents:
        assert await house.said(resident) == [f"echo: {number}" for number in range(rounds)]

"""That nobody will be on duty is shown on the line to those who can see to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model.schedule import Shift
from bot.model.staff import Member, Role
from bot.store import shifts
from tests.support.clock import Clock
from tests.support.desk import House, house
from tests.support.phrases import english


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, now=Clock(), phrases=english()) as opened:
        await opened.hire("cene", Role.COORDINATOR, points=["ptuj"])
        await opened.hire("vera", Role.COORDINATOR, points=["dalgopol"])
        yield opened


async def _roster(desk: House, member: Member, hours: str) -> None:
    async with desk.db.write() as tx:
        await shifts.put(tx, Shift("s", member.id, frozenset({"ptuj"}), "si", hours))


async def _line(desk: House, name: str) -> str:
    return (await (await desk.signed_in(name)).get("/desk")).text


async def test_a_gap_is_told_to_who_keeps_the_roster_there(desk: House) -> None:
    await _roster(desk, await desk.hire("ana"), "Mo,We-Su 00:00-24:00; PH 00:00-24:00")

    page = await _line(desk, "cene")

    assert "Info točka Ptuj: nobody is on duty from torek, 24. novembra 2026, 8.00" in page
    assert 'href="/desk/roster"' in page
    assert "nobody is on duty from" not in await _line(desk, "ana")
    assert "nobody is on duty from" not in await _line(desk, "vera")


async def test_without_gaps_nothing_is_told(desk: House) -> None:
    await _roster(desk, await desk.hire("ana"), "Mo-Su 00:00-24:00; PH 00:00-24:00")

    page = await _line(desk, "cene")

    assert "nobody is on duty" not in page
    assert "no duty roster yet" not in page


async def test_without_any_roster_one_sentence_says_so(desk: House) -> None:
    await desk.hire("ana")

    assert (await _line(desk, "cene")).count("There is no duty roster yet") == 1
    assert "no duty roster yet" not in await _line(desk, "ana")

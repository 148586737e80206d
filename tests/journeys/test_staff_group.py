"""The real program with a group of staff on Telegram: an account is linked, and a case is worked from its topic."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import clock
from bot.store import link_codes, staff
from bot.store.database import Database
from tests.fakes.telegram import FakeTelegram, Group
from tests.support.program import Program, Staff, until

GROUP, ANA, RESIDENT = -1001234567890, 901, 501


@pytest.fixture
def program(published_url: str, tmp_path: Path, telegram: FakeTelegram) -> Iterator[Program]:
    """The real program over each kind of database, with a group of staff."""
    telegram.group = Group(GROUP)
    with Program(published_url, tmp_path, telegram, INFOPOINT_TELEGRAM_STAFF_GROUP=str(GROUP)) as running:
        yield running


async def _code(database_url: str) -> str:
    """Return a code as "My account" shows one to Ana."""
    db = Database.open(database_url)
    async with db.write() as tx:
        member = await staff.find(tx, "ana")
        assert member is not None
        code = await link_codes.make(tx, member, clock.now())
    await db.close()
    return code


def test_a_resident_is_answered_from_the_group(program: Program, telegram: FakeTelegram, published_url: str) -> None:
    group = telegram.group
    assert group is not None
    Staff(program, "ana")
    telegram.press(RESIDENT, "human")
    until(lambda: group.threads and next(iter(group.threads.values())).posts, "the topic of the case")
    thread = next(iter(group.threads.values()))

    telegram.in_group(ANA, "/claim", thread.id)
    until(lambda: len(thread.posts) > 1, "what a stranger is told")
    assert re.search(r"\bana\b", thread.text) is None

    telegram.say(ANA, f"/link {asyncio.run(_code(published_url))}")
    until(lambda: telegram.sent(ANA), "that the account is linked")
    telegram.in_group(ANA, "/claim", thread.id)
    until(lambda: "ana" in thread.text, "who has the case")
    telegram.in_group(ANA, "Dober dan, tukaj Ana.", thread.id)
    until(lambda: any("tukaj Ana" in sent["text"] for sent in telegram.sent(RESIDENT)), "the reply")
    assert httpx.get(f"{program.url}/health").json()["telegram_group"] == "mirroring"

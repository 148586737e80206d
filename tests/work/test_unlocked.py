"""A process that lacks a key takes nothing of what others can read, says so, and goes on when the key is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.clock import now
from bot.health import Health
from bot.store import keys
from bot.store.database import Database
from bot.store.sealing import Keyring
from bot.web.health import routes
from bot.work import unlocked
from bot.work.unlocked import Keyhole, Unlocked
from tests.support.house import House
from tests.test_health import _shelf

OLD, BOTH = Keyring((b"o" * 32,)), Keyring((b"n" * 32, b"o" * 32))


@pytest.fixture(name="there")
async def _there(database_url: str) -> AsyncIterator[House]:
    """The machine on which the newer key was made, and its key file brought nowhere yet."""
    db = Database.open(database_url, BOTH)
    async with db.write() as tx:
        for identifier in BOTH.ids:
            await keys.enter(tx, identifier, now())
    yield House(db)
    await db.close()


@pytest.fixture(name="here")
async def _here(database_url: str) -> AsyncIterator[House]:
    """Another one."""
    db = Database.open(database_url, OLD)
    yield House(db)
    await db.close()


async def test_who_lacks_a_key_leaves_the_messages_to_those_who_have_it(here: House, there: House) -> None:
    await there.hears("hello")
    keyhole = Keyhole(here.db)
    await keyhole.look()
    working = asyncio.create_task(Unlocked(keyhole, here.reception()).run())
    for _ in range(3):
        await keyhole.look()
    async with there.db.read() as tx:
        assert (await keys.missing(tx)) == frozenset()
    assert await there.inbox() == {"new": 1}
    assert not working.done()
    here.db.sealer.ring = BOTH  # its key file was brought
    await keyhole.look()
    async with asyncio.timeout(20):
        while await there.inbox() != {"done": 1}:
            await here.bell.wait("entry", 0.1)
    here.db.sealer.ring = OLD
    await keyhole.look()
    await there.hears("again")
    await keyhole.look()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert await there.said() == ["echo: hello"]
    assert await there.inbox() == {"done": 1, "new": 1}


async def test_a_missing_key_is_told_loudly(here: House, there: House) -> None:
    shelf = await _shelf(there.db)
    told = await Health(here.db, shelf, None).told()
    assert told["keys"] == "missing"
    assert told["degraded"] == [f"keys are missing here, nothing is answered: {BOTH.newest}"]
    assert (await Health(there.db, shelf, None).told())["keys"] == "ok"


async def test_nobody_is_led_to_who_lacks_a_key() -> None:
    async def state() -> dict[str, object]:
        return {"database": "ok", "edition": 1, "keys": "missing", "degraded": ["keys"]}

    for route in routes(state):
        answer = await route.endpoint(None)
        assert answer.status_code == 503


async def test_it_looks_by_itself_and_whatever_fails_is_known(here: House, there: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlocked, "LOOK", 0.0)

    class Failing:
        async def run(self) -> None:
            raise RuntimeError("failed")

    keyhole = Keyhole(here.db)
    looking = asyncio.create_task(keyhole.run())
    async with asyncio.timeout(20):
        await keyhole.until(open_=False)
        here.db.sealer.ring = there.db.sealer.ring
        with pytest.raises(RuntimeError):
            await Unlocked(keyhole, Failing()).run()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)

"""A database that goes away for a while costs time, never a message."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.house import House


@pytest.mark.postgres
async def test_the_loops_go_on_when_the_database_is_back(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        house = House(Database.open(url))
        loops = [asyncio.create_task(loop) for loop in (house.reception().run(), house.delivery.run(), house.bell.run())]
        try:
            for number in range(3):
                await house.hears(str(number))
                databases.server.disconnect(url.rpartition("/")[2])
                async with asyncio.timeout(30):
                    while len(house.post.sent) <= number:
                        await house.bell.wait("never", 0.02)
        finally:
            for loop in loops:
                loop.cancel()
            ended = await asyncio.gather(*loops, return_exceptions=True)
        said = await house.said()
        await house.db.close()

    assert [type(outcome) for outcome in ended] == [asyncio.CancelledError] * 3
    assert said == ["echo: 0", "echo: 1", "echo: 2"]
    assert [text for _, text in house.post.sent] == said
    assert {address for address, _ in house.post.sent} == {"ana"}


@pytest.mark.postgres
async def test_a_loop_that_is_to_end_while_the_database_goes_away_ends(databases: Databases) -> None:
    with databases.fresh("postgres") as url:
        for number in range(12):
            house = House(Database.open(url))
            loops = [asyncio.create_task(loop) for loop in (house.reception().run(), house.delivery.run(), house.bell.run())]
            await house.hears(str(number))
            databases.server.disconnect(url.rpartition("/")[2])
            for _ in range(5 * number):
                await asyncio.sleep(0)  # so that it meets them at another step each time
            for loop in loops:
                loop.cancel()
            async with asyncio.timeout(30):
                ended = await asyncio.gather(*loops, return_exceptions=True)
            await house.db.close()
            assert [type(outcome) for outcome in ended] == [asyncio.CancelledError] * 3

"""The house that tests of the work live in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.support.group import Desk, group_desk
from tests.support.house import House
from tests.support.town import Town


@pytest.fixture
def house(database: Database) -> House:
    """An empty house, on each database."""
    return House(database)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """An installation whose staff have a group on a fake Telegram, on each database."""
    async with group_desk(database) as opened:
        yield opened


@pytest.fixture
def town(house: House) -> Town:
    """The house, with residents whose questions are gathered."""
    return Town(house.db)

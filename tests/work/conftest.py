"""The house that tests of the work live in."""

from __future__ import annotations

import pytest

from bot.store.database import Database
from tests.support.house import House


@pytest.fixture
def house(database: Database) -> House:
    """An empty house, on each database."""
    return House(database)

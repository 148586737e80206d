"""The knowledge that tests of editing read, and editors who work on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.staff import Member
from bot.store.database import Database
from tests.editing.office import Office
from tests.editing.small_folder import write
from tests.support.editing import put_up, small_edition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder without a problem."""
    return write(tmp_path)


@pytest.fixture
async def office(database: Database) -> Office:
    """A published library."""
    made = Office(database)
    await put_up(database, small_edition(), made.now())
    return made


@pytest.fixture
async def eva(office: Office) -> Member:
    """An editor."""
    return await office.hire("eva")


@pytest.fixture
async def filip(office: Office) -> Member:
    """Another editor."""
    return await office.hire("filip")

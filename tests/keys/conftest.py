"""Installations on each database, with a key file of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import rekeying
from bot.settings import Settings
from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.keys import _settings, _start


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a fresh installation, with the key file in a folder that is not there yet."""
    return _settings(database_url, tmp_path)


@pytest.fixture
def sqlite(databases: Databases, tmp_path: Path) -> Any:
    """The same, on SQLite alone: for what has nothing to do with the database."""
    with databases.fresh("sqlite") as url:
        yield _settings(url, tmp_path)


@pytest.fixture(autouse=True)
def _nobody_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for other processes but the one that is about them."""
    monkeypatch.setattr(rekeying, "_SETTLED", 0.0)


@pytest.fixture
async def started(settings: Settings) -> AsyncIterator[Database]:
    """An installation that runs."""
    db = await _start(settings)
    yield db
    await db.close()

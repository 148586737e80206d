from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.backups.taking import take
from tests.backups.filling import MONTH, at, fill
from tests.support.databases import Databases


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Callable[[str], str]]:
    """Makes databases without tables."""
    with ExitStack() as stack:

        def make(kind: str) -> str:
            return stack.enter_context(databases.fresh(kind, migrated=False))

        yield make


@pytest.fixture(scope="module")
def sound(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database with two rows in every table."""
    path = tmp_path_factory.mktemp("sound") / "sound.zip"

    async def make(url: str) -> None:
        await fill(url)
        await take(at(url), path, MONTH)

    with databases.fresh("sqlite") as url:
        asyncio.run(make(url))
    return path

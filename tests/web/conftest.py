"""A house for each test, with Ana and Boris at the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import House, house


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with two members of staff and nobody waiting."""
    async with house(tmp_path) as opened:
        await opened.hire("ana")
        await opened.hire("boris")
        yield opened

"""A house whose newest edition is a small one, with Eva, who keeps the knowledge."""

from __future__ import annotations

import httpx
import pytest

from bot.model.staff import Role
from tests.support.desk import House
from tests.support.editing import put_up, small_edition


@pytest.fixture
async def kept(desk: House) -> House:
    """The house, with the small edition as its first."""
    await put_up(desk.db, small_edition(), desk.now())
    return desk


@pytest.fixture
async def eva(kept: House) -> httpx.AsyncClient:
    """The browser of Eva, an editor."""
    await kept.hire("eva", Role.EDITOR)
    return await kept.signed_in("eva")

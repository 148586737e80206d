"""The residents' page without a network, and a resident's browser that keeps cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.webchat import webchat_at


@asynccontextmanager
async def browsing(database: Path | str) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        webchat_at(database)() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client,
    ):
        yield client


@pytest.fixture(name="browser")
async def _browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(tmp_path / "chat.db") as client:
        yield client


@pytest.fixture(name="browser_on_each")
async def _browser_on_each(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The same over each kind of database."""
    async with browsing(database_url) as client:
        yield client

"""The residents' page without a network, and a resident's browser that keeps cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.webchat import webchat_at


@pytest.fixture(name="browser")
async def _browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with webchat_at(tmp_path / "chat.db")() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
            yield client

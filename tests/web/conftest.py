"""A house for each test, with Ana and Boris at the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.desk import House, fill_in, house


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with two members of staff and nobody waiting."""
    async with house(tmp_path) as opened:
        await opened.hire("ana")
        await opened.hire("boris")
        yield opened


@pytest.fixture
async def case_id(desk: House) -> str:
    """The case of a resident who asked for a person."""
    await desk.write("rad bi govoril s človekom")
    return (await desk.case()).id


@pytest.fixture
async def ana(desk: House, case_id: str) -> httpx.AsyncClient:
    """Ana's browser, after she has taken the case."""
    browser = await desk.signed_in("ana")
    await fill_in(browser, case_id, "claim")
    return browser

"""What a resident attached, opened in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp

from tests.fakes.telegram import FakeTelegram, File
from tests.support.attached import CHAT, PHOTO, sends, telegram_desk
from tests.support.browser import Visit, faults
from tests.support.desk import PASSWORD
from tests.support.serving import Serving

pytestmark = pytest.mark.browser


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        fake.files["large"] = File("photos/file_7.jpg", b"\xff\xd8 a photo")
        yield fake


@pytest.fixture
def case(visit: Visit, tmp_path: Path, telegram: FakeTelegram) -> Iterator[Page]:
    """The page of a case whose resident has sent a photo, with a reply begun."""
    address: list[str] = []

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        async with telegram_desk(tmp_path, telegram) as desk:
            await desk.hire("ana")
            await sends(desk, telegram, text="rad bi govoril s človekom")
            await sends(desk, telegram, **PHOTO)
            address.append(f"/desk/case/{(await desk.case(str(CHAT), 'telegram')).id}")
            yield desk.site

    serving = Serving(opening)
    page = visit(f"{serving.url}/desk/signin?next={address[0]}")
    page.locator("#name").fill("ana")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#claim").click()
    page.locator("#text").fill("Že gledam")
    yield page
    serving.stop()


def test_a_photo_is_downloaded_and_the_page_stays(case: Page) -> None:
    assert faults(case) == []
    with case.expect_download() as download:
        case.get_by_role("link", name="Open the photo").click()
    assert download.value.suggested_filename.endswith("-file_7.jpg")
    assert download.value.path().read_bytes() == b"\xff\xd8 a photo"
    expect(case.locator("#text")).to_have_value("Že gledam")


def test_a_photo_that_is_gone_is_told_beside_the_page(case: Page, telegram: FakeTelegram) -> None:
    telegram.files = {}
    with case.expect_popup() as popup:
        case.get_by_role("link", name="Open the photo").click()
    expect(popup.value.get_by_role("heading", name="The file could not be fetched")).to_be_visible()
    assert faults(popup.value) == []
    expect(case.locator("#text")).to_have_value("Že gledam")

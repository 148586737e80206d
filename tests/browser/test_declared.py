"""The record of processing and the impact assessment: for everybody, on a small phone, on paper, and as files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import clock
from bot.model.staff import Role
from bot.settings import read
from bot.web import totp
from bot.web.declared.assessment import assessment
from bot.web.declared.pages import as_file
from bot.web.declared.record import record
from tests.browser.test_desk import sign_in
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import SECRET, House, desk_at
from tests.support.phrases import english
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


async def furnish(house: House) -> None:
    """Let Cilka be an admin."""
    await house.hire("cilka", Role.ADMIN)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_admin_reads_both_on_a_small_phone_and_prints_them_without_the_bar(visit: Visit, server: Serving, scheme: str) -> None:
    page = sign_in(visit(f"{server.url}/desk", viewport=PHONE, color_scheme=scheme), "cilka")
    page.get_by_label("Code").fill(totp.code_at(SECRET, clock.now()))
    page.keyboard.press("Enter")
    page.get_by_text("Menu").click()
    page.get_by_role("link", name="Record of processing").click()
    expect(page.get_by_role("heading", name="Record of processing activities")).to_be_visible()
    assert (faults(page), scrolls_sideways(page)) == ([], False)
    page.get_by_role("link", name="Impact assessment").click()
    expect(page.get_by_role("heading", name="Data protection impact assessment")).to_be_visible()
    assert (faults(page), scrolls_sideways(page)) == ([], False)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Impact assessment")).to_be_hidden()


def test_as_files_they_need_nothing_else(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    for make in (record, assessment):
        file = tmp_path / "page.html"
        file.write_text(as_file(make, read({}), english(), "sl", clock.now()), encoding="utf-8")
        page.goto(file.as_uri())
        assert (faults(page), scrolls_sideways(page)) == ([], False)
    context.close()

"""Cases by their code on a phone: the counter, and what a case tells of the other that it goes on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.model.staff import Role
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.phrases import english
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


async def _furnish(desk: House) -> None:
    await desk.hire("ana", Role.COORDINATOR)
    await desk.write("rad bi govoril s človekom")
    await desk.write((await desk.case()).code, "phone", channel="telegram")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, _furnish, phrases=english()))
    yield serving
    serving.stop()


def test_a_case_is_opened_by_its_code_on_a_phone(visit: Visit, serving: Serving) -> None:
    page = visit(f"{serving.url}/desk", viewport=PHONE)
    page.locator("#name").fill("ana")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.get_by_text("There is no duty roster yet")).to_be_visible()
    page.locator(".menu summary").click()
    page.get_by_role("link", name="Open a case by its code").click()
    page.get_by_label("Code of the case").fill("QQ7QQQ")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert").filter(has_text="no case with this code")).to_be_visible()
    assert not faults(page)
    assert not scrolls_sideways(page)

    page.goto(f"{serving.url}/desk")
    page.locator("#line a").first.click()
    link = page.locator("#status a.code")
    expect(link).to_be_visible()
    code = link.inner_text()
    assert not faults(page)
    assert not scrolls_sideways(page)
    before = page.url
    link.click()
    expect(page.locator("dd.code")).to_have_text(code)
    assert page.url != before

    page.goto(f"{serving.url}/desk/code")
    expect(page.get_by_label("Code of the case")).to_be_focused()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("dd.code")).to_have_text(code)

"""Leaving the page at once, and the pages about what is kept, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.settings import shipped
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


async def _nothing(_: House) -> None:
    """Leave the house as it is."""


@pytest.fixture(name="serving")
def _serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, _nothing))
    yield serving
    serving.stop()


def _say(page: Page, text: str) -> None:
    count = page.locator(".message.bot").count()
    page.locator("#text").fill(text)
    page.locator("#composer button:not([type])").click()
    expect(page.locator(".message.bot").nth(count)).to_be_visible()


def test_escape_pressed_three_times_leaves_and_back_does_not_lead_here(serving: Serving, visit: Visit) -> None:
    page = visit(f"{serving.url}/left")
    page.goto(serving.url)
    _say(page, "dober dan")
    for _ in range(2):
        page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url("**/left*")
    expect(page.locator("table")).to_be_visible()
    page.go_back()
    expect(page.locator("table")).to_be_visible()  # the page before the conversation


def test_who_is_discreet_sees_the_name_of_the_tab_change_at_once_and_leaves_no_way_back(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    _say(page, "dober dan")
    expect(page).to_have_title("Information point")
    _say(page, "/discreet")
    expect(page).not_to_have_title("Information point")
    assert "day.svg" in str(page.locator("#icon").get_attribute("href"))
    page.locator("#leave").click()
    page.wait_for_url("**/left*")
    assert page.context.cookies() == []
    page.goto(serving.url)
    assert page.locator(".message").count() == 0


def test_what_else_is_open_empties_itself_when_one_page_is_left_or_everything_deleted(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    _say(page, "/discreet")
    other = page.context.new_page()
    other.goto(serving.url)
    other.locator("#text").fill("what nobody is to read")
    shown = other.locator(".message").count()
    _say(page, "/forget")
    expect(other.locator(".message")).to_have_count(shown + 2)
    page.get_by_role("button", name="Yes, delete everything").click()
    expect(other.locator(".message")).to_have_count(1)
    expect(other.locator("#text")).to_have_value("")
    page.locator("#leave").click()
    other.wait_for_url("**/left*")
    expect(other.locator("table")).to_be_visible()


def test_without_scripts_everything_is_done_by_links_and_forms(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url, java_script_enabled=False)
    _say(page, "dober dan")
    page.goto(f"{serving.url}/privacy")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Send me what is kept").click()
    assert coming.value.suggested_filename == "my-data.zip"
    page.get_by_role("button", name="Somebody else may read my messages").click()
    expect(page).not_to_have_title("Information point")
    page.get_by_role("link", name="Leave this page").click()
    assert page.context.cookies() == []


def test_the_pages_are_accessible_on_the_smallest_phone_and_by_keyboard(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url, viewport=PHONE)
    _say(page, "dober dan")
    for path in ("/", "/privacy", "/accessibility"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{serving.url}{path}")
            assert faults(page) == [], f"{path} {scheme}"
            assert not scrolls_sideways(page), path
    page.goto(f"{serving.url}/privacy")
    wanted = page.get_by_role("button", name="Delete everything about me")
    for _ in range(30):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            break
    expect(wanted).to_be_focused()


def test_the_pages_are_accessible_in_every_language(tmp_path: Path, visit: Visit) -> None:
    serving = Serving(desk_at(tmp_path, _nothing, phrases=Phrases.load(shipped("locales"))))
    page = visit(serving.url, viewport=PHONE)
    for language in LANGUAGES:
        for path in ("/", "/privacy", "/accessibility"):
            page.goto(f"{serving.url}{path}?lang={language}")
            assert faults(page) == [], f"{path} {language}"
            assert not scrolls_sideways(page), f"{path} {language}"
    serving.stop()


def test_who_writes_is_heard_with_each_message(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    _say(page, "dober dan")
    expect(page.get_by_role("article", name="You", exact=True)).to_have_count(1)
    expect(page.get_by_role("article", name="Automatic assistant").first).to_be_visible()

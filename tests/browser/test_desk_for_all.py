"""The desk for everybody: by keyboard, for screen readers, on a small phone, in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.language.phrases import Phrases
from bot.settings import shipped
from tests.browser.test_desk import QUESTION, furnish
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


@pytest.fixture
def translated(tmp_path: Path) -> Iterator[Serving]:
    """The same desk with the catalogs that are shipped."""
    serving = Serving(desk_at(tmp_path, furnish, phrases=Phrases.load(shipped("locales"))))
    yield serving
    serving.stop()


def test_a_case_is_handled_by_keyboard_alone(visit: Visit, translated: Serving) -> None:
    page = visit(f"{translated.url}/desk")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("ana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#line")).to_be_visible()
    tab_to(page, "#waiting + ol li:first-child a")
    page.keyboard.press("Enter")
    expect(page.locator("#claim")).to_be_visible()
    tab_to(page, "#claim")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    tab_to(page, ".why summary")
    page.keyboard.press("Enter")
    expect(page.locator(".why dl").first).to_be_visible()
    expect(page.locator(".why summary").first).to_be_in_viewport()
    tab_to(page, "#text")
    page.keyboard.type("Dober dan")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("Dober dan", exact=True)).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what ``selector`` finds has the focus; everything on the way shows that it has it."""
    page.wait_for_load_state()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.locator(selector).first.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def everything(page: Page, server: Serving, check: Callable[[Page], None]) -> None:
    """Lead ``page`` from the sign-in page through all that the desk can show, and ``check`` it at each step."""
    check(page)
    for password in ("wrong", PASSWORD):
        page.locator("#name").fill("ana")
        page.locator("#password").fill(password)
        page.locator("main form button").click()
        expect(page.locator("#problem, #line")).to_be_visible()
        check(page)
    page.locator(".menu summary").click()
    check(page)
    page.keyboard.press("Escape")
    expect(page.locator(".menu form")).to_be_hidden()
    open_link = page.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link")
    open_link.click()
    expect(page.locator("#claim")).to_be_visible()
    check(page)
    page.locator("#claim").click()
    page.locator("#text").fill("x" * 300)
    page.locator("[data-send]").click()
    expect(page.locator("article.staff")).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    page.locator("#note").fill("Opomba")
    page.locator("[formaction$='/note']").click()
    expect(page.locator("article.note")).to_be_visible()
    page.locator("[data-send]").click()
    expect(page.locator("#problem")).to_be_visible()
    check(page)
    page.goto(f"{server.url}/desk/nothing")
    check(page)
    check_takeover(page, server, check)


def check_takeover(page: Page, server: Serving, check: Callable[[Page], None]) -> None:
    """Let a colleague take over what ``page`` has taken."""
    page.goto(f"{server.url}/desk")
    page.locator(".menu summary").click()
    page.locator("[formaction='/desk/signout']").click()
    page.locator("#name").fill("boris")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link").click()
    expect(page.locator("#takeover")).to_be_visible()
    check(page)
    page.locator("#takeover").press("Enter")
    expect(page.locator("[data-send]")).to_be_visible()
    expect(page.locator("article.note")).to_have_count(2)
    check(page)


def readable(page: Page) -> None:
    """Find nothing with axe, once the page has its styles."""
    page.wait_for_load_state()
    assert faults(page) == []


def narrow(page: Page) -> None:
    """Find nothing wider than the window, once the page has its styles."""
    page.wait_for_load_state()
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("bg-BG", "dark"), ("it-IT", "light")])
def test_axe_finds_nothing_on_any_page(visit: Visit, translated: Serving, locale: str, scheme: str) -> None:
    person = visit(translated.url)
    person.locator("#text").fill("ubil se bom")
    person.locator("#composer button:not([type=button])").click()
    everything(visit(f"{translated.url}/desk", locale=locale, color_scheme=scheme), translated, readable)


@pytest.mark.parametrize("locale", ["sl-SI", "it-IT", "hr-HR", "bg-BG"])
def test_nothing_is_wider_than_a_small_phone(visit: Visit, translated: Serving, locale: str) -> None:
    everything(visit(f"{translated.url}/desk", locale=locale, viewport=PHONE), translated, narrow)

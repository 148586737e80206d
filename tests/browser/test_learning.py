"""Learning in a real browser: on a small phone in each language, and by keyboard without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.model.library import LANGUAGES
from bot.model.staff import Role
from bot.model.verdict import VerdictKind
from bot.store import questions, suggestions
from bot.store.questions import Question
from bot.store.suggestions import Suggested
from tests.browser.test_desk_pages import CATALOGS, PHONE, English, checked
from tests.support.browser import Visit
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PADS = ("kje dobim plenice za odrasle", "plenice za odrasle na recept", "kdo predpiše plenice za odrasle")
LIST, GROUP = "/desk/learning?language=sl", "/desk/learning/sl/1"


async def furnish(house: House) -> None:
    """Let residents have asked the same in three ways, and staff suggest something."""
    await house.hire("eva", Role.EDITOR)
    await put_up(house.db, small_edition(), house.now())
    now = house.now()
    asked = [
        Question(turn, None, now - timedelta(hours=turn), "web", "sl", "si", None, None, VerdictKind.PERSON, text=text)
        for turn, text in enumerate((*PADS, "W" * 200), start=1)
    ]
    async with house.db.write() as tx:
        await questions.put(tx, asked)
        await suggestions.put(tx, Suggested("kje dobim drva", "Na občini, 20 EUR.", language="sl"), "ana", now)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk that speaks by the catalogs that are shipped."""
    serving = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS))
    yield serving
    serving.stop()


def signed_in(visit: Visit, server: Serving, **options: object) -> Page:
    """Open the list as Eva."""
    page = visit(f"{server.url}{LIST}", **options)
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.goto(f"{server.url}{LIST}")
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody(visit: Visit, server: Serving, language: str) -> None:
    scheme = "dark" if language in ("it", "bg") else "light"
    page = signed_in(visit, server, locale=language, viewport=PHONE, color_scheme=scheme)
    english = English.for_readers_of(language)
    checked(page, english)
    page.goto(f"{server.url}{GROUP}")
    checked(page, english)
    page.locator("button[value=learn]").click()
    expect(page.locator("#problem")).to_be_focused()
    checked(page, english)
    page.locator("input[name=topic][value='-other']").check()
    page.locator("#other").select_option("debts")
    page.locator("button[value=learn]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    checked(page, english)
    page.goto(f"{server.url}/desk/suggestions")
    page.locator("button[formaction^='/desk/learning/suggestion/']").click()
    expect(page.locator("#examples")).to_be_visible()
    checked(page, english)


def test_a_new_topic_is_made_by_keyboard_without_scripts(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, java_script_enabled=False)
    page.locator(".like-questions a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[type=checkbox]")).to_have_count(3)
    page.wait_for_load_state()
    page.locator("input[type=checkbox]").nth(2).focus()
    page.keyboard.press("Space")
    page.locator("#topic-new").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Plenice za odrasle")
    page.keyboard.press("Tab")
    page.locator("#new-group").select_option("health")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator(".like-questions a")).to_have_count(2)

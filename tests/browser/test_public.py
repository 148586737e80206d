"""Pages that anybody can open, and those that print and count, in a real browser: on a small phone, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.model.staff import Role
from bot.model.verdict import VerdictKind
from bot.store import questions
from bot.store.questions import Question
from tests.browser.test_desk_pages import CATALOGS, PHONE, English, checked, unfold
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

#: Pages for everybody, those for editors, and what axe is asked about them.
PUBLIC = (
    "/answers/{}",
    "/answers/{}?q=xyzzy",
    "/answers/{}/food-help/si",
    "/answers/{}/unemployment-registration/bg",
    "/open-data/{}",
)
KEPT = (
    *("/desk/exchange", "/desk/figures", "/desk/figures?period=year", "/desk/figures?from=x&to=y"),
    *(
        "/desk/booklets",
        "/desk/booklets?about=point:ptuj&country=si&first=it&second=sl",
        "/desk/booklets?about=point:ptuj&country=bg",
    ),
)


async def furnish(house: House) -> None:
    """Let Eva keep a small library, with questions of the last days and of a month before."""
    await house.hire("eva", Role.EDITOR)
    await put_up(house.db, small_edition(), house.now())
    asked = Question(0, None, house.now(), "web", "sl", "si", "ptuj", "ptuj", VerdictKind.ANSWER, "food-help", open_then=True)
    async with house.db.write() as tx:
        for days in (0, 40):
            at = house.now() - timedelta(days=days)
            await questions.put(tx, [replace(asked, turn=days * 100 + turn, at=at) for turn in range(9)])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk that speaks by the catalogs that are shipped."""
    serving = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS, open_data=True))
    yield serving
    serving.stop()


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("it-IT", "dark"), ("hr-HR", "light"), ("bg-BG", "dark")])
def test_every_page_can_be_read_by_everybody_on_a_small_phone_in_their_language(
    visit: Visit, server: Serving, locale: str, scheme: str
) -> None:
    english = English.for_readers_of(locale[:2])
    page = visit(f"{server.url}/answers", locale=locale, color_scheme=scheme, viewport=PHONE)
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    for address in PUBLIC:
        page.goto(f"{server.url}{address.format(locale[:2])}")
        unfold(page)
        checked(page, english)
    assert page.context.cookies() == []
    page.goto(f"{server.url}/desk/figures")
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("main h1")).to_be_visible()
    for address in KEPT:
        page.goto(f"{server.url}{address}")
        unfold(page)
        checked(page, english)


def test_a_reader_finds_an_answer_by_keyboard_and_without_scripts(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/answers/sl", java_script_enabled=False)
    page.locator("#q").fill("pomoč s hrano")
    page.keyboard.press("Enter")
    page.locator("ul.answers a").first.press("Enter")
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator("article a[href^='tel:'], article .office").first).to_be_visible()
    page.locator(".top .leave").press("Enter")
    assert page.url.startswith(f"{server.url}/left")


def test_the_data_for_search_engines_are_no_script(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/answers/it/food-help/si")
    assert page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').textContent).inLanguage") == "it"


def test_a_booklet_is_chosen_by_keyboard_and_printed_without_the_desk_around_it(visit: Visit, server: Serving) -> None:
    page = visit(f"{server.url}/desk/booklets")
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("#about").select_option("point:ptuj")
    page.locator("form.look button").first.press("Enter")
    expect(page.locator("article.booklet")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".tabs")).to_be_hidden()
    expect(page.locator("form.look")).to_be_hidden()
    expect(page.locator("article.booklet .numbers")).to_be_visible()
    assert not scrolls_sideways(page)
    page.emulate_media(media="screen")
    assert faults(page) == []

"""Answering fast in a real browser: by keyboard, without a reload, readable for everybody, and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from bot.clock import now
from bot.model.staff import Role
from bot.store import replies
from bot.store.replies import Draft
from tests.browser.test_desk import resident, say, sign_in, take
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}


async def furnish(house: House) -> None:
    """Let a resident of Ptuj wait who lost their work, and a coordinator who has saved replies."""
    await house.hire("cilka", Role.COORDINATOR)
    await house.write("zgubil sem službo sem s Ptuja")
    await house.write("rad bi govoril s človekom")
    async with house.db.write() as tx:
        texts = {"sl": "Dober dan, tukaj {point}. Kličite {phone}.", "it": "Buongiorno da {point}."}
        await replies.make(tx, Draft("Pozdrav", None, texts), "cilka", now())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with one case."""
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


def at_the_case(visit: Visit, server: Serving, **options: object) -> Page:
    """Return the page of the case, taken by Cilka."""
    page = sign_in(visit(f"{server.url}/desk", **options), "cilka")
    page.locator("[id^='case-']").click()
    take(page)
    expect(page.locator("#text")).to_be_visible()
    return page


def test_an_answer_is_found_and_put_at_the_cursor_by_keyboard_alone(visit: Visit, server: Serving) -> None:
    page = at_the_case(visit, server)
    page.evaluate("window.stayed = true")
    page.locator("#text").focus()
    page.keyboard.type("Dober dan,")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Lep pozdrav")
    for _ in range(len("Lep pozdrav") + 2):
        page.keyboard.press("ArrowLeft")
    page.locator(".searching summary").click()
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("hran")
    page.keyboard.press("Enter")
    said = page.locator("#answers-said")
    expect(said).to_have_text("Found for “hran”")
    expect(page.locator("#query")).to_be_focused()
    expect(page.locator("#answers-found summary").first).to_contain_text("Pomoč s hrano")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Use this answer"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    expect(said).to_have_text("Put into the reply: Pomoč s hrano")
    typed = page.locator("#text").input_value()
    assert re.fullmatch(r"Dober dan,\n\nfood-help si \(Slovenija\)\n\n.+\n\nLep pozdrav", typed, re.DOTALL)
    assert page.evaluate("window.stayed") is True
    page.keyboard.type(" (dodano)")
    assert "2026. (dodano)\n\nLep pozdrav" in page.locator("#text").input_value()


def test_a_search_that_finds_nothing_is_told_and_the_country_can_be_changed(visit: Visit, server: Serving) -> None:
    page = at_the_case(visit, server)
    page.locator(".searching summary").click()
    page.locator("#query").fill("xyzzy")
    page.locator("[data-find]").click()
    expect(page.locator("#answers-said")).to_have_text("Nothing was found. Try another word.")
    page.locator("#query").fill("")
    page.locator("#where").select_option("hr")
    page.locator("[data-find]").click()
    expect(page.locator("#answers-found summary").first).to_contain_text("Hrvaška")


def test_what_is_likely_asked_follows_what_the_resident_writes(visit: Visit, server: Serving) -> None:
    theirs = resident(visit, server, "rad bi govoril s človekom v Varaždinu")
    expect(theirs.get_by_role("log").get_by_text("Your case has the code").first).to_be_visible()
    page = sign_in(visit(f"{server.url}/desk"), "cilka")
    page.get_by_role("listitem").filter(has_text="Varaždin").get_by_role("link").click()
    take(page)
    expect(page.locator("#answers")).to_be_visible()
    say(theirs, "nimam za hrano")
    expect(page.locator("#answers-found summary").first).to_contain_text("Pomoč s hrano")
    expect(page.locator("#answers-said")).to_be_empty()


def test_whoever_was_signed_out_while_searching_keeps_what_they_typed(visit: Visit, server: Serving) -> None:
    page = at_the_case(visit, server)
    page.locator("#text").fill("Dober dan")
    page.context.clear_cookies(name="infopoint_staff")
    page.locator(".searching summary").click()
    page.locator("#query").fill("hrana")
    page.locator("[data-find]").click()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    sign_in(page, "cilka")
    expect(page.locator("#text")).to_have_value("Dober dan")


def everything(page: Page, server: Serving) -> Iterator[Page]:
    """Lead through all that there is to see, everything folded open."""
    for summary in page.locator("#answers summary").all():
        if not summary.locator("xpath=..").evaluate("(element) => element.open"):
            summary.click()
    yield page
    page.locator("#answers-found [data-insert]").last.click()
    card = page.locator("#answers-found a[href*='card']").last.get_attribute("href")
    for address in (card, "/desk/search", "/desk/replies", "/desk/replies/new"):
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{server.url}{address}")
        yield page
    page.goto(f"{server.url}/desk/search")
    page.locator("#query").fill("hrana")
    page.locator("main form button").click()
    expect(page.locator("#found")).to_be_visible()
    yield page
    page.goto(f"{server.url}/desk/replies")
    page.locator("main section.reply a").first.click()
    yield page
    page.locator("#text_sl").fill("{nothing}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is no field")).to_be_visible()
    yield page
    page.locator("a[href$='/delete']").click()
    yield page


@pytest.mark.parametrize(("locale", "scheme"), [("it-IT", "light"), ("bg-BG", "dark")])
def test_axe_finds_nothing(visit: Visit, server: Serving, locale: str, scheme: str) -> None:
    page = at_the_case(visit, server, locale=locale, color_scheme=scheme)
    for shown in everything(page, server):
        shown.wait_for_load_state()
        assert faults(shown) == [], shown.url


def test_nothing_is_wider_than_a_small_phone(visit: Visit, server: Serving) -> None:
    page = at_the_case(visit, server, viewport=PHONE, locale="it-IT")
    for shown in everything(page, server):
        shown.wait_for_load_state()
        assert not scrolls_sideways(shown), shown.url


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("a5", 420)])
def test_on_paper_there_is_the_card_alone(visit: Visit, server: Serving, paper: str, width: int) -> None:
    page = sign_in(visit(f"{server.url}/desk/search"), "cilka")
    expect(page.locator("#query")).to_be_visible()
    page.goto(f"{server.url}/desk/card/food-help/bg?first=it&second=bg&paper={paper}")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    sheet = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4"))).pages
    text = " ".join("".join(part.extract_text() for part in sheet).split())
    assert "food-help bg" in text
    assert "Носете" not in text
    assert "Print" not in text
    assert "Language of the resident" not in text
    assert len(sheet) == 1
    assert round(float(sheet[0].mediabox.width)) in range(width - 2, width + 3)

"""The residents' page in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.channels.webchat.chat import WebChat
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.phrases import english
from tests.support.serving import Serving
from tests.support.webchat import webchat_at

pytestmark = pytest.mark.browser


@pytest.fixture(name="serving")
def _serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(webchat_at(tmp_path / "chat.db"))
    yield serving
    serving.stop()


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.keyboard.press("Enter")


def said(page: Page) -> list[str]:
    """Return what stands in the conversation, in order."""
    return [text.strip() for text in page.locator(".message .body").all_inner_texts()]


def storage(page: Page) -> int:
    found: int = page.evaluate("localStorage.length + sessionStorage.length")
    return found


def test_before_the_first_message_nothing_is_stored_and_nobody_else_asked(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    page.goto(f"{serving.url}/privacy")
    page.goto(f"{serving.url}/?lang=it")
    page.get_by_role("link", name="Български").click()
    expect(page.locator("html")).to_have_attribute("lang", "bg")
    assert page.context.cookies() == []
    assert storage(page) == 0


def test_a_conversation_with_scripts(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    page.locator("#text").focus()
    say(page, "Zgubil sem službo")
    expect(page.locator(".message.bot")).to_have_count(2)
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#status")).to_be_empty()
    expect(page.locator("#welcome")).to_have_count(0)
    page.get_by_role("button", name="Pogovor s človekom").click()
    expect(page.locator(".message.staff")).to_contain_text("A person")
    expect(page.locator(".choices")).to_have_count(0)
    before = said(page)
    assert [cookie["name"] for cookie in page.context.cookies()] == ["infopoint_chat"]
    assert storage(page) == 0
    page.reload()
    assert said(page) == before


def test_a_conversation_without_scripts(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url, java_script_enabled=False)
    page.get_by_role("button", name="Zgubil sem službo. Kaj zdaj?").click()
    expect(page.locator(".message.bot")).to_have_count(2)
    page.get_by_role("button", name="Pogovor s človekom").click()
    expect(page.locator(".message.staff")).to_have_count(1)
    page.locator("#text").fill("prva\ndruga")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.bot")).to_contain_text(["Sem", "Prijavite", "Razumem: prva"])
    assert said(page)[-2:] == ["prva\ndruga", "Razumem: prva\ndruga"]
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#error")).to_have_text("Please write your message first.")


def test_everything_can_be_done_by_keyboard(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first example
    expect(page.locator(".message.bot")).to_have_count(2)
    expect(page.locator(".message.resident")).to_be_focused()
    for _ in range(5):  # two links and a number, then the buttons
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="To mi je pomagalo")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message.staff")).to_have_count(1)
    expect(page.locator(".message.resident").last).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("prva")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("druga")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.bot").last).to_contain_text("Razumem: prva")
    assert said(page)[-1] == "Razumem: prva\ndruga"


def test_an_arriving_message_leaves_the_focus_and_the_typed_text(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    page.locator("#text").focus()
    say(page, "ena")
    page.keyboard.type("še pišem")
    expect(page.locator(".message.bot")).to_have_count(1)
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("še pišem")


def test_two_open_pages_show_the_same(serving: Serving, visit: Visit) -> None:
    first = visit(serving.url)
    say(first, "ena")
    expect(first.locator(".message.bot")).to_have_count(1)
    second = first.context.new_page()
    second.goto(serving.url)
    say(second, "dve")
    expect(first.locator(".message.bot")).to_have_count(2)
    assert said(first) == said(second)


def test_a_broken_connection_loses_and_doubles_nothing(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    say(page, "ena")
    expect(page.locator(".message.bot")).to_have_count(1)
    serving.stop()
    expect(page.locator("#status")).to_have_text("The connection is interrupted. It is being restored.")
    say(page, "dve")
    expect(page.locator("#error")).to_have_text("Your message was not sent. Check the connection and send it again.")
    expect(page.locator("#text")).to_have_value("dve")
    serving.start()
    expect(page.locator("#status")).to_be_empty()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.bot")).to_have_count(2)
    expect(page.locator("#error")).to_be_hidden()
    assert said(page) == ["ena", "Razumem: ena", "dve", "Razumem: dve"]


def test_a_message_sent_again_because_its_receipt_was_lost_arrives_once(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    say(page, "ena")
    expect(page.locator(".message.bot")).to_have_count(1)

    def lose_the_receipt(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/message", lose_the_receipt)
    say(page, "dve")
    expect(page.locator("#error")).to_be_visible()
    page.unroute("**/message")
    page.get_by_role("button", name="Send").click()
    say(page, "tri")
    expect(page.get_by_text("Razumem: tri")).to_be_visible()
    expect(page.locator("#error")).to_be_hidden()
    expect(page.locator("#status")).to_be_empty()
    assert said(page) == ["ena", "Razumem: ena", "dve", "Razumem: dve", "tri", "Razumem: tri"]


def test_what_cannot_be_sent_is_told_and_stays_in_the_field(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#error")).to_have_text("Please write your message first.")
    page.locator("#text").fill("ž" * 4001)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#error")).to_contain_text("Please shorten it to 4000 characters.")
    assert len(page.locator("#text").input_value()) == 4001
    assert faults(page) == []


def test_forgetting_empties_every_open_page(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    say(page, "skrivnost")
    expect(page.locator(".message.bot")).to_have_count(1)
    other = page.context.new_page()
    other.goto(f"{serving.url}/privacy")
    other.get_by_role("button", name="Delete everything about me").click()
    for shown in (page, other):
        expect(shown.locator(".message")).to_have_count(1)
        expect(shown.locator(".message")).to_contain_text("Vse je izbrisano.")


def test_leaving_shows_a_neutral_page_that_back_does_not_undo(serving: Serving, visit: Visit) -> None:
    page = visit("about:blank")
    page = visit(serving.url)
    page.get_by_role("link", name="Leave this page").click()
    expect(page.get_by_role("table")).to_be_visible()
    page.go_back()
    assert not page.url.startswith(f"{serving.url}/?")
    assert page.locator("#log").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(serving: Serving, visit: Visit, scheme: str) -> None:
    page = visit(serving.url, color_scheme=scheme)
    assert faults(page) == []
    for text in ("Zgubil sem službo", "Hočem umreti", "Rad bi govoril s človekom", "Ho perso il lavoro", "Zgubil sem službo"):
        count = page.locator(".message.resident").count()
        say(page, text)
        expect(page.locator(".message.resident")).to_have_count(count + 1)
    expect(page.locator(".choices")).to_have_count(1)
    assert faults(page) == []
    for path in ("/privacy", "/left"):
        page.goto(serving.url + path)
        assert faults(page) == []


@pytest.mark.parametrize("size", [(320, 640), (320, 256), (640, 400), (1280, 1024)])
def test_no_window_is_too_small(serving: Serving, visit: Visit, size: tuple[int, int]) -> None:
    page = visit(serving.url, viewport={"width": size[0], "height": size[1]})
    assert not scrolls_sideways(page)
    say(page, "Zgubil sem službo " + "x" * 200)
    expect(page.locator(".message.bot")).to_have_count(2)
    assert not scrolls_sideways(page)
    for control in page.locator("a:visible, button:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box is not None
        inline = control.evaluate("node => node.closest('.body') !== null || node.closest('.foot') !== null")
        assert inline or (box["height"] >= 24 and box["width"] >= 24)
    page.goto(f"{serving.url}/privacy")
    assert not scrolls_sideways(page)


@pytest.fixture(name="unkept")
def _unkept(tmp_path: Path) -> Iterator[Serving]:
    """The page over a database that cannot be opened."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        db = Database.open(f"sqlite:///{tmp_path}")
        yield Starlette(routes=WebChat(db, Bell(db), english(), Settings()).routes)
        await db.close()

    serving = Serving(opening)
    yield serving
    serving.stop()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_cannot_be_stored_stays_in_the_field(unkept: Serving, visit: Visit, scripts: bool) -> None:
    page = visit(unkept.url, java_script_enabled=scripts)
    for _ in range(2):
        page.locator("#text").fill("Zgubil sem službo")
        page.locator("form:has(#text) button").click()
        expect(page.get_by_role("alert")).to_contain_text("This was not sent")
        expect(page.locator("#text")).to_have_value("Zgubil sem službo")


def test_the_page_that_gives_a_text_back_is_for_everybody(unkept: Serving, visit: Visit) -> None:
    page = visit(unkept.url, viewport={"width": 320, "height": 640})
    page.evaluate("document.querySelector('#composer').classList.remove('said')")  # sent as without scripts
    page.locator("#text").fill("x" * 300)
    page.locator("#composer button").click()
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    expect(page.locator("#text")).to_be_focused()
    assert faults(page) == []
    assert not scrolls_sideways(page)


def test_a_screen_reader_hears_the_conversation(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    say(page, "Ho perso il lavoro")
    answer = log.get_by_role("article").last
    expect(answer).to_have_attribute("lang", "it")
    expect(answer).to_contain_text("Automatic assistant")
    assert page.get_by_role("textbox", name="Your message").count() == 1


def test_an_impatient_press_after_the_message_has_arrived_is_no_fault(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    say(page, "ena")
    expect(page.get_by_text("Razumem: ena")).to_be_visible()
    expect(page.locator("#composer")).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#error")).to_be_hidden()
    page.keyboard.type("d")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator("#error")).to_be_visible()


def test_what_is_written_in_haste_arrives_in_order_and_an_impatient_press_counts_once(serving: Serving, visit: Visit) -> None:
    page = visit(serving.url)
    for text in ("ena", "dve", "tri"):
        say(page, text)
        page.keyboard.press("Enter")
    expect(page.get_by_text("Razumem: tri")).to_be_visible()
    expect(page.locator("#error")).to_be_hidden()
    say(page, "Zgubil sem službo")
    page.get_by_role("button", name="Pogovor s človekom").dblclick()
    expect(page.locator(".message.staff")).to_have_count(1)
    assert [text for text in said(page) if text in {"ena", "dve", "tri", "Pogovor s človekom"}] == [
        *("ena", "dve", "tri"),
        "Pogovor s človekom",
    ]

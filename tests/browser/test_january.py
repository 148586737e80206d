"""January: an editor corrects an amount in the browser, publishes it, and takes it back; residents read it within seconds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.model.library import LANGUAGES
from tests.fakes.telegram import FakeTelegram
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.databases import Databases
from tests.support.program import PASSWORD, Program, until

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

ANSWER = "/desk/library/item/answer/child-benefit/si"
ASKED = "koliko je otroški dodatek"
OLD, NEW = "177,24", "191,35"
#: Seconds within which residents read the new amount on every process.
SOON = 5.0


@pytest.fixture(name="doors")
def _doors(databases: Databases, tmp_path: Path) -> Iterator[tuple[Program, Program, FakeTelegram]]:
    """Two ``infopoint run`` over one PostgreSQL database; one of them hears Telegram."""
    with ExitStack() as stack:
        url = stack.enter_context(databases.published("postgres"))
        telegram = stack.enter_context(FakeTelegram())
        programs = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            program = Program(url, tmp_path / name, telegram)
            stack.push(program)  # which kills it, if it was started
            program.start()
            programs.append(program)
        yield programs[0], programs[1], telegram


class Chat:
    """A resident on the page."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def told(self) -> str:
        """Ask, and return the answer."""
        before = self._page.locator(".message.bot").count()
        self._page.locator("#text").fill(ASKED)
        self._page.keyboard.press("Enter")
        until(lambda: self._answers(before), "an answer")
        return self._answers(before)[-1]

    def _answers(self, before: int) -> list[str]:
        said = self._page.locator(".message.bot .body").all_inner_texts()[before:]
        return [text for text in said if "€" in text]


class OnTelegram:
    """A resident on Telegram."""

    def __init__(self, telegram: FakeTelegram, chat: int) -> None:
        self._telegram, self._chat = telegram, chat

    def told(self) -> str:
        """Ask, and return the answer."""
        before = len(self._telegram.sent(self._chat))
        self._telegram.say(self._chat, ASKED)
        until(lambda: self._answers(before), "an answer on Telegram")
        return self._answers(before)[-1]

    def _answers(self, before: int) -> list[str]:
        return [text for sent in self._telegram.sent(self._chat)[before:] if "€" in (text := str(sent.get("text", "")))]


def sign_in(page: Page, program: Program) -> None:
    """Sign in as Eva."""
    made = program.command("staff", "add", "eva", "--role", "editor", "--password-stdin", typed=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/desk/**")


def soon(programs: Iterable[Program], edition: int) -> None:
    """Wait until every process answers from an edition, which must be soon. A resident who asked all the while is too hasty."""
    began = time.monotonic()
    for program in programs:
        health = f"{program.url}/health"
        until(lambda health=health: httpx.get(health).json()["edition"] == edition, f"edition {edition}")  # type: ignore[misc]
    assert time.monotonic() - began < SOON


def press(page: Page, action: str) -> None:
    """Press the button of the page's only form that leads to ``action``, and wait for where it leads."""
    with page.expect_navigation(timeout=40_000):
        page.locator(f'form[action$="/{action}"] button').first.click()


def test_an_amount_is_corrected_in_january_and_taken_back(doors: tuple[Program, Program, FakeTelegram], visit: Visit) -> None:
    first, second, telegram = doors
    chat, other = Chat(visit(second.url)), OnTelegram(telegram, 2001)
    for resident in (chat, other):
        assert OLD in resident.told()

    desk = visit(f"{first.url}/desk/library")
    desk.context.set_default_timeout(40_000)
    sign_in(desk, first)
    desk.goto(f"{first.url}{ANSWER}")
    preview = {code: desk.locator(f'#preview-shown details[data-language="{code}"]') for code in LANGUAGES}
    for shown in preview.values():
        expect(shown).to_contain_text(OLD)
    amount = desk.locator("#fact-highest input[inputmode=decimal]").first
    amount.fill(NEW)
    for shown in preview.values():
        expect(shown).to_contain_text(NEW, timeout=40_000)
    with desk.expect_navigation():
        desk.locator('.save-bar button[value="save"]').click()

    with desk.expect_navigation():
        desk.locator('.in-draft a[href^="/desk/drafts/"]').click()
    expect(desk.locator(".change ins")).to_contain_text("191.35")
    expect(desk.locator(".change del")).to_contain_text("177.24")
    press(desk, "trial")
    expect(desk.locator(f'#trial a[href="{ANSWER}"]')).to_have_count(1)
    assert faults(desk) == []
    assert OLD in chat.told(), "nothing is told before it is published"

    press(desk, "publish")
    soon((first, second), 2)
    for resident in (chat, other):
        assert NEW in resident.told()

    press(desk, "undo")
    expect(desk.locator(".change ins")).to_contain_text("177.24")
    press(desk, "publish")
    soon((first, second), 3)
    for resident in (chat, other):
        assert OLD in resident.told()

    for path in ("/desk/drafts", "/desk/editions", "/desk/editions/2"):
        desk.goto(f"{first.url}{path}")
        assert faults(desk) == [], path
        desk.set_viewport_size({"width": 320, "height": 800})
        assert not scrolls_sideways(desk), path
        desk.set_viewport_size({"width": 1000, "height": 800})

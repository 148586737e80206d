"""What would change, and talking to a draft, in a real browser: by keyboard, for screen readers, and on a small phone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.clock import now
from bot.editing.drafting import Drafting
from bot.editing.items import Spot
from bot.editing.outcomes import Change, Collision, Counted, Found, Outcome, Some
from bot.model.staff import Role
from bot.store import trials
from bot.store.database import Database
from bot.store.trials import State, Trial
from tests.browser.test_desk_pages import PHONE, unfold
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

SAID: Spot = ("sl/debts.yaml", ("examples",))
DEBTS, FOOD, PERSON = Outcome("answer", ("debts",)), Outcome("answer", ("food-help",)), Outcome("person")
FOUND = Found(
    lost=(Change("sl", DEBTS, PERSON, "debts", "kam z dolgovi, ko mi banka vsak dan pošilja opomine"),),
    won=Some.by_language([Change("hr", PERSON, DEBTS, "debts", "dugovi su me pritisli")]),
    moved=Some.by_language([Change("sl", DEBTS, FOOD, turn=3)]),
    collisions=(Collision("sl", "debts", "food-help", 2),),
    texts={"answer:debts/si": ("sl", "it")},
    counted=(Counted("sl", 294, 256, 250, 120),),
    strength="full",
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A server with a draft that is being tried."""

    serving: Serving
    draft: str
    database: str

    def at(self, page: str) -> str:
        """Return the address of a page of the draft."""
        return f"{self.serving.url}/desk/drafts/{self.draft}{page}"

    def end(self) -> None:
        """Let the trial come to its end."""

        async def ending() -> None:
            db = Database.open(self.database)
            async with db.write() as tx:
                (trial,) = await trials.open_ones(tx)
                await trials.end(tx, trial, State.DONE, FOUND.as_json(), now())
            await db.close()

        with ThreadPoolExecutor(1) as pool:  # the browser's own loop runs in this thread
            pool.submit(asyncio.run, ending()).result()


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[Tried]:
    """A desk with an editor, whose draft is being tried."""

    async def furnish(house: House) -> None:
        eva = await house.hire("eva", Role.EDITOR)
        await put_up(house.db, small_edition(), house.now())
        drafting = Drafting(house.db, clock=house.now)
        work = await drafting.change(eva, await drafting.at_hand(eva), {SAID: ["novo vprašanje o dolgovih"]}, "Januar")
        assert work.draft is not None
        (tmp_path / "draft").write_text(work.draft.id, encoding="utf-8")
        told = (work.draft.id, work.digest, work.live.number, State.RUNNING, "eva", house.now())
        async with house.db.write() as tx:
            await trials.put(tx, Trial(*told, stage="deciding", share=40))

    serving = Serving(desk_at(tmp_path, furnish, library=small_edition()))
    yield Tried(serving, (tmp_path / "draft").read_text("utf-8"), f"sqlite:///{tmp_path / 'desk.db'}")
    serving.stop()


def _signed_in(visit: Visit, tried: Tried, path: str, **options: object) -> Page:
    page = visit(tried.at(path), **options)
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(tried.at(path))
    return page


def test_the_page_renews_itself_until_it_is_found_out_and_says_so(visit: Visit, tried: Tried) -> None:
    page = _signed_in(visit, tried, "/trial", viewport=PHONE)
    expect(page.locator("#trial-share")).to_have_attribute("value", "40")
    assert faults(page) == []

    tried.end()

    expect(page.locator("#trial-said")).not_to_be_empty()
    expect(page.locator("#trial-share")).to_have_count(0)
    expect(page.locator(".trial-alarm")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_would_change_can_be_read_by_everybody_on_a_small_phone(visit: Visit, tried: Tried, scheme: str) -> None:
    tried.end()
    page = _signed_in(visit, tried, "/trial", viewport=PHONE, color_scheme=scheme)
    unfold(page)

    assert faults(page) == []
    assert not scrolls_sideways(page)


def test_without_scripts_the_page_can_be_asked_for_again(visit: Visit, tried: Tried) -> None:
    page = _signed_in(visit, tried, "/trial", java_script_enabled=False)
    tried.end()
    page.goto(tried.at("/trial"))

    expect(page.locator(".trial-alarm")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_draft_is_talked_to_by_keyboard_without_scripts(visit: Visit, tried: Tried, scheme: str) -> None:
    page = _signed_in(visit, tried, "/talk", viewport=PHONE, color_scheme=scheme, java_script_enabled=False)
    page.locator("#text").fill("izvršba na plačo")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".talked .mine")).to_have_count(1)
    page.wait_for_load_state()  # which leads to the end of the talk, and takes the focus along
    page.locator(".talked button").first.press("Enter")
    expect(page.locator(".talked .mine")).to_have_count(2)


def test_a_talk_can_be_read_by_everybody_on_both_channels(visit: Visit, tried: Tried) -> None:
    page = _signed_in(visit, tried, "/talk", viewport=PHONE)
    assert faults(page) == []
    page.locator("#text").fill("izvršba na plačo")
    page.locator(".write button").click()
    expect(page.locator(".talked .theirs").first).to_be_visible()
    assert faults(page) == []
    page.locator("input[value=telegram]").check()
    page.locator("button[value=switch]").click()
    expect(page.locator(".talked .telegram").first).to_be_visible()

    assert faults(page) == []
    assert not scrolls_sideways(page)

"""What keeps the knowledge true, in a real browser: tasks, suggestions, links of offices, and what outsiders see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.editing import layout
from bot.editing.drafting import Drafting
from bot.model.staff import Role
from bot.model.turn import WrongAbout
from bot.store import owners, provider_links, suggestions
from bot.store.suggestions import Kind, Suggested
from bot.work import wrongs
from tests.browser.test_desk_pages import CATALOGS, PHONE, English, checked, unfold
from tests.support.browser import Visit
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

OFFICE = "csd-severna-primorska-idrija"
BEHIND = (layout.words("debts", "it"), ("wordings", "si", "behind"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A server, and the private link of an office."""

    serving: Serving
    office: str

    def at(self, path: str) -> str:
        """Return the address of a page."""
        return f"{self.serving.url}{path}"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A desk with tasks and suggestions, which speaks by the catalogs that are shipped."""
    token = tmp_path / "token"

    async def furnish(house: House) -> None:
        eva = await house.hire("eva", Role.EDITOR)
        await put_up(house.db, small_edition(), house.now())
        drafting = Drafting(house.db, clock=house.now)
        await drafting.change(eva, await drafting.at_hand(eva), {BEHIND: "2026-11-01"}, "Januar")
        change = {"address": "Nova ulica 2", "email": ""}
        said = Suggested("Selimo se.", "", None, "si", "sl", kind=Kind.PROVIDER, item=f"office:si/{OFFICE}", change=change)
        async with house.db.write() as tx:
            await owners.entrust(tx, "debts", eva.id)
            await suggestions.put(tx, said, "", house.now())
            await suggestions.put(tx, wrongs.said("debts", "si", "sl", WrongAbout.FIT, "Ni zame."), "", house.now())
            token.write_text(await provider_links.make(tx, f"si/{OFFICE}", "eva", house.now()))

    serving = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS, library=small_edition()))
    yield Kept(serving, f"/office/{token.read_text()}")
    serving.stop()


def _signed_in(visit: Visit, kept: Kept, path: str, **options: object) -> Page:
    page = visit(kept.at("/desk/tasks"), **options)
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("#how-many")).to_be_visible()
    page.goto(kept.at(path))
    return page


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("it-IT", "dark"), ("hr-HR", "light"), ("bg-BG", "dark")])
def test_every_page_can_be_read_by_everybody_on_a_small_phone_in_their_language(
    visit: Visit, kept: Kept, locale: str, scheme: str
) -> None:
    language = locale[:2]
    english = English.for_readers_of(language)
    page = _signed_in(visit, kept, "/desk/tasks", locale=locale, color_scheme=scheme, viewport=PHONE)
    outside = [f"{kept.office}?lang={language}", f"/wrong/{language}/debts/si", f"/office/forged?lang={language}"]
    for path in ("/desk/tasks", "/desk/tasks?kind=behind", "/desk/suggestions", "/desk/providers?q=idrija", *outside):
        page.goto(kept.at(path))
        unfold(page)
        checked(page, english)
    page.goto(kept.at("/desk/providers?q=idrija"))
    page.locator("button[name=make]").first.click()
    expect(page.locator("#link")).to_be_visible()
    checked(page, english)
    page.goto(kept.at(f"/wrong/{language}/debts/si"))
    page.locator("form").evaluate("each => each.noValidate = true")
    page.locator("main form button").click()
    expect(page.locator("#problem")).to_be_focused()
    checked(page, english)


def test_what_is_ticked_by_keyboard_is_still_correct(visit: Visit, kept: Kept) -> None:
    page = _signed_in(visit, kept, "/desk/tasks?kind=line")
    ticks = page.locator(".task input[type=checkbox]")
    number = ticks.count()
    for tick in (ticks.nth(0), ticks.nth(1)):
        tick.focus()
        page.keyboard.press("Space")
    page.locator("form.stack > .row button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=status].notice")).to_be_visible()
    expect(ticks).to_have_count(number - 2)


def test_a_wording_that_is_right_leaves_the_list_of_its_owner(visit: Visit, kept: Kept) -> None:
    page = _signed_in(visit, kept, "/desk/tasks?kind=behind&who=mine", java_script_enabled=False)
    page.locator("button[name=right]").click()
    expect(page.locator(".task")).to_have_count(0)


def test_an_office_corrects_itself_and_an_editor_takes_it_up_without_scripts(visit: Visit, kept: Kept) -> None:
    office = visit(kept.at(kept.office), java_script_enabled=False)
    office.locator("#phones").fill("ni številka")
    office.locator("#hours").fill("Mo-Fr 08:00-12:00")
    office.locator("button[value=change]").click()
    expect(office.locator("#wrong-phones")).to_be_visible()
    expect(office.locator("#hours")).to_have_value("Mo-Fr 08:00-12:00")
    office.locator("#phones").fill("05 373 00 00")
    office.locator("button[value=change]").click()
    expect(office.locator("[role=status]")).to_be_visible()
    page = _signed_in(visit, kept, "/desk/suggestions?kind=provider", java_script_enabled=False)
    theirs = page.locator(".suggestion", has_text="Mo-Fr 08:00-12:00")
    theirs.locator("button[value=accept]").click()
    page.goto(kept.at(f"/desk/library/item/office/si/{OFFICE}"))
    assert "373 00 00" in page.content()


def test_a_resident_says_what_is_wrong_on_a_public_page(visit: Visit, kept: Kept) -> None:
    page = visit(kept.at("/answers/sl/debts/si"))
    page.locator("a[href^='/wrong/']").click()
    expect(page.get_by_role("radio").first).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.locator("#words").fill("Znesek je drug.")
    expect(page.locator("#website")).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    assert page.context.cookies() == []

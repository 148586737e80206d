"""Deciding what an update of the program says otherwise, in a real browser, by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.editing import trees
from bot.model.staff import Role
from bot.store import shipped
from bot.store.shipped import Contradiction
from tests.browser.test_desk_pages import CATALOGS, PHONE, English, checked
from tests.support.browser import Visit
from tests.support.changing import EXAMPLES, MONTHS, NOTE, TITLE
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition, small_tree
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

BASE = {
    TITLE: "Dolgovi",
    NOTE: "Prej je bilo drugače.",
    MONTHS: {"kind": "months", "value": "1", "source": "s2"},
    EXAMPLES: ["izvršba na plačo", "osebni stečaj"],
}
THEIRS = {
    TITLE: "Dolgovi in izvršba: kaj lahko storite",
    NOTE: None,
    MONTHS: {"kind": "months", "value": "9", "source": "s2"},
    EXAMPLES: ["izvršba na plačo", "rubež avta"],
}


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A desk where an update said otherwise at four places."""

    async def furnish(house: House) -> None:
        await house.hire("eva", Role.EDITOR)
        await put_up(house.db, small_edition(), house.now())
        ours = {place: trees.get(small_tree(), *place) for place in THEIRS}
        found = [Contradiction(*place, BASE[place], ours[place], theirs, house.now()) for place, theirs in THEIRS.items()]
        async with house.db.write() as tx:
            await shipped.take(tx, "update", b"", house.now(), found)

    made = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS, library=small_edition()))
    yield made
    made.stop()


def _signed_in(visit: Visit, serving: Serving, **options: object) -> Page:
    page = visit(f"{serving.url}/desk/updates", **options)
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("fieldset.conflict")).to_have_count(len(THEIRS))
    return page


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("bg-BG", "dark")])
def test_the_page_can_be_read_by_everybody_on_a_small_phone(visit: Visit, serving: Serving, locale: str, scheme: str) -> None:
    english = English.for_readers_of(locale[:2])
    page = _signed_in(visit, serving, locale=locale, color_scheme=scheme, viewport=PHONE)
    checked(page, english)
    page.locator("main form button").click()
    expect(page.locator("#problem")).to_be_focused()
    checked(page, english)


def test_by_keyboard_one_is_kept_and_one_taken_over_without_scripts(visit: Visit, serving: Serving) -> None:
    page = _signed_in(visit, serving, java_script_enabled=False)
    kept, taken = (page.locator("fieldset.conflict").nth(number) for number in (0, 1))
    kept.locator("input[value=ours]").focus()
    page.keyboard.press("Space")
    taken.locator("input[value=theirs]").focus()
    page.keyboard.press("Space")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")

    expect(page.locator("[role=status].notice")).to_be_visible()
    expect(page.locator("fieldset.conflict")).to_have_count(len(THEIRS) - 1)

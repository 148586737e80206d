"""The library in a real browser: every page on a small phone in each language, by keyboard, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.editing import layout
from bot.editing.drafting import Drafting
from bot.editing.items import Spot
from bot.model.staff import Role
from bot.web.library.fields import Field, FieldKind
from tests.browser.test_desk_pages import CATALOGS, PHONE, English, checked, unfold
from tests.support.browser import Visit
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

ANSWER = "/desk/library/item/answer/child-benefit/si"
FACTS = layout.facts("child-benefit", "si")
#: Every page of the library that has an address of its own.
PAGES = [
    *("/desk/library", "/desk/library?kind=answer&attention=1", ANSWER, ANSWER.replace("/item/", "/delete/")),
    *("/desk/library/item/topic/debts", "/desk/library/item/examples/debts", "/desk/library/delete/topic/debts"),
    *("/desk/library/item/office/si/csd-severna-primorska-idrija", "/desk/library/item/place/tolmin"),
    *("/desk/library/item/point/ezts-go-gorizia", "/desk/library/item/line/113-si", "/desk/library/item/crisis/violence-now"),
    *("/desk/library/item/shared/si", "/desk/library/item/act/thanks", "/desk/library/item/said/outside"),
    *(f"/desk/library/new/{kind}" for kind in ("topic", "office", "place", "point", "situation", "line")),
    *("/desk/library/delete/place/tolmin", "/desk/tasks"),
]


async def furnish(house: House) -> None:
    """Let Eva keep a small library, in a draft in which an amount is wrong and a wording is behind."""
    eva = await house.hire("eva", Role.EDITOR)
    await put_up(house.db, small_edition(), house.now())
    drafting = Drafting(house.db, clock=house.now)
    wrong: dict[Spot, Any] = {
        (FACTS, ("facts", "age_limit", "value")): "eighteen",
        (layout.words("child-benefit", "it"), ("wordings", "si", "behind")): "2026-11-01",
        (layout.words("debts", "sl"), ("examples",)): ["dolgovi", "dolgovi"],
    }
    await drafting.change(eva, await drafting.at_hand(eva), wrong, "Januar")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk that speaks by the catalogs that are shipped."""
    serving = Serving(desk_at(tmp_path, furnish, phrases=CATALOGS))
    yield serving
    serving.stop()


def signed_in(visit: Visit, server: Serving, address: str, **options: object) -> Page:
    """Open a page as Eva."""
    page = visit(f"{server.url}/desk/library", **options)
    page.locator("#name").fill("eva")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("#look")).to_be_visible()
    page.goto(f"{server.url}{address}")
    return page


def box(*path: str) -> str:
    """Return the selector of the box of a fact."""
    return f"#{Field((FACTS, path), FieldKind.TEXT, '').name}"


def said(language: str, part: str) -> str:
    """Return the selector of the box of a part of a wording."""
    spot = (layout.words("child-benefit", language), ("wordings", "si", part))
    return f"#{Field(spot, FieldKind.TEXT, '').name}"


@pytest.mark.parametrize(("locale", "scheme"), [("sl-SI", "light"), ("it-IT", "dark"), ("hr-HR", "light"), ("bg-BG", "dark")])
def test_every_page_can_be_read_by_everybody_on_a_small_phone_in_their_language(
    visit: Visit, server: Serving, locale: str, scheme: str
) -> None:
    english = English.for_readers_of(locale[:2])
    page = signed_in(visit, server, "/desk/library", locale=locale, color_scheme=scheme, viewport=PHONE)
    for address in PAGES:
        page.goto(f"{server.url}{address}")
        unfold(page)
        checked(page, english)
    page.goto(f"{server.url}{ANSWER}")
    page.locator("[name=fact-value]").evaluate("each => { each.closest('details').open = true }")
    page.locator("[name=fact-value]").fill("5")
    page.locator(".save-bar button").first.click()
    expect(page.locator("main [role=alert].alarm")).to_be_focused()
    unfold(page)
    checked(page, english)


def test_an_amount_is_changed_by_keyboard_and_seen_in_four_languages_before_it_is_saved(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, ANSWER)
    for summary in page.locator("#preview-shown summary").all():
        if not summary.evaluate("each => each.parentElement.open"):
            summary.focus()
            page.keyboard.press("Enter")
    page.locator(box("facts", "threshold", "value")).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("1.500,25")
    shown = page.locator("#preview-shown")
    for language in ("sl", "it", "hr"):
        expect(shown.locator(f"[data-language={language}] .bubble").first).to_contain_text(re.compile(r"1\.500,25\s€"))
    expect(page.locator(box("facts", "threshold", "value"))).to_be_focused()
    expect(page.locator("#preview-said")).not_to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("main .notice[role=status]")).to_be_focused()
    expect(page.locator(box("facts", "threshold", "value"))).to_have_value("1500.25")


def test_a_fact_goes_to_where_somebody_writes(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, ANSWER)
    note = page.locator(said("sl", "note"))
    note.fill("Najvišji znesek je")
    page.locator(".wording[data-language=sl] .chip", has_text="{highest}").click()
    expect(note).to_have_value("Najvišji znesek je {highest}")
    expect(note).to_be_focused()
    expect(page.locator("#preview-shown [data-language=sl] .bubble").first).to_contain_text(
        re.compile(r"Najvišji znesek je 177,24\s€")
    )


def test_a_page_stays_where_it_is_while_wordings_unfold_and_the_preview_is_renewed(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, ANSWER)
    expect(page.locator(said("bg", "title"))).to_be_visible()
    page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    assert page.evaluate("scrollY") == 0
    note = page.locator(said("hr", "note"))
    note.fill("Pitajte u općini.")
    before = page.evaluate("scrollY")
    expect(page.locator("#preview-said")).not_to_be_empty()
    expect(page.locator("#preview-shown [data-language=hr] .bubble").first).to_contain_text("Pitajte u općini.")
    assert page.evaluate("scrollY") == before


def test_a_phone_shows_one_wording_at_a_time(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, ANSWER, viewport={"width": 390, "height": 800})
    page.locator(".wording[data-language=hr] > summary").click()
    expect(page.locator(said("hr", "title"))).to_be_visible()
    expect(page.locator(said("sl", "title"))).to_be_hidden()


def test_without_scripts_everything_works(visit: Visit, server: Serving) -> None:
    page = signed_in(visit, server, ANSWER, java_script_enabled=False)
    page.locator(box("facts", "threshold", "value")).fill("1.500")
    page.locator(".save-bar button[value=preview]").click()
    expect(page.locator("#preview-shown [data-language=sl] .bubble").first).to_contain_text(re.compile(r"1\.500\s€"))
    expect(page.locator(box("facts", "threshold", "value"))).to_have_value("1.500")
    page.locator(".save-bar button[value=save]").click()
    expect(page.locator(box("facts", "threshold", "value"))).to_have_value("1500")
    page.goto(f"{server.url}/desk/library")
    page.locator("#words").fill("otroski dodatek")
    page.locator("#look button").first.click()
    expect(page.locator(".shelf a").first).to_be_visible()
    expect(page.locator("#found")).to_be_focused()

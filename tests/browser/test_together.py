"""Handing on, guarding, closing and suggestions on a small phone: readable, reachable, and nothing beside the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.model.staff import Role
from tests.browser.test_desk import at_desk, open_case, resident, sign_in, take
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
SUMMARIES = ("Hand the case on", "Make the case confidential", "Close the case")


async def furnish(house: House) -> None:
    """Let three answer residents, and one keep the knowledge."""
    for name in ("ana", "boris", "cilka"):
        await house.hire(name)
    await house.hire("dora", Role.EDITOR)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with nobody in the line, and a worker that answers residents."""
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


def unfold(page: Page, summary: str) -> None:
    page.locator("summary").filter(has_text=summary).click()


def test_all_panels_are_readable_on_a_phone_and_by_keyboard(visit: Visit, server: Serving) -> None:
    resident(visit, server, "rad bi govoril s človekom")
    page = at_desk(visit, server, "ana", **PHONE)
    open_case(page, "človekom")
    take(page)
    for summary in SUMMARIES:
        folded = page.locator("summary").filter(has_text=summary)
        folded.focus()
        page.keyboard.press("Enter")
        expect(folded.locator("..")).to_have_attribute("open", "")
        # The layout settles a moment after a panel has unfolded.
        page.wait_for_function("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert faults(page) == []
    page.get_by_label("Could not be reached").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Could not be reached")).to_be_checked()
    page.get_by_role("button", name="Close now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("ana closed the case: Could not be reached")).to_be_visible()
    assert faults(page) == []


def test_a_confidential_case_is_open_to_who_was_ticked(visit: Visit, server: Serving) -> None:
    resident(visit, server, "rad bi govoril s človekom")
    ana, boris, cilka = (at_desk(visit, server, name, **PHONE) for name in ("ana", "boris", "cilka"))
    open_case(ana, "človekom")
    address = ana.url.partition("#")[0]
    take(ana)
    for page in (boris, cilka):
        page.goto(address)
    unfold(ana, "Make the case confidential")
    ana.get_by_label("boris").check()
    ana.get_by_role("button", name="Make it confidential").click()
    expect(ana.get_by_text("Only these can read it: ana, boris")).to_be_visible()
    assert faults(ana) == []
    expect(cilka.locator("#gone")).to_be_visible()  # whoever reads it when it is guarded reads no more
    expect(boris.locator("#gone")).to_be_hidden()
    cilka.goto(f"{server.url}/desk")
    expect(cilka.get_by_text("človekom")).to_have_count(0)


def test_what_the_assistant_should_have_known_reaches_the_editor(visit: Visit, server: Serving) -> None:
    resident(visit, server, "kje popravijo vesoljsko ladjo, sem Ana Novak")
    ana = at_desk(visit, server, "ana")
    open_case(ana, "ladjo")
    take(ana)
    unfold(ana, "Close the case")
    ana.get_by_label("The assistant should have known this").check()
    ana.get_by_role("button", name="Close now").click()
    expect(ana.get_by_text("Closed by")).to_be_visible()

    dora = sign_in(visit(f"{server.url}/desk/suggestions", **PHONE), "dora")
    expect(dora.get_by_text("kje popravijo vesoljsko ladjo, sem [name]")).to_be_visible()
    assert faults(dora) == []
    assert not scrolls_sideways(dora)
    dora.get_by_role("button", name="Decline").click()
    expect(dora.get_by_role("alert").get_by_text("Say in a few words")).to_be_visible()
    assert faults(dora) == []
    dora.get_by_label("What you say to this").fill("Tega ne vemo.")
    dora.get_by_role("button", name="Decline").click()
    expect(dora.get_by_text("There is no suggestion to decide on.")).to_be_visible()

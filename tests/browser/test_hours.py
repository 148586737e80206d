"""The hours and the roster on a phone, by thumb and by keyboard, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.model.staff import Role
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def _furnish(house: House) -> None:
    await house.hire("vida", Role.COORDINATOR, ["ptuj"])
    await house.hire("ana", Role.STAFF, ["ptuj"])
    await house.write("rad bi govoril s človekom")
    await house.write("Pokličite me", press="callback:")
    await house.write("041 234 567")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A desk on a Monday, with a coordinator, and a resident who wants to be called."""
    serving = Serving(desk_at(tmp_path, _furnish, now=lambda: MONDAY))
    yield serving
    serving.stop()


def _signed_in(visit: Visit, serving: Serving, path: str, **options: object) -> Page:
    page = visit(f"{serving.url}{path}", viewport=PHONE, **options)
    page.locator("#name").fill("vida")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(f"**{path}")
    return page


def _is_fine(page: Page) -> None:
    page.wait_for_load_state()
    assert not scrolls_sideways(page)
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_week_is_entered_on_a_phone(visit: Visit, serving: Serving, scheme: str) -> None:
    page = _signed_in(visit, serving, "/desk/hours/ptuj", color_scheme=scheme)
    _is_fine(page)

    page.get_by_label("torek, interval 1, from").fill("13:00")
    page.get_by_label("torek, interval 1, until").fill("12:00")
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_role("alert").filter(has_text="The hours cannot be right: torek")).to_be_focused()
    expect(page.get_by_label("torek, interval 1, from")).to_have_value("13:00")
    _is_fine(page)
    page.get_by_label("torek, interval 1, until").fill("15:00")
    page.get_by_label("torek, interval 2, from").fill("16:00")
    page.get_by_label("torek, interval 2, until").fill("18:00")
    page.get_by_role("button", name="Show the next seven days first").click()
    expect(page.get_by_text("Nothing has been saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save the hours").click()

    expect(page.get_by_text("Saved. Residents are told")).to_be_visible()
    expect(page.get_by_role("row", name="Torek")).to_contain_text("13.00–15.00, 16.00–18.00")
    page.get_by_label("First day").fill("2026-11-24")
    page.get_by_role("button", name="Close for this time").click()
    expect(page.get_by_role("row", name="Torek")).to_contain_text("closed")
    _is_fine(page)


def test_a_shift_is_planned_on_a_phone(visit: Visit, serving: Serving) -> None:
    page = _signed_in(visit, serving, "/desk/roster")
    _is_fine(page)

    page.get_by_role("link", name="New shift").click()
    _is_fine(page)
    page.get_by_label("Who").select_option("ana")
    page.get_by_label("Info točka Ptuj").check()
    page.get_by_label("ponedeljek, interval 1, from").fill("08:00")
    page.get_by_label("ponedeljek, interval 1, until").fill("14:00")
    page.get_by_role("button", name="Save the shift").click()

    expect(page.get_by_text("Ponedeljek, 23. nov., 14.00–16.00: nobody on duty")).to_be_visible()
    _is_fine(page)


def test_a_call_is_noted_on_a_phone(visit: Visit, serving: Serving) -> None:
    page = _signed_in(visit, serving, "/desk")
    page.locator(".line a").first.click()
    page.locator("#claim").click()
    expect(page.locator(".calls").get_by_role("link", name="+386 41 234 567")).to_have_attribute("href", "tel:+38641234567")
    _is_fine(page)

    page.get_by_role("button", name="Not reached").click()

    expect(page.get_by_text("vida: not reached")).to_be_visible()
    _is_fine(page)

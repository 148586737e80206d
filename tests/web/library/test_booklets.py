"""The page of booklets at the desk."""

from __future__ import annotations

import pytest

from bot.model.staff import Role
from tests.support.desk import House


async def test_a_member_chooses_an_info_point_and_prints_its_booklet(desk: House) -> None:
    browser = await desk.signed_in("ana")
    blank = await browser.get("/desk/booklets")
    assert blank.status_code == 200
    assert 'class="sheet' not in blank.text
    asked = {"about": "point:ptuj", "country": "si", "first": "it", "second": "sl", "paper": "a5"}
    shown = await browser.get("/desk/booklets", params=asked)
    assert 'class="sheet booklet a5"' in shown.text
    printed = await browser.get("/desk/booklets/pdf", params=asked)
    assert printed.content.startswith(b"%PDF-")
    assert printed.headers["content-disposition"] == 'inline; filename="ptuj-si-it-sl.pdf"'


async def test_what_is_ticked_is_in_it_and_another_booklet_begins_with_all(desk: House) -> None:
    browser = await desk.signed_in("ana")
    ticked = {"about": "point:ptuj", "country": "si", "of": "point:ptuj/si", "topic": "food-help"}
    assert "One answer is in it" in (await browser.get("/desk/booklets", params=ticked)).text
    none = {"about": "point:ptuj", "country": "si", "of": "point:ptuj/si"}
    assert "No answer is in this booklet." in (await browser.get("/desk/booklets", params=none)).text
    other = {**ticked, "of": "point:gorizia/it"}
    assert "One answer is in it" not in (await browser.get("/desk/booklets", params=other)).text


@pytest.mark.parametrize("about", ["", "point:", "point:no-such", "situation:no-such", "office:ptuj", "<b>"])
async def test_what_does_not_exist_has_no_booklet(desk: House, about: str) -> None:
    browser = await desk.signed_in("ana")
    assert (await browser.get("/desk/booklets/pdf", params={"about": about})).status_code == 404
    page = await browser.get("/desk/booklets", params={"about": about, "country": "xx", "first": "de", "paper": "a0"})
    assert page.status_code == 200
    assert "<b>" not in page.text


async def test_editors_print_too_and_strangers_do_not(desk: House) -> None:
    await desk.hire("eva", Role.EDITOR)
    async with desk.browser() as stranger:
        assert (await stranger.get("/desk/booklets/pdf")).status_code in {303, 401}
    browser = await desk.signed_in("eva")
    assert (await browser.get("/desk/booklets")).status_code == 200

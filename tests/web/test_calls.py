"""Calling back, from the resident's button to what staff note, without any JavaScript."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.store import callbacks
from tests.support.desk import House, fill_in


@pytest.fixture
async def numbered(desk: House, case_id: str) -> str:
    """The case of a resident who left a number."""
    await desk.write("Pokličite me", press="callback:")
    await desk.write("041 234 567")
    return case_id


@pytest.fixture
async def ana(desk: House, numbered: str) -> httpx.AsyncClient:
    """Ana's browser, after she has taken the case."""
    browser = await desk.signed_in("ana")
    await fill_in(browser, numbered, "claim")
    return browser


def _call(page: str) -> str:
    found = re.search(r'name="call" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found.group(1)


async def test_the_number_is_there_to_dial_and_the_wish_stands_in_the_transcript(ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text

    assert 'href="tel:+38641234567"' in page
    assert "+386 41 234 567" in page
    assert "The resident asks to be called back:" in page


async def test_the_number_is_not_shown_as_what_is_asked(desk: House) -> None:
    await desk.write("kdaj dobim novo denarnico za babico")
    await desk.write("Pokličite me", press="callback:")
    await desk.write("041 234 567")
    ana = await desk.signed_in("ana")

    line = (await ana.get("/desk")).text

    assert "novo denarnico" in line
    assert "041 234" not in line


async def test_an_address_is_there_to_write_to(desk: House, case_id: str) -> None:
    await desk.write("Pokličite me", press="callback:")
    await desk.write("ana@primer.si")
    boris = await desk.signed_in("boris")

    page = (await boris.get(f"/desk/case/{case_id}")).text

    assert 'href="mailto:ana@primer.si"' in page
    assert "Who takes the case can note here" in page
    assert "call-reached" not in page


async def test_tries_are_noted_and_shown(ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text
    await fill_in(ana, numbered, "call-missed", call=_call(page))
    missed = (await ana.get(f"/desk/case/{numbered}")).text
    await fill_in(ana, numbered, "call-reached", call=_call(page))
    reached = (await ana.get(f"/desk/case/{numbered}")).text

    assert "Called back and did not reach:" in missed
    assert re.search(r"ana: not reached", missed)
    assert re.search(r"ana: reached", reached)
    assert "settled:" in reached
    assert 'name="call"' not in reached


async def test_a_wish_is_given_up(desk: House, ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text

    answer = await fill_in(ana, numbered, "call-given-up", call=_call(page))

    assert answer.status_code == 303
    assert "Will not be called back any more:" in (await ana.get(f"/desk/case/{numbered}")).text
    async with desk.db.read() as tx:
        assert await callbacks.open_for(tx, [numbered]) == frozenset()


async def test_what_is_typed_is_not_lost_by_noting_a_call(ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text

    answer = await fill_in(ana, numbered, "call-missed", call=_call(page), text="Klicala sem vas.")

    assert "Klicala sem vas." in answer.text


async def test_a_settled_call_is_refused_and_nothing_typed_is_lost(ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text
    await fill_in(ana, numbered, "call-reached", call=_call(page))

    answer = await fill_in(ana, numbered, "call-missed", call=_call(page), note="zvoni")

    assert answer.status_code == 409
    assert "This call back has been settled meanwhile." in answer.text
    assert "zvoni" in answer.text


async def test_a_colleague_without_the_case_is_refused(desk: House, ana: httpx.AsyncClient, numbered: str) -> None:
    page = (await ana.get(f"/desk/case/{numbered}")).text
    boris = await desk.signed_in("boris")

    answer = await fill_in(boris, numbered, "call-reached", call=_call(page))

    assert answer.status_code == 409
    assert "with ana now" in answer.text


async def test_a_case_without_a_wish_shows_nothing_of_it(desk: House, case_id: str) -> None:
    ana = await desk.signed_in("ana")

    assert 'class="calls"' not in (await ana.get(f"/desk/case/{case_id}")).text

"""Where an update of the program says otherwise than editors do, both are seen side by side and somebody decides."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.editing import trees
from bot.editing.drafting import Drafting
from bot.editing.items import Spot
from bot.store import shipped
from bot.store.shipped import Contradiction
from tests.support.changing import MONTHS, NAME, TITLE
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.web.library.test_list import member

PATH = "/desk/updates"
THEIRS: dict[Spot, object] = {
    TITLE: "Naslov iz posodobitve",
    MONTHS: {"kind": "months", "value": "9", "source": "s2"},
}


@pytest.fixture
async def told(kept: House) -> House:
    """The house, after an update said otherwise at two places."""
    ours = {place: trees.get(small_tree(), *place) for place in THEIRS}
    found = [Contradiction(*place, "what it was", ours[place], theirs, kept.now()) for place, theirs in THEIRS.items()]
    async with kept.db.write() as tx:
        await shipped.take(tx, "update", b"", kept.now(), found)
    return kept


async def _choices(browser: httpx.AsyncClient) -> dict[str, str]:
    """Return the names of the choices by the place that they are about, in the order of the page."""
    page = html.unescape((await browser.get(PATH)).text)
    found = re.findall(r"<legend>(.*?)</legend>.*?name=\"(choice-\w+)\"", page, re.DOTALL)
    return {legend.rpartition("·")[2].strip(): name for legend, name in found}


async def _decide(browser: httpx.AsyncClient, fields: dict[str, str]) -> httpx.Response:
    token = field_of((await browser.get(PATH)).text, "token")
    return await browser.post(PATH, data={"token": token, **fields})


async def _left(desk: House) -> list[Spot]:
    async with desk.db.read() as tx:
        return [(each.file, each.path) for each in await shipped.contradictions(tx)]


@pytest.mark.usefixtures("kept")
async def test_without_an_update_there_is_nothing_to_decide(eva: httpx.AsyncClient) -> None:
    assert "No update says otherwise." in (await eva.get(PATH)).text


@pytest.mark.usefixtures("told")
async def test_both_sides_are_seen_and_the_tasks_lead_here(eva: httpx.AsyncClient) -> None:
    page = html.unescape((await eva.get(PATH)).text)

    assert "2 places" in page
    assert "Naslov iz posodobitve" in page
    assert f'href="{PATH}"' in (await eva.get("/desk/tasks")).text


async def test_what_is_kept_is_settled_and_changes_nothing(told: House, eva: httpx.AsyncClient) -> None:
    names = list((await _choices(eva)).values())

    answer = await _decide(eva, dict.fromkeys(names, "ours"))

    work = await Drafting(told.db, clock=told.now).at_hand(await member(told, "eva"))
    assert answer.headers["location"] == f"{PATH}?done=1"
    assert (await _left(told), work.draft) == ([], None)
    assert "No update says otherwise." in (await eva.get(f"{PATH}?done=1")).text


async def test_what_is_taken_over_goes_into_the_draft_and_stays_open_until_it_is_published(
    told: House, eva: httpx.AsyncClient
) -> None:
    names = list((await _choices(eva)).values())

    await _decide(eva, dict.fromkeys(names, "theirs"))

    work = await Drafting(told.db, clock=told.now).at_hand(await member(told, "eva"))
    assert {place: trees.get(work.tree, *place) for place in THEIRS} == THEIRS
    assert work.draft is not None
    assert work.draft.title == "From an update of the program"
    assert len(await _left(told)) == 2
    assert (await eva.get(PATH)).text.count("Your draft has it as the update does.") == 2


async def test_a_place_that_an_edition_changed_since_is_decided(told: House, eva: httpx.AsyncClient) -> None:
    later = Contradiction(*NAME, None, "no longer what is live", "theirs", told.now())
    async with told.db.write() as tx:
        await shipped.take(tx, "another", b"", told.now(), [later])

    assert len(await _choices(eva)) == 2


@pytest.mark.usefixtures("told")
async def test_who_chooses_nothing_is_told(eva: httpx.AsyncClient) -> None:
    answer = await _decide(eva, {})

    assert answer.status_code == 422
    assert "Choose for at least one place" in answer.text


async def test_what_somebody_decided_meanwhile_is_told_and_what_was_chosen_is_kept(told: House, eva: httpx.AsyncClient) -> None:
    first, second = (await _choices(eva)).values()
    async with told.db.write() as tx:
        assert await shipped.settle(tx, *TITLE)
    answer = await _decide(eva, {first: "theirs", second: "ours"})

    assert answer.status_code == 409
    assert "Somebody has decided about some of this meanwhile." in answer.text
    assert answer.text.count(" checked") == 1
    assert await _left(told) == [MONTHS]

"""The history: who published what and why, what each edition changed, and the way back in two presses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.clock import now
from bot.editing.drafting import Drafting
from bot.model.staff import Member, Role
from bot.store import editions
from bot.store.packing import unpack
from tests.support.desk import House, field_of, house
from tests.support.editing import put_up, small_edition
from tests.web.library.test_drafts import OTHER, VALUE, address, draft_of, send, text


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with a published library and nobody in it."""
    async with house(tmp_path) as opened:
        await put_up(opened.db, small_edition(), now())
        yield opened


@pytest.fixture
async def eva(desk: House) -> Member:
    return await desk.hire("eva", Role.EDITOR)


@pytest.fixture
async def browser(desk: House, eva: Member) -> httpx.AsyncClient:
    """The browser of Eva, who has published the value 3 and then another answer."""
    browser = await desk.signed_in(eva.name)
    for values, why in (({VALUE: "3"}, "The law has changed."), ({OTHER: "thin"}, "")):
        work = await draft_of(desk, eva, values)
        assert (await send(browser, address(work), "publish", reason=why)).status_code == 303
    return browser


async def value(desk: House) -> str:
    """Return the fact as the newest edition has it."""
    async with desk.db.read() as tx:
        newest = await editions.newest(tx)
    assert newest is not None
    answer = unpack(newest).answer("debts", "si")
    assert answer is not None
    return answer.facts["late_months"].value


async def press(browser: httpx.AsyncClient, page_at: str, button: str, **fields: str) -> httpx.Response:
    """Press a button on the page of an edition."""
    token = field_of((await browser.get(page_at)).text, "token")
    return await browser.post(f"{page_at}/{button}", data={"token": token, **fields})


async def test_the_history_tells_who_published_what_and_why(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/desk/editions")
    told = text(page)
    assert told.index("Edition 3") < told.index("Edition 2") < told.index("Edition 1")
    assert "published by eva" in told
    assert "The law has changed." in told
    assert "January" in told, "the name of the draft where no reason was given"
    assert "came with the program" in told


async def test_an_edition_shows_what_it_changed(browser: httpx.AsyncClient) -> None:
    page = text(await browser.get("/desk/editions/2"))
    assert "It changed 1 thing" in page
    assert "[taken away:] 2 [end] [added:] 3 [end]" in page
    assert "It was the first" in text(await browser.get("/desk/editions/1"))


async def test_an_edition_is_undone_by_two_presses(desk: House, browser: httpx.AsyncClient) -> None:
    made = await press(browser, "/desk/editions/2", "undo")
    assert made.status_code == 303
    draft = made.headers["location"]
    page = await browser.get(draft)
    assert "Undo edition 2" in page.text
    assert "[taken away:] 3 [end] [added:] 2 [end]" in text(page)
    assert (await send(browser, draft, "publish")).headers["location"] == "/desk/editions/4?done=published"
    assert await value(desk) == "2"
    assert "an earlier state restored" in text(await browser.get("/desk/editions/4"))


async def test_one_thing_is_undone_or_brought_back(desk: House, browser: httpx.AsyncClient) -> None:
    made = await press(browser, "/desk/editions/2", "undo", item="answer:debts/si")
    assert "Dolgovi in izvršba (Slovenija): as before edition 2" in (await browser.get(made.headers["location"])).text
    await send(browser, made.headers["location"], "publish")
    assert await value(desk) == "2"
    made = await press(browser, "/desk/editions/2", "restore", item="answer:debts/si")
    assert "Dolgovi in izvršba (Slovenija): as in edition 2" in (await browser.get(made.headers["location"])).text
    await send(browser, made.headers["location"], "publish")
    assert await value(desk) == "3"


async def test_everything_is_brought_back(desk: House, browser: httpx.AsyncClient) -> None:
    made = await press(browser, "/desk/editions/1", "restore")
    assert "2 things change" in text(await browser.get(made.headers["location"]))
    await send(browser, made.headers["location"], "publish")
    async with desk.db.read() as tx:
        newest = await editions.newest(tx)
    assert newest is not None
    assert unpack(newest) == small_edition()


async def test_an_undoing_that_others_have_built_on_tells_it(desk: House, eva: Member, browser: httpx.AsyncClient) -> None:
    work = await draft_of(desk, eva, {VALUE: "5"})
    await send(browser, address(work), "publish")
    made = await press(browser, "/desk/editions/2", "undo")
    page = text(await browser.get(made.headers["location"]))
    assert "Others have published something else here" in page
    assert "[added:] 2" in page
    assert "[added:] 5" in page


async def test_what_cannot_be_gone_back_to_is_refused(browser: httpx.AsyncClient) -> None:
    newest = "/desk/editions/3"
    again = await press(browser, newest, "restore")
    assert (again.status_code, "it is so already" in again.text) == (409, True)
    assert (await press(browser, "/desk/editions/1", "undo")).status_code == 404
    assert (await press(browser, newest, "undo", item="nonsense")).status_code == 400
    token = field_of((await browser.get(newest)).text, "token")
    for wrong in ("9", "0", "x", "99999999999"):
        assert (await browser.get(f"/desk/editions/{wrong}")).status_code == 404
        assert (await browser.post(f"/desk/editions/{wrong}/undo", data={"token": token})).status_code == 404


async def test_a_forged_form_makes_no_draft(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/desk/editions/2/undo", data={"token": "forged"})
    assert (answer.status_code, 'role="alert"' in answer.text) == (403, True)
    assert "Undo edition 2" not in (await browser.get("/desk/drafts")).text
    assert (await browser.get("/desk/editions/2/undo")).headers["location"] == "/desk/editions/2"


async def test_a_long_history_is_shown_in_pages(desk: House, eva: Member) -> None:
    for _ in range(35):
        await put_up(desk.db, small_edition(), now())
    browser = await desk.signed_in(eva.name)
    first = await browser.get("/desk/editions")
    assert 'href="/desk/editions/36"' in first.text
    assert 'href="/desk/editions/6"' not in first.text
    assert 'href="/desk/editions?before=7"' in first.text
    second = await browser.get("/desk/editions?before=7")
    assert 'href="/desk/editions/1"' in second.text
    assert "The newest editions" in second.text
    assert (await browser.get("/desk/editions?before=nonsense")).text.count("<h2>") == 30


async def test_an_edition_that_cannot_be_read_is_listed_all_the_same(desk: House, browser: httpx.AsyncClient) -> None:
    async with desk.db.write() as tx:
        await editions.publish(tx, 3, b"damaged", "hash", now(), "damaged")
    assert "Edition 4" in (await browser.get("/desk/editions")).text
    assert "No change can be shown" in text(await browser.get("/desk/editions/4"))


async def test_an_edition_of_many_changes_is_shown_in_pages(desk: House, eva: Member) -> None:
    library = small_edition()
    places = {name: replace(place, latitude=45.5) for name, place in library.places.items()}
    await put_up(desk.db, replace(library, places=places), now())
    browser = await desk.signed_in(eva.name)
    page = await browser.get("/desk/editions/2")
    assert "Page 1 of" in text(page)
    assert page.text.count('class="card change"') == 40
    assert (await browser.get("/desk/editions/2?page=99999")).status_code == 200
    assert (await Drafting(desk.db).archive.newest()).number == 2

"""Every route of the desk, knocked at by all who have no business there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from starlette.routing import Route

from bot.model.case import Case, CaseState
from bot.model.staff import Role
from bot.store import readers, tables
from tests.support.desk import PASSWORD, House, field_of, fill_in, house
from tests.support.editing import put_up

ASKED, ANSWERED, NOTED = "rad bi govoril s človekom", "Odgovor samo za vas", "Opomba samo za nas"
NOBODY = "0" * 32
GUESS = "guess"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """Ana has a case at Ptuj; Boris has rights at Dalgopol, Eva too as coordinator, Fani edits, Gita is at Ptuj as well."""
    async with house(tmp_path) as opened:
        await opened.hire("ana", points=["ptuj"])
        await opened.hire("boris", points=["dalgopol"])
        await opened.hire("eva", Role.COORDINATOR, points=["dalgopol"])
        await opened.hire("fani", Role.EDITOR)
        await opened.hire("gita", points=["ptuj"])
        await opened.hire("hana", Role.ADMIN)
        await put_up(opened.db, opened.library, opened.now())
        yield opened


@pytest.fixture
async def its(desk: House) -> Case:
    await desk.write(ASKED)
    opened = await desk.case()
    async with desk.db.write() as tx:
        await tx.execute(update(tables.case_file).where(tables.case_file.c.id == opened.id).values(point="ptuj"))
    ana = await desk.signed_in("ana")
    await fill_in(ana, opened.id, "claim")
    await fill_in(ana, opened.id, "reply", text=ANSWERED)
    await fill_in(ana, opened.id, "note", note=NOTED)
    page = (await ana.get(f"/desk/case/{opened.id}")).text
    assert all(text in page for text in (ASKED, ANSWERED, NOTED))
    return await desk.case()


def routes(desk: House, case_id: str, *, of_cases: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the method and the address of every route of the desk that takes a request, as it is for ``case_id``."""
    known = {"case_id": case_id, "sequence": "1", "token": "guess", "point": "ptuj", "topic": "food-help", "where": "si-sl"}
    for route in desk.site.routes:
        if not isinstance(route, Route) or not route.path.startswith("/desk"):
            continue
        if of_cases and "{case_id}" not in route.path:
            continue
        address = re.sub(r"\{(\w+)\}", lambda name: known.get(name.group(1), NOBODY), route.path)
        yield from ((method, address) for method in sorted((route.methods or set()) - {"HEAD"}))


def told(answer: httpx.Response, its: Case) -> list[str]:
    """Return what of a case an answer gives away: its words, its code, who has it, where it came from."""
    secrets = (ASKED, ANSWERED, NOTED, its.code, "ana", "Web chat")
    everything = answer.text + str(answer.headers)
    return [secret for secret in secrets if re.search(rf"\b{re.escape(secret)}\b", everything)]


async def send(browser: httpx.AsyncClient, method: str, address: str, token: str = GUESS) -> httpx.Response:
    if method == "GET":
        return await browser.get(address)
    fields = {
        "token": token,
        "version": "9",
        "seen": "9",
        "text": "x",
        "note": "x",
        "code": "GUESS2",
        "password": "y",
        "again": "y",
    }
    return await browser.post(address, data=fields)


#: Where a stranger is answered with a page: the ways in.
WAYS_IN = ("/desk/signin", "/desk/invitation/guess", "/desk/signout")


async def closed(desk: House, its: Case, browser: httpx.AsyncClient, token: str = GUESS) -> int:
    """Knock at every route; each asks to sign in or knows nothing, and none tells anything. Return how many there are."""
    count = 0
    for method, address in routes(desk, its.id):
        answer = await send(browser, method, address, token)
        assert told(answer, its) == [], (method, address)
        if address.startswith(WAYS_IN):
            assert answer.status_code in {200, 303, 401, 403, 404}, (method, address)
            continue
        assert answer.status_code in {303, 400, 401, 403, 404}, (method, address)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith(("/desk/signin", "/desk/case/", "/desk/")), (method, address)
            landed = await browser.get(answer.headers["location"], follow_redirects=True)
            assert told(landed, its) == [], (method, address)
            assert landed.url.path.startswith(("/desk/signin", "/desk/second-factor")), (method, address)
        count += 1
    return count


async def test_a_stranger_sees_nothing_anywhere(desk: House, its: Case) -> None:
    assert await closed(desk, its, desk.browser()) > 80
    assert await desk.state(its.id) is CaseState.CLAIMED


async def test_a_cookie_that_was_guessed_opens_nothing(desk: House, its: Case) -> None:
    browser = desk.browser()
    browser.cookies.set("infopoint_staff", "guessed", domain="localhost.local", path="/desk")
    assert await closed(desk, its, browser) > 80


async def test_residents_pages_tell_a_stranger_nothing_of_others(desk: House, its: Case) -> None:
    browser = desk.browser()
    for address in ("/", "/left", "/privacy", "/message", "/health", f"/file/{NOBODY}"):
        assert told(await browser.get(address), its) == [], address


async def test_a_half_session_sees_nothing_anywhere(desk: House, its: Case) -> None:
    browser = desk.browser()
    answer = await browser.post("/desk/signin", data={"name": "hana", "password": PASSWORD})
    assert answer.headers["location"] == "/desk/signin/code?next=/desk"
    for method, address in routes(desk, its.id):
        if address in {"/desk/signout", "/desk/signin"} and method == "POST":
            continue  # these end it
        answer = await send(browser, method, address)
        assert answer.status_code in ({200} if address.startswith(WAYS_IN) else set()) | {303, 400, 401, 403, 404}, address
        assert told(answer, its) == [], (method, address)
    assert (await browser.get("/desk/signin/code")).status_code == 200, "it is the same half session still"


async def shut(desk: House, its: Case, name: str) -> None:
    """Knock at every route of a case as ``name``: it answers as for a case that there is not."""
    browser = await desk.signed_in(name)
    token = field_of((await browser.get("/desk/account")).text, "token")
    there, nowhere = routes(desk, its.id, of_cases=True), routes(desk, NOBODY, of_cases=True)
    for (method, address), (_, none) in zip(there, nowhere, strict=True):
        answer, same = await send(browser, method, address, token), await send(browser, method, none, token)
        if answer.status_code == 303:  # the address of a form leads back to the page of its case, whichever that is
            assert answer.headers["location"] == address.rpartition("/")[0], (method, address)
            answer = await browser.get(answer.headers["location"])
            same = await browser.get(none.rpartition("/")[0])
        assert answer.status_code == same.status_code == 404, (name, method, address)
        assert answer.text.replace(its.id, NOBODY) == same.text, (name, method, address)
        assert told(answer, its) == [], (name, method, address)


@pytest.mark.parametrize("name", ["boris", "eva"])
async def test_another_points_case_is_none_by_its_address(desk: House, its: Case, name: str) -> None:
    await shut(desk, its, name)
    line = await (await desk.signed_in(name)).get("/desk")
    assert set(told(line, its)) <= {"ana"}, "colleagues at the desk are named, whatever they have"
    assert await desk.state(its.id) is CaseState.CLAIMED


async def test_an_editor_sees_no_case(desk: House, its: Case) -> None:
    await shut(desk, its, "fani")
    fani = await desk.signed_in("fani")
    for method, address in routes(desk, NOBODY):
        if method == "GET" and not address.endswith("stream"):
            answer = await fani.get(address)
            assert not {ASKED, ANSWERED, NOTED, its.code} & set(told(answer, its)), address


@pytest.mark.parametrize("name", ["gita", "hana"])
async def test_a_confidential_case_is_none_for_who_is_not_named(desk: House, its: Case, name: str) -> None:
    async with desk.db.write() as tx:
        await readers.guard(tx, its.id, ["ana"])
    await shut(desk, its, name)
    line = (await (await desk.signed_in(name)).get("/desk")).text
    assert not any(text in line for text in (ASKED, ANSWERED, NOTED, its.code))


async def test_a_colleague_at_the_point_reads_it_and_answers_only_after_taking_it_over(desk: House, its: Case) -> None:
    gita = await desk.signed_in("gita")
    page = await gita.get(f"/desk/case/{its.id}")
    assert ASKED in page.text
    refused = await fill_in(gita, its.id, "reply", text="Jaz tudi")
    assert refused.status_code == 409
    assert (await fill_in(gita, its.id, "takeover", holder="ana")).status_code == 303
    assert (await fill_in(gita, its.id, "reply", text="Zdaj jaz")).status_code == 303


#: Forms that change nothing, and those of the way in, which no session of ours is behind.
WITHOUT_TOKEN = ("/desk/search", "/desk/signin", "/desk/invitation")
#: Where such a form leads to a page that shows how things are, instead of being refused.
LEADS_BACK = "/desk/library"
#: What a look changes: what somebody read, and that they were here.
READ, HERE = "audit", frozenset({"seen_at", "expires_at"})


async def everything(desk: House) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is kept, but for what changes by looking."""
    async with desk.db.read() as tx:
        return {
            table.name: [
                tuple(row)
                for row in await tx.execute(
                    select(*(each for each in table.c if each.name not in HERE)).order_by(*table.primary_key)
                )
            ]
            for table in tables.metadata.sorted_tables
            if table.name != READ
        }


@pytest.mark.parametrize("of_another_session", [False, True])
async def test_no_form_without_the_token_of_its_session_changes_anything(
    desk: House, its: Case, *, of_another_session: bool
) -> None:
    hana = await desk.signed_in("hana")
    await fill_in(hana, its.id, "takeover", holder="ana")
    ana = await desk.signed_in("ana")
    token = field_of((await ana.get("/desk")).text, "token") if of_another_session else ""
    before, count = await everything(desk), 0
    for method, address in routes(desk, its.id):
        if method == "POST" and not address.startswith(WITHOUT_TOKEN):
            answer = await send(hana, method, address, token)
            # A second factor that is set up is not set up again, whoever asks.
            leads_back = answer.status_code == 303 and address.startswith(LEADS_BACK)
            assert leads_back or answer.status_code in {403, 404} or address == "/desk/second-factor/confirm", address
            count += 1
    assert count > 40
    assert await everything(desk) == before
    assert (await hana.get("/desk")).status_code == 200

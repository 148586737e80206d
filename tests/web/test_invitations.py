"""The pages behind one-time links. Cilka and Dana are admins, Ana is staff."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.model.staff import Role
from bot.store import audit, sessions, staff
from tests.support.accounts import member, post
from tests.support.clock import Clock
from tests.support.desk import HOST, PASSWORD, House, house

NEW = "six other words in a row"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock) as opened:
        await opened.hire("ana")
        for name in ("cilka", "dana"):
            await opened.hire(name, Role.ADMIN)
        yield opened


@pytest.fixture
async def cilka(desk: House) -> httpx.AsyncClient:
    return await desk.signed_in("cilka")


def link_of(page: str) -> str:
    found = re.search(r'<input id="link" value="([^"]+)"', page)
    assert found is not None, page
    return found.group(1).removeprefix(HOST)


async def invite(desk: House, browser: httpx.AsyncClient, name: str = "eva", role: str = "coordinator") -> str:
    page = await post(desk, browser, "invite", name=name, role=role, **{"point:ptuj": "yes"})
    assert page.status_code == 200
    return link_of(page.text)


async def accept(browser: httpx.AsyncClient, link: str, password: str = NEW, again: str | None = None) -> httpx.Response:
    return await browser.post(link, data={"password": password, "again": password if again is None else again})


async def test_who_is_invited_chooses_a_password_and_is_in(desk: House, cilka: httpx.AsyncClient) -> None:
    link = await invite(desk, cilka)
    assert link not in (await cilka.get("/desk/people")).text, "it is shown once"
    browser = desk.browser()
    assert "Welcome, eva" in (await browser.get(link)).text
    answer = await accept(browser, link)
    assert answer.headers["location"] == "/desk"
    assert (await browser.get("/desk")).status_code == 200
    eva = await member(desk, "eva")
    assert (eva.role, eva.points) == (Role.COORDINATOR, frozenset({"ptuj"}))
    async with desk.db.read() as tx:
        acts = [(act.staff, act.action) for act in reversed(await audit.latest(tx, subject="eva"))]
    assert acts == [("cilka", "invite"), ("eva", "accept-invitation"), ("eva", "sign-in")]


async def test_an_invited_admin_sets_up_the_second_step_first(desk: House, cilka: httpx.AsyncClient) -> None:
    browser = desk.browser()
    answer = await accept(browser, await invite(desk, cilka, role="admin"))
    assert answer.headers["location"].startswith("/desk/second-factor")
    assert (await browser.get("/desk")).status_code == 303


async def test_a_link_that_was_used_or_is_over_or_was_guessed_opens_nothing(
    desk: House, cilka: httpx.AsyncClient, clock: Clock
) -> None:
    used = await invite(desk, cilka)
    await accept(desk.browser(), used)
    late = await invite(desk, cilka, "fani")
    clock.later(hours=72)
    for link in (used, late, "/desk/invitation/guessed", "/desk/invitation/%00"):
        for answer in (await desk.browser().get(link), await accept(desk.browser(), link)):
            assert answer.status_code == 404
            assert "This link is no longer good" in answer.text
    async with desk.db.read() as tx:
        assert await staff.find(tx, "fani") is None


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", None, "at least 12 characters"),
        ("a" * 300, None, "at most 256 characters"),
        ("aaaaaaaaaaaaaaaa", None, "different characters"),
        ("nobody knows eva here", None, "does not contain the name"),
        (NEW, "otherwise", "not typed the same way twice"),
        ("", None, "at least 12 characters"),
    ],
)
async def test_a_weak_password_is_refused_and_the_link_stays_good(
    desk: House, cilka: httpx.AsyncClient, password: str, again: str | None, sentence: str
) -> None:
    link = await invite(desk, cilka)
    refused = await accept(desk.browser(), link, password, again)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert (await accept(desk.browser(), link)).status_code == 303


async def test_a_name_that_was_taken_meanwhile_is_told(desk: House, cilka: httpx.AsyncClient) -> None:
    link = await invite(desk, cilka)
    await desk.hire("Eva")
    answer = await accept(desk.browser(), link)
    assert answer.status_code == 409
    assert "Somebody has an account under this name by now." in answer.text


@pytest.mark.parametrize(("name", "status"), [("", 422), (" - ", 422), ("a" * 101, 422), ("ana", 409), ("ANA", 409)])
async def test_a_name_that_cannot_be_is_refused_and_shown_again(
    desk: House, cilka: httpx.AsyncClient, name: str, status: int
) -> None:
    answer = await post(desk, cilka, "invite", name=name, role="editor", everywhere="yes")
    assert answer.status_code == status
    assert f'name="name" value="{name}"' in answer.text
    assert '<option value="editor" selected>' in answer.text


async def test_an_invitation_is_withdrawn(desk: House, cilka: httpx.AsyncClient) -> None:
    link = await invite(desk, cilka)
    page = (await cilka.get("/desk/people")).text
    pending = re.search(r'name="invitation" value="([0-9a-f]{64})"', page)
    assert pending is not None
    assert (await post(desk, cilka, "withdraw", invitation=pending.group(1))).status_code == 303
    assert (await post(desk, cilka, "withdraw", invitation=pending.group(1))).status_code == 409
    assert (await desk.browser().get(link)).status_code == 404


async def test_a_password_link_asks_for_the_second_step_all_the_same(desk: House, cilka: httpx.AsyncClient) -> None:
    link = link_of((await post(desk, cilka, "password", "dana")).text)
    browser = desk.browser()
    answer = await accept(browser, link)
    assert answer.headers["location"].startswith("/desk/signin/code")
    assert (await browser.get("/desk")).status_code == 303


async def test_a_password_link_sets_the_password_of_its_member_and_no_other(desk: House, cilka: httpx.AsyncClient) -> None:
    link = link_of((await post(desk, cilka, "password", "ana")).text)
    assert (await accept(desk.browser(), link)).status_code == 303
    tried = [await desk.browser().post("/desk/signin", data={"name": "ana", "password": each}) for each in (PASSWORD, NEW)]
    assert [each.status_code for each in tried] == [403, 303]
    assert (await desk.browser().get(link)).status_code == 404


async def test_the_link_names_the_address_that_people_reach_us_under(tmp_path: Path) -> None:
    async with house(tmp_path, public_url="https://help.example") as opened:
        await opened.hire("cilka", Role.ADMIN)
        browser = opened.browser()
        browser.base_url = httpx.URL("https://help.example")
        await browser.post("/desk/signin", data={"name": "cilka", "password": PASSWORD})
        async with opened.db.write() as tx:
            await sessions.confirm(tx, browser.cookies["infopoint_staff"])
        page = await post(opened, browser, "invite", name="eva", role="staff", everywhere="yes")
        assert link_of(page.text).startswith("https://help.example/desk/invitation/")

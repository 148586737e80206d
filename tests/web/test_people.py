"""The page of all accounts, and the pages behind one-time links. Cilka and Dana are admins, Ana is staff."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.model.case import CaseState
from bot.model.staff import Role
from bot.store import staff
from bot.store.database import Unavailable
from tests.support.accounts import member, post
from tests.support.clock import Clock
from tests.support.desk import PASSWORD, SECRET, House, field_of, fill_in, house

NEW = "six other words in a row"
FORMS = ("invite", "withdraw", "rights", "password", "disable", "enable", "sessions", "factor")


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


async def give(
    desk: House, browser: httpx.AsyncClient, who: str, role: str, *, seen: str = "staff *", points: str = ""
) -> httpx.Response:
    """Give somebody a role at ``points``, separated by spaces; none are all."""
    where = {f"point:{point}": "yes" for point in points.split()} or {"everywhere": "yes"}
    return await post(desk, browser, "rights", who, rights=seen, role=role, **where)


async def test_everybody_is_listed_with_what_an_admin_needs_to_know(desk: House, cilka: httpx.AsyncClient) -> None:
    await give(desk, cilka, "ana", "coordinator", points="ptuj")
    page = (await cilka.get("/desk/people")).text
    assert [page.count(f"<h2>{name}</h2>") for name in ("ana", "cilka", "dana")] == [1, 1, 1]
    assert "<dd>Info točka Ptuj</dd>" in page
    assert "Coordinator: answers residents" in page
    assert page.count("<dd>never</dd>") == 2
    assert PASSWORD not in page
    assert SECRET not in page


async def test_none_but_admins_have_such_a_page(desk: House) -> None:
    await desk.hire("eva", Role.COORDINATOR)
    await desk.hire("fani", Role.EDITOR)
    for name in ("ana", "eva", "fani"):
        browser = await desk.signed_in(name)
        token = field_of((await browser.get("/desk/account")).text, "token")
        assert (await browser.get("/desk/people")).status_code == 404
        assert "/desk/people" not in (await browser.get("/desk/account")).text
        for form in FORMS:
            data = {
                "token": token,
                "who": (await member(desk, name)).id,
                "role": "admin",
                "everywhere": "yes",
                "rights": "staff *",
            }
            assert (await browser.post(f"/desk/people/{form}", data=data)).status_code == 404
    assert {each.role for each in [await member(desk, name) for name in ("ana", "eva", "fani")]}.isdisjoint({Role.ADMIN})


@pytest.mark.parametrize("form", FORMS)
async def test_a_forged_form_does_nothing_and_a_stranger_is_asked_to_sign_in(
    desk: House, cilka: httpx.AsyncClient, form: str
) -> None:
    before = await member(desk, "ana")
    data = {"token": "forged", "who": before.id, "name": "eva", "role": "admin", "everywhere": "yes", "rights": "staff *"}
    forged = await cilka.post(f"/desk/people/{form}", data=data)
    assert forged.status_code == 403
    assert "This page was from before you signed in." in forged.text
    assert (await desk.browser().post(f"/desk/people/{form}", data=data)).status_code == 401
    assert (await cilka.get(f"/desk/people/{form}")).headers["location"] == "/desk/people"
    assert await member(desk, "ana") == before
    async with desk.db.read() as tx:
        assert await staff.find(tx, "eva") is None


async def test_role_and_info_points_are_changed(desk: House, cilka: httpx.AsyncClient) -> None:
    answer = await give(desk, cilka, "ana", "coordinator", points="ptuj dalgopol")
    changed = await member(desk, "ana")
    assert answer.headers["location"] == f"/desk/people#member-{changed.id}"
    assert (changed.role, changed.points) == (Role.COORDINATOR, frozenset({"ptuj", "dalgopol"}))
    await give(desk, cilka, "ana", "editor", seen="coordinator dalgopol ptuj")
    assert ((await member(desk, "ana")).role, (await member(desk, "ana")).points) == (Role.EDITOR, None)


async def test_rights_at_no_info_point_or_at_one_there_is_not_are_refused(desk: House, cilka: httpx.AsyncClient) -> None:
    nowhere = await post(desk, cilka, "rights", "ana", rights="staff *", role="editor")
    unknown = await give(desk, cilka, "ana", "editor", points="atlantis")
    for answer in (nowhere, unknown):
        assert answer.status_code == 422
        assert "Choose the info points" in answer.text
        assert '<option value="editor" selected>' in answer.text
    assert (await member(desk, "ana")).role is Role.STAFF


async def test_an_info_point_that_is_gone_from_the_library_may_stay(desk: House, cilka: httpx.AsyncClient) -> None:
    async with desk.db.write() as tx:
        await staff.set_rights(tx, (await member(desk, "ana")).id, Role.STAFF, frozenset({"closed-down"}))
    assert "closed-down (there is no such info point any more)" in (await cilka.get("/desk/people")).text
    await give(desk, cilka, "ana", "staff", seen="staff closed-down", points="closed-down ptuj")
    assert (await member(desk, "ana")).points == frozenset({"closed-down", "ptuj"})


async def test_a_change_over_that_of_another_admin_is_refused(desk: House, cilka: httpx.AsyncClient) -> None:
    await give(desk, cilka, "ana", "editor")
    answer = await give(desk, cilka, "ana", "coordinator")
    assert answer.status_code == 409
    assert "Somebody else changed this account meanwhile." in answer.text
    assert (await member(desk, "ana")).role is Role.EDITOR


@pytest.mark.parametrize("fields", [{"rights": "king *"}, {"role": "king"}, {"rights": ""}])
async def test_a_form_that_none_of_our_pages_made_is_refused(
    desk: House, cilka: httpx.AsyncClient, fields: dict[str, str]
) -> None:
    given = {"rights": "staff *", "role": "staff", "everywhere": "yes"} | fields
    assert (await post(desk, cilka, "rights", "ana", **given)).status_code == 400


async def test_who_is_shut_out_is_out_at_once_and_their_case_waits(desk: House, cilka: httpx.AsyncClient) -> None:
    await desk.write("rad bi govoril s človekom")
    case_id = (await desk.case()).id
    ana = await desk.signed_in("ana")
    await fill_in(ana, case_id, "claim")
    await post(desk, cilka, "disable", "ana")
    assert (await ana.get("/desk")).status_code == 303
    assert await desk.state(case_id) is CaseState.WAITING
    assert "shut out" in (await cilka.get("/desk/people")).text
    assert (await desk.browser().post("/desk/signin", data={"name": "ana", "password": PASSWORD})).status_code == 403
    await post(desk, cilka, "enable", "ana")
    await desk.signed_in("ana")


async def test_an_admin_can_neither_shut_out_nor_demote_themselves(desk: House, cilka: httpx.AsyncClient) -> None:
    for answer in (
        await post(desk, cilka, "disable", "cilka"),
        await give(desk, cilka, "cilka", "staff", seen="admin *"),
    ):
        assert answer.status_code == 409
        assert "You cannot shut out yourself" in answer.text
    assert (await cilka.get("/desk/people")).status_code == 200


async def test_nobody_is_changed_by_an_id_that_there_is_not(cilka: httpx.AsyncClient) -> None:
    token = field_of((await cilka.get("/desk/people")).text, "token")
    for form in ("disable", "enable", "sessions", "factor", "password"):
        for who in ("0" * 32, "", "\0", "' OR 1=1"):
            answer = await cilka.post(f"/desk/people/{form}", data={"token": token, "who": who})
            assert answer.status_code == 404
            assert "There is no such account." in answer.text


async def test_sessions_are_ended_and_a_lost_second_factor_is_taken_away(desk: House, cilka: httpx.AsyncClient) -> None:
    dana = await desk.signed_in("dana")
    await post(desk, cilka, "sessions", "dana")
    assert (await dana.get("/desk")).status_code == 303
    await post(desk, cilka, "factor", "dana")
    assert (await member(desk, "dana")).totp is None
    answer = await desk.browser().post("/desk/signin", data={"name": "dana", "password": PASSWORD})
    assert answer.headers["location"].startswith("/desk/second-factor")


async def test_what_was_typed_survives_a_session_that_ended_and_a_database_that_is_away(
    desk: House, cilka: httpx.AsyncClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = field_of((await cilka.get("/desk/people")).text, "token")
    data = {"token": token, "name": "eva from the library", "role": "staff", "everywhere": "yes"}

    def away() -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(desk.db, "write", away)
        answer = await cilka.post("/desk/people/invite", data=data)
    assert answer.status_code == 503
    assert "eva from the library</textarea>" in answer.text
    assert answer.text.count("<textarea") == 1, "what nobody typed is not shown"
    clock.later(hours=3)
    answer = await cilka.post("/desk/people/invite", data=data)
    assert answer.status_code == 401
    assert "eva from the library</textarea>" in answer.text

"""Cases by their code at the counter, and cases that go on with each other. Ana serves all info points, Koper's Bor one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.model.case import Case
from bot.model.staff import Role
from bot.store import audit, readers
from tests.support.clock import Clock
from tests.support.desk import House, field_of, fill_in, house
from tests.support.phrases import english

PERSON = "rad bi govoril s človekom"
PHONE = "telegram"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock, phrases=english()) as opened:
        await opened.hire("ana")
        await opened.hire("bor", points=["dalgopol"])
        await opened.hire("eva", Role.EDITOR)
        yield opened


@pytest.fixture
async def old(desk: House) -> Case:
    """A case of the web chat, at the info point in Ptuj."""
    await desk.write(PERSON)
    case = await desk.case()
    assert case.point == "ptuj"
    return case


async def _at_the_counter(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    token = field_of((await browser.get("/desk/code")).text, "token")
    return await browser.post("/desk/code", data={"token": token, "code": code})


async def _acts(desk: House) -> list[tuple[str, str, str]]:
    async with desk.db.read() as tx:
        return [(act.staff, act.action, act.subject) for act in await audit.latest(tx)]


async def _goes_on(desk: House, old: Case) -> Case:
    await desk.write(old.code, "phone", channel=PHONE)
    return await desk.case("phone", PHONE)


async def test_a_resident_at_the_counter_says_the_code(desk: House, old: Case) -> None:
    ana = await desk.signed_in("ana")

    for said in (old.code, old.code.lower(), f"{old.code[:3]} {old.code[3:]}"):
        answer = await _at_the_counter(ana, said)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/case/{old.id}")

    assert ("ana", "opened-by-code", old.code) in await _acts(desk)


async def test_another_point_s_code_is_as_unknown_as_one_that_nobody_has(desk: House, old: Case) -> None:
    bor = await desk.signed_in("bor")

    theirs, nobodys = await _at_the_counter(bor, old.code), await _at_the_counter(bor, "QQ7QQQ")

    assert theirs.status_code == nobodys.status_code == 404
    alike = [answer.text.replace(code, "") for answer, code in ((theirs, old.code), (nobodys, "QQ7QQQ"))]
    assert alike[0] == alike[1]
    assert "no case with this code that you may open" in theirs.text
    assert 'aria-invalid="true"' in theirs.text
    assert old.id not in theirs.text
    assert ("bor", "opened-by-code", old.code) not in await _acts(desk)


async def test_a_confidential_case_is_opened_by_those_named_alone(desk: House, old: Case) -> None:
    async with desk.db.write() as tx:
        await readers.guard(tx, old.id, ["somebody else"])

    assert (await _at_the_counter(await desk.signed_in("ana"), old.code)).status_code == 404


async def test_who_types_many_wrong_codes_waits(desk: House, old: Case, clock: Clock) -> None:
    ana = await desk.signed_in("ana")
    for _ in range(5):
        await _at_the_counter(ana, "K7PM4X")

    locked = await _at_the_counter(ana, old.code)

    assert locked.status_code == 429
    assert "Too many codes were wrong" in locked.text
    assert f'value="{old.code}"' in locked.text
    assert ("", "lock-out", "ana") in await _acts(desk)
    clock.later(minutes=16)
    assert (await _at_the_counter(ana, old.code)).status_code == 303


@pytest.mark.parametrize("typed", ["", "   ", " - "])
async def test_nothing_typed_is_told_and_not_counted(desk: House, old: Case, typed: str) -> None:
    ana = await desk.signed_in("ana")
    for _ in range(6):
        assert "Type the code" in (await _at_the_counter(ana, typed)).text

    assert (await _at_the_counter(ana, old.code)).status_code == 303


async def test_what_is_no_code_at_all_is_shown_again_and_does_no_harm(desk: House) -> None:
    ana = await desk.signed_in("ana")

    answer = await _at_the_counter(ana, '"><script>\0' * 400)

    assert answer.status_code == 404
    assert "<script>\0" not in answer.text


async def test_a_forged_form_opens_nothing(desk: House, old: Case) -> None:
    ana = await desk.signed_in("ana")

    answer = await ana.post("/desk/code", data={"token": "forged", "code": old.code})

    assert answer.status_code == 403
    assert f'value="{old.code}"' in answer.text


async def test_an_editor_and_a_stranger_have_no_counter(desk: House, old: Case) -> None:
    eva = await desk.signed_in("eva")
    assert (await eva.get("/desk/code")).status_code == 404
    assert 'href="/desk/code"' not in (await eva.get("/desk")).text

    stranger = desk.browser()
    assert (await stranger.get("/desk/code")).headers["location"] == "/desk/signin?next=/desk/code"
    answer = await stranger.post("/desk/code", data={"code": old.code})
    assert answer.status_code == 401
    assert old.id not in answer.text


async def test_the_new_case_tells_which_it_goes_on_with_and_warns(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    ana = await desk.signed_in("ana")

    page = (await ana.get(f"/desk/case/{new.id}")).text

    assert f'<a class="code" href="/desk/case/{old.id}">{old.code}</a> (Web chat, ' in page
    assert "does not prove who writes here" in page


async def test_the_old_case_tells_where_it_went_on(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    ana = await desk.signed_in("ana")

    page = (await ana.get(f"/desk/case/{old.id}")).text

    assert f'<a class="code" href="/desk/case/{new.id}">{new.code}</a> (Telegram, ' in page
    assert "read here only" in page
    assert "does not prove" not in page


async def test_a_reply_reaches_the_conversation_that_it_is_written_in_alone(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    ana = await desk.signed_in("ana")
    await fill_in(ana, new.id, "claim")

    await fill_in(ana, new.id, "reply", text="Only on the phone.")

    assert "Only on the phone." in (await ana.get(f"/desk/case/{new.id}")).text
    assert "Only on the phone." not in (await ana.get(f"/desk/case/{old.id}")).text


async def test_a_case_that_one_may_not_read_is_named_and_not_linked(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    async with desk.db.write() as tx:
        await readers.guard(tx, old.id, ["somebody else"])
    ana = await desk.signed_in("ana")

    page = (await ana.get(f"/desk/case/{new.id}")).text

    assert "You may not open that case." in page
    assert old.id not in re.sub(r"<form.*?</form>", "", page, flags=re.DOTALL)
    assert (await ana.get(f"/desk/case/{old.id}")).status_code == 404


async def test_the_code_of_a_case_that_one_may_not_read_is_not_told_where_it_was_not_given(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    async with desk.db.write() as tx:
        await readers.guard(tx, new.id, ["somebody else"])
    page = (await (await desk.signed_in("ana")).get(f"/desk/case/{old.id}")).text

    assert "read here only" in page
    assert new.code not in page
    assert new.id not in page


async def test_a_case_whose_conversation_was_deleted_is_told_no_more(desk: House, old: Case) -> None:
    new = await _goes_on(desk, old)
    await desk.write("", press="forget")
    ana = await desk.signed_in("ana")

    page = (await ana.get(f"/desk/case/{new.id}")).text

    assert "gave the code of the case" not in page
    assert (await _at_the_counter(ana, old.code)).status_code == 404


async def test_the_line_has_a_field_for_the_code(desk: House, old: Case) -> None:
    ana = await desk.signed_in("ana")
    page = (await ana.get("/desk")).text

    assert 'action="/desk/code"' in page
    answer = await ana.post("/desk/code", data={"token": field_of(page, "token"), "code": old.code})
    assert answer.headers["location"] == f"/desk/case/{old.id}"

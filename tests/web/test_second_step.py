"""Sign-in by two steps. Ana has a second factor, Cilka is an admin who has none yet, Boris goes without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import sessions, staff
from bot.web import throttle, totp
from tests.support.clock import Clock
from tests.support.desk import PASSWORD, SECRET, House, field_of, fill_in, house, typed_in
from tests.support.two_steps import CODES, half, logged, move_in, show, typed_hidden

ANYWHERE = ("/desk", "/desk/account", "/desk/people", "/desk/audit", "/desk/stream")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock) as opened:
        await move_in(opened)
        yield opened


async def test_who_has_a_second_factor_is_asked_for_a_code_and_then_let_in(desk: House, clock: Clock) -> None:
    browser, answer = await half(desk, next="/desk/account")
    assert answer.headers["location"] == "/desk/signin/code?next=/desk/account"
    answer = await show(browser, totp.code_at(SECRET, clock.time), next="/desk/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert (await browser.get("/desk")).status_code == 200
    assert await logged(desk) == [("ana", "sign-in")]


async def test_who_has_none_is_let_in_at_once(desk: House) -> None:
    _, answer = await half(desk, "boris")
    assert answer.headers["location"] == "/desk"
    assert await logged(desk) == [("boris", "sign-in")]


@pytest.mark.parametrize("name", ["ana", "cilka"])
async def test_a_half_session_opens_nothing(desk: House, name: str) -> None:
    await desk.write("rad bi govoril s človekom")
    case = f"/desk/case/{(await desk.case()).id}"
    browser, _ = await half(desk, name)
    for address in (*ANYWHERE, case, f"{case}/stream"):
        answer = await browser.get(address)
        assert answer.status_code in {303, 401}, address
        assert "človekom" not in answer.text
    token = field_of((await browser.get("/desk/signin", follow_redirects=True)).text, "token")
    for address in (f"{case}/claim", "/desk/account/here", "/desk/people/invite", "/desk/second-factor/remove"):
        answer = await browser.post(address, data={"token": token, "away": "yes"})
        assert answer.status_code == 401, address
    async with desk.db.read() as tx:
        assert await sessions.present(tx, desk.now()) == []


async def test_a_half_session_can_sign_out(desk: House) -> None:
    browser, _ = await half(desk)
    token = field_of((await browser.get("/desk/signin/code")).text, "token")
    assert (await browser.post("/desk/signout", data={"token": "forged"})).status_code == 403
    assert (await browser.post("/desk/signout", data={"token": token})).headers["location"] == "/desk/signin"
    assert (await browser.get("/desk/signin/code")).headers["location"].startswith("/desk/signin?")


async def test_nothing_but_the_session_cookie_is_kept_in_the_browser(desk: House) -> None:
    browser, _ = await half(desk)
    assert set(browser.cookies) == {"infopoint_staff", "infopoint_desk_language"}
    assert SECRET not in (await browser.get("/desk/signin/code")).text


async def test_a_code_is_good_once(desk: House, clock: Clock) -> None:
    code = totp.code_at(SECRET, clock.time)
    for status in (303, 403):
        browser, _ = await half(desk)
        assert (await show(browser, code)).status_code == status
    clock.later(seconds=30)
    browser, _ = await half(desk)
    assert (await show(browser, totp.code_at(SECRET, clock.time))).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(-60, 403), (-30, 303), (30, 303), (60, 403)])
async def test_the_clock_of_a_phone_may_be_half_a_minute_wrong(desk: House, clock: Clock, seconds: int, status: int) -> None:
    shown = Clock(clock.time)
    shown.later(seconds=seconds)
    browser, _ = await half(desk)
    assert (await show(browser, totp.code_at(SECRET, shown.time))).status_code == status


@pytest.mark.parametrize("code", ["", "000000", "12345", "١٢٣٤٥٦", "\0", "AAAA-BBBB-CCCD", "9" * 5000, "' OR 1=1"])
async def test_a_wrong_code_is_told_and_opens_nothing(desk: House, code: str) -> None:
    browser, _ = await half(desk)
    answer = await show(browser, code)
    assert answer.status_code == 403
    assert "This code is wrong or was used already." in answer.text
    assert (await browser.get("/desk")).status_code == 303


async def test_a_recovery_code_is_good_once_and_stands_in_the_log(desk: House) -> None:
    for status in (303, 403):
        browser, _ = await half(desk)
        assert (await show(browser, "aaaa bbbb cccc")).status_code == status
    assert await logged(desk) == [("ana", "use-recovery-code"), ("ana", "sign-in")]


async def test_five_wrong_codes_lock_the_second_step_whichever_browser_they_come_from(desk: House, clock: Clock) -> None:
    for _ in range(throttle.MOST_FAILURES):
        browser, _ = await half(desk)
        assert (await show(browser, "000000")).status_code == 403
    browser, _ = await half(desk)
    for code in (totp.code_at(SECRET, clock.time), CODES[0]):
        locked = await show(browser, code)
        assert locked.status_code == 429
        assert "Try again after 10.15." in locked.text
    assert await logged(desk) == [("", "lock-out")]
    clock.later(minutes=15)
    assert (await show(browser, totp.code_at(SECRET, clock.time))).status_code == 303


async def test_no_more_codes_are_looked_at_because_they_come_at_once(desk: House, clock: Clock) -> None:
    browser, _ = await half(desk)
    token = field_of((await browser.get("/desk/signin/code")).text, "token")
    codes = [*(f"{number:06}" for number in range(12)), totp.code_at(SECRET, clock.time)]
    tries = [browser.post("/desk/signin/code", data={"token": token, "code": code}) for code in codes]
    answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert sorted(answers) in ([403] * 5 + [429] * 8, [303] + [403] * 5 + [429] * 7)


async def test_a_forged_code_form_does_nothing(desk: House, clock: Clock) -> None:
    browser, _ = await half(desk)
    code = totp.code_at(SECRET, clock.time)
    answer = await browser.post("/desk/signin/code", data={"token": "forged", "code": code, "typed": "Napol napisano"})
    assert answer.status_code == 403
    assert "Napol napisano" in answer.text
    assert (await browser.get("/desk")).status_code == 303
    assert (await desk.browser().post("/desk/signin/code", data={"code": code})).status_code == 401


async def test_what_was_typed_before_the_session_ended_comes_through_both_steps(desk: House, clock: Clock) -> None:
    await desk.write("rad bi govoril s človekom")
    case = (await desk.case()).id
    browser, _ = await half(desk)
    await show(browser, totp.code_at(SECRET, clock.time))
    await fill_in(browser, case, "claim")
    page = (await browser.get(f"/desk/case/{case}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    clock.later(hours=3)
    asked = await browser.post(f"/desk/case/{case}/reply", data={**shown, "text": "Dolg </textarea> odgovor", "note": "opomba"})
    assert asked.status_code == 401
    carried = {name: typed_hidden(asked.text, name) for name in ("typed", "noted")}
    second = await browser.post(
        "/desk/signin", data={"name": "ana", "password": PASSWORD, "next": field_of(asked.text, "next"), **carried}
    )
    assert second.status_code == 200
    assert "What you typed is kept" in second.text
    assert "človekom" not in second.text
    carried = {name: typed_hidden(second.text, name) for name in ("typed", "noted")}
    token, target = field_of(second.text, "token"), field_of(second.text, "next")
    wrong = await browser.post("/desk/signin/code", data={"token": token, "next": target, "code": "000000", **carried})
    carried = {name: typed_hidden(wrong.text, name) for name in ("typed", "noted")}
    code = totp.code_at(SECRET, clock.time)
    there = await browser.post("/desk/signin/code", data={"token": token, "next": target, "code": code, **carried})
    assert there.status_code == 200
    assert typed_in(there.text, "text") == "Dolg </textarea> odgovor"
    assert typed_in(there.text, "note") == "opomba"


@pytest.mark.parametrize("target", ["/desk/hours", f"/desk/case/{'a' * 32}", "/desk"])
async def test_what_was_typed_where_it_cannot_be_put_back_is_shown_to_copy(desk: House, target: str) -> None:
    _, answer = await half(desk, "boris", **{"next": target, "typed": "Napol napisano", "kept:closed": "praznik & dopust"})
    assert answer.status_code == 200
    assert "Napol napisano" in answer.text
    assert "praznik &amp; dopust" in answer.text
    assert f'href="{target}"' in answer.text


async def test_passwords_and_codes_are_never_carried_along(desk: House) -> None:
    browser = await desk.signed_in("boris")
    async with desk.db.write() as tx:
        boris = await staff.find(tx, "boris")
        assert boris is not None
        await sessions.end_all(tx, boris.id)
    answer = await browser.post("/desk/account/password", data={"token": "x", "old": PASSWORD, "new": "secret words here"})
    assert answer.status_code == 401
    assert PASSWORD not in answer.text
    assert "secret words" not in answer.text

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.store import sessions as store
from bot.store import staff
from bot.store.database import Unavailable
from bot.web import known, passwords, sessions, throttle
from tests.support.desk import PASSWORD, House, house

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def timed(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock) as opened:
        await opened.hire("ana")
        yield opened


async def attempt(browser: httpx.AsyncClient, name: str, password: str, **fields: str) -> httpx.Response:
    return await browser.post("/desk/signin", data={"name": name, "password": password, **fields})


async def test_the_right_name_and_password_open_the_desk(desk: House) -> None:
    answer = await attempt(desk.browser(), "ana", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


async def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(desk: House) -> None:
    answer = await attempt(desk.browser(), "ana", PASSWORD)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(sessions.COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/desk" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_secure(tmp_path: Path) -> None:
    async with house(tmp_path, public_url="https://help.example") as opened:
        await opened.hire("ana")
        answer = await attempt(opened.browser(), "ana", PASSWORD)
    assert all("Secure" in value for value in answer.headers.get_list("set-cookie"))


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(desk: House) -> None:
    browser = desk.browser()
    wrong, unknown = await attempt(browser, "ana", "wrong"), await attempt(browser, "zzz", "wrong")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text.replace("ana", "zzz") == unknown.text
    assert "The name or the password is wrong." in wrong.text


async def test_five_wrong_passwords_lock_the_name_and_say_until_when(timed: House, clock: Clock) -> None:
    browser = timed.browser()
    for _ in range(throttle.MOST_FAILURES):
        assert (await attempt(browser, "ana", "wrong")).status_code == 403
        clock.time += timedelta(minutes=1)
    locked = await attempt(browser, "Ana ", PASSWORD)
    assert locked.status_code == 429
    assert "Try again after 10.15." in locked.text
    clock.time = NOW + throttle.WINDOW
    assert (await attempt(browser, "ana", PASSWORD)).status_code == 303


@pytest.mark.parametrize("variant", ["an\u200ba", "\u202eana", "\ufeffana ", "ANA", "a\x00na"])
async def test_a_locked_name_is_locked_however_it_is_written(desk: House, variant: str) -> None:
    browser = desk.browser()
    for _ in range(throttle.MOST_FAILURES):
        assert (await attempt(browser, variant, "wrong")).status_code == 403
    assert (await attempt(browser, "ana", PASSWORD)).status_code == 429


async def test_a_name_that_there_is_not_is_locked_too(desk: House) -> None:
    browser = desk.browser()
    for _ in range(throttle.MOST_FAILURES):
        await attempt(browser, "nobody", "wrong")
    assert (await attempt(browser, "nobody", "wrong")).status_code == 429


async def test_a_locked_name_locks_nobody_else(desk: House) -> None:
    browser = desk.browser()
    for _ in range(throttle.MOST_FAILURES):
        await attempt(browser, "boris", "wrong")
    assert (await attempt(browser, "ana", PASSWORD)).status_code == 303


async def test_who_guesses_elsewhere_does_not_lock_out_the_browser_that_somebody_came_in_from_before(desk: House) -> None:
    own, stranger = desk.browser(), desk.browser()
    await attempt(own, "ana", PASSWORD)
    for _ in range(throttle.MOST_FAILURES):
        await attempt(stranger, "ana", "wrong")

    assert (await attempt(stranger, "ana", PASSWORD)).status_code == 429
    assert (await attempt(own, "ana", PASSWORD)).status_code == 303


async def test_a_known_browser_is_locked_by_its_own_wrong_passwords_alone(desk: House) -> None:
    own = desk.browser()
    await attempt(own, "ana", PASSWORD)
    for _ in range(throttle.MOST_FAILURES):
        assert (await attempt(own, "ana", "wrong")).status_code == 403

    assert (await attempt(own, "ana", PASSWORD)).status_code == 429
    assert (await attempt(desk.browser(), "ana", PASSWORD)).status_code == 303


async def test_a_browser_is_known_for_one_member_alone(desk: House) -> None:
    own, stranger = desk.browser(), desk.browser()
    await attempt(own, "ana", PASSWORD)
    for _ in range(throttle.MOST_FAILURES):
        await attempt(stranger, "boris", "wrong")

    assert (await attempt(own, "boris", PASSWORD)).status_code == 429


async def test_a_browser_is_known_no_longer_when_the_password_has_changed(desk: House) -> None:
    own, stranger = desk.browser(), desk.browser()
    await attempt(own, "ana", PASSWORD)
    async with desk.db.write() as tx:
        await staff.set_password(tx, "ana", passwords.hash_password("quite another one"))
    for _ in range(throttle.MOST_FAILURES):
        await attempt(stranger, "ana", "wrong")

    assert (await attempt(own, "ana", "quite another one")).status_code == 429


@pytest.mark.parametrize("value", ["x", "x.y", ".", "x." + 64 * "0"])
async def test_a_made_up_cookie_makes_no_browser_known(desk: House, value: str) -> None:
    stranger = desk.browser()
    stranger.cookies.set(known.COOKIE, value)
    for _ in range(throttle.MOST_FAILURES):
        await attempt(stranger, "ana", "wrong")

    assert (await attempt(desk.browser(), "ana", PASSWORD)).status_code == 429


async def test_the_cookie_of_a_known_browser_goes_to_the_sign_in_alone_and_opens_nothing(desk: House) -> None:
    answer = await attempt(desk.browser(), "ana", PASSWORD)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(known.COOKIE))
    assert {"HttpOnly", "SameSite=strict", "Path=/desk/signin"} <= set(cookie.split("; "))

    other = desk.browser()
    other.cookies.set(known.COOKIE, cookie.partition("=")[2].partition(";")[0])
    assert (await other.get("/desk")).headers["location"].startswith("/desk/signin")


async def test_the_right_password_forgets_the_wrong_ones(desk: House) -> None:
    browser = desk.browser()
    for _ in range(2):
        for _ in range(throttle.MOST_FAILURES - 1):
            await attempt(browser, "ana", "wrong")
        assert (await attempt(browser, "ana", PASSWORD)).status_code == 303


async def test_a_flood_of_sign_ins_is_told_to_wait_instead_of_filling_the_memory(
    desk: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_QUEUE", 1)
    browser = desk.browser()
    answers = await asyncio.gather(*(attempt(browser, f"name {number}", "wrong") for number in range(4)))
    assert sorted({answer.status_code for answer in answers}) == [403, 429]


async def test_nobody_signs_in_with_odd_characters(desk: House) -> None:
    for name in ("", "\0", "a" * 5000, "' OR 1=1 --", "😀"):
        answer = await attempt(desk.browser(), name, "\0" * 3000)
        assert answer.status_code == 403


async def test_bytes_that_are_no_text_are_refused_with_a_page(desk: House) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await desk.browser().post("/desk/signin", content=b"name=%ff%00&password=\xff\xfe", headers=headers)
    assert answer.status_code == 403
    answer = await desk.browser().post("/desk/signin", content=b"{}", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "This request was not understood" in answer.text


async def test_each_sign_in_begins_a_new_session_and_ends_the_one_before(desk: House) -> None:
    browser = await desk.signed_in("ana")
    before = browser.cookies[sessions.COOKIE]
    await attempt(browser, "ana", PASSWORD)
    assert browser.cookies[sessions.COOKIE] != before
    async with desk.db.read() as tx:
        assert await store.find(tx, before, desk.now()) is None


async def test_a_session_id_from_elsewhere_is_never_taken_over(desk: House) -> None:
    browser = desk.browser()
    browser.cookies.set(sessions.COOKIE, "planted", domain="localhost.local", path="/desk")
    answer = await attempt(browser, "ana", PASSWORD)
    assert "planted" not in str(answer.headers.get_list("set-cookie"))
    async with desk.db.read() as tx:
        assert await store.find(tx, "planted", desk.now()) is None


async def test_signing_out_ends_the_session(desk: House) -> None:
    browser = await desk.signed_in("ana")
    async with desk.db.read() as tx:
        session = await store.find(tx, browser.cookies[sessions.COOKIE], desk.now())
    assert session is not None
    kept = browser.cookies[sessions.COOKIE]
    answer = await browser.post("/desk/signout", data={"token": session.csrf})
    assert answer.headers["location"] == "/desk/signin"
    browser.cookies.set(sessions.COOKIE, kept, domain="localhost.local", path="/desk")
    assert (await browser.get("/desk")).status_code == 303


async def test_a_forged_sign_out_does_nothing(desk: House) -> None:
    browser = await desk.signed_in("ana")
    assert (await browser.post("/desk/signout", data={"token": "forged"})).status_code == 403
    assert (await browser.get("/desk")).status_code == 200


async def test_a_disabled_member_is_out_at_once_and_stays_out(desk: House) -> None:
    browser = await desk.signed_in("ana")
    async with desk.db.write() as tx:
        await staff.disable(tx, "ana", desk.now())
    assert (await browser.get("/desk")).headers["location"].startswith("/desk/signin")
    assert (await attempt(desk.browser(), "ana", PASSWORD)).status_code == 403


async def test_a_session_ends_when_nobody_opens_a_page(timed: House, clock: Clock) -> None:
    browser = await timed.signed_in("ana")
    clock.time += sessions.IDLE
    assert (await browser.get("/desk")).status_code == 303


async def test_a_session_lives_on_while_somebody_works_but_no_longer_than_a_day_of_work(timed: House, clock: Clock) -> None:
    browser = await timed.signed_in("ana")
    while clock.time < NOW + sessions.LASTING:
        assert (await browser.get("/desk")).status_code == 200
        clock.time += timedelta(hours=1, minutes=30)
    assert (await browser.get("/desk")).status_code == 303


async def test_sign_in_leads_to_the_page_that_was_asked_for(desk: House) -> None:
    case = f"/desk/case/{'a' * 32}"
    asked = await desk.browser().get(case)
    assert asked.headers["location"] == f"/desk/signin?next={case}"
    answer = await attempt(desk.browser(), "ana", PASSWORD, next=case)
    assert answer.headers["location"] == case


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/desk/../..", "/desk\\@evil.example", "/"])
async def test_sign_in_leads_to_no_other_site(desk: House, elsewhere: str) -> None:
    answer = await attempt(desk.browser(), "ana", PASSWORD, next=elsewhere)
    assert answer.headers["location"] == "/desk"
    signed_in = await desk.signed_in("ana")
    assert (await signed_in.get("/desk/signin", params={"next": elsewhere})).headers["location"] == "/desk"


async def test_the_page_speaks_the_language_that_is_asked_for(desk: House) -> None:
    answer = await desk.browser().get("/desk/signin?lang=bg")
    assert '<html lang="bg">' in answer.text
    answer = await desk.browser().get("/desk/signin")
    assert '<html lang="sl">' in answer.text


async def test_the_language_of_the_sign_in_page_becomes_that_of_the_desk(desk: House) -> None:
    browser = desk.browser()
    await attempt(browser, "ana", PASSWORD, language="bg")
    assert '<html lang="bg">' in (await browser.get("/desk")).text


async def test_nobody_is_refused_a_page_because_it_cannot_be_written_down_that_they_are_here(
    timed: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await timed.signed_in("ana")
    clock.time += timedelta(minutes=30)

    def busy() -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(timed.db, "write", busy)
        assert (await browser.get("/desk/account")).status_code == 200

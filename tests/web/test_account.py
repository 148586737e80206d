"""One's own account. Ana and Boris are staff."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.model.staff import Member
from bot.store import audit, link_codes, sessions, staff
from bot.web import browsers, throttle
from tests.support.clock import Clock
from tests.support.desk import PASSWORD, House, field_of, house
from tests.support.phrases import english

NEW = "six other words in a row"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock, telegram_token="1:x") as opened:
        for name in ("ana", "boris"):
            await opened.hire(name)
        yield opened


@pytest.fixture
async def ana(desk: House) -> httpx.AsyncClient:
    return await desk.signed_in("ana")


async def post(browser: httpx.AsyncClient, form: str, **fields: str) -> httpx.Response:
    """Fill in one of the forms of the account page."""
    token = field_of((await browser.get("/desk/account")).text, "token")
    return await browser.post(f"/desk/account/{form}", data={"token": token, **fields})


async def member(desk: House, name: str = "ana") -> Member:
    async with desk.db.read() as tx:
        found = await staff.find(tx, name)
    assert found is not None
    return found


async def change(browser: httpx.AsyncClient, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> httpx.Response:
    return await post(browser, "password", old=old, new=new, again=new if again is None else again)


async def test_the_password_is_changed_and_other_browsers_are_signed_out(desk: House, ana: httpx.AsyncClient) -> None:
    other = await desk.signed_in("ana")
    answer = await change(ana)
    assert answer.headers["location"] == "/desk/account?done=password"
    assert "The password is changed." in (await ana.get(answer.headers["location"])).text
    assert (await other.get("/desk")).status_code == 303
    tried = [await desk.browser().post("/desk/signin", data={"name": "ana", "password": each}) for each in (PASSWORD, NEW)]
    assert [each.status_code for each in tried] == [403, 303]
    async with desk.db.read() as tx:
        assert [act.subject for act in await audit.latest(tx, action="change-password")] == ["ana"]


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"old": "wrong"}, 403, "The present password is wrong."),
        ({"new": "short"}, 422, "at least 12 characters"),
        ({"new": "a" * 300}, 422, "at most 256 characters"),
        ({"new": "aaaaaaaaaaaaaaaa"}, 422, "different characters"),
        ({"new": "the words of ana are"}, 422, "does not contain the name"),
        ({"again": "otherwise typed"}, 422, "not typed the same way twice"),
        ({"new": PASSWORD}, 422, "that you have already"),
    ],
)
async def test_a_password_that_would_be_guessed_or_is_mistyped_is_refused(
    desk: House, ana: httpx.AsyncClient, fields: dict[str, str], status: int, sentence: str
) -> None:
    before = (await member(desk)).password_hash
    answer = await change(ana, **fields)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert PASSWORD not in answer.text
    assert NEW not in answer.text
    assert (await member(desk)).password_hash == before


async def test_guessing_the_present_password_is_locked_and_signing_in_is_not(
    desk: House, ana: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(throttle.MOST_FAILURES):
        assert (await change(ana, old="wrong")).status_code == 403
    assert (await change(ana)).status_code == 429
    await desk.signed_in("ana")
    clock.later(minutes=15)
    assert (await change(ana)).status_code == 303


async def test_a_password_that_was_changed_in_between_is_not_overwritten(desk: House, ana: httpx.AsyncClient) -> None:
    theirs = await member(desk)
    async with desk.db.write() as tx:
        await staff.set_own_password(tx, theirs, "changed by a link")
        assert not await staff.set_own_password(tx, theirs, "changed from an old page")
    assert (await change(ana)).status_code == 403
    assert (await member(desk)).password_hash == "changed by a link"


@pytest.mark.parametrize("form", ["password", "notices", "here", "telegram", "unlink", "sessions"])
async def test_a_forged_form_changes_nothing_and_strangers_are_asked_to_sign_in(
    desk: House, ana: httpx.AsyncClient, form: str
) -> None:
    before = await member(desk)
    fields = {"token": "forged", "old": PASSWORD, "new": NEW, "again": NEW, "away": "yes", "email": "a@example.org"}
    assert (await ana.post(f"/desk/account/{form}", data=fields)).status_code == 403
    assert (await desk.browser().post(f"/desk/account/{form}", data=fields)).status_code == 401
    assert (await desk.browser().get(f"/desk/account/{form}")).status_code == 303
    assert await member(desk) == before
    assert (await ana.get("/desk")).status_code == 200


async def test_where_to_be_told_is_kept_and_forgotten(desk: House, ana: httpx.AsyncClient) -> None:
    await post(ana, "notices", email=" ana@info-tocka.si ", language="it")
    theirs = await member(desk)
    assert (theirs.email, theirs.language) == ("ana@info-tocka.si", "it")
    assert 'value="ana@info-tocka.si"' in (await ana.get("/desk/account?done=notices")).text
    await post(ana, "notices", email="", language="xx")
    theirs = await member(desk)
    assert (theirs.email, theirs.language) == (None, None)


@pytest.mark.parametrize(
    "email",
    [
        "ana",
        "ana@",
        "@example.org",
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@" + "b" * 260 + ".org",
        "<a@b.si>",
    ],
)
async def test_what_is_no_address_is_refused_and_shown_again(desk: House, ana: httpx.AsyncClient, email: str) -> None:
    answer = await post(ana, "notices", email=email, language="it")
    assert answer.status_code == 422
    assert "not an e-mail address" in answer.text
    assert '<option value="it" lang="it" selected>' in answer.text
    assert (await member(desk)).email is None


async def test_who_is_away_is_not_present_until_they_are_here_again(desk: House, ana: httpx.AsyncClient) -> None:
    present = []
    for away in ("yes", "no"):
        await post(ana, "here", away=away)
        async with desk.db.read() as tx:
            present.append(await sessions.present(tx, desk.now()))
    assert present == [[], ["ana"]]


async def test_a_telegram_account_is_linked_by_a_code_that_is_shown_once(desk: House, ana: httpx.AsyncClient) -> None:
    shown = await post(ana, "telegram")
    found = re.search(r"/link ([A-Z2-9]{8})<", shown.text)
    assert found is not None
    assert found.group(1) not in (await ana.get("/desk/account")).text
    async with desk.db.write() as tx:
        linked = await link_codes.use(tx, found.group(1), "77", desk.now())
    assert linked is not None
    assert linked.name == "ana"
    assert "A Telegram account is linked" in (await ana.get("/desk/account")).text
    await post(ana, "unlink")
    assert (await member(desk)).telegram is None


async def test_without_a_bot_there_is_nothing_to_link(tmp_path: Path) -> None:
    async with house(tmp_path) as opened:
        await opened.hire("ana")
        ana = await opened.signed_in("ana")
        assert "Telegram" not in (await ana.get("/desk/account")).text
        assert (await post(ana, "telegram")).status_code == 303


async def test_sessions_are_listed_by_kind_of_browser_and_ended(desk: House, ana: httpx.AsyncClient) -> None:
    phone = desk.browser(**{"user-agent": FIREFOX})
    await phone.post("/desk/signin", data={"name": "ana", "password": PASSWORD})
    page = (await ana.get("/desk/account")).text
    assert "Firefox on Android" in page
    assert page.count("End this session") == 1
    session = re.search(r'name="session" value="([0-9a-f]{32})"', page)
    assert session is not None
    boris = await desk.signed_in("boris")
    await post(boris, "sessions", session=session.group(1))
    assert (await phone.get("/desk")).status_code == 200, "nobody ends the session of another"
    await post(ana, "sessions", session=session.group(1))
    assert (await phone.get("/desk")).status_code == 303


async def test_all_other_sessions_are_ended_at_once(desk: House, ana: httpx.AsyncClient) -> None:
    others = [await desk.signed_in("ana") for _ in range(2)]
    await post(ana, "sessions")
    assert [(await each.get("/desk")).status_code for each in others] == [303, 303]
    assert (await ana.get("/desk")).status_code == 200


async def test_the_page_says_nothing_of_what_was_not_done(ana: httpx.AsyncClient) -> None:
    page = await ana.get("/desk/account?done=everything")
    assert page.status_code == 200
    assert 'role="status"' not in page.text


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (FIREFOX, "Firefox on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("Firefox", "Firefox"),
        ("curl/8", "A browser that is not known"),
        ("", "A browser that is not known"),
    ],
)
def test_a_browser_is_named_coarsely(agent: str, named: str) -> None:
    assert browsers.named(browsers.label(agent), english().into("sl")) == named

"""A second factor set up, renewed and taken away. Ana has one, Cilka is an admin who has none yet, Boris goes without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.web import totp
from tests.support.clock import Clock
from tests.support.desk import SECRET, House, field_of, house
from tests.support.two_steps import CODES, half, logged, move_in, show, typed_hidden


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock) as opened:
        await move_in(opened)
        yield opened


async def offered(browser: httpx.AsyncClient) -> tuple[str, str]:
    """Return the secret that the page shows, and the token of its form."""
    page = (await browser.get("/desk/second-factor")).text
    found = re.search(r'<code class="secret">((?:<span>[A-Z2-7]{4}</span>)+)</code>', page)
    assert found is not None
    return re.sub(r"</?span>", "", found.group(1)), field_of(page, "token")


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li><code>([A-Z2-9-]+)</code></li>", page)


async def test_an_admin_without_one_is_led_to_set_it_up_and_in_afterwards(desk: House, clock: Clock) -> None:
    browser, answer = await half(desk, "cilka", next="/desk/people")
    assert answer.headers["location"] == "/desk/second-factor?next=/desk/people"
    secret, token = await offered(browser)
    assert (await offered(browser))[0] == secret, "another look shows the same picture"
    page = await browser.post(
        "/desk/second-factor/confirm", data={"token": token, "code": totp.code_at(secret, clock.time), "next": "/desk/people"}
    )
    assert page.status_code == 200
    assert len(set(codes_of(page.text))) == 10
    on = await browser.post("/desk/signin/on", data={"token": token, "next": "/desk/people"})
    assert on.headers["location"] == "/desk/people"
    assert (await browser.get("/desk/people")).status_code == 200
    assert await logged(desk) == [("cilka", "set-second-factor"), ("cilka", "sign-in")]
    second, _ = await half(desk, "cilka")
    assert (await show(second, totp.code_at(secret, clock.time))).status_code == 403, "this code set it up and is used"
    assert (await show(second, codes_of(page.text)[3])).status_code == 303


async def test_what_an_admin_typed_comes_through_setting_it_up(desk: House, clock: Clock) -> None:
    browser, page = await half(desk, "cilka", typed="Napol napisano", next="/desk/people")
    assert page.status_code == 200
    token, secret = field_of(page.text, "token"), (await offered(browser))[0]
    data = {"token": token, "next": "/desk/people", "typed": typed_hidden(page.text, "typed")}
    codes = await browser.post("/desk/second-factor/confirm", data={**data, "code": totp.code_at(secret, clock.time)})
    assert typed_hidden(codes.text, "typed") == "Napol napisano"
    there = await browser.post("/desk/signin/on", data=data)
    assert "Napol napisano" in there.text


@pytest.mark.parametrize(("code", "forged", "status"), [("000000", False, 422), ("", False, 422), ("right", True, 403)])
async def test_a_wrong_code_or_a_forged_form_sets_nothing_up(
    desk: House, clock: Clock, code: str, forged: bool, status: int
) -> None:
    browser, _ = await half(desk, "cilka")
    secret, token = await offered(browser)
    typed = totp.code_at(secret, clock.time) if code == "right" else code
    data = {"token": "forged" if forged else token, "code": typed}
    assert (await browser.post("/desk/second-factor/confirm", data=data)).status_code == status
    assert (await browser.get("/desk")).status_code == 303
    assert (await offered(browser))[0] == secret


async def test_the_secret_of_another_is_never_set_up(desk: House, clock: Clock) -> None:
    one, other = await desk.signed_in("boris"), (await half(desk, "cilka"))[0]
    secret, _ = await offered(one)
    _, token = await offered(other)
    data = {"token": token, "code": totp.code_at(secret, clock.time), "secret": secret}
    assert (await other.post("/desk/second-factor/confirm", data=data)).status_code == 422


async def test_of_browsers_that_set_it_up_at_once_one_does_and_the_others_need_its_code(desk: House, clock: Clock) -> None:
    browsers = [(await half(desk, "cilka"))[0] for _ in range(4)]
    forms = [await offered(browser) for browser in browsers]
    answers = await asyncio.gather(
        *(
            browser.post("/desk/second-factor/confirm", data={"token": token, "code": totp.code_at(secret, clock.time)})
            for browser, (secret, token) in zip(browsers, forms, strict=True)
        )
    )
    assert sum(len(codes_of(answer.text)) == 10 for answer in answers) == 1
    assert sorted([(await browser.get("/desk")).status_code for browser in browsers]) == [200, 303, 303, 303]


async def test_anybody_can_set_it_up_and_other_browsers_then_need_a_code(desk: House, clock: Clock) -> None:
    browser, other = await desk.signed_in("boris"), await desk.signed_in("boris")
    secret, token = await offered(browser)
    data = {"token": token, "code": totp.code_at(secret, clock.time)}
    assert len(codes_of((await browser.post("/desk/second-factor/confirm", data=data)).text)) == 10
    assert (await browser.get("/desk")).status_code == 200
    assert (await other.get("/desk")).status_code == 303
    again = await browser.post("/desk/second-factor/confirm", data=data)
    assert again.status_code == 303
    assert codes_of(again.text) == []


async def test_new_recovery_codes_take_a_code_and_make_the_old_ones_void(desk: House, clock: Clock) -> None:
    browser, _ = await half(desk)
    await show(browser, totp.code_at(SECRET, clock.time))
    token = field_of((await browser.get("/desk/second-factor")).text, "token")
    wrong = await browser.post("/desk/second-factor/codes", data={"token": token, "code": "000000"})
    assert (wrong.status_code, codes_of(wrong.text)) == (403, [])
    assert (await browser.post("/desk/second-factor/codes", data={"token": "forged", "code": CODES[0]})).status_code == 403
    new = await browser.post("/desk/second-factor/codes", data={"token": token, "code": CODES[0]})
    assert len(codes_of(new.text)) == 10
    assert (await show((await half(desk))[0], CODES[1])).status_code == 403


async def test_it_is_taken_away_by_a_code_and_never_without(desk: House, clock: Clock) -> None:
    browser, _ = await half(desk)
    await show(browser, totp.code_at(SECRET, clock.time))
    waiting, _ = await half(desk)
    token = field_of((await browser.get("/desk/second-factor")).text, "token")
    assert (await browser.post("/desk/second-factor/remove", data={"token": token, "code": "000000"})).status_code == 403
    clock.later(seconds=30)
    data = {"token": token, "code": totp.code_at(SECRET, clock.time)}
    assert (await browser.post("/desk/second-factor/remove", data=data)).headers["location"] == "/desk/account"
    assert (await browser.get("/desk")).status_code == 200
    assert (await waiting.get("/desk")).status_code == 303, "who stood at the second step is not let in by that"
    assert (await browser.post("/desk/second-factor/remove", data=data)).headers["location"] == "/desk/second-factor"
    assert ("ana", "remove-second-factor") in await logged(desk)
    _, answer = await half(desk)
    assert answer.headers["location"] == "/desk"


async def test_the_addresses_of_its_forms_lead_back_to_the_page(desk: House) -> None:
    browser = await desk.signed_in("boris")
    for name in ("confirm", "codes", "remove"):
        assert (await browser.get(f"/desk/second-factor/{name}")).headers["location"] == "/desk/second-factor"
    assert (await desk.browser().get("/desk/second-factor")).headers["location"].startswith("/desk/signin?")

"""When more is written than is answered, the door says so kindly, gives back what was typed, and takes every crisis."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from bot.channels.contract import WEB
from bot.channels.limits import MOST_OPEN, Level, Limits, Newcomers, Places
from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.stream import Placed
from bot.channels.webchat.visitor import address_of, new_token
from bot.settings import Settings
from bot.store import inbox
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.inbox import Received
from tests.support.phrases import english

CRISIS, PLAIN = "hočem umreti", "Zgubil sem službo,\n\nkaj zdaj?"
JSON = {"Accept": "application/json"}
WAITING = "Your earlier messages are still waiting for an answer."
CROWDED = "Very many people are writing just now, and this was not sent."
BUSY = "Your message has arrived. Very many people are writing just now, so the answer takes longer."

Visit = Callable[[], httpx.AsyncClient]


@pytest.fixture
def limits() -> Limits:
    return Limits(lambda text: "umreti" in text, seconds=lambda: 0.0)


@pytest.fixture
async def visit(database: Database, limits: Limits) -> AsyncIterator[Visit]:
    """What opens another browser at a page behind which nobody works."""
    chat = WebChat(database, Bell(database), english(), Settings(), patience=0.0, limits=limits)
    transport = httpx.ASGITransport(Starlette(routes=chat.routes))
    opened: list[httpx.AsyncClient] = []

    def browser() -> httpx.AsyncClient:
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://chat.test"))
        return opened[-1]

    yield browser
    for each in opened:
        await each.aclose()


async def kept(database: Database, browser: httpx.AsyncClient) -> list[Received]:
    """What waits of this browser's resident."""
    async with database.read() as tx:
        return await inbox.waiting(tx, WEB, address_of(browser.cookies["infopoint_chat"]))


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def test_who_has_many_open_messages_is_asked_to_wait_and_keeps_what_was_typed(database: Database, visit: Visit) -> None:
    browser = visit()
    for number in range(MOST_OPEN):
        assert (await browser.post("/message", data={"text": f"vrstica {number}"})).status_code == 303
    first = fields((await browser.get("/")).text)
    page = await browser.post("/message", data={**first, "text": PLAIN})
    script = await browser.post("/message", data={"text": PLAIN}, headers=JSON)

    assert page.status_code == script.status_code == 429
    assert page.headers["retry-after"] == script.headers["retry-after"] == "60"
    assert WAITING in page.text
    assert WAITING in script.json()["error"]
    assert f"{PLAIN}</textarea>" in page.text
    assert fields(page.text)["id"] == first["id"]
    assert len(await kept(database, browser)) == MOST_OPEN


async def test_a_pressed_button_that_must_wait_can_be_pressed_again(visit: Visit) -> None:
    browser = visit()
    for number in range(MOST_OPEN):
        await browser.post("/message", data={"text": f"vrstica {number}"})
    page = await browser.post("/message", data={"press": "human"})

    assert page.status_code == 429
    assert '<button name="press" value="human">' in page.text


async def test_while_one_must_wait_another_is_taken(visit: Visit) -> None:
    busy, other = visit(), visit()
    for number in range(MOST_OPEN + 1):
        await busy.post("/message", data={"text": f"vrstica {number}"})
    assert (await other.post("/message", data={"text": PLAIN})).status_code == 303


@pytest.mark.parametrize("level", [Level.EASY, Level.BUSY, Level.FULL])
async def test_a_crisis_is_taken_whatever_the_limits_and_goes_before_all_others(
    database: Database, limits: Limits, visit: Visit, level: Level
) -> None:
    browser, newcomer = visit(), visit()
    for number in range(MOST_OPEN):
        await browser.post("/message", data={"text": f"vrstica {number}"})
    limits.level, limits.newcomers = level, Newcomers(0.0, 0)
    for each in (browser, newcomer):
        assert (await each.post("/message", data={"text": CRISIS}, headers=JSON)).status_code == 202
        assert [row.payload["text"] for row in await kept(database, each)][-1] == CRISIS


async def test_a_long_line_is_told_kindly_and_the_message_is_taken(database: Database, limits: Limits, visit: Visit) -> None:
    limits.level = Level.BUSY
    browser = visit()
    answer = await browser.post("/message", data={"text": PLAIN}, headers=JSON)

    assert answer.status_code == 202
    assert BUSY in answer.json()["busy"]
    assert "112" in answer.json()["busy"]
    assert BUSY in (await browser.get("/")).text
    assert len(await kept(database, browser)) == 1
    assert limits.sent_away == 0


async def test_in_calm_times_nothing_is_told_of_any_line(visit: Visit) -> None:
    browser = visit()
    assert (await browser.post("/message", data={"text": PLAIN}, headers=JSON)).json() == {"new": True}
    assert BUSY not in (await browser.get("/")).text


async def test_a_full_line_takes_no_more_and_gives_back_what_was_typed(limits: Limits, visit: Visit) -> None:
    browser = visit()
    limits.level = Level.FULL
    first = fields((await browser.get("/?lang=it")).text)
    page = await browser.post("/message?lang=it", data={**first, "text": PLAIN})

    assert page.status_code == 503
    assert CROWDED in page.text
    assert "112" in page.text
    assert f"{PLAIN}</textarea>" in page.text
    assert fields(page.text) == first
    assert "set-cookie" not in page.headers
    assert limits.sent_away == 1
    limits.level = Level.EASY
    assert (await browser.post("/message?lang=it", data={**fields(page.text), "text": PLAIN})).status_code == 303


async def test_more_newcomers_than_fit_are_asked_to_come_back_and_who_is_known_is_not(limits: Limits, visit: Visit) -> None:
    limits.newcomers = Newcomers(0.0, 2)
    known, second, third = visit(), visit(), visit()
    answers = [await each.post("/message", data={"text": PLAIN}, headers=JSON) for each in (known, second, third, known)]

    assert [answer.status_code for answer in answers] == [202, 202, 503, 202]
    assert CROWDED in answers[2].json()["error"]


async def test_a_made_up_cookie_makes_nobody_known(limits: Limits, visit: Visit) -> None:
    limits.newcomers = Newcomers(0.0, 0)
    browser = visit()
    browser.cookies.set("infopoint_chat", new_token())
    assert (await browser.post("/message", data={"text": PLAIN}, headers=JSON)).status_code == 503


async def test_a_page_beyond_the_places_is_asked_to_come_back_later(limits: Limits, visit: Visit) -> None:
    limits.pages = Places(of_all=0)
    browser = visit()
    browser.cookies.set("infopoint_chat", new_token())
    answer = await browser.get("/stream")

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"


async def test_a_page_gives_its_place_back_however_it_ends() -> None:
    places, begun = Places(), asyncio.Event()

    async def events(_scope: Scope, _receive: Receive, _send: Send) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        """Take what is sent."""

    page = Placed(places, "ana", stranger=True, events=events)  # type: ignore[arg-type]  # a page is called, no more
    task = asyncio.create_task(page({"type": "http"}, receive, send))
    await begun.wait()
    assert places.taken == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert places.taken == 0

"""A database that is away costs the resident a second press of a button, never what they wrote."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.contract import WEB
from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.visitor import address_of
from bot.settings import Settings
from bot.store import inbox
from bot.store.bell import Bell
from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.phrases import english

TEXT = "Zgubil sem službo,\n\nkaj </textarea> zdaj?"
JSON = {"Accept": "application/json"}
UNSENT = "This was not sent: we could not store it just now. Please send it again in a moment."


class LoudBell(Bell):
    """A bell that does once what a test asks for when a name rings."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.heard: dict[str, Callable[[], object]] = {}

    def ring(self, name: str) -> None:
        super().ring(name)
        self.heard.pop(name, lambda: None)()


@pytest.fixture
def bell(database: Database) -> LoudBell:
    """The bell of the page."""
    return LoudBell(database)


@pytest.fixture
async def browser(database: Database, bell: LoudBell) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a page behind which nobody works."""
    chat = WebChat(database, bell, english(), Settings(), patience=0.2)
    transport = httpx.ASGITransport(Starlette(routes=chat.routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        yield client


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def stored(database: Database, browser: httpx.AsyncClient) -> list[str]:
    """The texts that were stored of this browser's resident."""
    address = address_of(browser.cookies["infopoint_chat"])
    async with database.read() as tx:
        return [row.payload["text"] for row in await inbox.waiting(tx, WEB, address)]


async def test_what_was_written_is_kept_and_arrives_once_when_it_is_sent_again(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient
) -> None:
    first = fields((await browser.get("/?lang=it")).text)
    await database.close()
    with databases.away(database_url):
        answer = await browser.post("/message?lang=it", data={**first, "text": TEXT})
    assert answer.status_code == 503
    assert UNSENT in answer.text
    assert '<html lang="it">' in answer.text
    assert "Zgubil sem službo,\n\nkaj &lt;/textarea&gt; zdaj?</textarea>" in answer.text
    assert "set-cookie" not in answer.headers

    again = fields(answer.text)
    assert again == first
    for _ in range(2):
        assert (await browser.post("/message?lang=it", data={**again, "text": TEXT})).status_code == 303
    assert await stored(database, browser) == [TEXT]


async def test_a_pressed_button_can_be_pressed_again(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient
) -> None:
    await browser.post("/message", data={"text": "Dober dan"})
    await database.close()
    with databases.away(database_url):
        answer = await browser.post("/message", data={"press": "human"})
    assert answer.status_code == 503
    assert UNSENT in answer.text
    assert '<button name="press" value="human">Send again</button>' in answer.text
    assert "<textarea" not in answer.text


async def test_a_text_that_is_too_long_is_given_back_too(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient
) -> None:
    await browser.post("/message", data={"text": "Dober dan"})
    await database.close()
    with databases.away(database_url):
        answer = await browser.post("/message", data={"text": "ж" * 4001})
    assert answer.status_code == 413
    assert "Your message is too long." in answer.text
    assert "ж" * 4001 in answer.text


async def test_a_script_is_told_that_nothing_was_sent(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient
) -> None:
    await database.close()
    with databases.away(database_url):
        answer = await browser.post("/message", data={"text": TEXT}, headers=JSON)
    assert (answer.status_code, answer.json()) == (503, {"error": UNSENT})


async def test_who_leaves_is_led_away_and_not_back_while_nobody_can_tell_who_reads_along(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient
) -> None:
    await browser.post("/message", data={"text": TEXT})
    await database.close()
    with databases.away(database_url):
        answer = await browser.get("/left")
    assert (answer.status_code, "<table" in answer.text) == (200, True)
    assert "infopoint_chat" not in browser.cookies


async def test_a_message_that_was_stored_is_not_said_to_be_lost_when_the_database_goes_away_after_it(
    databases: Databases, database_url: str, database: Database, browser: httpx.AsyncClient, bell: LoudBell
) -> None:
    with ExitStack() as outage:
        bell.heard["inbox"] = lambda: outage.enter_context(databases.away(database_url))  # rung when it is stored
        answer = await browser.post("/message", data={"text": TEXT})
    assert answer.status_code == 303
    assert bell.heard == {}
    assert await stored(database, browser) == [TEXT]

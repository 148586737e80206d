"""The stream, over a real connection: what a browser would hear."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text, update
from sse_starlette.sse import AppStatus

from bot.channels.webchat import visitor
from bot.store import amendments, conversations, entries, tables
from bot.store.database import Database
from tests.support.serving import Serving
from tests.support.webchat import webchat_at

COOKIE = "c" * 43
Event = dict[str, str]


@pytest.fixture(name="serving")
def _serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(webchat_at(tmp_path / "chat.db"))
    yield serving
    serving.stop()


@pytest.fixture(name="browser")
def _browser(serving: Serving) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=serving.url, cookies={visitor.COOKIE: COOKIE}, timeout=60) as browser:
        yield browser


def events(lines: Iterator[str]) -> Iterator[Event]:
    """Read events as a browser does; comments are none."""
    event: Event = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            if name:
                event[name] = f"{event[name]}\n{value}" if name in event else value
        elif event:
            yield event
            event = {}


def heard(browser: httpx.Client, count: int, after: int = 0, last: str | None = None) -> list[Event]:
    """Return the first ``count`` entries of a new stream."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with browser.stream("GET", f"/stream?after={after}", headers=headers) as answer:
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        return [next(found) for _ in range(count)]


def test_a_stream_tells_what_was_said_before_and_what_is_said_then(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "ena"})
    with browser.stream("GET", "/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        said = [next(found) for _ in range(2)]
        browser.post("/message", data={"text": "dve"})
        said += [next(found) for _ in range(2)]
    assert [event["event"] for event in said] == ["entry"] * 4
    assert [int(event["id"]) for event in said] == sorted({int(event["id"]) for event in said})
    for event, part in zip(said, ("<p>ena<", "Razumem: ena<", "<p>dve<", "Razumem: dve<"), strict=True):
        assert part in event["data"]


def test_a_message_is_drawn_alike_on_the_page_and_in_the_stream(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "Hočem umreti"})
    page = browser.get("/").text
    for event in heard(browser, 2):
        assert event["data"].strip() in page


def test_a_stream_that_broke_goes_on_after_the_last_entry(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "ena"})
    before = heard(browser, 2)
    browser.post("/message", data={"text": "dve"})
    after = heard(browser, 2, after=0, last=before[-1]["id"])
    assert "<p>dve<" in after[0]["data"]


@pytest.mark.parametrize("odd", ["-1", "x", "9" * 30, "1.5", ""])
def test_an_odd_number_begins_at_the_beginning(browser: httpx.Client, odd: str) -> None:
    browser.post("/message", data={"text": "ena"})
    assert "<p>ena<" in heard(browser, 1, last=odd)[0]["data"]


def test_a_stream_tells_when_everything_was_forgotten(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "ena"})
    with browser.stream("GET", "/stream") as answer:
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        next(found), next(found)
        browser.post("/message", data={"press": "forget"})
        assert next(found)["event"] == "forgotten"
        assert "Vse je izbrisano." in next(found)["data"]


def test_a_page_from_before_the_forgetting_is_told_so_when_it_comes_back(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "ena"})
    last = heard(browser, 2)[-1]["id"]
    browser.post("/message", data={"press": "forget"})
    assert [event["event"] for event in heard(browser, 2, after=int(last))] == ["forgotten", "entry"]


def _is_discreet(database: Path) -> None:
    """Note that somebody else uses the device."""

    async def note() -> None:
        db = Database.open(f"sqlite:///{database}")
        async with db.write() as tx:
            await tx.execute(update(tables.conversation).values(discreet=True))
        await db.close()

    asyncio.run(note())


def test_a_stream_tells_when_another_page_of_the_same_browser_was_left_for_good(browser: httpx.Client, tmp_path: Path) -> None:
    browser.post("/message", data={"text": "ena"})
    _is_discreet(tmp_path / "chat.db")
    with browser.stream("GET", "/stream") as answer:
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        said = [next(found) for _ in range(3)]
        assert [event["event"] for event in said] == ["mode", "entry", "entry"]
        httpx.get(f"{browser.base_url}/left", cookies={visitor.COOKIE: COOKIE})
        assert [event["event"] for event in found] == ["left"]  # and no more
    browser.cookies.clear()
    assert [event["event"] for event in heard(browser, 1, after=int(said[-1]["id"]))] == ["left"]


def _amended(database: Path, sequence: int) -> int:
    """Change what staff said, as the desk would; return the version of the conversation before."""

    async def amend() -> int:
        db = Database.open(f"sqlite:///{database}")
        async with db.write() as tx:
            line = (await entries.get_many(tx, [sequence]))[sequence]
            locked = await conversations.lock(tx, line.conversation_id)
            assert locked is not None
            assert await amendments.edit(tx, line, "Popravljeno.", locked.version, line.at)
        await db.close()
        return locked.version - 1

    return asyncio.run(amend())


def test_a_stream_tells_what_was_changed_meanwhile_once_and_without_a_number(browser: httpx.Client, tmp_path: Path) -> None:
    browser.post("/message", data={"text": "človek"})
    last = int(heard(browser, 2)[-1]["id"])
    before = _amended(tmp_path / "chat.db", last)
    with browser.stream("GET", f"/stream?after={last}&version={before}") as answer:
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        changed = next(found)
        assert (changed["event"], changed.get("id")) == ("changed", None)
        assert f'id="m{last}"' in changed["data"]
        assert "Popravljeno." in changed["data"]
        browser.post("/message", data={"text": "hvala"})
        assert next(found)["event"] == "entry"
    # A page that has it, or draws it for the first time, is not told of it.
    assert {event["event"] for event in heard(browser, 3, after=0)} == {"entry"}
    with browser.stream("GET", f"/stream?after={last}&version={before + 1}") as answer:
        assert next(event for event in events(answer.iter_lines()) if event.get("event"))["event"] == "entry"


def test_without_a_cookie_there_is_no_stream(serving: Serving) -> None:
    assert httpx.get(f"{serving.url}/stream").status_code == 204


def test_the_language_of_the_page_goes_with_the_buttons(browser: httpx.Client) -> None:
    browser.post("/message", data={"text": "Zgubil sem službo"})
    with browser.stream("GET", "/stream?lang=hr") as answer:
        found = (event for event in events(answer.iter_lines()) if event.get("event"))
        data = [next(found)["data"] for _ in range(3)][-1]
    assert 'action="/message?lang=hr"' in data


async def test_a_stream_ends_by_itself_when_the_server_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        webchat_at(tmp_path / "other.db")() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as resident,
    ):
        await resident.post("/message", data={"text": "ena"})
        listening = asyncio.create_task(resident.get("/stream"))
        await resident.post("/message", data={"text": "dve"})
        assert not listening.done()
        monkeypatch.setattr(AppStatus, "should_exit", True)  # what Uvicorn's signal handler sets
        heard_all = await asyncio.wait_for(listening, 10)
    assert heard_all.text.count("event: entry") == 4


async def test_a_stream_ends_quietly_when_the_database_goes_away(database_url: str) -> None:
    async with (
        webchat_at(database_url, answering=False)() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test", timeout=60) as resident,
    ):
        await resident.post("/message", data={"text": "ena"})
        db = Database.open(database_url)
        async with db.write() as tx:
            await tx.execute(text("ALTER TABLE conversation RENAME TO gone"))
        await db.close()
        ended = await resident.get("/stream")

    assert (ended.status_code, ended.text.split()) == (200, [":", "here", "retry:", "1000"])

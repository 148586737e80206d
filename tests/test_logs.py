"""The log says what belongs together, in lines that nobody forges, and repeats nobody's words."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.contextvars import get_contextvars

from bot import logs
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import Presses
from bot.model.conversation import Conversation
from bot.model.message import Incoming
from bot.model.turn import Turn
from bot.store.bell import Bell
from bot.web.edge import WebEdge
from tests.support.house import House, echo
from tests.support.webchat import webchat_at
from tests.work.conftest import house

__all__ = ["house"]

#: As a person in distress writes.
CANARY = "kanarček-EMŠO-0101006500006"


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Logs as the program does, and gives the lines so far."""
    root = logging.getLogger()
    before = list(root.handlers), root.level
    logs.configure("INFO")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.handlers, root.level = before
    structlog.reset_defaults()


#: What forges a line, moves the cursor, or turns the direction of reading.
_FORGED = f'x\n{{"event": "{CANARY}"}}\r\x1b[2J\x85\u2028\u202e\x00\ud800'


@pytest.mark.parametrize("renderer", [structlog.processors.JSONRenderer(ensure_ascii=False), structlog.dev.ConsoleRenderer()])
def test_no_value_forges_a_line(renderer: Any) -> None:
    event = {"event": _FORGED, "detail": _FORGED, "places": [_FORGED, {_FORGED: _FORGED}], _FORGED: ValueError(_FORGED)}
    line = renderer(None, "info", logs.in_one_line(None, "info", event))

    assert len(line.splitlines()) == 1
    assert not set("\r\x85\u2028\u202e\x00\ud800") & set(line)
    assert "\x1b[2J" not in line
    line.encode()


def test_numbers_and_letters_of_our_languages_stand_as_they_are() -> None:
    event = {"event": "čšž щ – “", "count": 3, "share": 0.5, "nothing": None, "yes": True}

    assert logs.in_one_line(None, "info", dict(event)) == event


def test_a_library_is_named_and_not_quoted(written: Any) -> None:
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed over %s", CANARY, extra={"text": CANARY})
        logging.getLogger(f"some.{CANARY[:3]}").warning(CANARY)
    first, second = written()

    assert (first["library"], first["error"], first["level"]) == ("uvicorn.error", "ValueError", "error")
    assert "test_logs.py" in first["by"] + first["at"][0]
    assert (second["library"], second["level"]) == ("some.kan", "warning")
    assert CANARY not in json.dumps([first, second], ensure_ascii=False)


async def test_what_nobody_waited_for_is_told_without_its_words(written: Any) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    with logs.private(asyncio.get_running_loop()):
        task = asyncio.create_task(fail(), name=CANARY)
        await asyncio.wait([task])
        del task
        thread = threading.Thread(target=lambda: int(CANARY), name=CANARY)
        thread.start()
        thread.join()
        asyncio.get_running_loop().call_exception_handler({"message": CANARY})
    lines = written()

    events = ["something failed that nobody waited for", "a thread failed", "something failed that nobody waited for"]
    assert [line["event"] for line in lines] == events
    assert [line.get("error") for line in lines] == ["ValueError", "ValueError", None]
    assert CANARY not in json.dumps(lines, ensure_ascii=False)


def test_what_ends_the_program_is_told_without_its_words() -> None:
    program = (
        "import sys; from bot import logs; logs.configure('INFO'); sys.excepthook = logs.at_the_end\n"
        f"raise ExceptionGroup({CANARY!r}, [ValueError({CANARY!r}), ExceptionGroup('', [KeyError({CANARY!r})])])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert [json.loads(line)["error"] for line in ended.stderr.splitlines()] == ["ValueError", "KeyError"]
    assert "kanar" not in ended.stderr


async def test_all_lines_of_a_request_carry_its_number(written: Any) -> None:
    log = structlog.get_logger("inner")

    async def page(_: Request) -> Response:
        await asyncio.to_thread(log.info, "in a thread")
        log.info("in the page")
        raise ValueError(CANARY)

    edge = Middleware(WebEdge, refuse=lambda _, __: PlainTextResponse("refused", 500))
    site = Starlette(routes=[Route("/", page)], middleware=[edge])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as browser:
        await browser.get("/")
        await browser.get("/")
    lines = written()

    assert [line["event"] for line in lines] == ["in a thread", "in the page", "request failed", "request"] * 2
    numbers = [line["request"] for line in lines]
    assert len(set(numbers[:4])) == len(set(numbers[4:])) == 1
    assert numbers[0] != numbers[4]
    assert CANARY not in json.dumps(lines, ensure_ascii=False)


async def test_all_lines_about_an_incoming_carry_its_sequence_and_none_its_words(house: House, written: Any) -> None:
    seen: list[Any] = []

    def think(conversation: Conversation, incoming: Incoming, now: Any) -> Turn:
        seen.append(get_contextvars().get("sequence"))
        if incoming.text == CANARY:
            raise ValueError(CANARY)
        return echo(conversation, incoming, now)

    first, second = await house.hears(CANARY, "ana"), await house.hears("hm", "berta")
    reception = house.reception(think)
    while await reception.step("worker"):
        pass
    lines = written()

    assert seen == [first, second]
    assert [(line["event"], line["sequence"]) for line in lines] == [("an incoming failed", first)]
    assert CANARY not in json.dumps(lines, ensure_ascii=False)
    assert "sequence" not in get_contextvars()


async def test_the_door_tells_which_incoming_came_in_and_not_what_it_says(house: House, written: Any) -> None:
    class Silent(Presses):
        """Notices nothing: there is no Bot API here."""

        def __init__(self) -> None:
            pass

        def notice(self, update: object) -> None:
            """Do nothing."""

    update = {"update_id": 5, "message": {"chat": {"id": 77, "type": "private"}, "text": CANARY}}
    intake = Intake(house.db, Bell(house.db), Silent())
    await intake.keep([(5, update)])
    await intake.keep([(5, update)])  # a replay is nothing new
    lines = written()

    assert [(line["event"], line["channel"], type(line["sequence"])) for line in lines] == [("received", "telegram", int)]
    assert CANARY not in json.dumps(lines, ensure_ascii=False)


async def test_the_residents_page_ties_a_request_to_its_incoming(tmp_path: Path, written: Any) -> None:
    async with webchat_at(tmp_path / "chat.db", answering=False)() as app:
        edge = WebEdge(app, refuse=lambda _, __: PlainTextResponse("refused", 500))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://chat.test") as browser:
            number = re.search(r'name="id" value="([^"]+)"', (await browser.get("/")).text)
            assert number is not None
            await browser.post("/message", data={"id": number[1], "lang": "", "text": CANARY})
    lines = written()
    received = [line for line in lines if line["event"] == "received"]
    posted = [line for line in lines if line["event"] == "request" and line["method"] == "POST"]

    assert [(line["channel"], line["sequence"]) for line in received] == [("web", 1)]
    assert received[0]["request"] == posted[0]["request"]
    assert CANARY not in json.dumps(lines, ensure_ascii=False)

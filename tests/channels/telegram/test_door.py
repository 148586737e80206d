from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bot.channels.contract import Parse, Sender
from bot.channels.telegram.commands import Profile
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.parse import COMMANDS
from bot.language.phrases import Phrases
from bot.model.message import Outgoing
from bot.serving import listen
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from tests.fakes.telegram import Failure, FakeTelegram
from tests.support.serving import EndsAtOnce


@asynccontextmanager
async def open_door(door: TelegramDoor) -> AsyncIterator[TelegramDoor]:
    task = asyncio.create_task(door.run())
    try:
        yield door
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await door.close()


@pytest.fixture
async def door(settings_with: Callable[..., Settings], db: Database, bell: Bell, phrases: Phrases) -> AsyncIterator[TelegramDoor]:
    async with open_door(TelegramDoor(settings_with(), db, bell, phrases)) as opened:
        yield opened


async def count(db: Database) -> int:
    async with db.read() as tx:
        number: int = (await tx.execute(text("SELECT count(*) FROM inbox"))).scalar_one()
        return number


async def test_it_polls_and_sends(door: TelegramDoor, telegram: FakeTelegram, db: Database) -> None:
    sender: Sender = door.sender
    parse: Parse = door.parse
    assert callable(parse)
    assert list(door.routes) == []
    telegram.say(501, "dober dan")
    await telegram.until(lambda: not telegram.pending)
    assert await count(db) == 1
    await sender.send(Outgoing("Pozdravljeni.", "sl"), "501")
    assert [message["text"] for message in telegram.sent(501)] == ["Pozdravljeni."]
    assert door.state() == {"telegram": "listening", "telegram_way": "polling", "telegram_trouble": ""}


async def test_a_pressed_button_stops_spinning(door: TelegramDoor, telegram: FakeTelegram, db: Database) -> None:
    telegram.press(501, "topic:pension")
    await telegram.until(lambda: telegram.done("answerCallbackQuery"))
    assert await count(db) == 1
    assert door.state()["telegram"] == "listening"


async def test_a_press_that_telegram_forgot_disturbs_nothing(door: TelegramDoor, telegram: FakeTelegram) -> None:
    telegram.fail("answerCallbackQuery", Failure(400, "Bad Request: query is too old"), Failure(200, body=b"[]"))
    for _ in range(3):
        telegram.press(501, "human")
    await telegram.until(lambda: telegram.done("answerCallbackQuery"))
    assert len(telegram.made("answerCallbackQuery")) == 3
    assert door.state()["telegram"] == "listening"


async def test_commands_and_descriptions_are_registered_in_every_language(door: TelegramDoor, telegram: FakeTelegram) -> None:
    await telegram.until(lambda: len(telegram.made("setMyShortDescription")) == 5)
    calls = telegram.done("setMyCommands")
    assert [call.given.get("language_code", "") for call in calls] == ["", "sl", "it", "hr", "bg"]
    for call in calls:
        assert call.given["scope"] == {"type": "all_private_chats"}
        assert [command["command"] for command in call.given["commands"]] == list(COMMANDS)
    assert calls[2].given["commands"][3]["description"] == "[it] Write with a person"
    described = telegram.made("setMyDescription", 200)
    assert described[4].given["description"].startswith("[bg] The automatic assistant")
    await telegram.until(lambda: door.state()["telegram"] == "listening")


async def test_by_webhook_it_gets_what_telegram_posts_and_a_replay_once(
    settings_with: Callable[..., Settings], telegram: FakeTelegram, db: Database, bell: Bell, phrases: Phrases
) -> None:
    door = TelegramDoor(settings_with(PUBLIC_URL="http://127.0.0.1:1"), db, bell, phrases)
    app = Starlette(routes=list(door.routes))
    listener, listening = listen("127.0.0.1", 0), threading.Event()
    port = listener.getsockname()[1]
    server = EndsAtOnce(app, listener, log_level="error")
    serving = asyncio.create_task(server.listens(listening))
    await telegram.until(listening.is_set)
    async with open_door(door):
        await telegram.until(lambda: telegram.webhook)
        assert telegram.webhook is not None
        telegram.webhook |= {"url": f"http://127.0.0.1:{port}/telegram/webhook"}
        update = telegram.say(501, "dober dan")
        telegram.press(501, "human")
        telegram.say(501, "dober dan", update_id=update)
        telegram.send({"update_id": update, "message": {"chat": {"id": 501, "type": "private"}, "text": "again"}})
        await telegram.until(lambda: not telegram.pending)
        await telegram.until(lambda: telegram.done("answerCallbackQuery"))
        assert await count(db) == 3
        assert door.state() == {"telegram": "listening", "telegram_way": "webhook", "telegram_trouble": ""}
    server.leave(asyncio.get_running_loop())
    await serving


async def test_neither_the_token_nor_a_text_gets_into_a_log(
    settings_with: Callable[..., Settings],
    telegram: FakeTelegram,
    db: Database,
    bell: Bell,
    phrases: Phrases,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    # A proxy that repeats the address it was asked for.
    echo = Failure(502, body=f"cannot reach /bot{telegram.token}/sendMessage: skrivnost".encode())
    telegram.fail("getUpdates", echo)
    telegram.fail("setMyCommands", echo)
    telegram.fail("sendMessage", echo, Failure(200, body=echo.body), Failure(429, retry_after=1))
    async with open_door(TelegramDoor(settings_with(), db, bell, phrases)) as door:
        telegram.say(501, "skrivnost")
        await telegram.until(lambda: not telegram.pending)
        await telegram.until(lambda: telegram.made("setMyShortDescription"))
        for _ in range(4):
            with suppress(Exception):
                await door.sender.send(Outgoing("skrivnost", "sl"), "501")
    assert telegram.sent(501)
    # The database driver's own DEBUG is the app's to silence.
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite")]
    written = "\n".join(lines) + "".join(capsys.readouterr())
    assert "error-" in written or "answer-is-no-json" in written
    assert telegram.token not in written
    assert telegram.token.partition(":")[2] not in written
    assert "skrivnost" not in written


class TestProfile:
    @staticmethod
    async def registered(settings: Settings, phrases: Phrases) -> list[float]:
        """Register, and return how long was to be waited."""
        from bot.channels.telegram import client

        pauses: list[float] = []

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        caller = client.caller(settings)
        await Profile(caller, phrases, pause=pause).run()
        await caller.request.shutdown()
        return pauses

    async def test_it_is_patient(self, settings_with: Callable[..., Settings], phrases: Phrases, telegram: FakeTelegram) -> None:
        telegram.fail("setMyCommands", Failure(500), Failure(429, retry_after=4), None, Failure(200, body=b"{}"))
        pauses = await self.registered(settings_with(), phrases)
        assert len(pauses) == 3
        assert 4 <= pauses[1] <= 5
        assert len(telegram.done("setMyCommands")) == 5

    async def test_it_gives_up_quietly(
        self, settings_with: Callable[..., Settings], phrases: Phrases, telegram: FakeTelegram
    ) -> None:
        telegram.fail("setMyCommands", *[Failure(500)] * 8)
        assert len(await self.registered(settings_with(), phrases)) == 8
        assert not telegram.done("setMyCommands")

    async def test_it_gives_up_at_once_with_a_wrong_token(self, settings_with: Callable[..., Settings], phrases: Phrases) -> None:
        assert await self.registered(settings_with(TELEGRAM_TOKEN="1:wrong"), phrases) == []

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bot.channels.telegram import client
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.state import State
from bot.channels.telegram.webhook import MAX_BODY, PATH, Webhook, secret_of
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from tests.fakes.telegram import Failure, FakeTelegram

UPDATE = {"update_id": 7, "message": {"chat": {"id": 501, "type": "private"}, "text": "zgubil sem službo"}}


@dataclass
class Hook:
    """A webhook, the secret that Telegram would send, and a way to post to it."""

    webhook: Webhook
    state: State
    secret: str
    pauses: list[float]
    http: httpx.AsyncClient

    async def post(self, body: Any, secret: str | None = None) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret if secret is None else secret}
        return (await self.http.post(PATH, content=content, headers=headers)).status_code


@pytest.fixture
async def hook(settings_with: Callable[..., Settings], db: Database, bell: Bell) -> AsyncIterator[Hook]:
    settings = settings_with(PUBLIC_URL="https://info.example")
    raw, caller, state = client.RawApi(settings), client.caller(settings), State("webhook")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    webhook = Webhook(settings, raw, Intake(db, bell, Presses(caller)), state, pause=pause)
    transport = httpx.ASGITransport(app=Starlette(routes=[webhook.route()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield Hook(webhook, state, secret_of(settings), pauses, http)
    await raw.close()
    await caller.request.shutdown()


async def rows(db: Database) -> list[tuple[str, str, str]]:
    async with db.read() as tx:
        found = await tx.execute(text("SELECT external_id, address, state FROM inbox ORDER BY sequence"))
        return [(row.external_id, row.address, row.state) for row in found]


async def test_an_update_is_kept_and_then_acknowledged(hook: Hook, db: Database) -> None:
    assert await hook.post(UPDATE) == 200
    assert await rows(db) == [("7", "501", "new")]


async def test_a_replayed_update_is_acknowledged_and_kept_once(hook: Hook, db: Database) -> None:
    assert [await hook.post(UPDATE) for _ in range(3)] == [200, 200, 200]
    assert await rows(db) == [("7", "501", "new")]


@pytest.mark.parametrize("secret", ["", "wrong", "č", "x" * 5000])
async def test_a_wrong_secret_is_refused_and_nothing_is_kept(secret: str, hook: Hook, db: Database) -> None:
    headers = [(b"x-telegram-bot-api-secret-token", secret.encode())]
    reply = await hook.http.post(PATH, content=json.dumps(UPDATE).encode(), headers=headers)
    assert reply.status_code == 403
    assert await rows(db) == []


async def test_no_secret_is_a_wrong_secret(hook: Hook) -> None:
    assert (await hook.http.post(PATH, json=UPDATE)).status_code == 403


BROKEN = {
    "nothing": b"",
    "half an object": b'{"update_id": 7, "mess',
    "bytes that are no text": b"\xff\xfe",
    "a list": b"[]",
    "a word": b'"hello"',
    "no number": b'{"message": {}}',
    "a number that is a word": b'{"update_id": "7"}',
    "a number that is a truth": b'{"update_id": true}',
    "a number of five thousand digits": b'{"update_id": ' + b"7" * 5000 + b"}",
    "brackets without end": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_what_is_no_update_is_refused(body: bytes, hook: Hook, db: Database) -> None:
    assert await hook.post(body) == 400
    assert await rows(db) == []


async def test_a_body_that_is_too_large_is_refused(hook: Hook) -> None:
    assert await hook.post(b" " * (MAX_BODY + 1)) == 413
    assert await hook.post(json.dumps(UPDATE).encode().ljust(MAX_BODY)) == 200


async def test_a_malformed_update_is_acknowledged_and_set_aside(hook: Hook, db: Database) -> None:
    assert await hook.post({"update_id": 8, "message": ["\0", "\ud800"]}) == 200
    assert await rows(db) == [("8", "", "aside")]


async def test_a_post_that_breaks_off_keeps_nothing(hook: Hook, db: Database) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"x-telegram-bot-api-secret-token", hook.secret.encode())],
    }
    came: list[Any] = [{"type": "http.request", "body": b'{"upd', "more_body": True}, {"type": "http.disconnect"}]
    answered: list[Any] = []

    async def receive() -> Any:
        return came.pop(0)

    async def send(part: Any) -> None:
        answered.append(part)

    await hook.webhook.route()(scope, receive, send)
    assert answered[0]["status"] == 400
    assert await rows(db) == []


async def test_only_posts_are_taken(hook: Hook) -> None:
    assert (await hook.http.get(PATH)).status_code == 405


async def test_a_database_that_is_away_means_that_telegram_shall_post_again(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.store.database import Unavailable

    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(Intake, "keep", away)
    assert await hook.post(UPDATE) == 503


async def test_it_registers_its_address_its_secret_and_what_it_wants(hook: Hook, telegram: FakeTelegram) -> None:
    await hook.webhook.run()
    assert telegram.webhook == {
        "url": "https://info.example/telegram/webhook",
        "secret_token": hook.secret,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    assert hook.state.told()["telegram"] == "listening"


async def test_it_registers_as_soon_as_telegram_lets_it(hook: Hook, telegram: FakeTelegram) -> None:
    telegram.fail("setWebhook", Failure(500), Failure(429, retry_after=9), Failure(400, "Bad Request: bad webhook"))
    await hook.webhook.run()
    assert telegram.webhook is not None
    assert len(hook.pauses) == 3
    assert 9 <= hook.pauses[1] <= 10


async def test_a_wrong_token_is_told_and_hardly_tried_again(hook: Hook, telegram: FakeTelegram) -> None:
    telegram.fail("setWebhook", Failure(401, "Unauthorized"))
    await hook.webhook.run()
    assert hook.pauses == [600]


def test_the_secret_is_the_operators_or_comes_from_the_token(settings_with: Callable[..., Settings]) -> None:
    assert secret_of(settings_with(TELEGRAM_WEBHOOK_SECRET="operators-own")) == "operators-own"
    derived = secret_of(settings_with())
    assert len(derived) == 64
    assert derived == secret_of(settings_with())
    assert derived != secret_of(settings_with(TELEGRAM_TOKEN="1:other"))

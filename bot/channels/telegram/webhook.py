"""Receiving by webhook: Telegram posts each update to us, and again until it gets a 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.backoff import REFUSED, Backoff, Pause
from bot.channels.telegram.client import RawApi, Trouble
from bot.channels.telegram.intake import Intake, update_id
from bot.channels.telegram.parse import UPDATES
from bot.channels.telegram.state import Phase, State
from bot.settings import Settings
from bot.store.database import Unavailable

PATH = "/telegram/webhook"

#: The largest body that is read, in bytes; an update holds a message of 4096 characters and is far smaller.
MAX_BODY = 1 << 20


def secret_of(settings: Settings) -> str:
    """Return the secret that Telegram sends along: the operator's, or one that only who holds the token can compute."""
    given = settings.telegram_webhook_secret.get_secret_value()
    token = settings.telegram_token.get_secret_value()
    return given or hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()


class Webhook:
    """The route that Telegram posts to, and its registration."""

    def __init__(self, settings: Settings, raw: RawApi, intake: Intake, state: State, *, pause: Pause = asyncio.sleep) -> None:
        self._address = settings.public_url + PATH
        self._secret = secret_of(settings)
        self._raw = raw
        self._intake = intake
        self._state = state
        self._backoff = Backoff(pause)

    def route(self) -> Route:
        """Return the route for the web server."""
        return Route(PATH, self._receive, methods=["POST"])

    async def run(self) -> None:
        """Register the webhook, trying until Telegram takes it. Several processes may do so: the last says the same."""
        given = {"url": self._address, "secret_token": self._secret, "allowed_updates": UPDATES}
        while True:
            try:
                await self._raw.call("setWebhook", given)
            except Trouble as trouble:
                if trouble.wrong_token:
                    self._state.now(Phase.REFUSED, trouble.detail)
                    await self._backoff.sleep(REFUSED)
                    continue
                self._state.now(Phase.TROUBLE, trouble.detail)
                await self._backoff.wait(trouble.retry_after)
            else:
                self._state.now(Phase.LISTENING)
                return

    async def _receive(self, request: Request) -> Response:
        """Keep one update. Only a 200 acknowledges it, for a replayed one as well."""
        told = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(told.encode(), self._secret.encode()):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        identifier = update_id(update)
        if identifier is None:
            return Response(status_code=400)
        try:
            await self._intake.keep([(identifier, update)])
        except Unavailable:
            return Response(status_code=503)
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is longer than `MAX_BODY`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)

"""The Bot API's side of the fake: its rules, for one bot. See `tests.fakes.telegram`, which runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes import telegram_oracle as oracle
from tests.fakes.telegram_files import LARGEST, File
from tests.fakes.telegram_group import Group, GroupRefusal
from tests.fakes.telegram_messages import DELETIONS, EDITS, FILES, MessageRefusal, Posts

JSON = dict[str, Any]
#: How long the webhook pump waits before it posts a refused update again, in seconds (Telegram: minutes).
REPOST = 0.05
_BOT: JSON = {"id": 123456, "is_bot": True, "first_name": "Info"}


@dataclass(frozen=True)
class Failure:
    """What one call gets instead of its answer.

    ``body`` replaces the JSON error; ``hangs`` never answers; ``after`` does the thing first, so that only the answer is lost.
    """

    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    body: bytes | None = None
    hangs: bool = False
    after: bool = False


@dataclass(frozen=True)
class Call:
    """One call that was made: its parameters, decoded, and the status of its answer.

    ``done`` tells whether it took effect, which it can although its answer was lost.
    """

    method: str
    given: JSON
    status: int
    done: bool = False


class Refusal(Exception):  # noqa: N818 - a word of the house
    """The Bot API says no."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


class BotApi:
    """What Telegram knows of one bot. All of it belongs to the loop that serves it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.pending: list[JSON] = []
        self.blocked: set[int] = set()
        self.webhook: JSON | None = None
        self.webhook_troubles: JSON = {}  # what `getWebhookInfo` tells besides
        self.known: set[int] = set()
        self.queries: set[str] = set()
        self.files: dict[str, File] = {}
        self.group: Group | None = None
        self.posts = Posts()
        self.failures: defaultdict[str, list[Failure | None]] = defaultdict(list)
        self.closing = False
        # Telegram begins anywhere, too; and a restarted fake must not seem to repeat itself.
        self._last_id = random.randrange(10**8, 9 * 10**8)  # noqa: S311 - no secret
        self._poller = 0
        self._changed = asyncio.Event()

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
                Route("/control/say", self._control_say, methods=["POST"]),
                Route("/control/sent", self._control_sent),
            ]
        )

    def sent(self, chat: int) -> list[JSON]:
        """Return the messages that the resident has got, oldest first, as `sendMessage` parameters."""
        return [call.given for call in self.done("sendMessage") if str(call.given["chat_id"]) == str(chat)]

    def made(self, method: str, status: int | None = None) -> list[Call]:
        """Return the calls of ``method``, oldest first."""
        return [call for call in self.calls if call.method == method and status in (None, call.status)]

    def done(self, method: str) -> list[Call]:
        """Return the calls of ``method`` that took effect, oldest first."""
        return [call for call in self.calls if call.method == method and call.done]

    def next_id(self) -> int:
        """Return a number that was not used before."""
        self._last_id += 1
        return self._last_id

    def message(self, chat: int, language: str = "sl") -> JSON:
        """Return the frame of a message in a private chat, and know the chat from now on."""
        self.known.add(chat)
        person = {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": language}
        where = {"id": chat, "type": "private", "first_name": "Ana"}
        return {"message_id": self.next_id(), "from": person, "chat": where, "date": int(time.time())}

    def add(self, update: JSON) -> None:
        """Put an update before the bot."""
        self.pending.append(update)
        self.wake()

    def wake(self) -> None:
        """Let everything that waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != self.token:
            return _refused(401, "Unauthorized")
        files: dict[str, tuple[str, bytes]] = {}
        if request.headers.get("content-type", "").startswith("application/json"):
            given = await request.json()
        else:
            form, files = await _form(request)
            given = oracle.decoded(method, form | dict(request.query_params))
        failure = self.failures[method].pop(0) if self.failures[method] else None
        if failure and not failure.after:
            self.calls.append(Call(method, given, failure.status))
            return await self._failed(failure)
        try:
            result = self._in_group(method, given) if self._is_for_group(given) else await self._do(method, given, files)
        except Refusal as refusal:
            self.calls.append(Call(method, given, refusal.status))
            return _refused(refusal.status, refusal.description, refusal.retry_after)
        self.calls.append(Call(method, given, failure.status if failure else 200, done=True))
        if failure:
            return await self._failed(failure)
        return _json({"ok": True, "result": result}, 200)

    async def _failed(self, failure: Failure) -> Response:
        while failure.hangs and not self.closing:
            await self._changed.wait()
        if failure.body is not None:
            return Response(failure.body, failure.status)
        return _refused(failure.status, failure.description, failure.retry_after)

    async def _do(self, method: str, given: JSON, files: dict[str, tuple[str, bytes]]) -> object:
        if wrong := oracle.fault(method, given):
            raise Refusal(400, f"Bad Request: {wrong}")
        if method == "getUpdates":
            return await self._get_updates(given)
        if method == "getFile":
            return self._get_file(given)
        if method == "sendMessage" or method in FILES or method in EDITS:
            return self._say(method, given, files)
        if method == "answerCallbackQuery":
            if given["callback_query_id"] not in self.queries:
                raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
            self.queries.discard(given["callback_query_id"])
        elif method in ("setWebhook", "deleteWebhook"):
            self.webhook = given if given.get("url") else None
            self.wake()
        elif method == "getWebhookInfo":
            hook = self.webhook or {"url": ""}
            known = {name: hook[name] for name in ("url", "allowed_updates") if name in hook}
            return known | {"has_custom_certificate": False, "pending_update_count": 0} | self.webhook_troubles
        elif method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "Info", "username": "info_point_bot"}
        return True

    def _is_for_group(self, given: JSON) -> bool:
        return self.group is not None and str(given.get("chat_id")) == str(self.group.id)

    def _in_group(self, method: str, given: JSON) -> object:
        assert self.group is not None
        if wrong := oracle.fault(method, given):
            raise Refusal(400, f"Bad Request: {wrong}")
        try:
            return self.group.answer(method, given, _BOT)
        except GroupRefusal as refusal:
            raise Refusal(refusal.status, refusal.description, refusal.retry_after) from None

    def _get_file(self, given: JSON) -> JSON:
        file = self.files.get(given["file_id"])
        if file is None:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(file.content) > LARGEST:
            raise Refusal(400, "Bad Request: file is too big")
        return file.described(given["file_id"])

    async def _download(self, request: Request) -> Response:
        """Answer a download; `fail("file", ...)` breaks it."""
        token, path = request.path_params["token"], request.path_params["path"]
        failure = self.failures["file"].pop(0) if self.failures["file"] else None
        if failure:
            return await self._failed(failure)
        found = [file for file in self.files.values() if file.path == path]
        if token != self.token or not found:
            return _refused(404, "Not Found")
        return Response(found[0].content, media_type="application/octet-stream")

    def _say(self, method: str, given: JSON, files: dict[str, tuple[str, bytes]]) -> object:
        """Send, change or delete a message of the bot's to a resident."""
        chat = int(given["chat_id"])
        if chat not in self.known:
            raise Refusal(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        message = self.message(chat, "sl") | {"from": _BOT, "text": given.get("text", "")}
        try:
            if method in EDITS:
                self.posts.change(method, given)
                return True if method in DELETIONS else message | {"message_id": int(given["message_id"])}
            self.posts.keep(message["message_id"], method, given, files)
        except MessageRefusal as refusal:
            raise Refusal(400, str(refusal)) from None
        return message

    async def _get_updates(self, given: JSON) -> list[JSON]:
        if self.webhook is not None:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._poller += 1
        mine = self._poller
        self.wake()
        offset = int(given.get("offset") or 0)
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        end = time.monotonic() + float(given.get("timeout") or 0)
        while not self.pending and not self.closing and (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
            if self._poller != mine:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return self.pending[: int(given.get("limit") or 100)]

    async def pump(self) -> None:
        """Post pending updates to the webhook, one at a time and in order, until each is taken."""
        async with httpx.AsyncClient() as client:
            while True:
                if not self.pending or self.webhook is None:
                    await self._changed.wait()
                    continue
                update, hook = self.pending[0], self.webhook
                headers = {"X-Telegram-Bot-Api-Secret-Token": hook.get("secret_token", "")}
                with contextlib.suppress(httpx.HTTPError):
                    reply = await client.post(hook["url"], content=json.dumps(update), headers=headers)
                    if reply.is_success:
                        self.pending.remove(update)
                        continue
                await asyncio.sleep(REPOST)

    async def _control_say(self, request: Request) -> Response:
        given = await request.json()
        message = self.message(given["chat"], given.get("language", "sl")) | {"text": given["text"]}
        self.add({"update_id": self.next_id(), "message": message})
        return JSONResponse({"ok": True})

    async def _control_sent(self, request: Request) -> Response:
        return JSONResponse(self.sent(int(request.query_params["chat"])))


async def _form(request: Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """Return the plain fields and the files of a posted form; a file stands among the fields as Telegram names it."""
    fields, files = {}, {}
    async with request.form() as form:
        for name, value in form.items():
            if isinstance(value, str):
                fields[name] = value
            else:
                files[name] = (value.filename or "", await value.read())
                fields[name] = f"attach://{name}"
    return fields, files


def _refused(status: int, description: str, retry_after: int | None = None) -> Response:
    body: JSON = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return _json(body, status)


def _json(body: JSON, status: int) -> Response:
    """Answer in ASCII, as Telegram does: so even half a character can be sent."""
    return Response(json.dumps(body), status, media_type="application/json")

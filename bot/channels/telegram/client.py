"""The two ways to talk to the Bot API: python-telegram-bot for what we send, plain httpx for raw updates."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx
from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.settings import Settings

#: python-telegram-bot's caller of the Bot API, with its rate limiter.
Caller: TypeAlias = ExtBot[int]

#: Seconds for one call. Delivery's own limit is longer.
TIMEOUT = 10.0

#: The longest wait that is believed, in seconds.
LONGEST_WAIT = 24 * 3600.0

#: What a call through python-telegram-bot can raise: its own errors, and whatever reading a broken server's JSON brings
#: about (it takes ``answer["result"]`` on trust).
CALL_ERRORS = (
    TelegramError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)

#: What `Trouble` tells of a file above Telegram's limit, which only Telegram's own words tell from other refusals.
FILE_TOO_BIG = "file-too-big"
_TOO_BIG_WORDS = "file is too big"

#: The error codes with which Telegram says that the token is unknown or malformed.
_WRONG_TOKEN = (401, 404)


class Trouble(Exception):  # noqa: N818 - a word of the house
    """The Bot API did not do what it was asked. The message is a short code, never an address, which holds the token.

    ``code`` is Telegram's error code, 0 when it did not answer at all; ``retry_after`` the seconds that it asks us to wait.
    """

    def __init__(self, detail: str, code: int = 0, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.retry_after = retry_after

    @property
    def wrong_token(self) -> bool:
        """Tell whether only the operator can help."""
        return self.code in _WRONG_TOKEN


def quiet() -> None:
    """Keep the token, which is part of every address, and residents' texts out of the libraries' own logs.

    httpx writes each address at INFO. python-telegram-bot writes each parameter at DEBUG, and at ERROR whatever a broken
    server answered, which may repeat the address. What goes wrong with a call is told by who made it.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)


def caller(settings: Settings, *, limited: bool = True) -> Caller:
    """Return python-telegram-bot's caller. It is not initialised: that would ask Telegram who we are before we may start.

    ``limited``: with the library's limiter, which waits. Without it, for who keeps a budget and must not be held up.
    """
    # Without this the library warns of its own future each time Telegram slows us down. It is read when a wait is told.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    request = _request()
    return ExtBot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=AIORateLimiter() if limited else None,
    )


def waited(error: RetryAfter) -> float:
    """Return the seconds that Telegram asks us to wait; the library tells them in one of two ways."""
    wait = error.retry_after
    return min(wait.total_seconds() if isinstance(wait, timedelta) else float(wait), LONGEST_WAIT)


def lease_name(settings: Settings) -> str:
    """Return the name under which one process polls for this bot: a hash, since the token is a secret."""
    token = settings.telegram_token.get_secret_value()
    return f"telegram-{hashlib.sha256(token.encode()).hexdigest()[:16]}"


def bot_id(settings: Settings) -> int:
    """Return the bot's own id, with which its token begins; 0 for a token that is none."""
    number = settings.telegram_token.get_secret_value().partition(":")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _request() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=8,
        connect_timeout=TIMEOUT,
        read_timeout=TIMEOUT,
        write_timeout=TIMEOUT,
        pool_timeout=TIMEOUT,
    )


class RawApi:
    """Calls whose answer is wanted as it came."""

    def __init__(self, settings: Settings) -> None:
        token = settings.telegram_token.get_secret_value()
        self._root = f"{settings.telegram_api_url}/bot{token}"
        self._files = f"{settings.telegram_api_url}/file/bot{token}"
        self._http = httpx.AsyncClient(timeout=TIMEOUT)

    async def call(self, method: str, given: Mapping[str, Any], *, timeout: float = TIMEOUT) -> Any:  # noqa: ANN401, ASYNC109 - JSON is anything; httpx keeps the time
        """Call ``method`` and return its decoded ``result``; ``timeout`` is in seconds. Raises `Trouble`."""
        try:
            reply = await self._http.post(f"{self._root}/{method}", json=given, timeout=timeout)
            answer = reply.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Trouble(type(error).__name__) from None
        except (ValueError, RecursionError):
            raise Trouble("answer-is-no-json") from None
        if not isinstance(answer, dict):
            raise Trouble("answer-is-no-object")
        if answer.get("ok") is not True:
            raise _refusal(answer)
        return answer.get("result")

    async def download(self, path: str, most: int) -> bytes | None:
        """Return the file that `getFile` named ``path``; None when it has more than ``most`` bytes. Raises `Trouble`."""
        content = bytearray()
        # What came packed could unpack to any size, so it is not asked for and not unpacked.
        plain = {"Accept-Encoding": "identity"}
        try:
            async with self._http.stream("GET", f"{self._files}/{quote(path, errors='replace')}", headers=plain) as reply:
                if reply.status_code != httpx.codes.OK:
                    raise Trouble(f"error-{reply.status_code}", reply.status_code)
                async for chunk in reply.aiter_raw():
                    content += chunk
                    if len(content) > most:
                        return None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Trouble(type(error).__name__) from None
        return bytes(content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _refusal(answer: Mapping[str, Any]) -> Trouble:
    code, parameters = answer.get("error_code"), answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if _TOO_BIG_WORDS in str(answer.get("description")).lower():
        return Trouble(FILE_TOO_BIG, code if isinstance(code, int) else 0)
    return Trouble(
        f"error-{code}" if isinstance(code, int) else "error-without-code",
        code if isinstance(code, int) else 0,
        min(wait, LONGEST_WAIT) if isinstance(wait, int | float) and wait >= 0 else None,
    )

"""What every answer of the web server carries, and which requests it does not let in. Plain ASGI middleware."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.webchat.visitor import is_framed

#: Room for the longest text a resident can paste by mistake (100,000 Cyrillic letters in a form are 600 kB).
LARGEST_BODY = 1_000_000
#: A form with a file, at the two places that take one. No more than a file that we take is ever kept of it; the rest is read and
#: dropped, so that who chose a file that is too large is told so on a page, with what they typed.
LARGEST_WITH_FILE = 64_000_000
#: Such forms that may be on their way at the same time, each of which takes memory, and the seconds that any body may take.
MOST_COMING, LONGEST_COMING = 16, 180.0
_TAKES_FILE = re.compile(r"(?:/embedded)?/message|/desk/case/[0-9a-f]{32}/attach|/desk/exchange/read")

_FRAMED_BY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {}; object-src 'none'"
_POLICY = _FRAMED_BY.format("'none'")
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Nothing to other hosts. Not "no-referrer": with that, browsers send "Origin: null" with our own forms, and over plain
    # http in a local network, where there is no Sec-Fetch-Site, a forged form could not be told from ours.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_YEAR = 31_536_000
#: A number of more digits is not looked at; Python refuses to read one of thousands.
_MOST_DIGITS = 12

#: Answers a refused request with a page for its status code.
Refuse = Callable[[Scope, int], Response]


class SecurityHeaders:
    """Add the security headers to every answer; ``https`` tells that residents always come over https.

    ``embed_in`` are the origins whose pages may show the residents' chat in a frame, at the address made for that alone.
    """

    def __init__(self, app: ASGIApp, *, https: bool, embed_in: Sequence[str] = ()) -> None:
        self._app = app
        self._https = https
        self._framed = _FRAMED_BY.format(" ".join(embed_in) or "'none'")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if is_framed(scope["path"]):
                    headers.setdefault("Content-Security-Policy", self._framed)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self._https or scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnHosts:
    """Let in only requests for this server's own names.

    A page elsewhere can point a name of its own at our address (DNS rebinding) and then read our answers; it cannot do so with
    a bare IP address, so those are let in and a server in a local network needs no setting.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], refuse: Refuse) -> None:
        self._app = app
        self._hosts = hosts
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        if scope["type"] == "http" and not self._is_ours(Headers(scope=scope).get("host", "")):
            await self._refuse(scope, 400)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, header: str) -> bool:
        host = host_of(header)
        return host in self._hosts or _is_address(host)


class OwnForms:
    """Refuse what another site's page makes a browser send here (cross-site request forgery).

    Browsers say where a request comes from in ``Sec-Fetch-Site``, else in ``Origin``; a program such as Telegram's server
    sends neither and is let in. The desk's forms carry a token of the session besides.
    """

    def __init__(self, app: ASGIApp, *, public_host: str, refuse: Refuse) -> None:
        self._app = app
        self._public_host = public_host
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD"} and self._is_foreign(Headers(scope=scope)):
            await self._refuse(scope, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return False
        return urlsplit(origin).netloc not in {headers.get("host", ""), self._public_host} - {""}


class BodyLimit:
    """Refuse a body above ``largest`` bytes, by what it announces or by what arrives; a form with a file may have more."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._refuse = refuse
        self._largest = largest
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413; 408 when it comes too slowly, 429 when too many with files come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        brings_file = _brings_file(scope)
        largest = LARGEST_WITH_FILE if brings_file else self._largest
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or len(announced) > _MOST_DIGITS or int(announced) > largest:
            await self._refuse(scope, 413)(scope, receive, send)
            return
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > largest:
                raise HTTPException(413)
            return message

        if scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive_counted, send)
        elif brings_file and self._coming >= MOST_COMING:
            await self._refuse(scope, 429)(scope, receive, send)
        else:
            await self._in_time(scope, receive_counted, send, takes_place=brings_file)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send, *, takes_place: bool) -> None:
        until = asyncio.get_running_loop().time() + LONGEST_COMING
        is_coming = True
        self._coming += takes_place

        def has_come() -> None:
            nonlocal is_coming
            self._coming -= is_coming and takes_place
            is_coming = False

        async def receive_in_time() -> Message:
            try:
                async with asyncio.timeout_at(until if is_coming else None):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            if not message.get("more_body"):
                has_come()
            return message

        try:
            await self._app(scope, receive_in_time, send)
        finally:
            has_come()


def _brings_file(scope: Scope) -> bool:
    """Tell whether a request is a form with a file where one is taken. Other bodies are read whole, and stay small."""
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "multipart/form-data" and _TAKES_FILE.fullmatch(scope["path"]) is not None


def host_of(authority: str) -> str:
    """Return the host of ``host:port`` in lower case, an IPv6 address without its brackets; empty when it is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

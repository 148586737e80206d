"""The edge of the web: one line in the log for each request, and nothing unexpected gets past it to the reader."""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from bot import clock
from bot.logs import what
from bot.web.security import Refuse
from bot.work.metering import Meter, NoMeter


class WebEdge:
    """Log each request by the *pattern* of its path, never by the path or query that somebody typed.

    What a page raises unexpectedly becomes page 500 with a number under which the log has the places it passed. This and
    the worker loop are the only places that catch every exception.
    """

    def __init__(self, app: ASGIApp, *, refuse: Refuse, meter: Meter | None = None) -> None:
        self._app = app
        self._refuse = refuse
        self._meter = meter or NoMeter()
        self._log: Any = structlog.get_logger("web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["request_id"] = clock.new_id()[:12]
        with bound_contextvars(request=request_id):  # in every line of the log that this request brings about
            await self._serve(scope, receive, send, request_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status = 0
        started = time.perf_counter()

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._meter.served(status, time.perf_counter() - started)
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 - the web edge; see the class
            self._log.error("request failed", request=request_id, **what(error))
            if status:  # the answer had begun: the server cuts the connection, the browser asks again
                raise ConnectionAbortedError from None
            await self._refuse(scope, 500)(scope, receive, send_noting)
        took = round((time.perf_counter() - started) * 1000)
        self._log.info("request", request=request_id, method=scope["method"], route=_route(scope), status=status, took_ms=took)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "none")

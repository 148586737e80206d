"""What a Prometheus server asks for, when it shows that it may."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: The measurements as Prometheus reads them.
Render = Callable[[], Awaitable[bytes]]

#: Its text format; see `prometheus_client.CONTENT_TYPE_PLAIN_0_0_4`.
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(render: Render, token: str) -> list[Route]:
    """Return ``/metrics`` for who shows ``token``; without a token there is no such page."""
    if not token:
        return []

    async def metrics(request: Request) -> Response:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _same(shown.strip(), token):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(await render(), media_type=_TYPE, headers={"Cache-Control": "no-store"})

    return [Route("/metrics", metrics)]


def _same(shown: str, token: str) -> bool:
    """Compare in a time that tells neither how much of it is right nor how long it is."""
    return hmac.compare_digest(*(hashlib.sha256(each.encode("utf-8", "replace")).digest() for each in (shown, token)))

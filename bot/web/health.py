"""What machines ask: is it alive, can it serve? No secrets and nothing of residents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.edge import WebEdge
from bot.web.metrics import Render
from bot.web.metrics import routes as measured
from bot.work.metering import Meter

#: What the application tells of itself, JSON values only: ``version``, ``database`` ("ok" or "unreachable"), ``edition``,
#: ``keys`` ("ok" or "missing"),
#: ``strength``, ``training``, ``telegram``, ``oldest_waiting_s`` and what else it measures. ``degraded`` may list what is amiss.
State = Callable[[], Awaitable[Mapping[str, object]]]


def routes(state: State) -> list[Route]:
    """Return ``/health`` (everything; 503 without its database, an edition or a key) and ``/ready`` (the same code, one word).

    Both look at no more than what an index holds, and wait for the database for a few seconds at most.
    """

    async def health(_: Request) -> JSONResponse:
        told = dict(await state())
        return JSONResponse({"status": _status(told), **told}, status_code=_code(told))

    async def ready(_: Request) -> JSONResponse:
        told = await state()
        return JSONResponse({"ready": _code(told) == 200}, status_code=_code(told))  # noqa: PLR2004 - HTTP's OK

    return [Route("/health", health), Route("/ready", ready)]


def sign(state: State, metrics: Render, token: str, meter: Meter) -> Starlette:
    """Return what a process without pages tells machines: ``/health``, ``/ready``, and ``/metrics`` for who shows ``token``."""
    edge = Middleware(WebEdge, refuse=lambda _, status: Response(status_code=status), meter=meter)
    return Starlette(routes=[*routes(state), *measured(metrics, token)], middleware=[edge])


def _status(told: Mapping[str, object]) -> str:
    return "degraded" if told.get("degraded") or told.get("database") != "ok" else "ok"


def _code(told: Mapping[str, object]) -> int:
    serves = told.get("database") == "ok" and told.get("edition") and told.get("keys", "ok") == "ok"
    return 200 if serves else 503

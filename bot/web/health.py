"""What machines ask: is it alive, can it serve? No secrets and nothing of residents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

#: What the application tells of itself, JSON values only: ``version``, ``database`` ("ok" or "unreachable"), ``edition``,
#: ``strength``, ``training``, ``telegram``, ``oldest_waiting_s`` and what else it measures. ``degraded`` may list what is amiss.
State = Callable[[], Awaitable[Mapping[str, object]]]


def routes(state: State) -> list[Route]:
    """Return ``/health`` (everything; 503 without its database or without an edition) and ``/ready`` (the same code, one word).

    Both look at no more than what an index holds, and wait for the database for a few seconds at most.
    """

    async def health(_: Request) -> JSONResponse:
        told = dict(await state())
        return JSONResponse({"status": _status(told), **told}, status_code=_code(told))

    async def ready(_: Request) -> JSONResponse:
        told = await state()
        return JSONResponse({"ready": _code(told) == 200}, status_code=_code(told))  # noqa: PLR2004 - HTTP's OK

    return [Route("/health", health), Route("/ready", ready)]


def _status(told: Mapping[str, object]) -> str:
    return "degraded" if told.get("degraded") or told.get("database") != "ok" else "ok"


def _code(told: Mapping[str, object]) -> int:
    return 200 if told.get("database") == "ok" and told.get("edition") else 503

"""How the channel is doing, in words for /health and the log."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import structlog


class Phase(StrEnum):
    """Where the channel stands."""

    STARTING = "starting"
    LISTENING = "listening"
    STANDING_BY = "standing by"  # another process of ours polls
    TROUBLE = "trouble"  # Telegram or the database is away; it is tried again
    REFUSED = "refused"  # the token is wrong: an operator must act


class State:
    """The present phase; each change of it is one line in the log, so that an hour without network is two lines."""

    def __init__(self, way: str) -> None:
        self._way = way
        self._phase = Phase.STARTING
        self._detail = ""
        self._log: Any = structlog.get_logger("telegram")

    def now(self, phase: Phase, detail: str = "") -> None:
        """Note where the channel stands; ``detail`` is a short code that says why."""
        if (phase, detail) == (self._phase, self._detail):
            return
        self._phase, self._detail = phase, detail
        if phase is Phase.REFUSED:
            self._log.error(
                "Telegram does not know this token; check INFOPOINT_TELEGRAM_TOKEN and INFOPOINT_TELEGRAM_API_URL",
                way=self._way,
                detail=detail,
            )
        elif phase is Phase.TROUBLE:
            self._log.warning("Telegram cannot be used now; trying again", way=self._way, detail=detail)
        else:
            self._log.info(phase.value, way=self._way)

    def told(self) -> Mapping[str, str]:
        """Return it for /health: the phase, whether it polls or has a webhook, and what is wrong, if anything."""
        return {"telegram": self._phase.value, "telegram_way": self._way, "telegram_trouble": self._detail}

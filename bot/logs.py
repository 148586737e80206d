"""Logging: one line of JSON for each event, or a readable one on a terminal. Never what a resident wrote."""

from __future__ import annotations

import logging
import sys

import structlog

#: Libraries that log addresses with secrets in them, or far too much.
_QUIET = ("httpx", "httpcore", "telegram", "asyncio", "uvicorn.error", "alembic", "aiosqlite", "sqlalchemy.engine")


def configure(level: str) -> None:
    """Send all events from ``level`` on to the standard error stream. The last call counts."""
    number = logging.getLevelNamesMapping()[level]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # Looked up at each event and not kept, so that a later call of this function counts for loggers in use, too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=number, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger().setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

"""Logging: one line of JSON for each event, or a readable one on a terminal. Never what a resident wrote."""

from __future__ import annotations

import logging
import sys

import structlog

#: Libraries that log addresses with secrets in them, or far too much.
_QUIET = ("httpx", "httpcore", "telegram", "asyncio", "uvicorn.error", "alembic", "aiosqlite", "sqlalchemy.engine")


def configure(level: str) -> None:
    """Send all events from ``level`` on to the standard error stream."""
    number = logging.getLevelNamesMapping()[level]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=number, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

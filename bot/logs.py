"""Logging: one line of JSON for each event, or a readable one on a terminal. Never what a resident wrote.

What belongs together carries the same number: ``request`` in all lines of one request, ``sequence`` in all about one incoming;
the door where it came in tells both.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import structlog

#: Libraries that log addresses with secrets in them, or far too much.
_QUIET = ("httpx", "httpcore", "telegram", "asyncio", "uvicorn.error", "alembic", "aiosqlite", "sqlalchemy.engine")

#: How much of a traceback is logged: places only, since the text of an exception may quote a resident.
_PLACES = 6

_log: Any = structlog.get_logger("program")


def configure(level: str) -> None:
    """Send all events from ``level`` on to the standard error stream. The last call counts."""
    number = logging.getLevelNamesMapping()[level]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        in_one_line,
        renderer,
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # Looked up at each event and not kept, so that a later call of this function counts for loggers in use, too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, Libraries)]
    root.addHandler(Libraries(processors))
    root.setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Libraries(logging.Handler):
    """Logs that a library spoke, where, and of what kind of error. What it says may quote anything, so it is dropped."""

    def __init__(self, processors: list[structlog.typing.Processor]) -> None:
        super().__init__()
        self._processors = processors

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line for ``record``."""
        event: Any = {"event": "a library reports", "library": record.name, "by": f"{record.pathname}:{record.lineno}"}
        if record.exc_info and record.exc_info[1] is not None:
            event |= what(record.exc_info[1])
        for process in self._processors:
            event = process(None, record.levelname.lower(), event)
        print(event, file=sys.stderr)  # noqa: T201 - the stream that all lines go to


def in_one_line(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write out whatever could end a line, move the cursor or turn the direction of reading, so that no value forges a line."""
    return {_visible(name): _plain(value) for name, value in event.items()}


def what(error: BaseException) -> dict[str, Any]:
    """Return what may be logged of an error: its kind and the places that it passed. Its message may quote a resident."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    return {"error": type(error).__name__, "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


@contextmanager
def private(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Have what nobody catches in ``loop`` and in threads be logged by kind and place alone."""
    before = threading.excepthook
    loop.set_exception_handler(_in_loop)
    threading.excepthook = _in_thread
    try:
        yield
    finally:
        threading.excepthook = before
        loop.set_exception_handler(None)


def _in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    _log.error("something failed that nobody waited for", **({} if error is None else what(error)))


def _in_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        _log.error("a thread failed", **what(failed.exc_value))


def at_the_end(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Log what ended the program, in place of a traceback: for ``sys.excepthook``."""
    for each in _each_of(error):
        _log.critical("the program ended", **what(each))


def _each_of(error: BaseException) -> list[BaseException]:
    """Return the errors of a group, or the one."""
    if isinstance(error, BaseExceptionGroup):
        return [found for each in error.exceptions for found in _each_of(each)]
    return [error]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever is logged
    if isinstance(value, str):
        return _visible(value)
    if isinstance(value, dict):
        return {_visible(str(name)): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else _visible(str(value))


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)

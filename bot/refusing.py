"""What the operator can mend, told as one line: what every command shares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from bot.language.phrases import PhrasesError
from bot.settings import Settings, SettingsError, read

T = TypeVar("T")


class Refusal(click.ClickException):
    """Something is wrong that the operator can mend; the message says what."""

    exit_code = 1


def settings() -> Settings:
    """Return the settings. Raises `Refusal`."""
    try:
        return read()
    except SettingsError as error:
        raise Refusal(str(error)) from None


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` comes to. Raises `Refusal` for what the operator can mend."""
    from bot.serving import CannotListenError  # noqa: PLC0415 - commands that need no database start without it
    from bot.store.database import StoreError  # noqa: PLC0415 - as above
    from bot.store.packing import NoLibraryError  # noqa: PLC0415 - as above

    try:
        with asyncio.Runner(loop_factory=_loop()) as runner:
            return runner.run(work)
    except (StoreError, PhrasesError, CannotListenError, NoLibraryError) as error:
        raise Refusal(str(error)) from None


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes event loops: libuv's, which costs half as much; None, Python's own, where there is none."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop

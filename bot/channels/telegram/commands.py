"""What Telegram shows about the bot before anybody has written: its commands and what it is for, in four languages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from gettext import NullTranslations
from typing import Any

import structlog
from telegram import BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, RetryAfter

from bot.channels.telegram.backoff import Backoff, Pause
from bot.channels.telegram.client import CALL_ERRORS, Caller, waited
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES

#: After so many failures in a row it is left until the next start: the bot works without.
TRIES = 8

#: For residents whose app speaks another language.
_ANY = ""


class Profile:
    """The registration of commands and descriptions. Best effort: nothing waits for it."""

    def __init__(self, caller: Caller, phrases: Phrases, *, pause: Pause = asyncio.sleep) -> None:
        self._caller = caller
        self._phrases = phrases
        self._pause = pause
        self._log: Any = structlog.get_logger("telegram")

    async def run(self) -> None:
        """Register everything, each piece with some patience; return in the end, whether it worked or not."""
        for register in self._pieces():
            if not await self._patiently(register):
                self._log.warning("the list of commands could not be registered; it is tried again at the next start")
                return

    def _pieces(self) -> Iterator[Callable[[], Awaitable[object]]]:
        everyone = BotCommandScopeAllPrivateChats()
        for language in (_ANY, *LANGUAGES):
            say = self._phrases.into(language)
            yield partial(self._caller.set_my_commands, commands(say), everyone, language)
            yield partial(self._caller.set_my_description, description(say), language)
            yield partial(self._caller.set_my_short_description, short_description(say), language)

    async def _patiently(self, register: Callable[[], Awaitable[object]]) -> bool:
        backoff = Backoff(self._pause)
        for _ in range(TRIES):
            try:
                await register()
            except InvalidToken:
                return False
            except RetryAfter as error:
                await backoff.wait(waited(error))
            except CALL_ERRORS:
                await backoff.wait()
            else:
                return True
        return False


def commands(say: NullTranslations) -> list[tuple[str, str]]:
    """Return (name, description) of each command of `bot.channels.telegram.parse.COMMANDS`."""
    return [
        ("start", say.gettext("Begin")),
        ("help", say.gettext("What I can help with")),
        ("language", say.gettext("Change the language")),
        ("person", say.gettext("Write with a person")),
        ("privacy", say.gettext("What is kept about me")),
        ("mydata", say.gettext("Get what is kept about me")),
        ("discreet", say.gettext("Somebody else may read my messages")),
        ("forget", say.gettext("Delete what is kept about me")),
    ]


def description(say: NullTranslations) -> str:
    """Return what an empty chat shows; at most 512 characters."""
    return say.gettext(
        "The automatic assistant of the information point. Ask about social services and benefits in your own words:"
        " you get a checked answer with its source, or a person answers you."
    )


def short_description(say: NullTranslations) -> str:
    """Return what the bot's page and shared links show; at most 120 characters."""
    return say.gettext("Checked answers about social services and benefits, or a person.")

"""The Telegram channel as the app sees it: one object to start, to stop and to ask how it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from starlette.routing import Route

from bot.channels.contract import Parse
from bot.channels.limits import Limits
from bot.channels.telegram import client
from bot.channels.telegram.commands import Profile
from bot.channels.telegram.fetch import TelegramFetcher
from bot.channels.telegram.group import TelegramHand, TelegramTopics
from bot.channels.telegram.group_parse import parse_group
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.parse import CHANNEL, parse
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.presses import Presses
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.state import State
from bot.channels.telegram.webhook import Webhook
from bot.language.phrases import Phrases
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database


class TelegramDoor:
    """Everything of one bot. Make one only where a token is set.

    ``routes`` belong into the web server (none when it polls), ``sender`` and ``parse`` to the workers,
    ``fetcher`` to the desk. ``topics`` are the staff's group, None where none is set; ``parse_group`` reads what staff
    write, and ``hand`` answers them.
    """

    channel: str = CHANNEL
    parse: Parse = staticmethod(parse)
    parse_group = staticmethod(parse_group)

    def __init__(self, settings: Settings, db: Database, bell: Bell, phrases: Phrases, limits: Limits | None = None) -> None:
        client.quiet()
        self._caller = client.caller(settings)
        self._raw = client.RawApi(settings)
        self._presses = Presses(self._caller)
        self._profile = Profile(self._caller, phrases)
        group = settings.telegram_staff_group
        intake = Intake(db, bell, self._presses, group, limits)
        self.sender = TelegramSender(self._caller, phrases)
        self.fetcher = TelegramFetcher(self._raw)
        self._group_caller = unlimited = client.caller(settings, limited=False)
        self.hand = TelegramHand(unlimited, int(group) if group else None)
        self.topics = TelegramTopics(unlimited, self._raw, int(group), client.bot_id(settings)) if group else None
        self.routes: Sequence[Route] = ()
        self._receiving: Polling | Webhook
        if settings.public_url:
            self._state = State("webhook")
            self._receiving = webhook = Webhook(settings, self._raw, intake, self._state)
            self.routes = (webhook.route(),)
        else:
            self._state = State("polling")
            self._receiving = Polling(self._raw, intake, db, self._state, client.lease_name(settings))

    async def run(self) -> None:
        """Receive until cancelled. Telegram or the database being away is waited out."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receiving.run(), name="telegram receiving")
            tasks.create_task(self._presses.run(), name="telegram presses")
            tasks.create_task(self._profile.run(), name="telegram profile")

    async def close(self) -> None:
        """Close the connections, once nothing is sent any more."""
        await self._caller.request.shutdown()
        await self._group_caller.request.shutdown()
        await self._raw.close()

    def state(self) -> Mapping[str, str]:
        """Return for /health: ``telegram`` (starting, listening, standing by, trouble, refused) and why."""
        return self._state.told()

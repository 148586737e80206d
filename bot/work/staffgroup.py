"""All of what works for staff on Telegram: the codes that link their accounts, and their group where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.channels.topics import Hand, Topics
from bot.model.library import Library
from bot.work.casework import Casework
from bot.work.groupdesk import GroupDesk, ParseGroup
from bot.work.mirror import Mirror
from bot.work.posts import Scribe


class Door(Protocol):
    """What is needed of a channel (`bot.channels.telegram.door.TelegramDoor`)."""

    @property
    def parse_group(self) -> ParseGroup:
        """Reads what staff write."""

    @property
    def hand(self) -> Hand:
        """Answers staff."""

    @property
    def topics(self) -> Topics | None:
        """The staff's group; None where none is set."""

    def state(self) -> Mapping[str, str]:
        """Return how the channel is doing."""


class StaffGroup:
    """The loops of one process. ``library`` gives the live one."""

    def __init__(self, casework: Casework, door: Door, library: Callable[[], Library], scribe: Scribe) -> None:
        desk = GroupDesk(casework, door.parse_group, door.hand, library)
        self._door = door
        self._mirror: Mirror | None = None
        self.loops: list[Any] = [desk]
        if door.topics is not None:
            self._mirror = Mirror(casework.db, casework.bell, casework.phrases, door.topics, scribe, clock=casework.clock)
            self.loops.append(self._mirror)

    def state(self) -> Mapping[str, str]:
        """Return for /health how the channel and the group are doing."""
        return {**self._door.state(), **(self._mirror.told() if self._mirror is not None else {})}

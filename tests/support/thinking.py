"""The real dialogue for tests of the work, with the small library and English phrases."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.conversation import Conversation
from bot.model.message import Incoming
from bot.model.turn import Turn
from tests.support.phrases import english
from tests.support.small_library import small_library


def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Decide about one incoming."""
    return take_turn(conversation, incoming, _index(), english(), now)


@cache
def _index() -> Index:
    return Index(small_library(), None, None, 0.02)

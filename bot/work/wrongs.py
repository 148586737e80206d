"""What residents say is wrong with an answer, kept for the editors: masked, and not more of it than somebody can read."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.conversation import Conversation
from bot.model.turn import Wrong, WrongAbout
from bot.store import staff, suggestions
from bot.store.database import Transaction
from bot.store.suggestions import Kind, Suggested

#: So much is kept within `DAY` of one conversation and of all together, and within `HOUR` of the public pages for one answer and
#: of all together: whoever floods the pages takes nothing from those who write to us, and closes them for no longer than that.
MOST_OF_ONE, MOST_OF_ALL = 3, 200
MOST_OF_ANSWER, MOST_OF_PAGES = 10, 40
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

_CONVERSATIONS, _PAGES = "wrong", "wrong-page"


def said(topic: str, where: str, language: str, about: WrongAbout, words: str) -> Suggested:
    """Return as a suggestion what somebody says of an answer in ``words`` in which persons are masked."""
    country = where.rpartition("-")[2]
    item = f"answer:{topic}/{where}"
    return Suggested(words, "", topic, country, language, kind=Kind.RESIDENT, item=item, change={"about": about.value})


async def take(tx: Transaction, conversation: Conversation, wrong: Wrong, now: datetime) -> bool:
    """Keep what a resident said in a conversation, in the transaction of its turn; False when that is too much for one day."""
    suggested = said(wrong.topic, wrong.where, wrong.language, wrong.about, wrong.words)
    return await _put(tx, suggested, _CONVERSATIONS, conversation.id, MOST_OF_ONE, now, conversation_id=conversation.id)


async def take_from_page(tx: Transaction, suggested: Suggested, now: datetime) -> bool:
    """Keep what a stranger wrote on a public page; False when that is too much for one hour. Nobody is told from another."""
    return await _put(tx, suggested, _PAGES, str(suggested.item), MOST_OF_ANSWER, now)


async def _put(
    tx: Transaction, suggested: Suggested, door: str, whose: str, most: int, now: datetime, *, conversation_id: str | None = None
) -> bool:
    within, of_all = (HOUR, MOST_OF_PAGES) if door == _PAGES else (DAY, MOST_OF_ALL)
    since, subject = now - within, f"{door}:{whose}"
    if len(await staff.failed_at(tx, door, since)) >= of_all or len(await staff.failed_at(tx, subject, since)) >= most:
        return False
    await staff.note_failure(tx, subject, now)
    await staff.note_failure(tx, door, now)
    await suggestions.put(tx, suggested, "", now, conversation_id=conversation_id)
    return True

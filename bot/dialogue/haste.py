"""Who writes faster than anybody can read is answered a while later; a crisis always at once.

Somebody in panic writes many short lines: those of a story told line by line are no flood, and `MOST` in a minute are answered.
The next one is told, once, that it is too fast to follow and that a person can be asked for. Then the bot is silent until the
minute is over. What is written meanwhile is kept and staff read it like all else; it costs neither the encoder nor a reply.

Never limited are a crisis that patterns or words tell (`bot.matching.index.Index.alarm`, without the encoder), buttons and
commands, which are few and ask for a person or to be forgotten, and whatever is written while staff hold the conversation. What
counts is when a message came, not when it is worked on: nobody is silenced because we were slow.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.dialogue import buttons
from bot.dialogue.crisis import EMERGENCY
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.text import has_content
from bot.model.conversation import Conversation, Holder
from bot.model.message import Incoming, Kind, Outgoing

#: So many messages are answered within `WINDOW`, which begins with the first of them.
MOST = 12
WINDOW = timedelta(minutes=1)

#: What is written or recorded; all else is a press, a command, or not the resident's doing.
_WRITTEN = frozenset({Kind.TEXT, Kind.EDIT, Kind.VOICE, Kind.PHOTO, Kind.STICKER, Kind.FILE, Kind.LOCATION})


class Pace(StrEnum):
    """How fast somebody writes."""

    EASY = "easy"
    TOO_FAST = "too-fast"  # told so now
    FLOOD = "flood"  # told so before


def heeded(scene: Scene, conversation: Conversation, incoming: Incoming) -> tuple[Conversation, Reply | None]:
    """Return the conversation with ``incoming`` counted, and what is said instead of an answer; None when it is to be answered.

    A crisis above the limit is not counted: it leaves room for the one notice.
    """
    after = _counted(conversation, incoming)
    match _pace(after, incoming):
        case Pace.EASY:
            return after, None
        case _ if _is_alarming(scene, conversation, incoming.text):
            return conversation, None
        case Pace.TOO_FAST:
            return after, Reply(after, (_notice(scene, after),))
        case Pace.FLOOD:
            return after, Reply(after)


def _counted(conversation: Conversation, incoming: Incoming) -> Conversation:
    """Return the conversation with what is written counted; while staff hold it nothing is, and it begins anew."""
    if conversation.holder is Holder.STAFF:
        return replace(conversation, hurry=0, hurry_since=None)
    if incoming.kind not in _WRITTEN:
        return conversation
    since = conversation.hurry_since
    if since is None or not _is_within(since, incoming.received_at):
        return replace(conversation, hurry=1, hurry_since=incoming.received_at)
    return replace(conversation, hurry=conversation.hurry + 1)


def _pace(conversation: Conversation, incoming: Incoming) -> Pace:
    if conversation.hurry <= MOST or incoming.kind not in _WRITTEN:
        return Pace.EASY
    return Pace.TOO_FAST if conversation.hurry == MOST + 1 else Pace.FLOOD


def _notice(scene: Scene, conversation: Conversation) -> Outgoing:
    say = scene.say(conversation)
    text = say.gettext(
        "So many messages came at once that I cannot follow. What you wrote is kept. Please wait a minute, then write in one "
        "message what you need, or ask for a person. In danger call %(number)s at once."
    ) % {"number": EMERGENCY}
    return Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),), calls=(EMERGENCY,))


def _is_within(since: datetime, moment: datetime) -> bool:
    """Tell whether a moment lies in the window; one before its beginning is of a clock that was set back."""
    return since <= moment < since + WINDOW


def _is_alarming(scene: Scene, conversation: Conversation, text: str) -> bool:
    return has_content(text) and scene.index.alarm(text, language=conversation.language) is not None

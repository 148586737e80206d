"""The staff's group on Telegram: a supergroup with topics in which the bot is an administrator.

https://core.telegram.org/bots/api#createforumtopic and the methods after it. The library's limiter is not used here: it
would hold up a crisis behind what is less urgent. Whoever calls keeps the limit of the group (see `bot.work.mirror`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from telegram import BotCommandScopeChat, LinkPreviewOptions
from telegram.constants import ForumIconColor, ReactionEmoji
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from bot.channels.telegram import client
from bot.channels.telegram.client import CALL_ERRORS, Caller, RawApi, waited
from bot.channels.telegram.group_parse import thread_name
from bot.channels.telegram.split import split
from bot.channels.topics import GENERAL, Fault, TopicFailure

_T = TypeVar("_T")

#: What Telegram writes in its refusals, in lower case, and what that means here. The first that is found counts.
_MEANINGS: tuple[tuple[str, Fault, str], ...] = (
    ("thread not found", Fault.GONE, ""),
    ("topic_id_invalid", Fault.GONE, ""),
    ("topic_deleted", Fault.GONE, ""),
    ("chat not found", Fault.BARRED, "not-in-the-group"),
    ("not a forum", Fault.BARRED, "group-without-topics"),
    ("not enough rights", Fault.BARRED, "no-right-in-the-group"),
    ("administrator rights", Fault.BARRED, "no-right-in-the-group"),
    ("admin_required", Fault.BARRED, "no-right-in-the-group"),
)
_UNCHANGED = "topic_not_modified"

#: What the bot's administrator rights must be, and what is told without them.
_RIGHTS = {"can_manage_topics": "no-right-to-manage-topics", "can_delete_messages": "no-right-to-delete-messages"}

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramTopics:
    """See `bot.channels.topics.Topics`. ``chat`` is the id of the group, ``bot`` the bot's own."""

    def __init__(self, caller: Caller, raw: RawApi, chat: int, bot: int) -> None:
        self._caller = caller
        self._raw = raw
        self._chat = chat
        self._bot = bot

    async def look(self) -> None:
        """Ask whether it is a group with topics, and what we may do there."""
        chat = await self._ask("getChat", {"chat_id": self._chat})
        if chat.get("is_forum") is not True:
            raise TopicFailure(Fault.BARRED, "group-without-topics")
        me = await self._ask("getChatMember", {"chat_id": self._chat, "user_id": self._bot})
        for right, missing in _RIGHTS.items():
            if me.get(right) is not True:
                raise TopicFailure(Fault.BARRED, missing)

    async def begin(self, name: str, *, urgent: bool) -> str:
        """Make a topic: red for what is urgent, else blue."""
        colour = ForumIconColor.RED if urgent else ForumIconColor.BLUE
        made = await _done(self._caller.create_forum_topic(self._chat, name, icon_color=int(colour)))
        return thread_name(self._chat, made.message_thread_id)

    async def rename(self, thread: str, name: str) -> None:
        """Give a topic another name."""
        await _settled(self._caller.edit_forum_topic(self._chat, self._number(thread), name=name))

    async def post(self, thread: str, text: str, *, quiet: bool) -> int:
        """Write plain text."""
        message = await _done(
            self._caller.send_message(
                self._chat,
                text.encode("utf-8", "ignore").decode(),
                message_thread_id=None if thread == GENERAL else self._number(thread),
                disable_notification=quiet,
                link_preview_options=_NO_PREVIEW,
            )
        )
        return int(message.message_id)

    async def close(self, thread: str) -> None:
        """Close a topic."""
        await _settled(self._caller.close_forum_topic(self._chat, self._number(thread)))

    async def reopen(self, thread: str) -> None:
        """Open a closed topic."""
        await _settled(self._caller.reopen_forum_topic(self._chat, self._number(thread)))

    async def delete(self, thread: str) -> None:
        """Delete a topic with its messages, also one of a group that was set before; one that is gone is as good as deleted."""
        chat, _, number = thread.partition(":")
        try:
            await _done(self._caller.delete_forum_topic(int(chat), int(number)))
        except TopicFailure as failure:
            # Where we have no say any more nothing can be done; whoever sets another group deletes the old one.
            elsewhere = failure.fault is Fault.BARRED and int(chat) != self._chat
            if failure.fault is not Fault.GONE and not elsewhere:
                raise

    async def introduce(self, language: str, commands: Sequence[tuple[str, str]]) -> None:
        """Register the commands of the group; those of private chats are others."""
        await _done(self._caller.set_my_commands(list(commands), BotCommandScopeChat(self._chat), language))

    def parts(self, text: str) -> list[str]:
        """Cut ``text`` where a reader would pause."""
        return split(text)

    def _number(self, thread: str) -> int:
        """Return Telegram's number of a thread. One of another group is gone, as far as this one is concerned."""
        chat, _, number = thread.partition(":")
        if chat != str(self._chat):
            raise TopicFailure(Fault.GONE)
        return int(number)

    async def _ask(self, method: str, given: dict[str, int]) -> dict[str, Any]:
        try:
            found = await self._raw.call(method, given)
        except client.Trouble as trouble:
            if trouble.retry_after is not None:
                raise TopicFailure(Fault.SLOW, retry_after=trouble.retry_after) from None
            barred = trouble.code in (400, 403)
            raise TopicFailure(Fault.BARRED, "not-in-the-group") if barred else TopicFailure(Fault.AWAY, trouble.detail) from None
        return found if isinstance(found, dict) else {}


class TelegramHand:
    """See `bot.channels.topics.Hand`. ``chat`` is the id of the group; None where there is none."""

    def __init__(self, caller: Caller, chat: int | None) -> None:
        self._caller = caller
        self._chat = chat

    async def noticed(self, message: int) -> None:
        """Put a thumb up at a message of the group."""
        if self._chat is not None:
            with suppress(*CALL_ERRORS):
                await self._caller.set_message_reaction(self._chat, message, ReactionEmoji.THUMBS_UP)

    async def tell(self, chat: str, text: str) -> None:
        """Write to somebody in private."""
        with suppress(*CALL_ERRORS):
            await self._caller.send_message(int(chat), text)


async def _done(asked: Awaitable[_T]) -> _T:
    """Return what came of a call. Raises `TopicFailure`."""
    try:
        return await asked
    except CALL_ERRORS as error:
        raise _failure(error) from None


async def _settled(asked: Awaitable[object]) -> None:
    """Have something made so; that it was so already is no failure. Raises `TopicFailure`."""
    try:
        await asked
    except BadRequest as error:
        if _UNCHANGED not in str(error).lower():
            raise _failure(error) from None
    except CALL_ERRORS as error:
        raise _failure(error) from None


def _failure(error: Exception) -> TopicFailure:
    """Return what an error means. Telegram's own words are looked for, never passed on."""
    match error:
        case RetryAfter():
            return TopicFailure(Fault.SLOW, retry_after=waited(error))
        case InvalidToken():
            return TopicFailure(Fault.AWAY, "wrong-token")
        case Forbidden():
            return TopicFailure(Fault.BARRED, "not-in-the-group")
        case ChatMigrated():
            return TopicFailure(Fault.BARRED, "group-has-another-number")
        case BadRequest():
            said = str(error).lower()
            found = next(((fault, detail) for words, fault, detail in _MEANINGS if words in said), (Fault.REFUSED, ""))
            return TopicFailure(*found)
        case _:
            return TopicFailure(Fault.AWAY, type(error).__name__)

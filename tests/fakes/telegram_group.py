"""A supergroup with topics, as Telegram runs it for the fake: its topics, its members, and twenty messages a minute.

Rules: https://core.telegram.org/bots/api#createforumtopic and the methods after it; the limit:
https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

#: Messages that a bot may send to one group in a minute, and the minute, in seconds.
MOST, MINUTE = 20, 60.0

#: The colours that a topic may have.
COLOURS = {7322096, 16766590, 13338331, 9367192, 16749490, 16478047}


class GroupRefusal(Exception):  # noqa: N818 - a word of the house
    """The group says no."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


@dataclass
class Thread:
    """One topic. ``posts`` are the `sendMessage` parameters of what the bot wrote there."""

    id: int
    name: str
    colour: int
    closed: bool = False
    posts: list[JSON] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that the bot wrote there."""
        return "\n\n".join(post["text"] for post in self.posts)


@dataclass
class Group:
    """The group. ``now`` tells its time in seconds; tests may move it. ``rights`` are the bot's as its administrator."""

    id: int
    now: Callable[[], float] = time.time
    is_forum: bool = True
    member: bool = True
    rights: set[str] = field(default_factory=lambda: {"can_manage_topics", "can_delete_messages"})
    threads: dict[int, Thread] = field(default_factory=dict)
    general: list[JSON] = field(default_factory=list)
    deleted: list[Thread] = field(default_factory=list)
    reactions: list[JSON] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    last_message: int = 0

    def next_message(self) -> int:
        """Return the number of the next message: they rise within a supergroup."""
        self.last_message += 1
        return self.last_message

    def topic(self, name: str) -> Thread:
        """Return the one topic in whose name ``name`` is found."""
        found = [thread for thread in self.threads.values() if name in thread.name]
        assert len(found) == 1, [thread.name for thread in self.threads.values()]
        return found[0]

    def answer(self, method: str, given: JSON, bot: JSON) -> object:
        """Do what the bot asks; raise `GroupRefusal`."""
        if not self.member:
            raise GroupRefusal(403, "Forbidden: bot was kicked from the supergroup chat")
        chat = {"id": self.id, "type": "supergroup", "title": "Desk", "is_forum": self.is_forum}
        match method:
            case "getChat":
                return chat
            case "getChatMember":
                return {"user": bot, "status": "administrator"} | dict.fromkeys(self.rights, True)
            case "setMessageReaction":
                self.reactions.append(given)
                return True
            case "sendMessage":
                return self._send(given, chat, bot)
            case "createForumTopic":
                return self._create(given)
            case "setMyCommands":
                return True
        return self._change(method, given)

    def _change(self, method: str, given: JSON) -> bool:
        thread = self._thread(given, "Bad Request: TOPIC_ID_INVALID")
        self._need("can_delete_messages" if method == "deleteForumTopic" else "can_manage_topics")
        if method == "deleteForumTopic":
            self.deleted.append(self.threads.pop(thread.id))
            return True
        closed = {"closeForumTopic": True, "reopenForumTopic": False}.get(method, thread.closed)
        name = given.get("name", thread.name)
        if (name, closed) == (thread.name, thread.closed):
            raise GroupRefusal(400, "Bad Request: TOPIC_NOT_MODIFIED")
        thread.name, thread.closed = name, closed
        return True

    def _create(self, given: JSON) -> JSON:
        self._need("can_manage_topics")
        if not self.is_forum:
            raise GroupRefusal(400, "Bad Request: the chat is not a forum")
        colour = int(given.get("icon_color") or 7322096)
        if colour not in COLOURS:
            raise GroupRefusal(400, "Bad Request: TOPIC_ICON_COLOR_INVALID")
        thread = Thread(self.next_message(), given["name"], colour)
        self.threads[thread.id] = thread
        return {"message_thread_id": thread.id, "name": thread.name, "icon_color": colour}

    def _send(self, given: JSON, chat: JSON, bot: JSON) -> JSON:
        posts = self.general
        if given.get("message_thread_id"):
            posts = self._thread(given, "Bad Request: message thread not found").posts
        now = self.now()
        recent = [moment for moment in self.sent_at if now - moment < MINUTE]
        if len(recent) >= MOST:
            wait = int(MINUTE - (now - recent[0])) + 1
            raise GroupRefusal(429, f"Too Many Requests: retry after {wait}", wait)
        self.sent_at.append(now)
        posts.append(given)
        return {"message_id": self.next_message(), "chat": chat, "date": int(now), "from": bot, "text": given["text"]}

    def _thread(self, given: JSON, missing: str) -> Thread:
        thread = self.threads.get(int(given["message_thread_id"]))
        if thread is None:
            raise GroupRefusal(400, missing)
        return thread

    def _need(self, right: str) -> None:
        if right not in self.rights:
            raise GroupRefusal(400, f"Bad Request: not enough rights to {'delete' if 'delete' in right else 'manage'} topics")

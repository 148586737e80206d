"""The messages that a bot has sent, as Telegram keeps them for the fake: they can be changed and deleted for two days."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]

#: https://core.telegram.org/bots/api#sendphoto: at most 10 MB, and of a document 50 MB.
LARGEST_PHOTO, LARGEST_DOCUMENT = 10 * 1024 * 1024, 50 * 1024 * 1024
EDITS = ("editMessageText", "editMessageCaption", "deleteMessage", "deleteMessages")
DELETIONS = ("deleteMessage", "deleteMessages")
FILES = {"sendPhoto": "photo", "sendDocument": "document"}


class MessageRefusal(Exception):  # noqa: N818 - a word of the house
    """Telegram says no."""


@dataclass
class Post:
    """One message at the resident's. ``text`` is the caption where there is a ``content``; ``old``: it is fixed by now.

    ``stays``: it can be changed, and no longer be deleted.
    """

    chat: str
    text: str
    name: str = ""
    content: bytes = b""
    kind: str = "text"
    old: bool = False
    stays: bool = False
    is_deleted: bool = False


@dataclass
class Posts:
    """All that the bot has sent, by the id of the message."""

    by_id: dict[int, Post] = field(default_factory=dict)

    def at(self, chat: int) -> list[Post]:
        """Return what the resident sees now, oldest first."""
        return [post for post in self.by_id.values() if post.chat == str(chat) and not post.is_deleted]

    def grow_old(self) -> None:
        """Let two days pass."""
        for post in self.by_id.values():
            post.old = True

    def keep(self, identifier: int, method: str, given: JSON, files: dict[str, tuple[str, bytes]]) -> None:
        """Keep a message that was sent; raise `MessageRefusal`."""
        kind = FILES.get(method, "text")
        name, content = files.get(kind, ("", b""))
        if kind != "text" and not content:
            raise MessageRefusal("Bad Request: file must be non-empty")
        if len(content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_DOCUMENT):
            raise MessageRefusal("Bad Request: file is too big")
        if kind == "photo":
            _check_sides(content)
        self.by_id[identifier] = Post(str(given["chat_id"]), given.get("text") or given.get("caption", ""), name, content, kind)

    def change(self, method: str, given: JSON) -> None:
        """Change or delete messages; raise `MessageRefusal`."""
        if method == "deleteMessages":
            self._delete_all(given)
            return
        found = self.by_id.get(int(given["message_id"]))
        what = "delete" if method == "deleteMessage" else "edit"
        if found is None or found.is_deleted or found.chat != str(given["chat_id"]):
            raise MessageRefusal(f"Bad Request: message to {what} not found")
        if found.old or (found.stays and what == "delete"):
            raise MessageRefusal(f"Bad Request: message can't be {what.rstrip('e')}ed{'' if what == 'edit' else ' for everyone'}")
        if method == "deleteMessage":
            found.is_deleted = True
            return
        if (method == "editMessageText") != (found.kind == "text"):
            raise MessageRefusal("Bad Request: there is no text in the message to edit")
        text = given.get("text") or given.get("caption", "")
        if text == found.text:
            raise MessageRefusal("Bad Request: message is not modified: specified new message content is exactly the same")
        found.text = text

    def _delete_all(self, given: JSON) -> None:
        """Delete many: those that are not found are skipped, and a single one that is fixed keeps all."""
        identifiers = json.loads(given["message_ids"]) if isinstance(given["message_ids"], str) else given["message_ids"]
        found = [
            self.by_id[each] for each in identifiers if each in self.by_id and self.by_id[each].chat == str(given["chat_id"])
        ]
        if any(post.old for post in found):
            raise MessageRefusal("Bad Request: message can't be deleted for everyone")
        for post in found:
            post.is_deleted = True


def _check_sides(content: bytes) -> None:
    from io import BytesIO

    from PIL import Image

    width, height = Image.open(BytesIO(content)).size
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise MessageRefusal("Bad Request: PHOTO_INVALID_DIMENSIONS")

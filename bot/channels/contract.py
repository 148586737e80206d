"""What a channel is to the rest of the house: a way to parse what it stored, to send, and to fetch what was attached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.model.attached import Tidied
from bot.model.message import Incoming, Outgoing
from bot.store.inbox import Received

#: The name of the chat on our own pages.
WEB = "web"

#: Channels whose residents fetch their messages themselves. They get no outbox rows: the transcript is the delivery.
PULLED = frozenset({WEB})


class Unparseable(Exception):  # noqa: N818 - a word of the house
    """A stored payload that cannot be read; it is set aside and counted. The message names the part, never its content."""


#: Reads a stored payload. None says that it was understood and that there is nothing to answer (a pinned message).
#: Raises `Unparseable`; pure, so that it can be tried again.
Parse = Callable[[Received], Incoming | None]


#: Looks at a file that somebody sent, given its content and its name, and returns what may be kept of it (see
#: `bot.work.filing.tidied`). Raises `bot.model.attached.Unwanted`.
Tidy = Callable[[bytes, str], Awaitable[Tidied]]


class SendFailure(Exception):  # noqa: N818 - a word of the house
    """A message could not be sent. These four fields are all that delivery looks at.

    ``permanent``: trying again cannot help (the message is refused, the address is gone). ``retry_after``: seconds that the
    channel asked us to wait. ``blocked``: the resident does not want to hear from us; permanent, and nothing more is sent
    there. ``detail``: a short code for the log and for staff (``"chat-not-found"``), never text of a resident.
    What a channel cannot tell apart is temporary.
    """

    def __init__(
        self, permanent: bool, retry_after: float | None = None, *, blocked: bool = False, detail: str = "unknown"
    ) -> None:
        super().__init__(detail)
        self.permanent = permanent or blocked
        self.retry_after = retry_after
        self.blocked = blocked
        self.detail = detail


class Sender(Protocol):
    """The sending half of a channel that pushes."""

    async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
        """Send one message to ``address`` and return the channel's own id of it.

        ``content`` is that of the message's file, when it has one. Of a message whose veil is drawn only a neutral sentence is
        sent. Raises `SendFailure`, and nothing else for what can be foreseen. May be cancelled after
        `bot.work.delivery.SEND_TIMEOUT` seconds (`FILE_TIMEOUT` with a file). A message too long for the channel is split here.
        """

    async def edit(self, outgoing: Outgoing, address: str, remote_id: str, content: bytes | None = None) -> str:
        """Give a message that was sent, its file aside, another text; return its id, which may be another one now.

        ``content`` is that of the file of one with a veil, which is sent when that is lifted. Done once more it changes nothing.
        Raises `SendFailure`; permanent where the channel lets nothing be changed (any more).
        """

    async def withdraw(self, address: str, remote_id: str) -> None:
        """Take a message back at the resident's. Done once more it changes nothing. Raises as `edit`."""


#: The largest attachment that is fetched, in bytes. It is what Telegram lets a bot download:
#: https://core.telegram.org/bots/api#getfile
LARGEST_ATTACHMENT = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a resident sent. Nothing of it is to be trusted: ``name`` and ``media_type`` are what the channel says."""

    content: bytes
    name: str
    media_type: str


class FetchFailure(Exception):  # noqa: N818 - a word of the house
    """An attachment could not be fetched.

    ``detail`` is a short code for the log (``"error-400"``), never an address or a text of a resident; `TOO_LARGE` is one
    that staff are told.
    """

    TOO_LARGE = "too-large"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Fetcher(Protocol):
    """The half of a channel that brings what residents attached."""

    async def fetch(self, reference: str) -> Attachment:
        """Return the file that the channel knows by ``reference`` (`bot.model.message.Incoming.attachment`).

        At most `LARGEST_ATTACHMENT` bytes, within a time limit of its own. Raises `FetchFailure`, and nothing else for what
        can be foreseen.
        """

"""What a channel is to the rest of the house: a way to parse what it stored, and a way to send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

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

    async def send(self, outgoing: Outgoing, address: str) -> str:
        """Send one message to ``address`` and return the channel's own id of it.

        Raises `SendFailure`, and nothing else for what can be foreseen. May be cancelled after
        `bot.work.delivery.SEND_TIMEOUT` seconds. A message too long for the channel is split here.
        """

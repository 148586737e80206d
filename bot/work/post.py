"""E-mail to staff through the operator's mail server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Protocol

import aiosmtplib

from bot import clock
from bot.addresses import SmtpServer, is_mail_address, smtp_server
from bot.channels.contract import Sender, SendFailure
from bot.model.message import Outgoing
from bot.settings import Settings
from bot.work.escalation import EMAIL, TELEGRAM

#: Seconds that one message may take to be sent.
SEND_TIMEOUT = 20.0

#: From this reply code on a refusal of an address is for good (RFC 5321, 4.2.1).
_FOR_GOOD = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """What a member of staff is told, in ``language``. It holds nothing that a resident wrote."""

    subject: str
    text: str
    language: str


class Means(Protocol):
    """A way to tell staff something."""

    async def tell(self, notice: Notice, address: str) -> None:
        """Tell it to who is reached at ``address``. Raises `bot.channels.contract.SendFailure`."""


class Post:
    """Sends e-mails, each over a connection of its own; there are few."""

    def __init__(self, server: SmtpServer, sender: str, *, timeout: float = SEND_TIMEOUT) -> None:
        self._server = server
        self._sender = sender
        self._timeout = timeout

    async def tell(self, notice: Notice, address: str) -> None:
        """Send ``notice`` as plain text. Raises `SendFailure`, permanent when this one address does not take it."""
        if not is_mail_address(address):
            raise SendFailure(permanent=True, detail="no-address")
        server = self._server
        try:
            async with asyncio.timeout(self._timeout):
                await aiosmtplib.send(
                    self._letter(notice, address),
                    sender=self._sender,
                    recipients=[address],
                    hostname=server.host,
                    port=server.port,
                    username=server.user,
                    password=server.password,
                    use_tls=server.encrypted is True,
                    start_tls=True if server.encrypted is False else None,
                    local_hostname=socket.gethostname(),  # what the library would take is looked up in the network
                    timeout=self._timeout,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise SendFailure(permanent=min(codes, default=0) >= _FOR_GOOD, detail=f"recipient-{max(codes, default=0)}") from None
        except aiosmtplib.SMTPResponseException as error:
            raise SendFailure(permanent=False, detail=f"smtp-{error.code}") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:  # a `TimeoutError` is an OSError, too
            raise SendFailure(permanent=False, detail=type(error).__name__) from None

    def _letter(self, notice: Notice, address: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self._sender
        letter["To"] = address
        letter["Subject"] = " ".join(notice.subject.split())
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        letter["Auto-Submitted"] = "auto-generated"  # so that no absence note comes back (RFC 3834)
        letter.set_content(notice.text)
        letter["Content-Language"] = notice.language  # after the text, which takes such lines away
        return letter


class Private:
    """Tells staff in their private chat with the bot of a channel that pushes, without leaving a line in any transcript."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def tell(self, notice: Notice, address: str) -> None:
        """Send ``notice`` as one message. Raises `SendFailure`."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await self._sender.send(Outgoing(f"{notice.subject}\n\n{notice.text}", notice.language), address)
        except TimeoutError:
            raise SendFailure(permanent=False, detail="TimeoutError") from None


def ways(settings: Settings, senders: Mapping[str, Sender]) -> dict[str, Means]:
    """Return by what staff can be told: by e-mail with a mail server, and on the channels that reach a member's own account."""
    found: dict[str, Means] = {name: Private(sender) for name, sender in senders.items() if name == TELEGRAM}
    if url := settings.smtp_url.get_secret_value():
        found[EMAIL] = Post(smtp_server(url), settings.mail_from)
    return found

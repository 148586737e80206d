"""A mail server of our own: it keeps what it is given, and refuses, hangs or is away as it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.addresses import SmtpServer, smtp_server
from tests.support.serving import close

OK = "250 OK"


@dataclass
class MailServer:
    """What came in, as (recipient, letter); ``answers`` are given to recipients instead of `OK`, ``data`` to the letters."""

    port: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data: str = OK

    @property
    def server(self) -> SmtpServer:
        """How a program reaches it."""
        return smtp_server(f"smtp://127.0.0.1:{self.port}")

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient or refuse it."""
        answer = self.answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep a letter or refuse it."""
        if self.data == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            letter: Any = message_from_bytes(content, policy=policy.default)
            self.letters += [(address, letter) for address in envelope.rcpt_tos]
        return self.data


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Let a mail server listen on this machine."""
    mail, loop = MailServer(), asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(SMTP(mail, hostname="localhost", ident="test", loop=loop))
        return sessions[-1]

    listening = await loop.create_server(session, "127.0.0.1", 0)
    mail.port = listening.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        await close(listening)
        # A connection that outlives its event loop is collected, and complained about, in some later test.
        for open_session in sessions:
            if isinstance(open_session.transport, asyncio.Transport):
                open_session.transport.abort()
        await asyncio.sleep(0)


@contextmanager
def mail_in_thread() -> Iterator[MailServer]:
    """Let a mail server listen beside a test that is a plain function."""
    ready, end = threading.Event(), threading.Event()
    started: list[MailServer] = []

    async def listen() -> None:
        async with mail_server() as mail:
            started.append(mail)
            ready.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        ready.wait()
        yield started[0]
    finally:
        end.set()
        thread.join()

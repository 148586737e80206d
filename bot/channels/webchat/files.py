"""Files on the residents' page: taken with a message, and given out again to nobody but whose conversation they belong to."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.contract import WEB, Tidy
from bot.channels.webchat import transcript, visitor
from bot.channels.webchat.form import Said
from bot.channels.webchat.parse import payload
from bot.model.attached import Enclosure, Tidied, UnknownKind, Why
from bot.store import attachments, conversations, inbox
from bot.store.database import Database, Transaction

#: Files that a resident may attach in a day: a whole file of papers, photographed page by page.
MOST_IN_A_DAY = 40
_DAY = timedelta(days=1)
_ID = re.compile(r"[0-9a-f]{32}")

_log = structlog.get_logger("web")


async def tidied(said: Said, tidy: Tidy | None) -> Tidied | None:
    """Return the file of a message as it may be kept; None when it brings none. Raises `bot.model.attached.Unwanted`."""
    if said.file is None:
        return None
    if tidy is None:
        raise UnknownKind(Why.UNKNOWN)
    return await tidy(said.file.content, said.file.name)


async def keep(
    tx: Transaction,
    address: str,
    external_id: str,
    said: Said,
    label: str,
    file: Tidied | None,
    now: datetime,
    *,
    urgent: bool = False,
) -> bool:
    """Put a message into the inbox, with its file beside it; tell whether it had not been put there before.

    ``label`` is what stands on the pressed button, ``urgent`` says that it goes before all others.
    Raises `bot.model.attached.UnknownKind` when there have been too many files.
    """
    if file is None:
        return _noted(await inbox.put(tx, WEB, external_id, address, payload(said, label), now, urgent=urgent))
    conversation = await conversations.ensure(tx, WEB, address, now)
    enclosure = attachments.described(file)
    is_new = _noted(await inbox.put(tx, WEB, external_id, address, payload(said, label, enclosure), now, urgent=urgent))
    if is_new and await attachments.count_since(tx, conversation.id, now - _DAY) >= MOST_IN_A_DAY:
        raise UnknownKind(Why.TOO_MANY)  # and with it the message is not kept either: it comes back to whoever wrote it
    if is_new:
        await attachments.put(tx, conversation.id, enclosure, file.content, now)
    return is_new


def _noted(sequence: int | None) -> bool:
    """Log which incoming a request has brought, and tell whether it brought any."""
    if sequence is not None:
        _log.info("received", channel=WEB, sequence=sequence)
    return sequence is not None


async def of_resident(tx: Transaction, address: str, identifier: str) -> attachments.KeptFile | None:
    """Return a file that the page of ``address`` shows; None for any other: one withdrawn, or of another conversation."""
    seen = await transcript.whole(tx, address)
    shown = (line.file for line in seen.lines if line.withdrawn_at is None)
    if not any(file is not None and file.id == identifier for file in shown):
        return None
    file = await attachments.get(tx, identifier)
    return file if file is not None and seen.conversation is not None and file.conversation_id == seen.conversation.id else None


async def answer(db: Database, request: Request) -> Response:
    """Give the file of the address to the resident whose page shows it; to nobody else there is such a file."""
    cookie, identifier = visitor.cookie_of(request), request.path_params["file_id"]
    if cookie is None or not _ID.fullmatch(identifier):
        raise HTTPException(404)
    async with db.read() as tx:
        file = await of_resident(tx, visitor.address_of(cookie), identifier)
    if file is None:
        raise HTTPException(404)
    return given(file.enclosure, file.content)


def given(file: Enclosure, content: bytes) -> Response:
    """Return a file as what is downloaded, never opened as a page of ours; pictures can stand in a page all the same."""
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=file.media_type)

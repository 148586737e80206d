"""What was attached, handed on to staff: our own files from where we keep them, those of a channel fetched from it each time.

A stranger's file can be anything, so no browser may show it as a page of ours: it is downloaded, its type is one of a short
list or unknown, and were it opened nevertheless, it could run and load nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.contract import LARGEST_ATTACHMENT, Attachment, Fetcher, FetchFailure
from bot.language.phrases import Phrases
from bot.model.attached import kept_as
from bot.model.case import Case
from bot.model.message import Kind
from bot.model.staff import Action
from bot.store import attachments, cases, conversations, entries
from bot.store.database import Database
from bot.store.entries import Entry
from bot.store.readers import of_case
from bot.web.pages import Pages
from bot.web.parts import part_of
from bot.web.reading import Reading
from bot.web.sessions import Me
from bot.web.signin import SignIn

#: Types that are told to the browser, so that the file opens with the right program. None of them can carry a script that a
#: browser runs in our name, as SVG and HTML could.
TYPES = frozenset(
    {
        "application/pdf",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)
_UNKNOWN = "application/octet-stream"

_ID = re.compile(r"[0-9a-f]{32}")
#: What a 64-bit number can take, and our sequences are.
_SEQUENCE = re.compile(r"[0-9]{1,18}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
_MEGABYTE = 1024 * 1024
#: Each file is held in memory while it comes.
_AT_ONCE = 3


class Attachments:
    """The page that opens an attachment. ``fetchers`` are by channel."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        pages: Pages,
        signin: SignIn,
        fetchers: Mapping[str, Fetcher],
        reading: Reading,
    ) -> None:
        self._reading = reading
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._signin = signin
        self._fetchers = fetchers
        self._fetching = asyncio.Semaphore(_AT_ONCE)
        self._log: Any = structlog.get_logger("web")

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/desk/case/{case_id}/attachment/{sequence}", self._open, methods=["GET"])]

    async def _open(self, request: Request) -> Response:
        case_id, sequence = request.path_params["case_id"], request.path_params["sequence"]
        me = await self._signin.sessions.current(request, awake=True)
        if me is None:
            return self._signin.ask(request, target=f"/desk/case/{case_id}")
        if not (_ID.fullmatch(case_id) and _SEQUENCE.fullmatch(sequence)):
            raise HTTPException(404)
        case, channel, reference = await self._find(case_id, int(sequence), me)
        await self._reading.note(me, "open-attachment", case.code)
        try:
            return _given(case, await self._fetched(channel, reference))
        except FetchFailure as failure:
            self._log.warning("an attachment could not be fetched", channel=channel, detail=failure.detail)
            return self._unfetched(me, case, failure)

    async def _find(self, case_id: str, sequence: int, me: Me) -> tuple[Case, str, str]:
        """Return the case, its channel, and the channel's reference to the file; 404 for a line of another conversation."""
        async with self._db.read() as tx:
            case = await cases.get(tx, case_id)
            entry = (await entries.get_many(tx, [sequence])).get(sequence)
            if case is None or entry is None or entry.conversation_id != case.conversation_id or not entry.attachment:
                raise HTTPException(404)
            readers = await of_case(tx, case_id) if case.confidential else ()
            if not me.member.may_with(Action.READ, case, readers):
                raise HTTPException(404)
            if not (await part_of(tx, case, me.member)).shows(entry.at):
                raise HTTPException(404)
            return case, (await conversations.get(tx, case.conversation_id)).channel, entry.attachment

    async def _fetched(self, channel: str, reference: str) -> Attachment:
        kept = kept_as(reference)
        if kept is not None:
            async with self._db.read() as tx:
                file = await attachments.get(tx, kept)
            if file is None:
                raise HTTPException(404)
            return Attachment(file.content, file.enclosure.name, file.enclosure.media_type)
        fetcher = self._fetchers.get(channel)
        if fetcher is None:
            raise FetchFailure("channel-is-off")
        async with self._fetching:
            return await fetcher.fetch(reference)

    def _unfetched(self, me: Me, case: Case, failure: FetchFailure) -> Response:
        say = self._phrases.into(me.language)
        return self._pages.page(
            "unfetched.html", me.language, status=502, advice=_advice(failure, say), back=f"/desk/case/{case.id}"
        )


def opening(entry: Entry, say: NullTranslations) -> str:
    """Return what the link to the attachment of a line of the transcript is called."""
    if entry.kind == Kind.PHOTO or (entry.file is not None and entry.file.is_picture):
        return say.gettext("Open the photo")
    if entry.kind == Kind.VOICE:
        return say.gettext("Listen to the recording")
    return say.gettext("Open the file")


def _given(case: Case, attachment: Attachment) -> Response:
    name = _safe(f"{case.code}-{attachment.name}")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    media_type = attachment.media_type if attachment.media_type in TYPES else _UNKNOWN
    return Response(attachment.content, headers=headers, media_type=media_type)


def _advice(failure: FetchFailure, say: NullTranslations) -> str:
    if failure.detail == FetchFailure.TOO_LARGE:
        return say.gettext(
            "It is larger than %(most)s MB, and no more can be fetched. Ask the resident to send it smaller or in another way."
        ) % {"most": LARGEST_ATTACHMENT // _MEGABYTE}
    return say.gettext(
        "The service that it was sent through did not hand it over. Try again in a moment; if it still does not come, ask the"
        " resident to send it again."
    )


def _safe(name: str) -> str:
    """Return ``name`` with nothing in it that a header or a file system could take for something else; its end is kept."""
    return _UNSAFE.sub("-", name)[-_LONGEST_NAME:].strip(".-")

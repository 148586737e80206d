"""The stream of a conversation to an open page (server-sent events): what is said, as it is said, with nothing lost or doubled.

Each entry carries its sequence as the id of its event. A browser that comes back names the last one it saw.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.channels.contract import WEB
from bot.channels.limits import Places
from bot.channels.webchat import transcript, visitor
from bot.channels.webchat.pages import Pages, Reader
from bot.channels.webchat.typing import staff_types
from bot.store import conversations
from bot.store.bell import Bell
from bot.store.database import Database, StoreError

#: Seconds after which a stream looks for itself; the bell is what makes it fast.
LOOK = 5.0
#: Milliseconds after which a browser comes back to a broken stream, and seconds between two signs of life.
_RETRY, _HEARTBEAT = 1000, 15
#: Seconds that streams have to end by themselves when the server does; it takes them milliseconds.
_FAREWELL = 1.0
#: More digits than a sequence has.
_DIGITS = 18

#: Tells a page to empty itself and to go away: another one of the same browser was left.
LEFT = ServerSentEvent(event="left", data="")


class Placed(Response):
    """A stream that takes a place for as long as it is open; where there is none, the browser is asked to come back later."""

    def __init__(self, places: Places, visitor: str, *, stranger: bool, events: Response) -> None:
        super().__init__(status_code=429, headers={"Retry-After": "30"})
        self._places, self._visitor, self._stranger, self._events = places, visitor, stranger, events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, or nothing."""
        if not self._places.enter(self._visitor, stranger=self._stranger):
            await super().__call__(scope, receive, send)
            return
        try:
            await self._events(scope, receive, send)
        finally:
            self._places.leave(self._visitor, stranger=self._stranger)


def respond(
    db: Database,
    bell: Bell,
    pages: Pages,
    reader: Reader,
    address: str,
    last: int,
    version: int,
    calm: Callable[[], float] = lambda: 0.0,
) -> EventSourceResponse:
    """Return the stream for the page of ``address`` whose last entry has the sequence ``last`` (0: it has none).

    ``version`` is that of the conversation which the page showed: what was changed since comes once more, in its new form.
    ``calm`` tells for how many seconds it rests before it looks once more whether the conversation has begun.
    """
    end = anyio.Event()
    return EventSourceResponse(
        quietly(_events(db, bell, pages, reader, address, last, version, end, calm)),
        ping=_HEARTBEAT,
        shutdown_event=end,
        shutdown_grace_period=_FAREWELL,
    )


def left() -> EventSourceResponse:
    """Return the stream for a page that shows a conversation to which its browser leads no more."""

    async def events() -> AsyncIterator[ServerSentEvent]:
        yield LEFT

    return EventSourceResponse(events())


async def is_stranger(db: Database, address: str) -> bool:
    """Tell whether ``address`` has no conversation (yet)."""
    try:
        async with db.read() as tx:
            return await conversations.find(tx, WEB, address) is None
    except StoreError:
        return False  # nobody knows; the stream ends at once and its browser comes back


async def quietly(events: AsyncGenerator[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    """Pass ``events`` on, and end when the database goes away: the browser comes back and goes on where it was."""
    async with aclosing(events):
        try:
            async for event in events:
                yield event
        except StoreError:
            return


def sequence(text: str) -> int:
    """Return the sequence that a browser names; 0 for anything that is none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


async def rings(bell: Bell, heard: Mapping[str, int], end: anyio.Event) -> None:
    """Return when a name rings again after its number ``heard``, when it is time to look, or when ``end`` is set."""
    waiting: list[asyncio.Future[Any]] = [
        *(asyncio.ensure_future(bell.wait(name, LOOK, seen)) for name, seen in heard.items()),
        asyncio.ensure_future(end.wait()),
    ]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


async def _events(
    db: Database,
    bell: Bell,
    pages: Pages,
    reader: Reader,
    address: str,
    last: int,
    version: int,
    end: anyio.Event,
    calm: Callable[[], float],
) -> AsyncGenerator[ServerSentEvent]:
    yield ServerSentEvent(comment="here", retry=_RETRY)
    name, typing, felt, mode = "entry", "", 0, "plain"
    leaving = visitor.leaving(address)
    here = bell.rung(leaving)
    while not end.is_set():
        heard = {each: bell.count(each) for each in (name, typing, leaving) if each}
        if bell.rung(leaving) > here:
            yield LEFT
            return
        if typing and bell.rung(typing) > felt:
            felt = bell.rung(typing)
            yield ServerSentEvent(event="typing", data="")
        async with db.read() as tx:
            seen = await transcript.rest(tx, address, last)
            changed = await transcript.changed(tx, seen, last, version)
        if (now := _mode(seen)) != mode:
            mode = now
            yield ServerSentEvent(event="mode", data=mode)
        if last and not (seen.lines and seen.lines[0].sequence == last):
            last = 0
            yield ServerSentEvent(event="forgotten", data="")
            continue
        version = seen.conversation.version if seen.conversation else 0
        for line in changed:
            # Without an id: a browser that comes back names the last entry, and is told all changes once more.
            yield ServerSentEvent(event="changed", data=pages.message(transcript.bubble(line, reader.language), reader))
        for line in (each for each in seen.lines if each.sequence > last):
            html = pages.message(transcript.bubble(line, reader.language), reader)
            yield ServerSentEvent(event="entry", id=str(line.sequence), data=html)
        last = seen.lines[-1].sequence if seen.lines else last
        if seen.bell != name:
            name = seen.bell  # the conversation has begun; from now on only its own bells matter
            typing = staff_types(seen.conversation.id) if seen.conversation else ""
            felt = bell.rung(typing)
            continue
        await rings(bell, heard, end)
        if name == "entry":
            await asyncio.sleep(calm())


def _mode(seen: transcript.Seen) -> str:
    """Return how a page looks: telling nothing where others use the device."""
    return "discreet" if seen.conversation is not None and seen.conversation.discreet else "plain"

"""A house for tests of the work: residents who write, a stand-in for thinking that repeats them, and a clock set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.channels.contract import Parse, Sender, Unparseable
from bot.clock import new_id
from bot.model.case import Case, CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Author, Incoming, Kind, Outgoing
from bot.model.turn import Turn
from bot.store import cases, conversations, entries, inbox
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.entries import Entry
from bot.work.amending import Amending
from bot.work.apart import Apart
from bot.work.casework import Casework
from bot.work.closing import Closing
from bot.work.commit import OnStep, no_step
from bot.work.contents import Pack
from bot.work.delivery import Delivery
from bot.work.enclosing import Enclosing
from bot.work.guarding import Guarding
from bot.work.handing import Handing
from bot.work.helpdesk import Helpdesk
from bot.work.reception import Apologise, Reception, Think
from tests.support.phrases import english
from tests.support.small_library import small_library

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

TELEGRAM = "telegram"
WEB = "web"


def parse(received: inbox.Received) -> Incoming | None:
    """Read a payload as `House.hears` writes it. ``{}`` is nothing to answer."""
    payload = received.payload
    if payload == {}:
        return None
    if "kind" not in payload:
        raise Unparseable("kind")
    return Incoming(
        received.sequence,
        received.channel,
        received.address,
        received.external_id,
        Kind(payload["kind"]),
        received.received_at,
        payload.get("text", ""),
        payload.get("press", ""),
        remote_id=payload.get("remote_id"),
    )


def echo(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:  # noqa: ARG001 - as `Think` asks
    """Repeat what is said; ``person`` calls one, ``forget`` has all deleted."""
    conversation = replace(conversation, language="sl", greeted=True)
    if incoming.kind in (Kind.BLOCKED, Kind.RETURNED):
        return Turn(incoming, conversation)
    if conversation.holder == "staff":
        return Turn(incoming, conversation, relayed=True)
    reply = Outgoing(f"echo: {incoming.text}", "sl")
    if incoming.text == "person":
        return Turn(incoming, conversation.put_in_line(), (reply,), opens=CaseOpening(Reason.ASKED, "pension"))
    return Turn(incoming, conversation, (reply,), forget=incoming.text == "forget")


def stumble(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Fail on ``bad``, else `echo`."""
    if incoming.text == "bad":
        raise RuntimeError("bad")
    return echo(conversation, incoming, now)


def sorry(conversation: Conversation) -> tuple[Conversation, Outgoing]:
    """Apologise."""
    return conversation.put_in_line(), Outgoing("sorry", "sl")


@dataclass
class Post:
    """A channel's sender that keeps what it was given, and fails as often as it was told to."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    contents: list[bytes] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)

    async def send(self, outgoing: Outgoing, address: str, content: bytes | None = None) -> str:
        """Keep the message, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((address, outgoing.text))
        self.contents += [] if content is None else [content]
        return str(len(self.sent))

    async def edit(self, outgoing: Outgoing, address: str, remote_id: str, content: bytes | None = None) -> str:
        """Keep what a message was changed to, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.changed.append((address, remote_id, outgoing.text))
        self.contents += [] if content is None else [content]
        return remote_id

    async def withdraw(self, address: str, remote_id: str) -> None:
        """Keep which message was taken back, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.changed.append((address, remote_id, "withdrawn"))


@dataclass
class House:
    """One installation."""

    db: Database
    now: datetime = MONDAY
    post: Post = field(default_factory=Post)

    def __post_init__(self) -> None:
        self.bell = Bell(self.db)
        casework = Casework(self.db, self.bell, english(), clock=self.clock)
        self.helpdesk = Helpdesk(casework)
        self.handing = Handing(casework, small_library)
        self.guarding = Guarding(casework)
        self.closing = Closing(casework, small_library)
        self.amending = Amending(casework)
        self.enclosing = Enclosing(casework, Apart())
        self.delivery = self.another_delivery(self.post)

    def clock(self) -> datetime:
        """Tell the time of this house."""
        return self.now

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def reception(self, think: Think = echo, apologise: Apologise = sorry, on_step: OnStep = no_step) -> Reception:
        """Return workers of this house."""
        parsers: dict[str, Parse] = {TELEGRAM: parse, WEB: parse}
        return Reception(self.db, self.bell, parsers, think, apologise, clock=self.clock, on_step=on_step)

    def another_delivery(self, sender: Sender, pack: Pack | None = None) -> Delivery:
        """Return the delivery of another process."""
        return Delivery(self.db, self.bell, {TELEGRAM: sender}, pack=pack, clock=self.clock)

    async def hears(
        self, text: str, address: str = "ana", *, channel: str = TELEGRAM, kind: Kind = Kind.TEXT, external_id: str | None = None
    ) -> int | None:
        """Let a resident send something; return its sequence, or None if it was a replay."""
        payload = {"kind": kind, "text": text}
        async with self.db.write() as tx:
            return await inbox.put(tx, channel, external_id or new_id(), address, payload, self.now)

    async def presses(self, payload: str, address: str = "ana", *, channel: str = TELEGRAM) -> None:
        """Let a resident press a button."""
        async with self.db.write() as tx:
            await inbox.put(tx, channel, new_id(), address, {"kind": Kind.PRESS, "press": payload}, self.now)

    async def works(self, think: Think = echo) -> None:
        """Work until nothing is left to do now."""
        reception = self.reception(think)
        while await reception.step("worker"):
            pass

    async def delivers(self) -> None:
        """Send until nothing is left to send now."""
        while await self.delivery.step(TELEGRAM):
            pass

    async def lines(self, address: str = "ana", channel: str = TELEGRAM) -> list[Entry]:
        """Return the transcript of a resident, with notes."""
        async with self.db.read() as tx:
            found = await conversations.find(tx, channel, address)
            return [] if found is None else await entries.since(tx, found.id, notes=True)

    async def said(self, address: str = "ana", channel: str = TELEGRAM) -> list[str]:
        """Return what was said to a resident."""
        return [line.text for line in await self.lines(address, channel) if line.author in (Author.BOT, Author.STAFF)]

    async def conversation(self, address: str = "ana", channel: str = TELEGRAM) -> Conversation:
        """Return the conversation with a resident."""
        async with self.db.read() as tx:
            found = await conversations.find(tx, channel, address)
            assert found is not None
            return found

    async def case(self, address: str = "ana", channel: str = TELEGRAM) -> Case:
        """Return the open case of a resident."""
        conversation = await self.conversation(address, channel)
        async with self.db.read() as tx:
            found = await cases.of_conversation(tx, conversation.id)
            assert found is not None
            return found

    async def inbox(self) -> dict[str, int]:
        """Return how many incomings stand where, without those of which there are none."""
        async with self.db.read() as tx:
            return {str(state): number for state, number in (await inbox.counts(tx)).items() if number}

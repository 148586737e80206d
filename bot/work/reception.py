"""Reception: takes what residents sent, one conversation at a time and in order, has it thought about, and commits that."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot.channels.contract import Parse, Unparseable
from bot.clock import new_id
from bot.clock import now as clock_now
from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation, Holder
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.turn import Turn
from bot.store import conversations, inbox
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError, Unavailable
from bot.store.sealing import Sealed
from bot.threads import in_thread
from bot.work.commit import Lease, LostLease, Moved, OnStep, commit, no_step
from bot.work.continuing import looked_up
from bot.work.metering import Meter, NoMeter, outcome

#: How long a worker may hold a conversation. Thinking takes milliseconds; this is what a killed worker costs its resident.
LEASE = timedelta(seconds=20)

#: Seconds that may be thought about one incoming, which takes milliseconds; less than `LEASE`, so that it counts as a failure.
THINKING = 10.0

#: An incoming that failed so often is set aside, and a person called.
MAX_TRIES = 3

#: What decides about one incoming: `bot.dialogue.turn.take_turn` with all but the first two and the last filled in.
Think = Callable[[Conversation, Incoming, datetime], Turn]

#: The conversation and the reply after the program failed: `bot.dialogue.handoff.failure_reply` with its phrases.
Apologise = Callable[[Conversation], tuple[Conversation, Outgoing]]

_log = structlog.get_logger(__name__)


class Reception:
    """The workers of one process. Any number of processes may run some; the database decides who takes what."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        parsers: Mapping[str, Parse],
        think: Think,
        apologise: Apologise,
        *,
        workers: int = 1,
        clock: Callable[[], datetime] = clock_now,
        on_step: OnStep = no_step,
        meter: Meter | None = None,
    ) -> None:
        self._db = db
        self._bell = bell
        self._parsers = parsers
        self._think = think
        self._apologise = apologise
        self._workers = workers
        self._clock = clock
        self._on_step = on_step
        self._meter = meter or NoMeter()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._work(new_id()))

    async def _work(self, owner: str) -> None:
        while True:
            seen = self._bell.count("inbox")
            try:
                worked = await self.step(owner)
            except StoreError as error:
                _log.warning("the database did not do its part; trying again", error=str(error))
                self._meter.database_failed()
                worked = False
            if not worked:
                await self._bell.wait("inbox", POLL, seen)

    async def step(self, owner: str) -> bool:
        """Take one incoming, if there is one, and tell whether there was. ``owner`` names the worker.

        Raises `StoreError` when not even a failure can be written down; the lease then runs out.
        """
        async with self._db.write() as tx:
            claim = await inbox.claim(tx, owner, self._clock(), LEASE, self._parsers)
        if claim is None:
            return False
        self._on_step("reception: claimed")
        with bound_contextvars(sequence=claim.received.sequence):  # in every line of the log about this incoming
            await self._attend(claim)
        return True

    async def _attend(self, claim: inbox.Claim) -> None:
        if claim.received.tries == 1:
            self._meter.took_up(claim.received.channel)
        try:
            await self._handle(claim)
        except LostLease:
            _log.info("another worker has the conversation now")
        except Moved:
            await self._give_back(claim)  # staff did something while we thought: think again
        except asyncio.CancelledError:
            with suppress(StoreError):
                await asyncio.shield(self._give_back(claim))
            raise
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the worker loop: no message may stop those behind it
            await self._failed(claim, error)

    async def _handle(self, claim: inbox.Claim) -> None:
        received, began = claim.received, time.perf_counter()
        if received.tries > MAX_TRIES + 2:
            await self._finish(claim, inbox.State.ASIDE, "hopeless")  # not even a person could be called
            return
        if received.tries > MAX_TRIES + 1:
            await self._call_a_person(claim, _unread(received), "unreadable")  # reading it is what fails
            return
        if received.is_shut:
            raise Sealed("an incoming cannot be opened")  # tried again: its key may come
        try:
            incoming = self._parsers[received.channel](received)
        except Unparseable as error:
            _log.warning("an incoming cannot be read; set aside", **_what(error))
            await self._call_a_person(claim, _unread(received), "unparseable")
            return
        self._on_step("reception: parsed")
        if incoming is None:
            await self._finish(claim, inbox.State.DONE, None)
        elif received.tries > MAX_TRIES:
            await self._call_a_person(claim, incoming, "failed")
        else:
            incoming = await looked_up(self._db, claim.conversation, incoming, self._clock())
            # In a thread, because understanding a text takes long enough to make others wait.
            now = self._clock()
            async with asyncio.timeout(THINKING):
                turn = await in_thread(lambda: self._think(claim.conversation, incoming, now))
            self._on_step("reception: thought")
            await self._commit(claim, turn)
            waited = (self._clock() - received.received_at).total_seconds()
            self._meter.answered(received.channel, outcome(turn), waited, time.perf_counter() - began)

    async def _call_a_person(self, claim: inbox.Claim, incoming: Incoming, trouble: str) -> None:
        """Set an incoming aside that the program cannot deal with."""
        await self._commit(claim, self._given_up(claim.conversation, incoming), trouble)
        self._meter.set_aside(incoming.channel)

    def _given_up(self, conversation: Conversation, incoming: Incoming) -> Turn:
        """Return the turn that puts a conversation before a person and tells the resident so, unless staff hold it."""
        opens = CaseOpening(Reason.FAILURE)
        if conversation.holder is Holder.STAFF:
            return Turn(incoming, conversation, opens=opens, relayed=True)
        after, apology = self._apologise(conversation)
        return Turn(incoming, after, (apology,), opens=opens)

    async def _commit(self, claim: inbox.Claim, turn: Turn, trouble: str | None = None) -> None:
        lease = Lease(claim.conversation.id, claim.owner, claim.conversation.version)
        await commit(self._db, self._bell, turn, lease, self._clock(), trouble=trouble, on_step=self._on_step)

    async def _finish(self, claim: inbox.Claim, state: inbox.State, trouble: str | None) -> None:
        if state is inbox.State.ASIDE:
            self._meter.set_aside(claim.received.channel)
        async with self._db.write() as tx:
            await inbox.finish(tx, claim.received.sequence, state, trouble)
            await conversations.release(tx, claim.conversation.id, claim.owner)

    async def _give_back(self, claim: inbox.Claim) -> None:
        async with self._db.write() as tx:
            await inbox.postpone(tx, claim.received.sequence, self._clock(), None, uncount=True)
            await conversations.release(tx, claim.conversation.id, claim.owner)

    async def _failed(self, claim: inbox.Claim, error: Exception) -> None:
        """Have an incoming tried again: later, or after the last attempt at once, to be given up.

        Attempts are counted as they begin, so that a message which kills the process is given up, too.
        """
        received = claim.received
        _log.error("an incoming failed", tries=received.tries, **_what(error))
        pause = timedelta(seconds=2**received.tries if received.tries < MAX_TRIES else 0)
        async with self._db.write() as tx:
            await inbox.postpone(tx, received.sequence, self._clock() + pause, type(error).__name__)
            await conversations.release(tx, claim.conversation.id, claim.owner)


def _unread(received: inbox.Received) -> Incoming:
    """Return what is known of an incoming without looking into it."""
    return Incoming(
        received.sequence, received.channel, received.address, received.external_id, Kind.UNREADABLE, received.received_at
    )


def _what(error: BaseException) -> dict[str, str]:
    """Return what may be logged of an error: its kind and where it arose. Its message may quote a resident."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "where": where}

"""Reception: takes what residents sent, one conversation at a time and in order, has it thought about, and commits that."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from structlog.contextvars import bound_contextvars

from bot.channels.contract import Parse, Unparseable
from bot.clock import now as clock_now
from bot.memory import Thrift
from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation, Holder
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.turn import Turn
from bot.store import conversations, inbox
from bot.store.bell import POLL, Bell
from bot.store.database import Database, StoreError, Unavailable
from bot.store.sealing import Sealed
from bot.threads import in_thread
from bot.vitals import new_owner
from bot.work.commit import Lease, LostLease, Moved, OnStep, commit, commit_together, is_plain, no_step
from bot.work.continuing import looked_up
from bot.work.holding import Heard, Held
from bot.work.metering import Meter, NoMeter, outcome

#: How long a worker may hold a conversation. Thinking takes milliseconds; this is what a killed worker costs its resident.
LEASE = timedelta(seconds=20)

#: Seconds that may be thought about one incoming, which takes milliseconds; less than `LEASE`, so that it counts as a failure.
THINKING = 10.0

#: An incoming that failed so often is set aside, and a person called.
MAX_TRIES = 3

#: Conversations that a worker takes up in one round, to wait once for the disk.
ROUND = 8

#: Seconds after which a worker commits what it has thought of its round before it thinks on, so that nobody waits for the rest.
SLICE = 0.04

#: What decides about one incoming: `bot.dialogue.turn.take_turn` with all but the first two and the last filled in.
Think = Callable[[Conversation, Incoming, datetime], Turn]

#: The conversation and the reply after the program failed: `bot.dialogue.handoff.failure_reply` with its phrases.
Apologise = Callable[[Conversation], tuple[Conversation, Outgoing]]

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Reception:
    """The workers of one process. Any number of processes may run some; the database decides who takes what.

    Each works on up to ``most`` conversations in one round.
    """

    def __init__(
        self,
        db: Database,
        bell: Bell,
        parsers: Mapping[str, Parse],
        think: Think,
        apologise: Apologise,
        *,
        workers: int = 1,
        most: int = ROUND,
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
        self._most = most
        self._clock = clock
        self._on_step = on_step
        self._meter = meter or NoMeter()
        self._thrift = Thrift()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._work(new_owner()))

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
        """Take what stands first in the line, if there is anything, and tell whether there was. ``owner`` names the worker.

        Raises `StoreError` when not even a failure can be written down; the leases then run out.
        """
        async with self._db.write(passing=True) as tx:
            claims = await inbox.claim_some(tx, owner, self._clock(), LEASE, self._parsers, self._most)
        for claim in claims:
            self._on_step("reception: claimed")
            if claim.received.tries == 1:
                self._meter.took_up(claim.received.channel)
        if claims:
            await self._attend(claims)
        return bool(claims)

    async def _attend(self, claims: list[inbox.Claim]) -> None:
        held = Held(claims)
        try:
            heard = []
            for claim in claims:
                found = await self._guarded(held, lambda: claim, self._read(claim))  # noqa: B023 - it is awaited at once
                if found is None:
                    held.drop(claim)
                else:
                    heard.append(found)
            while heard:
                heard = await self._some(held, heard)
        except asyncio.CancelledError:
            with suppress(StoreError):
                await asyncio.shield(self._give_back(*held))
            raise

    async def _guarded(self, held: Held, whose: Callable[[], inbox.Claim], work: Awaitable[T]) -> T | None:
        """Return what ``work`` on a claim comes to; None when it failed, which is written down: it concerns no other claim."""
        try:
            return await work
        except LostLease:
            held.drop(whose())
            _log.info("another worker has the conversation now", sequence=whose().received.sequence)
        except Moved:
            held.drop(whose())
            await self._give_back(whose())  # staff did something while we thought: think again
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the worker loop: no message may stop those behind it
            held.drop(whose())
            with bound_contextvars(sequence=whose().received.sequence):
                await self._failed(whose(), error)
        return None

    async def _read(self, claim: inbox.Claim) -> Heard | None:
        """Return what a resident sent; None when nothing is to be thought about it, and that is dealt with."""
        received, began = claim.received, time.perf_counter()
        if received.tries > MAX_TRIES + 2:
            await self._finish(claim, inbox.State.ASIDE, "hopeless")  # not even a person could be called
            return None
        if received.tries > MAX_TRIES + 1:
            await self._call_a_person(claim, _unread(received), "unreadable")  # reading it is what fails
            return None
        if received.is_shut:
            raise Sealed("an incoming cannot be opened")  # tried again: its key may come
        try:
            incoming = self._parsers[received.channel](received)
        except Unparseable as error:
            _log.warning("an incoming cannot be read; set aside", sequence=received.sequence, **_what(error))
            await self._call_a_person(claim, _unread(received), "unparseable")
            return None
        self._on_step("reception: parsed")
        if incoming is None:
            await self._finish(claim, inbox.State.DONE, None)
        elif received.tries > MAX_TRIES:
            await self._call_a_person(claim, incoming, "failed")
        else:
            return Heard(claim, await looked_up(self._db, claim.conversation, incoming, self._clock()), began)
        return None

    async def _some(self, held: Held, heard: list[Heard]) -> list[Heard]:
        """Think about the first of ``heard``, and more as long as that is quick; commit; return what is left."""
        turns: list[Turn] = []
        failed: list[inbox.Claim] = []

        def whose() -> inbox.Claim:  # the one after those that were thought about
            # The process can have stood still for so long that all were thought about when it goes on and finds the time over.
            failed[:] = failed or [heard[min(len(turns), len(heard) - 1)].claim]
            return failed[0]

        await self._guarded(held, whose, self._thinking(heard, turns))
        count = next((place for place, each in enumerate(heard) if each.claim in failed), len(turns))
        for _ in range(count):
            self._on_step("reception: thought")
        await self._commit_all(held, list(zip(heard, turns[:count], strict=False)))
        return heard[count + len(failed) :]

    async def _thinking(self, heard: list[Heard], turns: list[Turn]) -> None:
        """Think in a thread, because understanding a text takes long enough to make others wait."""
        async with asyncio.timeout(THINKING):  # not `wait_for`, which forgets that it was cancelled just as all is done
            await in_thread(partial(self._think_of, heard, turns), thrift=self._thrift)

    def _think_of(self, heard: list[Heard], turns: list[Turn]) -> None:
        """In a thread: append a turn for each of ``heard`` until that has taken `SLICE`."""
        end = time.perf_counter() + SLICE
        for each in heard:
            with bound_contextvars(sequence=each.claim.received.sequence):  # in every line of the log about this incoming
                turns.append(self._think(each.claim.conversation, each.incoming, self._clock()))
            if time.perf_counter() > end:
                return

    async def _commit_all(self, held: Held, thought: list[tuple[Heard, Turn]]) -> None:
        """Commit turns together where that goes; whichever fails then fails alone."""
        together = [(turn, _lease(each.claim)) for each, turn in thought if is_plain(turn)]
        done = False
        if len(together) > 1:
            try:
                await commit_together(self._db, self._bell, together, self._clock(), on_step=self._on_step)
                done = True
            except Exception as error:  # noqa: BLE001 - the worker loop: each is committed alone now, and fails alone
                _log.info("turns are committed one by one", **_what(error))
        for each, turn in thought:
            if not (done and is_plain(turn)):
                claim = each.claim
                if not await self._guarded(held, lambda: claim, self._commit(claim, turn)):  # noqa: B023 - it is awaited at once
                    continue
            self._answered(held, each, turn)

    def _answered(self, held: Held, heard: Heard, turn: Turn) -> None:
        held.drop(heard.claim)
        received = heard.claim.received
        waited = (self._clock() - received.received_at).total_seconds()
        self._meter.answered(received.channel, outcome(turn), waited, time.perf_counter() - heard.began)

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

    async def _commit(self, claim: inbox.Claim, turn: Turn, trouble: str | None = None) -> bool:
        await commit(self._db, self._bell, turn, _lease(claim), self._clock(), trouble=trouble, on_step=self._on_step)
        return True

    async def _finish(self, claim: inbox.Claim, state: inbox.State, trouble: str | None) -> None:
        if state is inbox.State.ASIDE:
            self._meter.set_aside(claim.received.channel)
        async with self._db.write() as tx:
            await inbox.finish(tx, claim.received.sequence, state, trouble)
            await conversations.release(tx, claim.conversation.id, claim.owner)

    async def _give_back(self, *claims: inbox.Claim) -> None:
        async with self._db.write() as tx:
            for claim in claims:
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


def _lease(claim: inbox.Claim) -> Lease:
    return Lease(claim.conversation.id, claim.owner, claim.conversation.version)


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

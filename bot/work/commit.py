"""The one door out: whatever is said to a resident, by the bot or by staff, is written here, in one transaction.

Nothing is sent before it is committed, and what is committed is sent: a channel that pushes finds it in the outbox, web chat
in the transcript itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.contract import PULLED
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind, Outgoing, Veil
from bot.model.turn import Turn
from bot.store import callbacks, cases, conversations, entries, inbox, outbox, traces, turns, veils
from bot.store.bell import Bell
from bot.store.database import Database, StoreError, Transaction
from bot.work import continuing, pressing, wrongs

#: How long the empty conversation stands that carries the last reply after a resident had everything deleted.
FAREWELL = timedelta(days=1)

#: Called with the name of each step; tests kill the process there.
OnStep = Callable[[str], None]


def no_step(_name: str) -> None:
    """Do nothing: what `OnStep` is outside tests."""


class LostLease(Exception):  # noqa: N818 - a word of the house
    """Another worker has taken the conversation over; it does the work."""


class Moved(Exception):  # noqa: N818 - a word of the house
    """The conversation is no longer what the reply was written to. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on a conversation, and the version that it saw."""

    conversation_id: str
    owner: str
    version: int


async def commit(
    db: Database,
    bell: Bell,
    turn: Turn,
    lease: Lease,
    now: datetime,
    *,
    trouble: str | None = None,
    on_step: OnStep = no_step,
) -> None:
    """Write all that ``turn`` decided, and mark its incoming as done: all of it or nothing.

    The first statement looks whether ``lease`` still holds. With ``trouble`` (a word for operators) the incoming is set aside
    instead. A turn that forgets deletes what is kept of the resident, from the database's log too; the reply goes out under an
    empty conversation.
    Raises `LostLease`, or `Moved` when staff changed the conversation meanwhile, or the case that it goes on with is gone.
    """
    async with db.write() as tx:
        sends = await _write(tx, turn, lease, now, trouble, on_step)
        on_step("commit: before the end")
    on_step("commit: done")
    if turn.forget:
        with suppress(StoreError):  # it is done with the rest of the tidying soon
            await db.settle()
    ring(bell, lease.conversation_id, sends=sends, case=_concerns_staff(turn))


def is_plain(turn: Turn) -> bool:
    """Tell whether a turn writes to nothing but its own conversation, so that it can be committed together with others."""
    return not (_concerns_staff(turn) or turn.veil or turn.wrong or turn.wrong_code or turn.incoming.kind is Kind.BLOCKED)


async def commit_together(
    db: Database, bell: Bell, turns: Sequence[tuple[Turn, Lease]], now: datetime, *, on_step: OnStep = no_step
) -> None:
    """Do what `commit` does for several plain turns (`is_plain`) of as many conversations in one transaction: all or none.

    So the disk is waited for once. Raises what `commit` raises for the first that cannot be written.
    """
    ordered = sorted(turns, key=lambda each: each[1].conversation_id)  # so that no two such transactions wait for each other
    async with db.write() as tx:
        sends = [await _write(tx, turn, lease, now, None, on_step) for turn, lease in ordered]
        on_step("commit: before the end")
    on_step("commit: done")
    for (_, lease), each in zip(ordered, sends, strict=True):
        ring(bell, lease.conversation_id, sends=each, case=False)


async def _write(tx: Transaction, turn: Turn, lease: Lease, now: datetime, trouble: str | None, on_step: OnStep) -> bool:
    """Write a turn and tell whether a channel has to send any of it."""
    if turn.forget:
        await _relock(tx, lease)
        conversation = turn.conversation
    else:
        blocked = turn.incoming.kind is Kind.BLOCKED
        conversation = replace(turn.conversation, version=lease.version + 1, stopped=blocked)
        if not await conversations.settle(tx, conversation, lease.owner, lease.version, now):
            await _relock(tx, lease)  # which says why
            raise Moved
    on_step("commit: locked")
    state = inbox.State.DONE if trouble is None else inbox.State.ASIDE
    if not await inbox.finish(tx, turn.incoming.sequence, state, trouble, erase=turn.forget):
        raise LostLease
    turned = turn.veil is not None and await veils.turn(tx, conversation, _by_now(turn.veil, turn, now), now)
    if turn.forget:
        conversation, outgoings = await _forget(tx, turn, now), turn.outgoings
    else:
        conversation, outgoings = await _remember(tx, turn, conversation, now)
    outgoings = () if turned else outgoings
    on_step("commit: written")
    return await put_out(tx, conversation, outgoings, now, reply_to=turn.incoming) or turned


async def put_out(
    tx: Transaction,
    conversation: Conversation,
    outgoings: Sequence[Outgoing],
    now: datetime,
    *,
    reply_to: Incoming | None = None,
    staff: str | None = None,
) -> bool:
    """Write down what we say, in a transaction that locked the conversation; tell whether a channel has to send any of it.

    Nothing is sent to a resident who blocked us, but staff see in the transcript what was meant for them. To one who is to be
    written to discreetly, what they did not just ask for goes behind a neutral sentence.
    """
    sends = conversation.channel not in PULLED and not conversation.stopped
    veil = ""
    if sends and conversation.discreet:
        veil = entries.LIFTED if _is_just_asked(reply_to, now) else entries.DRAWN
    turn = None if reply_to is None else reply_to.sequence
    for position, outgoing in enumerate(outgoings, start=1):
        entry = await entries.put_outgoing(
            tx, conversation.id, outgoing, now, turn=turn, position=position, staff=staff, veil=veil
        )
        if sends:
            await outbox.put(tx, conversation, entry, now)
    return sends and bool(outgoings)


def _is_just_asked(asked: Incoming | None, now: datetime) -> bool:
    """Tell whether the resident still looks at the chat: after an outage somebody else may have the phone."""
    return asked is not None and now - (asked.written_at or asked.received_at) <= outbox.STILL_THERE


def _by_now(veil: Veil, turn: Turn, now: datetime) -> Veil:
    """Return what becomes of a message whose button was pressed: nothing is shown any more to who may have put the phone down."""
    is_late = turn.conversation.discreet and not _is_just_asked(turn.incoming, now)
    return replace(veil, drawn=veil.drawn or is_late)


def ring(bell: Bell, conversation_id: str, *, sends: bool, case: bool) -> None:
    """Wake whoever shows or sends what a committed transaction wrote."""
    bell.ring("entry")
    bell.ring(f"entry:{conversation_id}")
    if sends:
        bell.ring("outbox")
    if case:
        bell.ring("case")


def _concerns_staff(turn: Turn) -> bool:
    return any((turn.opens, turn.relayed, turn.forget, turn.consent, turn.helped))


async def _relock(tx: Transaction, lease: Lease) -> None:
    found = await conversations.lock(tx, lease.conversation_id, lease.owner)
    if found is None:
        raise LostLease
    if found.version != lease.version + 1:
        raise Moved


async def _remember(
    tx: Transaction, turn: Turn, conversation: Conversation, now: datetime
) -> tuple[Conversation, tuple[Outgoing, ...]]:
    outgoings = turn.outgoings
    await turns.put(tx, conversation.id, turn, now)
    await entries.put_incoming(tx, conversation, turn.incoming, now)
    if conversation.stopped:
        await outbox.drop(tx, conversation.id, entries.BLOCKED)
    if turn.opens is not None:
        if not await continuing.can_go_on(tx, turn.opens.continues):
            raise Moved
        case = await cases.open_or_raise(tx, conversation.id, turn.opens, now)
        if turn.calls_back is not None and await callbacks.put(tx, conversation.id, case.id, turn.calls_back, now):
            await entries.put_note(tx, conversation.id, turn.calls_back.value, now, kind=entries.CALL_BACK)
        await continuing.guard_alike(tx, case)
        outgoings = continuing.with_code(outgoings, case)
    elif turn.relayed:
        await cases.resident_waits(tx, conversation.id, now)
    if turn.vote is not None:
        await turns.put_vote(tx, conversation.id, turn.vote, now)
    if turn.wrong is not None and not await wrongs.take(tx, conversation, turn.wrong, now):
        outgoings = (turn.wrong.refusal,)
    if turn.wrong_code:
        await continuing.count_wrong(tx, conversation, turn.incoming.given, now)
    conversation, more = await pressing.carry_out(tx, conversation, turn, now)
    return conversation, (*outgoings, *more)


async def _forget(tx: Transaction, turn: Turn, now: datetime) -> Conversation:
    stands = await traces.of(tx, turn.conversation, now) if turn.traceless else ()
    await inbox.erase(tx, turn.conversation.channel, turn.conversation.address, turn.incoming.sequence)
    # The page may be open still: its name must not come back, and who leaves it must not find even the last reply again.
    quiet = turn.conversation.discreet and turn.conversation.channel in PULLED
    fresh = await conversations.replace_forgotten(tx, turn.conversation, now, now + FAREWELL, discreet=quiet)
    await traces.sweep(tx, fresh, stands, now)
    return fresh

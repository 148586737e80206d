"""Conversations and the short hold (lease) that a worker has on one."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, or_, select, update

from bot.clock import new_id
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.store import case_records, suggestions, tables
from bot.store.columns import Moment, storable, storable_text
from bot.store.database import StoreError, Transaction
from bot.store.edit_tables import question as _question
from bot.store.leases import SET_BACK
from bot.store.sealing import Sealed
from bot.store.upsert import insert_if_new

_conversation = tables.conversation


# Statements on the path of every message are made once: to make one takes longer than to execute it.
_NOW, _FAR = bindparam("now", type_=Moment), bindparam("far", type_=Moment)
_LEASED = (
    update(_conversation)
    .where(_conversation.c.channel == bindparam("of_channel"), _conversation.c.address == bindparam("of_address"))
    .where(
        or_(
            _conversation.c.lease_until.is_(None),
            _conversation.c.lease_until <= _NOW,
            _conversation.c.lease_until > _FAR,
            _conversation.c.lease_owner == bindparam("owner"),
        )
    )
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .returning(_conversation)
)
_SETTLED = update(_conversation).where(
    _conversation.c.id == bindparam("its_id"),
    _conversation.c.lease_owner == bindparam("its_owner"),
    _conversation.c.version == bindparam("its_version"),
)


_FIELDS = tuple(each.name for each in fields(Conversation))


class NoSuchConversation(StoreError):  # noqa: N818 - a word of the house
    """There is no such conversation (any more)."""


async def find(tx: Transaction, channel: str, address: str) -> Conversation | None:
    """Return the conversation with ``address``, if there is one."""
    there = select(_conversation).where(_conversation.c.channel == channel, _conversation.c.address == address)
    row = (await tx.execute(there)).one_or_none()
    return None if row is None else _read(row)


async def get(tx: Transaction, conversation_id: str) -> Conversation:
    """Return a conversation. Raises `NoSuchConversation`."""
    row = (await tx.execute(select(_conversation).where(_conversation.c.id == conversation_id))).one_or_none()
    if row is None:
        raise NoSuchConversation
    return _read(row)


async def ensure(tx: Transaction, channel: str, address: str, now: datetime) -> Conversation:
    """Return the conversation with ``address``, begun now if there is none."""
    found = await find(tx, channel, address)
    if found is not None:
        return found
    fresh = Conversation(new_id(), channel, storable_text(address))
    await tx.execute(insert_if_new(tx, _conversation, _row(fresh) | {"started_at": now, "changed_at": now}))
    return await find(tx, channel, address) or fresh


def free(now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody holds a conversation. A lease is for seconds: a far one is of a clock set back since."""
    until = _conversation.c.lease_until
    return or_(until.is_(None), until <= now, until > now + SET_BACK)


async def lease(tx: Transaction, channel: str, address: str, owner: str, now: datetime, until: datetime) -> Conversation | None:
    """Lease the conversation with ``address`` to ``owner`` and return it; None when there is none, or somebody else has it.

    Raises `bot.store.sealing.Sealed` for one that cannot be opened, which then is nobody's.
    """
    its = (_conversation.c.channel == channel) & (_conversation.c.address == address)
    given = {"of_channel": channel, "of_address": address, "now": now, "far": now + SET_BACK, "owner": owner, "until": until}
    try:
        row = (await tx.execute(_LEASED, given)).one_or_none()
    except Sealed:
        await tx.execute(update(_conversation).where(its).values(lease_owner=None, lease_until=None))
        raise
    return None if row is None else _read(row)


async def take(tx: Transaction, conversation_id: str, owner: str, now: datetime, until: datetime) -> bool:
    """Lease a conversation to ``owner`` and tell whether it was to be had."""
    mine = or_(free(now), _conversation.c.lease_owner == owner)
    leased = update(_conversation).where(_conversation.c.id == conversation_id, mine)
    return (await tx.execute(leased.values(lease_owner=owner, lease_until=until))).rowcount == 1


async def release(tx: Transaction, conversation_id: str, owner: str) -> None:
    """Give a lease back, if it is still ``owner``'s."""
    mine = (_conversation.c.id == conversation_id) & (_conversation.c.lease_owner == owner)
    await tx.execute(update(_conversation).where(mine).values(lease_owner=None, lease_until=None))


async def lock(tx: Transaction, conversation_id: str, owner: str | None = None) -> Conversation | None:
    """Raise the version and return the conversation; None when it is gone, or when ``owner`` no longer holds its lease.

    To be the first statement of whatever changes a conversation or its transcript. On PostgreSQL it makes others wait for this
    transaction, so that the entries of a conversation are numbered in the order in which they become visible.
    """
    mine = _conversation.c.id == conversation_id
    if owner is not None:
        mine &= _conversation.c.lease_owner == owner
    raised = update(_conversation).where(mine).values(version=_conversation.c.version + 1).returning(_conversation)
    row = (await tx.execute(raised)).one_or_none()
    return None if row is None else _read(row)


async def save(tx: Transaction, conversation: Conversation, now: datetime) -> None:
    """Write a conversation that this transaction locked."""
    values = _row(conversation) | {"changed_at": now, "expires_at": None}
    await tx.execute(update(_conversation).where(_conversation.c.id == conversation.id).values(**values))


async def settle(tx: Transaction, conversation: Conversation, owner: str, version: int, now: datetime) -> bool:
    """Write a conversation, raise its version and give ``owner``'s lease back, all at once; False when nothing was written.

    That is when ``owner`` no longer has the lease, or the conversation is no longer what it was in ``version``. Like `lock` to be
    the first statement of whatever changes a conversation.
    """
    its = {"its_id": conversation.id, "its_owner": owner, "its_version": version}
    values = _row(conversation) | {"changed_at": now, "expires_at": None, "lease_owner": None, "lease_until": None}
    return (await tx.execute(_SETTLED, {**values, "version": version + 1, **its})).rowcount == 1


async def stop(tx: Transaction, conversation_id: str) -> None:
    """Note that the resident blocked us."""
    await tx.execute(update(_conversation).where(_conversation.c.id == conversation_id).values(stopped=True))


async def replace_forgotten(
    tx: Transaction, forgotten: Conversation, now: datetime, until: datetime, *, discreet: bool = False
) -> Conversation:
    """Delete a conversation with all that hangs on it, and return an empty one in its place that ends at ``until``.

    Entries, outbox rows, turns, votes and cases go with it (their keys cascade), and so do the questions, the records of cases
    and the suggestions with words of theirs, which else outlive a conversation. The empty one exists only to carry the last
    reply to the address; it lives on if the resident writes again. ``discreet`` has its page tell nothing, as that of the former
    one did. The caller has locked the conversation (`lock`), so that no question of it is being kept meanwhile.
    """
    await tx.execute(delete(_question).where(_question.c.conversation_id == forgotten.id))
    await case_records.forget(tx, forgotten.id)
    await suggestions.forget(tx, forgotten.id)
    await tx.execute(delete(_conversation).where(_conversation.c.id == forgotten.id))
    fresh = Conversation(new_id(), forgotten.channel, forgotten.address, discreet=discreet)
    values = _row(fresh) | {"started_at": now, "changed_at": now, "expires_at": until}
    await tx.execute(_conversation.insert().values(**values))
    return fresh


def _row(conversation: Conversation) -> dict[str, Any]:
    """Return the columns of the model's fields, which bear the same names."""
    values = {name: getattr(conversation, name) for name in _FIELDS}
    values["pending"] = None if conversation.pending is None else asdict(conversation.pending)
    return dict(storable(values))


def _read(row: Row[Any]) -> Conversation:
    pending = row.pending
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        language=row.language,
        chosen_language=row.chosen_language,
        country=row.country,
        place=row.place,
        lives_in=row.lives_in,
        situation=row.situation,
        topic=row.topic,
        topic_country=row.topic_country,
        asked=tuple(row.asked or ()),
        holder=Holder(row.holder),
        waiting=row.waiting,
        greeted=row.greeted,
        pending=None if pending is None else Pending(Asked(pending["asked"]), pending["text"], pending["topic"]),
        not_helpful=row.not_helpful,
        voted=row.voted,
        crisis_shown_at=row.crisis_shown_at,
        crisis_shown=row.crisis_shown,
        ended=row.ended,
        stopped=row.stopped,
        discreet=row.discreet,
        hurry=row.hurry,
        hurry_since=row.hurry_since,
        version=row.version,
    )

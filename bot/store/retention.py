"""How long each kind of row is kept: the rules that housekeeping carries out, and that the record of processing tells.

One object is both the deed and the word, so that the two cannot differ. A rule deletes in two steps: keys are looked up in a
transaction that only reads, and deleted, a few at a time, in one that looks again whether they are still over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, literal_column, null, or_, select, tuple_, update

from bot.model.sentences import sentence
from bot.store import desk_tables, edit_tables, tables
from bot.store.database import Transaction
from bot.store.suggestions import Kind

#: How long a failed attempt to sign in is remembered; longer than anything that counts them looks back.
FAILURES_KEPT = timedelta(days=1)
#: How long it is remembered that somebody was told of what is over by now; longer than they are told of anything ahead.
TOLD_KEPT = timedelta(days=30)
#: How long it is remembered who read or changed what: so long that a complaint of last year can still be looked into. Whose
#: account was closed is in it by name, so that the account stays as long.
AUDIT_KEPT = timedelta(days=730)
#: How long a draft that was published or discarded can still be looked into; what was published stands in its edition for good.
DRAFTS_KEPT = timedelta(days=90)
#: How long a link of an office that is over can still be looked into.
LINKS_KEPT = timedelta(days=30)
#: How long what could not be worked on is kept for somebody to look at.
ASIDE_KEPT = timedelta(days=30)
#: How long a shift or a closure that is over can still be looked into.
PAST_KEPT = timedelta(days=366)
#: How long the program tries to say something in the staff's group.
LINES_KEPT = timedelta(days=7)
#: No channel repeats what it brought for so long: Telegram keeps what was not acknowledged for a day. A row of the inbox that is
#: older need not stand there any more to tell a message that comes twice.
REPEATED = timedelta(days=2)

_AT_ONCE = timedelta()
#: No more than so many rows are counted of one rule: that there are many is enough to know.
_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Periods:
    """What an operator has set, and whether staff have a group in which cases are mirrored: its topics go with their mirror."""

    conversations: timedelta = timedelta(days=30)
    figures: timedelta = timedelta(days=366)
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of ``table`` are over when ``lasts`` has gone by since what ``since`` says.

    ``over`` is the condition, given the moment before which that has to lie. ``empties`` is what is set in the rows instead of
    deleting them. ``applies`` tells whether the rule is in force.
    """

    kind: str
    table: Table
    since: str
    lasts: Callable[[Periods], timedelta]
    over: Callable[[datetime], ColumnElement[bool]]
    empties: dict[str, Any] | None = None
    applies: Callable[[Periods], bool] = lambda _: True

    def due(self, now: datetime, periods: Periods) -> ColumnElement[bool]:
        """Return the condition that a row is over."""
        return self.over(now - self.lasts(periods))


async def find(tx: Transaction, rule: Rule, now: datetime, periods: Periods, limit: int) -> Sequence[tuple[Any, ...]]:
    """Return the keys of at most ``limit`` rows that are over."""
    wanted = select(*rule.table.primary_key).where(rule.due(now, periods)).limit(limit)
    return [tuple(row) for row in await tx.execute(wanted)]


async def carry_out(tx: Transaction, rule: Rule, keys: Sequence[tuple[Any, ...]], now: datetime, periods: Periods) -> int:
    """Delete (or empty) the rows with these keys that are still over, with all that hangs on them; return how many.

    They are locked first and then looked at once more: what others did to them meanwhile is seen by then, and what somebody is
    changing just now is left for the next time.
    """
    over = rule.due(now, periods)
    lock = select(*rule.table.primary_key).where(_among(rule.table, keys), over)
    locked = [tuple(row) for row in await tx.execute(lock.with_for_update(skip_locked=True, of=rule.table))]
    if not locked:
        return 0
    these = and_(_among(rule.table, locked), over)
    if rule.empties is not None:
        return (await tx.execute(update(rule.table).where(these).values(**rule.empties))).rowcount
    return (await tx.execute(delete(rule.table).where(these))).rowcount


async def count(tx: Transaction, rule: Rule, now: datetime, periods: Periods) -> int:
    """Return how many rows are over, a thousand at most."""
    over = select(*rule.table.primary_key).where(rule.due(now, periods)).limit(_COUNTED).subquery()
    return int((await tx.execute(select(func.count()).select_from(over))).scalar_one())


def _among(table: Table, keys: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    columns = tuple(table.primary_key)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


_inbox, _conversation, _entry, _case = tables.inbox, tables.conversation, tables.entry, tables.case_file
_told, _suggestion, _topic = desk_tables.told, desk_tables.suggestion, desk_tables.group_topic
_invitation, _link = desk_tables.invitation, edit_tables.provider_link


def _silent(before: datetime) -> ColumnElement[bool]:
    """Return that nothing was said since, no case is open or was closed since, and nothing waits to be worked on."""
    its_entry, its_case = _entry.c.conversation_id == _conversation.c.id, _case.c.conversation_id == _conversation.c.id
    said = exists().where(its_entry, _entry.c.at > before)
    case = exists().where(its_case, or_(_case.c.state != "closed", _case.c.closed_at > before))
    came = exists().where(
        _inbox.c.channel == _conversation.c.channel,
        _inbox.c.address == _conversation.c.address,
        _inbox.c.state == literal_column("'new'"),
        _inbox.c.received_at > before,
    )
    return and_(_conversation.c.changed_at <= before, ~said, ~case, ~came)


def _farewell_over(before: datetime) -> ColumnElement[bool]:
    """Return that the end has come and the last reply is out."""
    outbox = tables.outbox
    unsent = exists().where(outbox.c.conversation_id == _conversation.c.id, outbox.c.state.in_(("new", "sending")))
    return and_(_conversation.c.expires_at <= before, ~unsent)


def _came_before(before: datetime) -> ColumnElement[bool]:
    # The newest row stays, with nothing in it: numbers that were given to turns are then never given again, not even by a
    # database that was filled from a backup.
    newest = select(func.max(_inbox.c.sequence)).scalar_subquery()
    return and_(_inbox.c.received_at <= before, _inbox.c.sequence < newest)


def _erased_before(before: datetime) -> ColumnElement[bool]:
    erased = and_(_inbox.c.address == literal_column("''"), _inbox.c.payload.is_(null()))
    return and_(_came_before(before), _inbox.c.state == literal_column("'done'"), erased)


def _aside_before(before: datetime) -> ColumnElement[bool]:
    return and_(_inbox.c.received_at <= before, _inbox.c.state == literal_column("'aside'"), _inbox.c.payload.is_not(null()))


def _told_before(before: datetime) -> ColumnElement[bool]:
    waits_on = exists().where(_case.c.id == _told.c.case_id, _case.c.waiting_since == _told.c.since)
    return and_(_told.c.put_at < before, ~waits_on)


def _suggested_before(before: datetime) -> ColumnElement[bool]:
    # Words of residents stand in what staff passed on, too; an office speaks of itself alone.
    of_residents = and_(_suggestion.c.kind != Kind.PROVIDER, _suggestion.c.made_at < before)
    return or_(_suggestion.c.decided_at < before, of_residents)


def _recorded_before(before: datetime) -> ColumnElement[bool]:
    # The record of a case that is still there would be made again.
    record = edit_tables.case_record
    return and_(record.c.opened_at < before, ~exists().where(_case.c.id == record.c.case_id))


def _no_case(_: datetime) -> ColumnElement[bool]:
    return ~exists().where(_case.c.id == _topic.c.case_id)


CONVERSATIONS = Rule(
    "conversations",
    _conversation,
    sentence("after the last word, or after the last case was closed"),
    lambda periods: periods.conversations,
    _silent,
)
FAREWELLS = Rule(
    "farewells",
    _conversation,
    sentence("one day after everything was deleted at the wish of the resident, when the last reply was sent"),
    lambda _: _AT_ONCE,
    _farewell_over,
)
INCOMINGS = Rule(
    "incomings",
    _inbox,
    sentence("after it came"),
    lambda periods: max(periods.conversations, REPEATED),
    _came_before,
)
ERASED = Rule(
    "incomings_erased",
    _inbox,
    sentence("after it came, when everything was deleted at the wish of the resident"),
    lambda _: REPEATED,
    _erased_before,
)
ASIDE = Rule(
    "set_aside",
    _inbox,
    sentence("after it came, when it could not be worked on"),
    lambda periods: min(periods.conversations, ASIDE_KEPT),
    _aside_before,
    empties={"payload": null(), "address": ""},
)
TOLD = Rule("told", _told, sentence("after it was told, when the case no longer waits"), lambda _: TOLD_KEPT, _told_before)
GROUP_TOPICS = Rule(
    "group_topics",
    _topic,
    sentence("when its case was deleted"),
    lambda _: _AT_ONCE,
    _no_case,
    applies=lambda periods: not periods.mirrored,  # else the mirror deletes the topic in the group, and then the row
)
GROUP_LINES = Rule(
    "group_lines",
    desk_tables.group_line,
    sentence("after it was written, when it could not be said"),
    lambda _: LINES_KEPT,
    lambda before: desk_tables.group_line.c.put_at < before,
)
QUESTIONS = Rule(
    "questions",
    edit_tables.question,
    sentence("after it was asked"),
    lambda periods: periods.figures,
    lambda before: edit_tables.question.c.at < before,
)
CASE_RECORDS = Rule(
    "case_records",
    edit_tables.case_record,
    sentence("after the case was opened, when the case itself was deleted"),
    lambda periods: periods.figures,
    _recorded_before,
)
SUGGESTIONS = Rule(
    "suggestions",
    _suggestion,
    sentence("after it was made, and what an office said after it was decided on"),
    lambda periods: periods.figures,
    _suggested_before,
)
SESSIONS = Rule(
    "sessions",
    tables.staff_session,
    sentence("when it ends"),
    lambda _: _AT_ONCE,
    lambda before: tables.staff_session.c.expires_at <= before,
)
FAILURES = Rule(
    "signin_failures",
    tables.signin_failure,
    sentence("after the attempt"),
    lambda _: FAILURES_KEPT,
    lambda before: tables.signin_failure.c.at <= before,
)
INVITATIONS = Rule(
    "invitations",
    _invitation,
    sentence("when it was used or can no longer be used"),
    lambda _: _AT_ONCE,
    lambda before: or_(_invitation.c.used_at.is_not(None), _invitation.c.expires_at <= before),
)
LINK_CODES = Rule(
    "link_codes",
    desk_tables.link_code,
    sentence("when it can no longer be used"),
    lambda _: _AT_ONCE,
    lambda before: desk_tables.link_code.c.expires_at <= before,
)
LEASES = Rule("leases", tables.lease, sentence("when it ends"), lambda _: _AT_ONCE, lambda before: tables.lease.c.until <= before)
AUDIT = Rule(
    "audit",
    desk_tables.audit,
    sentence("after it was done"),
    lambda _: AUDIT_KEPT,
    lambda before: desk_tables.audit.c.at < before,
)
ACCOUNTS = Rule(
    "accounts",
    tables.staff,
    sentence("after the account was closed"),
    lambda _: AUDIT_KEPT,
    lambda before: tables.staff.c.disabled_at < before,
)
CLOSURES = Rule(
    "closures",
    desk_tables.closure,
    sentence("after it ended"),
    lambda _: PAST_KEPT,
    lambda before: desk_tables.closure.c.ends < before,
)
SHIFTS = Rule(
    "shifts",
    desk_tables.shift,
    sentence("after it ended"),
    lambda _: PAST_KEPT,
    lambda before: desk_tables.shift.c.ends < before,
)
DRAFTS = Rule(
    "drafts",
    edit_tables.draft,
    sentence("after it was published or discarded"),
    lambda _: DRAFTS_KEPT,
    lambda before: and_(edit_tables.draft.c.state != "open", edit_tables.draft.c.changed_at < before),
)
PROVIDER_LINKS = Rule(
    "provider_links",
    _link,
    sentence("after it ended"),
    lambda _: LINKS_KEPT,
    lambda before: or_(_link.c.ended_at < before, _link.c.expires_at < before),
)

#: All of them, in the order in which they are carried out: conversations before what outlives them.
RULES = (
    FAREWELLS,
    CONVERSATIONS,
    ASIDE,
    INCOMINGS,
    ERASED,
    TOLD,
    GROUP_TOPICS,
    GROUP_LINES,
    QUESTIONS,
    CASE_RECORDS,
    SUGGESTIONS,
    SESSIONS,
    FAILURES,
    INVITATIONS,
    LINK_CODES,
    LEASES,
    AUDIT,
    ACCOUNTS,
    CLOSURES,
    SHIFTS,
    DRAFTS,
    PROVIDER_LINKS,
)

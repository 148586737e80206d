"""Looks whether a database holds what a model of the desk says."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import func, select, text

from bot.model.case import Case, CaseState
from bot.model.conversation import Asked, Conversation, Holder
from bot.model.message import Author, Kind
from bot.store import amendments, cases, conversations, entries, inbox, outbox, readers, tables
from bot.store.database import Transaction
from bot.store.entries import Entry
from tests.support.house import TELEGRAM, House
from tests.work.desk_model import Model
from tests.work.desk_nouns import File, Person

_SPOKEN = (Author.BOT, Author.STAFF)


class Watch:
    """Compares a house with a model of it, and remembers what must not change backwards."""

    def __init__(self, house: House, model: Model) -> None:
        self._house, self._model = house, model
        self.versions: dict[str, int] = {}
        self._seen: dict[str, tuple[str, int]] = {}
        self._delivered: set[int] = set()
        self.forgotten: set[str] = set()

    async def conversation(self, who: str) -> Conversation | None:
        """Return the conversation of a resident, if there is one."""
        async with self._house.db.read() as tx:
            return await conversations.find(tx, self._model.people[who].channel, who)

    async def opened(self, who: str) -> Case | None:
        """Return the case of a resident that is open, if there is one."""
        conversation = await self.conversation(who)
        async with self._house.db.read() as tx:
            return None if conversation is None else await cases.of_conversation(tx, conversation.id)

    async def last_of(self, case_id: str, name: str) -> tuple[int, int | None]:
        """Return what the page of a case shows of the last message of somebody: its number, and when it was changed last."""
        async with self._house.db.read() as tx:
            case = await cases.get(tx, case_id)
            line = None if case is None else await amendments.last_of(tx, case.conversation_id, name)
        return (0, None) if line is None else (line.sequence, line.changed)

    async def look(self) -> None:
        """Compare everything."""
        async with self._house.db.read() as tx:
            waiting = await inbox.counts(tx)
            assert waiting[inbox.State.NEW] == waiting[inbox.State.ASIDE] == 0
            for person in self._model.people.values():
                found = await conversations.find(tx, person.channel, person.address)
                if found is not None:
                    await self._look_at(tx, person, found)

    async def _look_at(self, tx: Transaction, person: Person, conversation: Conversation) -> None:
        before, version = self._seen.get(person.address, ("", 0))
        assert conversation.version >= version or before != conversation.id
        self._seen[person.address] = (conversation.id, conversation.version)
        self.versions[person.address] = conversation.version
        kept = (await cases.of_conversations(tx, [conversation.id])).get(conversation.id, [])
        theirs = [each for each in self._model.files.values() if each.resident == person.address]
        assert {case.id for case in kept} == {each.id for each in theirs}
        for case in kept:
            _compare(case, self._model.files[case.id], await readers.of_case(tx, case.id))
        _holds(conversation, self._model.open_of(person.address), person)
        lines = await entries.since(tx, conversation.id, notes=True)
        _in_order(lines)
        assert _said(lines) == person.lines
        await self._is_sent_once(tx, person, conversation, lines)

    async def _is_sent_once(self, tx: Transaction, person: Person, conversation: Conversation, lines: list[Entry]) -> None:
        """Each line of ours is a letter, where a channel sends; what was said to who had blocked us is none."""
        letters = await outbox.states(tx, conversation.id)
        spoken = {line.sequence for line in lines if line.author in _SPOKEN}
        assert set(letters) <= (spoken if person.is_sent_to else set())
        fresh = {each for each in spoken if each > person.looked_at}
        person.looked_at = max(spoken, default=person.looked_at)
        assert fresh & set(letters) == (fresh if person.is_sent_to and not person.stopped else set())

    async def deliver(self) -> None:
        """Send all that waits: each line once, in its order, as it stands now."""
        async with self._house.db.read() as tx:
            waits = select(tables.outbox.c.entry, tables.outbox.c.address).where(tables.outbox.c.state == outbox.State.NEW)
            rows = (await tx.execute(waits.order_by(tables.outbox.c.entry))).all()
            lines = await entries.get_many(tx, [row.entry for row in rows])
        assert not self._delivered & set(lines), "nothing is sent twice"
        sent = len(self._house.post.sent)
        await self._house.delivers()
        assert self._house.post.sent[sent:] == [(row.address, lines[row.entry].text) for row in rows]
        self._delivered |= set(lines)
        async with self._house.db.read() as tx:
            assert not await outbox.has_due(tx, TELEGRAM, self._house.now)
            assert not await amendments.has_due(tx, TELEGRAM, self._house.now)

    async def finish(self) -> None:
        """Nothing points nowhere, and nothing is left of who was forgotten."""
        async with self._house.db.read() as tx:
            if tx.dialect.name == "sqlite":
                assert (await tx.execute(text("PRAGMA foreign_key_check"))).all() == []
            for table in tables.metadata.sorted_tables:
                if "conversation_id" in table.c and self.forgotten:
                    left = select(func.count()).where(table.c.conversation_id.in_(self.forgotten))
                    assert (await tx.execute(left)).scalar_one() == 0, table.name


def _compare(case: Case, its: File, named: frozenset[str]) -> None:
    assert case.state is its.state
    assert case.state is CaseState.CLOSED or case.claimed_by == its.holder
    assert case.point == its.point
    assert (case.confidential, named) == (bool(its.readers), its.readers)
    assert case.offered_to == its.offered
    assert case.later_until == its.later
    assert (case.closed_at is not None) == (its.state is CaseState.CLOSED)


def _holds(conversation: Conversation, its: File | None, person: Person) -> None:
    state = None if its is None else its.state
    assert conversation.holder is (Holder.STAFF if state is CaseState.CLAIMED else Holder.BOT)
    assert conversation.waiting == (state is CaseState.WAITING)
    assert conversation.stopped == person.stopped
    is_asked = conversation.pending is not None and conversation.pending.asked is Asked.CONSENT
    assert is_asked == (its is not None and its.offered is not None)


def _in_order(lines: list[Entry]) -> None:
    assert [line.sequence for line in lines] == sorted({line.sequence for line in lines})
    assert all(earlier.at <= later.at for earlier, later in pairwise(lines))


def _said(lines: list[Entry]) -> list[tuple[str, str]]:
    spoken = [
        line for line in lines if line.author is Author.STAFF or (line.author is Author.RESIDENT and line.kind == Kind.TEXT)
    ]
    return [(line.staff or "resident", line.text) for line in spoken]

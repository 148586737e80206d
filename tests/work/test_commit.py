"""The one door out: all of a turn or nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Author, Button, Incoming, Kind, Outgoing
from bot.model.turn import Turn, Vote
from bot.model.verdict import Candidate, Evidence, LanguageGuess, Verdict, VerdictKind
from bot.store import cases, entries, inbox, outbox, tables, turns
from bot.work.commit import Lease, LostLease, Moved, commit
from bot.work.reception import LEASE
from tests.support.house import TELEGRAM, WEB, House, echo

RICH = Outgoing(
    "Call 112.", "sl", Author.BOT, ((Button("Yes", "helpful:pension/si"), Button("No", "none")),), ("112",), True, True
)


async def _claim(house: House, text: str = "hello") -> inbox.Claim:
    await house.hears(text)
    async with house.db.write() as tx:
        claim = await inbox.claim(tx, "worker", house.now, LEASE, [TELEGRAM])
    assert claim is not None
    return claim


def _incoming(claim: inbox.Claim) -> Incoming:
    received = claim.received
    return Incoming(received.sequence, TELEGRAM, "ana", received.external_id, Kind.TEXT, house_now(claim), "hello")


def house_now(claim: inbox.Claim) -> datetime:
    return claim.received.received_at


def _lease(claim: inbox.Claim, **other: str | int) -> Lease:
    return replace(Lease(claim.conversation.id, claim.owner, claim.conversation.version), **other)  # type: ignore[arg-type]


async def test_all_that_was_decided_is_written(house: House) -> None:
    claim = await _claim(house)
    verdict = Verdict(VerdictKind.ANSWER, 0.9, "pension", evidence=Evidence(candidates=(Candidate("pension", 0.9),)))
    turn = Turn(
        _incoming(claim),
        claim.conversation.speaking("sl").answered("pension", "si"),
        (RICH, Outgoing("second", "sl")),
        verdict=verdict,
        guess=LanguageGuess((("sl", 0.9), ("hr", 0.1)), ("sl", "hr")),
        opens=CaseOpening(Reason.ASKED, "pension"),
        vote=Vote("pension", "si", helpful=True),
    )
    await commit(house.db, house.bell, turn, _lease(claim), house.now)

    conversation = await house.conversation()
    resident, first, second = await house.lines()
    async with house.db.read() as tx:
        understood = (await turns.of_conversation(tx, conversation.id))[claim.received.sequence]
        states = await outbox.states(tx, conversation.id)
        votes = (await tx.execute(select(func.count()).select_from(tables.vote))).scalar_one()
    assert (conversation.topic, conversation.language, conversation.version) == ("pension", "sl", 1)
    assert (resident.author, resident.text, resident.turn) == (Author.RESIDENT, "hello", claim.received.sequence)
    assert first.outgoing() == RICH
    assert second.text == "second"
    assert (understood.verdict, understood.guess) == (turn.verdict, turn.guess)
    assert list(states.values()) == [outbox.State.NEW, outbox.State.NEW]
    assert votes == 1
    assert (await house.case()).reason is Reason.ASKED
    assert await house.inbox() == {"done": 1}


async def test_a_second_turn_about_one_incoming_is_refused(house: House) -> None:
    claim = await _claim(house)
    turn = echo(claim.conversation, _incoming(claim), house.now)
    await commit(house.db, house.bell, turn, _lease(claim), house.now)
    async with house.db.write() as tx:
        assert await inbox.claim(tx, "worker", house.now, LEASE, [TELEGRAM]) is None
    with pytest.raises(LostLease):
        await commit(house.db, house.bell, turn, _lease(claim), house.now)

    assert await house.said() == ["echo: hello"]


async def test_a_turn_without_the_lease_is_refused(house: House) -> None:
    claim = await _claim(house)
    turn = echo(claim.conversation, _incoming(claim), house.now)
    with pytest.raises(LostLease):
        await commit(house.db, house.bell, turn, _lease(claim, owner="somebody else"), house.now)

    assert await house.lines() == []


async def test_a_turn_on_a_conversation_that_moved_is_refused(house: House) -> None:
    claim = await _claim(house)
    turn = echo(claim.conversation, _incoming(claim), house.now)
    with pytest.raises(Moved):
        await commit(house.db, house.bell, turn, _lease(claim, version=7), house.now)

    assert await house.lines() == []
    assert (await house.conversation()).version == 0


async def test_nothing_is_written_when_anything_fails(house: House) -> None:
    claim = await _claim(house)
    turn = echo(claim.conversation, _incoming(claim), house.now)

    def fail(step: str) -> None:
        if step == "commit: before the end":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await commit(house.db, house.bell, turn, _lease(claim), house.now, on_step=fail)

    assert await house.lines() == []
    assert await house.inbox() == {"new": 1}


async def test_web_chat_needs_no_outbox(house: House) -> None:
    await house.hears("hello", channel=WEB)
    await house.works()
    async with house.db.read() as tx:
        counts = await outbox.counts(tx)

    assert await house.said(channel=WEB) == ["echo: hello"]
    assert sum(counts.values()) == 0


async def test_a_resident_who_blocks_us_gets_nothing_more(house: House) -> None:
    await house.hears("hello")
    await house.works()
    await house.hears("", kind=Kind.BLOCKED)
    await house.works()
    await house.delivers()

    assert (await house.conversation()).stopped
    assert house.post.sent == []
    assert [line.kind for line in await house.lines() if line.author is Author.NOTE] == ["blocked"]


async def test_a_resident_who_returns_is_answered_again(house: House) -> None:
    for kind in (Kind.BLOCKED, Kind.RETURNED):
        await house.hears("", kind=kind)
    await house.hears("hello")
    await house.works()
    await house.delivers()

    assert not (await house.conversation()).stopped
    assert house.post.sent == [("ana", "echo: hello")]


async def test_a_more_urgent_reason_raises_the_open_case_and_a_lesser_one_does_not(house: House) -> None:
    def calls(reason: Reason, topic: str) -> None:
        def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:  # noqa: ARG001 - as `Think` asks
            return Turn(incoming, conversation, opens=CaseOpening(reason, topic))

        thinking.append(think)

    thinking: list[object] = []
    seen = []
    for reason in (Reason.NOT_COVERED, Reason.CRISIS, Reason.ASKED):
        calls(reason, reason)
        await house.hears("help")
        await house.works(thinking[-1])  # type: ignore[arg-type]
        case = await house.case()
        seen.append((case.reason, case.topic, case.code))

    code = seen[0][2]
    assert seen == [
        (Reason.NOT_COVERED, "not-covered", code),
        (Reason.CRISIS, "crisis", code),
        (Reason.CRISIS, "crisis", code),
    ]


async def test_what_a_resident_writes_while_staff_hold_the_conversation_begins_a_new_wait(house: House) -> None:
    await house.hears("person")
    await house.works()
    case = await house.helpdesk.claim((await house.case()).id, "Ana")
    await house.helpdesk.reply(case.id, (await house.conversation()).version, "Good day", "Ana")
    async with house.db.read() as tx:
        answered = (await cases.line(tx))[0].waiting_since
    house.later(minutes=5)
    seen = house.bell.count("case")
    await house.hears("one more thing")
    await house.works()
    async with house.db.read() as tx:
        waiting = (await cases.line(tx))[0].waiting_since

    assert answered is None
    assert waiting == house.now
    assert house.bell.count("case") != seen
    assert "echo: one more thing" not in await house.said()


async def test_forgetting_leaves_the_goodbye_and_nothing_else(house: House) -> None:
    await house.hears("a secret", external_id="1")
    await house.hears("person", external_id="2")
    await house.hears("another resident", "berta")
    await house.works()
    await house.hears("forget", external_id="3")
    before = await house.conversation()
    await house.works()
    after = await house.conversation()
    async with house.db.read() as tx:
        old = await entries.since(tx, before.id, notes=True)
        gone = [
            (await tx.execute(select(func.count()).select_from(table).where(table.c.conversation_id == before.id))).scalar_one()
            for table in (tables.turn, tables.entry, tables.outbox, tables.case_file, tables.vote)
        ]
        rows = (await tx.execute(select(tables.inbox).order_by(tables.inbox.c.sequence))).all()

    assert after == Conversation(after.id, TELEGRAM, "ana")
    assert after.id != before.id
    assert old == []
    assert gone == [0, 0, 0, 0, 0]
    assert [line.text for line in await house.lines()] == ["echo: forget"]
    assert [(row.payload, row.address) for row in rows if row.external_id in "123"] == [(None, "")] * 3
    assert await house.said("berta") == ["echo: another resident"]


async def test_the_goodbye_is_delivered_and_replays_stay_refused(house: House) -> None:
    await house.hears("a secret", external_id="1")
    await house.works()
    await house.hears("forget", external_id="2")
    await house.works()
    await house.delivers()
    again = [await house.hears("a secret", external_id=number) for number in "12"]

    assert house.post.sent == [("ana", "echo: forget")]
    assert again == [None, None]


async def test_after_forgetting_a_resident_begins_anew(house: House) -> None:
    await house.hears("forget")
    await house.hears("hello again")
    await house.works()

    assert await house.said() == ["echo: forget", "echo: hello again"]


async def test_only_text_that_both_databases_can_hold_is_kept(house: House) -> None:
    await house.hears("a\0b\ud800c")
    await house.works()

    assert await house.said() == ["echo: abc"]

"""The records of cases, from which figures are made: they outlive a case, but not a resident who wants to be forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from bot.model.case import CaseOpening, Outcome, Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming
from bot.model.schedule import DeskState, Schedule
from bot.model.turn import Turn
from bot.store import case_records, conversations, endings, retention, tables
from bot.store.case_records import CaseRecord
from bot.work.closing import Ending
from bot.work.recording import Recording
from tests.support.house import MONDAY, House, echo
from tests.support.tidying import carry_out

DESK = DeskState({"ptuj": Schedule("si", "Mo-Fr 08:00-16:00")}, ())


def at_ptuj(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Open the case of who asks for a person at the info point of Ptuj."""
    turn = echo(conversation, incoming, now)
    return turn if turn.opens is None else replace(turn, opens=CaseOpening(Reason.ASKED, "pension", point="ptuj"))


def recording(house: House) -> Recording:
    """Return what keeps the records."""
    return Recording(house.db, house.bell, lambda: DESK, clock=house.clock)


async def records(house: House, points: frozenset[str] | None = None) -> list[CaseRecord]:
    """Return all records."""
    async with house.db.read() as tx:
        return await case_records.between(tx, MONDAY - timedelta(days=400), MONDAY + timedelta(days=400), points)


async def opened(house: House) -> str:
    """Open a case on Monday at 10.00 and return its id."""
    await house.hears("person")
    await house.works(at_ptuj)
    return (await house.case()).id


async def test_a_case_is_recorded_from_its_opening_to_its_end(house: House) -> None:
    case_id = await opened(house)
    keeper = recording(house)
    assert await keeper.record() == 1
    house.later(minutes=20)
    await house.helpdesk.claim(case_id, "Ana")
    house.later(minutes=10)
    await house.helpdesk.reply(case_id, None, "Dober dan.", "Ana")
    house.later(hours=1)
    await house.closing.close(case_id, "Ana", how=Ending(Outcome.ANSWERED, "pension"))
    assert await keeper.record() == 1
    [record] = await records(house)
    assert record == CaseRecord(
        case_id=case_id,
        opened_at=MONDAY,
        reason="asked",
        channel="telegram",
        topic="pension",
        language="sl",
        point="ptuj",
        claimed_at=MONDAY + timedelta(minutes=20),
        answered_at=MONDAY + timedelta(minutes=30),
        claim_open=20 * 60,
        answer_open=30 * 60,
        closed_at=MONDAY + timedelta(minutes=90),
        outcome="answered",
        open_then=True,
        helped=None,
    )
    assert await keeper.record() == 0


async def test_the_night_does_not_count_as_opening_time(house: House) -> None:
    house.now = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # half an hour before the end of the day
    case_id = await opened(house)
    house.now = datetime(2026, 11, 24, 7, 15, tzinfo=UTC)  # a quarter of an hour after it opened
    await house.helpdesk.claim(case_id, "Ana")
    await recording(house).record()
    [record] = await records(house)
    assert (record.claim_open, record.open_then) == (45 * 60, True)


async def test_who_took_it_first_counts_also_when_it_was_put_back(house: House) -> None:
    case_id = await opened(house)
    keeper = recording(house)
    house.later(minutes=5)
    await house.helpdesk.claim(case_id, "Ana")
    await keeper.record()
    await house.helpdesk.release(case_id, "Ana")
    house.later(minutes=50)
    await house.helpdesk.claim(case_id, "Boris")
    await keeper.record()
    [record] = await records(house)
    assert record.claimed_at == MONDAY + timedelta(minutes=5)


async def test_without_known_hours_nothing_is_said_of_them(house: House) -> None:
    await opened(house)
    for desk in (
        DeskState({}, ()),
        DeskState({"ptuj": Schedule("si", None)}, ()),
        DeskState({"ptuj": Schedule("si", "nonsense")}, ()),
    ):
        await Recording(house.db, house.bell, lambda: desk).record()  # noqa: B023 - used within the turn of the loop
    [record] = await records(house)
    assert (record.claim_open, record.open_then) == (None, None)


async def test_two_processes_that_record_at_once_make_one_record(house: House) -> None:
    await opened(house)
    async with house.db.read() as tx:
        [(standing, kept)] = await case_records.behind(tx, 10)
    assert kept is None
    for _ in range(2):
        async with house.db.write() as tx:
            await case_records.put(tx, [standing])
    assert len(await records(house)) == 1


async def test_records_are_found_by_info_point(house: House) -> None:
    await opened(house)
    await recording(house).record()
    assert len(await records(house, frozenset({"ptuj"}))) == 1
    assert await records(house, frozenset({"dalgopol"})) == []


async def test_the_record_goes_with_a_resident_who_wants_to_be_forgotten(house: House) -> None:
    case_id = await opened(house)
    await recording(house).record()
    await house.helpdesk.claim(case_id, "Ana")
    await house.closing.close(case_id, "Ana", how=Ending(Outcome.ANSWERED))
    await recording(house).record()
    async with house.db.read() as tx:
        behind = await case_records.behind(tx, 10)
    assert behind == []
    await house.hears("forget")
    await house.works()
    assert await records(house) == []
    async with house.db.write() as tx:
        await case_records.put(tx, [CaseRecord(case_id, MONDAY, "asked", "telegram")])
    assert await records(house) == []


async def test_old_records_are_deleted(house: House) -> None:
    await opened(house)
    await recording(house).record()
    kept, second = retention.Periods().figures, timedelta(seconds=1)
    async with house.db.write() as tx:
        assert await carry_out(tx, retention.CASE_RECORDS, MONDAY + kept + second) == 0  # it would be made again from its case
        await tx.execute(delete(tables.conversation))
        assert await carry_out(tx, retention.CASE_RECORDS, MONDAY + kept) == 0
        assert await carry_out(tx, retention.CASE_RECORDS, MONDAY + kept + second) == 1


async def test_a_resident_who_is_forgotten_while_a_record_is_being_kept_leaves_none(house: House) -> None:
    await opened(house)
    theirs = (await house.conversation()).id
    async with house.db.read() as tx:
        [(standing, _)] = await case_records.behind(tx, 10)

    async def forget() -> None:
        async with house.db.write() as tx:
            locked = await conversations.lock(tx, theirs)
            assert locked is not None
            await conversations.replace_forgotten(tx, locked, house.now, house.now)

    async with house.db.write() as tx:
        await case_records.put(tx, [standing])
        forgetting = asyncio.create_task(forget())
        await asyncio.wait({forgetting}, timeout=0.3)
        assert not forgetting.done()
    await forgetting

    assert await records(house) == []


async def test_a_record_that_is_kept_while_its_resident_is_being_forgotten_is_not_there_afterwards(house: House) -> None:
    await opened(house)
    conversation = await house.conversation()
    async with house.db.read() as tx:
        [(standing, _)] = await case_records.behind(tx, 10)

    async def keep() -> None:
        async with house.db.write() as tx:
            await case_records.put(tx, [standing])

    async with house.db.write() as tx:
        assert await conversations.lock(tx, conversation.id) is not None
        await case_records.forget(tx, conversation.id)
        keeping = asyncio.create_task(keep())
        await asyncio.wait({keeping}, timeout=0.3)
        assert not keeping.done()
        await conversations.replace_forgotten(tx, conversation, house.now, house.now)
    await keeping

    assert await records(house) == []


async def test_what_is_said_of_a_case_that_was_closed_long_ago_is_recorded_within_the_hour(house: House) -> None:
    case_id = await opened(house)
    await house.helpdesk.claim(case_id, "Ana")
    await house.closing.close(case_id, "Ana", how=Ending(Outcome.ANSWERED))
    house.later(days=3)
    keeper = recording(house)
    assert await keeper.record() == 1
    conversation = await house.conversation()
    async with house.db.write() as tx:
        assert await endings.helped(tx, case_id, conversation.id, yes=True)
    assert await keeper.record() == 0
    house.later(hours=1)

    assert await keeper.record() == 1
    assert [record.helped for record in await records(house)] == [True]

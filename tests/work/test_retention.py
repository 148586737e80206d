"""The clock is turned on: of every table what is over is gone, and what is not stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, select, update

from bot.model.case import CaseOpening, Reason
from bot.store import cases, conversations, desk_tables, edit_tables, inbox, retention, tables
from bot.store.database import Database, Transaction
from bot.store.purposes import Along
from bot.store.register import KEPT
from bot.store.retention import Periods, Rule
from bot.work.housekeeping import Housekeeping
from tests.support.house import MONDAY, TELEGRAM, House
from tests.support.planting import plant
from tests.support.tidying import believe

PERIODS = Periods(timedelta(days=40), timedelta(days=400))
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)

#: What a row is like on which a rule acts, with the moment by which it does; besides what every row of its table has.
_ACTED_ON: dict[str, dict[str, Any]] = {
    "farewells": {"changed_at": MONDAY},
    "incomings": {"state": "done"},
    "incomings_erased": {"state": "done", "address": "", "payload": None},
    "set_aside": {"state": "aside", "payload": {"text": "words"}},
    "drafts": {"state": "discarded"},
    "suggestions": {"kind": "provider"},
}
#: Moments that need not be there, by which a rule goes.
_BY = {
    "farewells": "expires_at",
    "suggestions": "decided_at",
    "accounts": "disabled_at",
    "shifts": "ends",
}


async def _keys(tx: Transaction, table: Table) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in await tx.execute(select(*table.primary_key))}


async def _tidied(db: Database, now: datetime, periods: Periods = PERIODS) -> dict[str, int]:
    await believe(db, now)
    return await Housekeeping(db, periods, clock=lambda: now).tidy()


async def _plant_for(tx: Transaction, rule: Rule, at: datetime) -> tuple[Any, ...]:
    given = dict(_ACTED_ON.get(rule.kind, {}))
    if rule.kind in _BY:
        given[_BY[rule.kind]] = at
    if rule.table is desk_tables.shift:
        given["staff_id"] = (await plant(tx, tables.staff, MONDAY))[0]
    if rule in (retention.SESSIONS, retention.LINK_CODES):
        given["staff_id"] = (await plant(tx, tables.staff, MONDAY))[0]
    if rule.kind == "group_topics" and at >= MONDAY - _SECOND:
        return await _topic_of_a_case(tx)
    return await plant(tx, rule.table, at, **given)


async def _topic_of_a_case(tx: Transaction) -> tuple[Any, ...]:
    conversation = await plant(tx, tables.conversation, MONDAY)
    case = await plant(tx, tables.case_file, MONDAY, conversation_id=conversation[0], state="open")
    return await plant(tx, desk_tables.group_topic, MONDAY, case_id=case[0])


async def test_by_every_rule_what_is_over_is_gone_and_what_is_not_stays(database: Database) -> None:
    over: dict[str, tuple[Any, ...]] = {}
    kept: dict[str, tuple[Any, ...]] = {}
    async with database.write() as tx:
        for rule in retention.RULES:
            last = MONDAY - rule.lasts(PERIODS)
            over[rule.kind] = await _plant_for(tx, rule, last - _SECOND if rule is not retention.GROUP_TOPICS else last - _DAY)
            kept[rule.kind] = await _plant_for(tx, rule, last + _SECOND)
    gone = await _tidied(database, MONDAY)

    assert {kind: count for kind, count in gone.items() if count != 1} == {}
    async with database.read() as tx:
        for rule in retention.RULES:
            left = await _keys(tx, rule.table)
            assert kept[rule.kind] in left, rule.kind
            assert (over[rule.kind] in left) == (rule.empties is not None), rule.kind


async def test_what_hangs_on_something_goes_with_it_and_not_before(database: Database) -> None:
    along = [keeping.table for keeping in KEPT if isinstance(keeping.lasts, Along)]
    async with database.write() as tx:
        for at in (MONDAY - timedelta(days=800), MONDAY):
            await _plant_a_house(tx, at)
        before = {table.name: len(await _keys(tx, table)) for table in along}
    await _tidied(database, MONDAY)
    async with database.read() as tx:
        after = {table.name: len(await _keys(tx, table)) for table in along}

    assert before == {table.name: 2 for table in along}
    assert after == {table.name: 1 for table in along}


async def _plant_a_house(tx: Transaction, at: datetime) -> None:
    """Plant one row in each table that goes along with another: all of one moment."""
    [conversation] = await plant(tx, tables.conversation, at)
    of = {"conversation_id": conversation}
    [entry] = await plant(tx, tables.entry, at, **of)
    [case] = await plant(tx, tables.case_file, at, state="closed", closed_at=at, **of)
    [call] = await plant(tx, desk_tables.call_back, at, case_id=case, **of)
    for table, more in (
        (tables.turn, {}),
        (tables.outbox, {"entry": entry}),
        (tables.vote, {}),
        (desk_tables.attachment, {}),
        (desk_tables.amendment, {"entry": entry}),
    ):
        await plant(tx, table, at, **of, **more)
    await plant(tx, desk_tables.case_reader, at, case_id=case)
    await plant(tx, desk_tables.call_try, at, call_back_id=call)
    [member] = await plant(tx, tables.staff, at, disabled_at=at)
    [draft] = await plant(tx, edit_tables.draft, at, state="discarded")
    for table in (desk_tables.recovery_code, edit_tables.reminder, edit_tables.topic_owner):
        await plant(tx, table, at, staff_id=member)
    await plant(tx, edit_tables.draft_at_hand, at, staff_id=member, draft_id=draft)
    for table in (edit_tables.draft_file, edit_tables.draft_editor, edit_tables.trial, edit_tables.agreement):
        await plant(tx, table, at, draft_id=draft)


async def test_what_has_no_end_stays(database: Database) -> None:
    # Chores and steps the program writes itself; weights and vectors go when they are not needed (see test_proof, test_shelf).
    timeless = [
        keeping.table for keeping in KEPT if isinstance(keeping.lasts, str) and keeping.table.name not in {"chore", "step"}
    ]
    async with database.write() as tx:
        for table in timeless:
            await plant(tx, table, MONDAY - timedelta(days=4000))
    await _tidied(database, MONDAY)
    async with database.read() as tx:
        assert {table.name: len(await _keys(tx, table)) for table in timeless} == {table.name: 1 for table in timeless}


async def test_rows_of_a_time_to_come_stay(database: Database) -> None:
    async with database.write() as tx:
        await _plant_a_house(tx, MONDAY + timedelta(days=365))
        for rule in retention.RULES:
            await _plant_for(tx, rule, MONDAY + timedelta(days=365))

    assert {kind: count for kind, count in (await _tidied(database, MONDAY)).items() if count} == {}


async def _conversation(house: House, *lines: str) -> str:
    for line in lines:
        await house.hears(line)
    await house.works()
    await house.delivers()
    return (await house.conversation()).id


async def _count(db: Database, table: Table) -> int:
    async with db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def test_a_conversation_is_kept_for_its_days_after_the_last_word(house: House) -> None:
    await _conversation(house, "hello")
    house.later(days=20)
    await _conversation(house, "again")
    early = await _tidied(house.db, house.now + timedelta(days=40) - _SECOND)
    over = await _tidied(house.db, house.now + timedelta(days=40))

    assert (early["conversations"], over["conversations"]) == (0, 1)
    assert [await _count(house.db, table) for table in (tables.entry, tables.turn, tables.outbox)] == [0, 0, 0]


async def test_a_case_that_waits_or_is_held_keeps_its_conversation_and_so_do_the_days_after_its_end(house: House) -> None:
    await _conversation(house, "person")
    case = await house.case()
    year = timedelta(days=365)
    waits = await _tidied(house.db, house.now + year)
    await house.helpdesk.claim(case.id, "Ana")
    held = await _tidied(house.db, house.now + year)
    house.later(days=100)
    await house.closing.close(case.id, "Ana")
    await house.delivers()
    closed = await _tidied(house.db, house.now + timedelta(days=40) - _SECOND)
    over = await _tidied(house.db, house.now + timedelta(days=41))

    assert [each["conversations"] for each in (waits, held, closed, over)] == [0, 0, 0, 1]
    assert await _count(house.db, tables.case_file) == 0


async def test_a_conversation_stays_while_what_was_just_written_waits_to_be_worked_on(house: House) -> None:
    await _conversation(house, "hello")
    house.later(days=50)
    await house.hears("still there?")
    waiting = await _tidied(house.db, house.now)

    assert waiting["conversations"] == 0


async def test_an_answer_that_can_never_be_sent_keeps_nothing(house: House) -> None:
    await house.hears("hello")
    await house.works()  # and nobody delivers: the token was taken back
    over = await _tidied(house.db, house.now + timedelta(days=41))

    assert over["conversations"] == 1
    assert await _count(house.db, tables.outbox) == 0


async def test_what_outlives_a_conversation_has_no_way_back_to_it(house: House) -> None:
    conversation = await _conversation(house, "hello")
    async with house.db.write() as tx:
        await plant(tx, edit_tables.question, house.now, conversation_id=conversation, text="masked")
        await plant(tx, desk_tables.suggestion, house.now, conversation_id=conversation)
    await _tidied(house.db, house.now + timedelta(days=41))
    async with house.db.read() as tx:
        links = [
            (await tx.execute(select(table.c.conversation_id))).scalars().all()
            for table in (edit_tables.question, desk_tables.suggestion)
        ]

    assert links == [[None], [None]]


async def test_a_message_that_was_worked_on_is_emptied_at_once_and_known_again_all_the_same(house: House) -> None:
    await _conversation(house, "my heaviest secret")
    async with house.db.write() as tx:
        row = (await tx.execute(select(tables.inbox))).one()
        again = await inbox.put(tx, row.channel, row.external_id, "ana", {"text": "my heaviest secret"}, house.now)

    assert (row.payload, row.address, row.state) == (None, "", "done")
    assert again is None


async def test_what_is_set_aside_keeps_its_words_for_thirty_days(house: House) -> None:
    async with house.db.write() as tx:
        await inbox.put(tx, TELEGRAM, "1", "ana", {"odd": "words"}, house.now)
    await house.works()
    await _tidied(house.db, house.now + timedelta(days=30) - _SECOND)
    async with house.db.read() as tx:
        early = (await tx.execute(select(tables.inbox.c.payload))).scalar_one()
    await _tidied(house.db, house.now + timedelta(days=30))
    async with house.db.read() as tx:
        late = (await tx.execute(select(tables.inbox))).one()

    assert early == {"odd": "words"}
    assert (late.payload, late.address, late.state) == (None, "", "aside")


async def test_the_newest_message_stays_as_an_empty_row_so_that_no_number_comes_twice(house: House) -> None:
    await _conversation(house, "one", "two", "three")
    await _tidied(house.db, house.now + timedelta(days=41))
    async with house.db.read() as tx:
        left = (await tx.execute(select(tables.inbox))).all()
    async with house.db.write() as tx:
        following = await inbox.put(tx, TELEGRAM, "new", "ana", {}, house.now)

    assert [(row.payload, row.address) for row in left] == [(None, "")]
    assert following is not None
    assert following > left[0].sequence


async def test_topics_of_a_group_that_there_is_are_left_to_their_mirror(database: Database) -> None:
    async with database.write() as tx:
        await plant(tx, desk_tables.group_topic, MONDAY)
    mirrored = await _tidied(database, MONDAY, replace(PERIODS, mirrored=True))
    alone = await _tidied(database, MONDAY)

    assert "group_topics" not in mirrored
    assert alone["group_topics"] == 1


async def test_what_changes_between_the_look_and_the_deed_stays(database: Database) -> None:
    async with database.write() as tx:
        [returned] = await plant(tx, tables.conversation, MONDAY - timedelta(days=50))
        [reopened] = await plant(tx, tables.conversation, MONDAY - timedelta(days=50))
    async with database.read() as tx:
        found = await retention.find(tx, retention.CONVERSATIONS, MONDAY, PERIODS, 10)
    async with database.write() as tx:
        theirs = tables.conversation.c.id == returned
        await tx.execute(update(tables.conversation).where(theirs).values(changed_at=MONDAY))
        await cases.open_or_raise(tx, reopened, CaseOpening(Reason.ASKED), MONDAY)
    async with database.write() as tx:
        gone = await retention.carry_out(tx, retention.CONVERSATIONS, found, MONDAY, PERIODS)

    assert (len(found), gone) == (2, 0)


@pytest.mark.postgres
async def test_what_somebody_is_changing_just_now_is_left_for_the_next_time(databases: Any) -> None:
    with databases.fresh("postgres") as url:
        database = Database.open(url)
        async with database.write() as tx:
            [conversation] = await plant(tx, tables.conversation, MONDAY - timedelta(days=50), holder="bot")
        async with database.write() as mine:
            await conversations.lock(mine, conversation)
            meanwhile = await _tidied(database, MONDAY)
        after = await _tidied(database, MONDAY)
        await database.close()

    assert (meanwhile["conversations"], after["conversations"]) == (0, 1)


async def test_much_is_deleted_a_little_at_a_time(database: Database) -> None:
    many = 2500
    async with database.write() as tx:
        old = MONDAY - timedelta(days=3)
        await tx.execute(tables.signin_failure.insert(), [{"subject": "x", "at": old}] * many)
        await tx.execute(delete(tables.lease))
    gone = await _tidied(database, MONDAY)

    assert gone["signin_failures"] == many
    assert await _count(database, tables.signin_failure) == 0

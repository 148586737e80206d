"""Housekeeping proves itself on /health, and a clock that has gone far ahead deletes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from bot.store import chores, drafts, leases, retention, staff, tables, vectors
from bot.store.chores import Clock
from bot.store.database import Database
from bot.store.retention import Periods
from bot.work import clocks
from bot.work.housekeeping import Housekeeping, Overtaken
from bot.work.lesson import text_hash
from bot.work.proof import Proof, Proven
from tests.support.house import MONDAY, House
from tests.support.small_library import small_library
from tests.support.tidying import believe

_YEAR = timedelta(days=365)
_HOUR = timedelta(hours=1)


async def _proven(house: House, proof: Proof) -> Proven:
    async with house.db.read() as tx:
        return await proof.told(tx)


async def _conversations(house: House) -> int:
    async with house.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tables.conversation))).scalar_one())


def _proof(house: House) -> Proof:
    return Proof(Periods(), clock=house.clock)


def _keeper(house: House) -> Housekeeping:
    return Housekeeping(house.db, clock=house.clock)


async def test_it_is_told_when_housekeeping_was_done_and_that_nothing_is_left(house: House) -> None:
    proof = _proof(house)
    await _keeper(house).tidy()
    told = await _proven(house, proof)

    assert told.as_json() == {"last": "2026-11-23T09:00:00+00:00", "late": False, "overdue": {}, "waits_until": None}
    assert told.troubles() == []


async def test_housekeeping_that_is_not_done_any_more_is_late(house: House) -> None:
    proof = _proof(house)
    await _keeper(house).tidy()
    house.later(minutes=31)

    assert (await _proven(house, proof)).troubles() == ["housekeeping is late"]


async def test_housekeeping_that_was_never_done_is_late_after_three_pauses(house: House) -> None:
    proof = _proof(house)
    early = (await _proven(house, proof)).late
    house.later(minutes=31)

    assert (early, (await _proven(house, proof)).late) == (False, True)


async def test_what_should_be_gone_for_an_hour_is_counted_in_the_tables_themselves(house: House) -> None:
    async with house.db.write() as tx:
        for name in ("a", "b"):
            await leases.take(tx, name, "me", house.now, timedelta(minutes=1))
    proof = _proof(house)
    house.later(minutes=50)
    soon = (await _proven(house, proof)).overdue
    house.later(minutes=50)
    then = await _proven(house, proof)

    assert (soon, then.overdue) == ({}, {"leases": 2})
    assert "housekeeping has left what should be gone: leases 2" in then.troubles()


async def test_the_tables_are_asked_once_a_minute_at_most(house: House) -> None:
    proof = _proof(house)
    first = await _proven(house, proof)
    house.later(seconds=59)
    second = await _proven(house, proof)
    house.later(seconds=1)

    assert second is first
    assert await _proven(house, proof) is not first


async def test_a_rule_that_fails_is_told_and_the_others_are_carried_out(house: House) -> None:
    async with house.db.write() as tx:
        await tx.execute(text("DROP TABLE group_line"))
        await leases.take(tx, "a", "me", house.now, -_HOUR)
    gone = await _keeper(house).tidy()
    async with house.db.read() as tx:
        done = await chores.get(tx, chores.HOUSEKEEPING)

    assert gone["leases"] == 1
    assert done is not None
    assert done.did == {"gone": {"leases": 1}, "failed": ["group_lines"]}
    assert Proven(house.now, house.now, False, {}, ("group_lines",), None).troubles() == ["housekeeping failed: group_lines"]


async def test_one_process_keeps_house_at_a_time(house: House) -> None:
    async with house.db.write() as tx:
        await leases.take(tx, "housekeeping", "another", house.now, timedelta(minutes=2))
    meanwhile = await _keeper(house).tidy()
    house.later(minutes=3)

    assert meanwhile == {}
    assert "conversations" in await _keeper(house).tidy()


async def test_one_that_was_overtaken_stops(house: House) -> None:
    async with house.db.write() as tx:
        await staff.note_failure(tx, "name:ana", house.now - timedelta(days=2))
    keeper = _keeper(house)
    now = house.now
    await believe(house.db, now)
    assert await keeper._begin(now)
    house.later(minutes=10)
    async with house.db.write() as tx:
        assert await leases.take(tx, "housekeeping", "another", house.now, timedelta(minutes=2))
    with pytest.raises(Overtaken):
        await keeper._carry_out(retention.FAILURES, now)


async def test_what_was_brought_back_from_an_old_backup_stays_for_a_day(house: House) -> None:
    await house.hears("hello")
    await house.works()
    house.later(days=40)
    keeper = _keeper(house)
    first = await keeper.tidy()
    kept = await _conversations(house)
    for _ in range(24):
        house.later(hours=1)
        later = await keeper.tidy()

    assert (first, kept) == ({}, 1)
    assert later["conversations"] == 1
    assert await _conversations(house) == 0


async def test_a_clock_that_jumps_a_year_ahead_and_back_deletes_nothing(house: House) -> None:
    await house.hears("hello")
    await house.works()
    keeper, proof = _keeper(house), _proof(house)
    await keeper.tidy()
    house.later(days=365)
    ahead = await keeper.tidy()
    told = await _proven(house, proof)
    house.now = MONDAY + _HOUR
    back = await keeper.tidy()

    assert (ahead, back["conversations"], await _conversations(house)) == ({}, 0, 1)
    assert told.troubles() == ["housekeeping deletes nothing: the clock has gone far ahead"]
    assert told.waits_until == MONDAY + _YEAR + timedelta(days=1)
    assert (await _proven(house, proof)).troubles() == []


async def test_a_clock_that_jumps_a_year_back_and_ahead_again_deletes_nothing_that_is_fresh(house: House) -> None:
    await house.hears("hello")
    await house.works()
    keeper = _keeper(house)
    await keeper.tidy()
    house.later(days=-365)
    back = await keeper.tidy()
    house.now = MONDAY + _HOUR
    again = await keeper.tidy()  # doubted, and nothing would be over
    for _ in range(3):
        house.later(hours=12)
        last = await keeper.tidy()

    assert (back["conversations"], again, last["conversations"], await _conversations(house)) == (0, {}, 0, 1)


async def test_a_machine_that_stood_still_for_months_deletes_a_day_after_it_runs_again(house: House) -> None:
    await house.hears("hello")
    await house.works()
    await house.delivers()
    keeper = _keeper(house)
    await keeper.tidy()
    house.later(days=90)
    at_once = await keeper.tidy()
    house.later(hours=23)
    soon = await keeper.tidy()
    house.later(hours=1)
    then = await keeper.tidy()

    assert (at_once, soon, then["conversations"]) == ({}, {}, 1)
    assert await _conversations(house) == 0


def test_a_doubted_clock_has_to_run_evenly_for_a_day() -> None:
    day = timedelta(days=1)
    known = clocks.read(None, MONDAY)
    assert known == Clock(MONDAY, MONDAY)
    assert clocks.read(known, MONDAY + day) == Clock(MONDAY + day, MONDAY + day)
    doubted = clocks.read(known, MONDAY + _YEAR)
    assert doubted == Clock(MONDAY, MONDAY + _YEAR, MONDAY + _YEAR)
    assert clocks.believed_at(doubted) == MONDAY + _YEAR + day
    # It jumps again: the day begins anew.
    assert clocks.read(doubted, MONDAY + 2 * _YEAR).doubted == MONDAY + 2 * _YEAR
    assert clocks.read(doubted, MONDAY + _YEAR - _HOUR).doubted == MONDAY + _YEAR - _HOUR
    assert clocks.read(doubted, MONDAY + _HOUR) == Clock(MONDAY + _HOUR, MONDAY + _HOUR)


async def test_vectors_that_neither_the_library_nor_an_open_draft_needs_are_dropped_once_a_day(house: House) -> None:
    library = small_library()
    live, drafted = library.examples[0].text, "Kje dobim nov primer?"
    await _keep_vectors(house.db, live, drafted, "nobody says so any more")
    async with house.db.write() as tx:
        draft = await drafts.make(tx, "new", 1, "Eva", house.now)
        await drafts.rebase(tx, draft, 1, {"sl/debts.yaml": {"examples": {"sl": [drafted]}}}, "Eva", house.now)
    keeper = Housekeeping(house.db, library=lambda: library, clock=house.clock)
    await keeper.tidy()
    first = await _kept(house.db)
    await _keep_vectors(house.db, "neither this")
    await keeper.tidy()
    same_day = await _kept(house.db)
    house.later(hours=24)
    await keeper.tidy()

    needed = {text_hash(live), text_hash(drafted)}
    assert (first, same_day, await _kept(house.db)) == (needed, needed | {text_hash("neither this")}, needed)


async def _keep_vectors(db: Database, *texts: str) -> None:
    async with db.write() as tx:
        await vectors.put(tx, "some encoder", {text_hash(text): b"v" for text in texts})


async def _kept(db: Database) -> set[str]:
    async with db.read() as tx:
        return {key for _, key in await vectors.kept(tx)}

"""What nobody needs any more is deleted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.model.staff import Role
from bot.store import audit, drafts, invitations, leases, sessions, staff, suggestions, tables, told
from bot.store.database import Database
from bot.store.drafts import State
from bot.store.suggestions import Kind, Suggested
from bot.store.told import Telling
from bot.work.housekeeping import Housekeeping
from tests.support.databases import Databases
from tests.support.house import House
from tests.support.tidying import believe


async def _leases(house: House) -> int:
    async with house.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tables.lease))).scalar_one())


def _some(gone: dict[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in gone.items() if count}


async def _later(house: House, **apart: float) -> None:
    """Let time go by in which the program runs on."""
    house.later(**apart)
    await believe(house.db, house.now)


async def test_what_is_over_is_deleted_and_the_rest_stays(house: House) -> None:
    async with house.db.write() as tx:
        ana = await staff.create(tx, "Ana", Role.STAFF, "hash", house.now)
        for hours in (1, 3):
            await sessions.begin(tx, ana, house.now, timedelta(hours=hours))
            await leases.take(tx, f"lease {hours}", "me", house.now, timedelta(hours=hours))
        await staff.note_failure(tx, "name:ana", house.now - timedelta(days=2))
        await staff.note_failure(tx, "name:ana", house.now)
        await invitations.make(tx, "Boris", Role.STAFF, None, "Ana", house.now - timedelta(hours=71))
        await invitations.make(tx, "Dana", Role.STAFF, None, "Ana", house.now)
    house.later(hours=2)
    keeper = Housekeeping(house.db, clock=house.clock)

    assert _some(await keeper.tidy()) == {"sessions": 1, "signin_failures": 1, "invitations": 1, "leases": 1}
    assert _some(await keeper.tidy()) == {}


async def test_a_goodbye_is_deleted_a_day_later_but_not_before_it_was_sent(house: House) -> None:
    await house.hears("forget")
    await house.works()
    keeper = Housekeeping(house.db, clock=house.clock)
    await _later(house, hours=25)
    unsent = (await keeper.tidy())["farewells"]
    await house.delivers()
    sent = (await keeper.tidy())["farewells"]

    assert (unsent, sent) == (0, 1)
    assert house.post.sent == [("ana", "echo: forget")]
    assert await house.lines() == []


async def test_a_resident_who_came_back_is_not_deleted(house: House) -> None:
    await house.hears("forget")
    await house.hears("hello again")
    await house.works()
    await house.delivers()
    await _later(house, hours=25)

    assert (await Housekeeping(house.db, clock=house.clock).tidy())["farewells"] == 0


async def test_what_staff_were_told_of_a_wait_is_forgotten_a_month_after_it_and_not_before_its_end(house: House) -> None:
    await house.hears("person")
    await house.works()
    case = await house.case()
    first = house.now
    for since in (first, first - timedelta(hours=1)):
        async with house.db.write() as tx:
            await told.put(tx, [Telling(case.id, since, "duty", "Ana", "email", case.id)], house.now)
    async with house.db.write() as tx:
        await told.put(tx, [Telling("gap/ptuj", first, "2026-11-23", "Ana", "email")], house.now)
    keeper = Housekeeping(house.db, clock=house.clock)
    await _later(house, days=29)
    early = (await keeper.tidy())["told"]
    await _later(house, days=2)
    over = (await keeper.tidy())["told"]
    await house.helpdesk.claim(case.id, "Ana")
    await house.closing.close(case.id, "Ana")
    closed = (await keeper.tidy())["told"]

    assert (early, over, closed) == (0, 2, 1)


async def test_the_audit_log_is_kept_for_two_years(house: House) -> None:
    keeper = Housekeeping(house.db, clock=house.clock)
    async with house.db.write() as tx:
        await audit.put(tx, "Ana", "sign-in", "Ana", house.now)
    await _later(house, days=729)
    early = (await keeper.tidy())["audit"]
    await _later(house, days=2)
    over = (await keeper.tidy())["audit"]

    assert (early, over) == (0, 1)


async def test_a_draft_that_ended_is_deleted_after_ninety_days_and_an_open_one_stays(house: House) -> None:
    keeper = Housekeeping(house.db, clock=house.clock)
    async with house.db.write() as tx:
        ended, opened = [await drafts.make(tx, title, 1, "Ana", house.now) for title in ("ended", "open")]
        await drafts.rebase(tx, ended, 1, {"sl/debts.yaml": None}, "Ana", house.now)
        again = await drafts.get(tx, ended.id)
        assert again is not None
        await drafts.end(tx, again, State.DISCARDED, house.now)
    await _later(house, days=89)
    early = (await keeper.tidy())["drafts"]
    await _later(house, days=2)
    over = (await keeper.tidy())["drafts"]

    assert (early, over) == (0, 1)
    async with house.db.read() as tx:
        assert [draft.title for draft in await drafts.in_state(tx, State.OPEN)] == ["open"]
        assert await drafts.get(tx, ended.id) is None
        assert await drafts.files(tx, ended.id) == {}
        assert await drafts.get(tx, opened.id) == opened


async def test_a_suggestion_goes_a_year_after_it_was_made_and_what_an_office_said_a_year_after_it_was_decided_on(
    house: House,
) -> None:
    keeper = Housekeeping(house.db, clock=house.clock)
    async with house.db.write() as tx:
        for kind in Kind:
            await suggestions.put(tx, Suggested(f"{kind}, open", "", kind=kind), "", house.now)
            decided = await suggestions.put(tx, Suggested(f"{kind}, decided", "", kind=kind), "", house.now)
            await suggestions.decide(tx, decided, suggestions.State.DONE, "Eva", "", house.now)
        late = await suggestions.put(tx, Suggested("provider, decided late", "", kind=Kind.PROVIDER), "", house.now)
        await suggestions.decide(tx, late, suggestions.State.DECLINED, "Eva", "", house.now + timedelta(days=9))
    await _later(house, days=365)
    early = (await keeper.tidy())["suggestions"]
    await _later(house, days=2)
    over = (await keeper.tidy())["suggestions"]

    assert (early, over) == (0, 5)
    async with house.db.read() as tx:
        left = [await suggestions.in_state(tx, state) for state in suggestions.State]
    kept = {each.suggested.question for some in left for each in some}
    assert kept == {"provider, open", "provider, decided late"}


async def test_it_goes_on_until_it_is_cancelled(house: House) -> None:
    running = asyncio.create_task(Housekeeping(house.db, clock=house.clock, pause=timedelta(0)).run())
    async with house.db.write() as tx:
        await leases.take(tx, "old", "me", house.now, timedelta(seconds=-1))
    async with asyncio.timeout(20):
        while await _leases(house):
            await house.bell.wait("never", 0.01)
    running.cancel()
    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], asyncio.CancelledError)


async def test_what_was_forgotten_is_in_no_file_any_more(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        house = House(Database.open(url))
        database = Path(url.removeprefix("sqlite:///"))
        await house.hears("my heaviest secret")
        await house.works()
        before = _files_with(database, b"my heaviest secret")
        await house.hears("forget")
        await house.works()
        await Housekeeping(house.db, clock=house.clock).tidy()
        after = _files_with(database, b"my heaviest secret")
        await house.db.close()

    assert before
    assert after == []


def _files_with(database: Path, text: bytes) -> list[str]:
    """Return which files of a database hold ``text``: itself and those beside it that SQLite makes."""
    return [path.name for path in database.parent.glob(f"{database.name}*") if text in path.read_bytes()]

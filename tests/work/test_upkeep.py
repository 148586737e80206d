"""Cases that nobody looks after: back into the line what stays unanswered, and to its end what fell silent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from bot.dialogue import consent
from bot.model.case import Case, CaseState, Event, Outcome, Reason
from bot.model.conversation import Holder
from bot.model.message import Author, Kind
from bot.model.schedule import Closure
from bot.model.staff import Role
from bot.store import cases, desk_tables, endings, schedules, tables
from bot.work.upkeep import Upkeep
from tests.support.house import House
from tests.support.people import becomes, hire, located
from tests.support.phrases import english
from tests.support.small_library import small_library
from tests.support.thinking import think

_HOUR = timedelta(hours=1)


def _upkeep(house: House, hours: str | None = None, *, pause: timedelta = _HOUR) -> Upkeep:
    points = {"ptuj": replace(small_library().points["ptuj"], hours=hours)}
    return Upkeep(
        house.db,
        house.bell,
        english(),
        unanswered=_HOUR,
        silent=timedelta(days=14),
        points=lambda: points,
        pause=pause,
        clock=house.clock,
    )


async def _claimed(house: House) -> Case:
    await hire(house, "Ana", Role.STAFF, {"ptuj"})
    await house.hears("rad bi govoril s človekom")
    await house.works(think)
    await located(house, "ptuj")
    return await house.helpdesk.claim((await house.case()).id, "Ana")


async def _set(house: House, **values: object) -> None:
    async with house.db.write() as tx:
        await tx.execute(update(tables.case_file).values(**values))


async def _get(house: House, case: Case) -> Case:
    async with house.db.read() as tx:
        found = await cases.get(tx, case.id)
    assert found is not None
    return found


async def _answers(house: House, case: Case) -> None:
    await house.helpdesk.reply(case.id, (await house.conversation()).version, "Good day", "Ana")


# ---- unanswered


async def test_a_case_that_stays_unanswered_goes_back_into_the_line_with_a_note(house: House) -> None:
    case = await _claimed(house)
    house.later(minutes=59)
    assert await _upkeep(house).step() == (0, 0)
    house.later(minutes=1)
    assert await _upkeep(house).step() == (1, 0)

    now = await _get(house, case)
    assert (now.state, now.claimed_by, now.waiting_since) == (CaseState.WAITING, None, case.waiting_since)
    line = (await house.lines())[-1]
    assert (line.author, line.kind, line.text) == (Author.NOTE, Event.UNANSWERED, "Ana")
    conversation = await house.conversation()
    assert (conversation.holder, conversation.waiting) == (Holder.BOT, True)
    assert await _upkeep(house).step() == (0, 0)


async def test_who_took_an_old_case_has_the_whole_time_for_it(house: House) -> None:
    await hire(house, "Ana", Role.STAFF, {"ptuj"})
    await house.hears("rad bi govoril s človekom")
    await house.works(think)
    house.later(hours=5)
    await house.helpdesk.claim((await house.case()).id, "Ana")

    assert await _upkeep(house).step() == (0, 0)


async def test_what_was_answered_stays_until_the_resident_waits_again(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    house.later(hours=10)
    assert await _upkeep(house).step() == (0, 0)
    await house.hears("in še to?")
    await house.works(think)
    house.later(minutes=59)
    assert await _upkeep(house).step() == (0, 0)
    house.later(minutes=2)

    assert await _upkeep(house).step() == (1, 0)


async def test_what_was_put_off_waits_from_the_moment_that_it_comes_back(house: House) -> None:
    case = await _claimed(house)
    await _set(house, later_until=house.now + timedelta(hours=3))
    for minutes, back in ((120, 0), (90, 0), (40, 1)):
        house.later(minutes=minutes)
        assert await _upkeep(house).step() == (back, 0)

    assert (await _get(house, case)).later_until is None


@pytest.mark.parametrize(
    ("begins", "hours_later", "back"),
    [
        # Open from 8 to 12 and 13 to 16 in Ljubljana, which is an hour ahead of these moments.
        (datetime(2026, 11, 23, 9, tzinfo=UTC), 1, 1),
        (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), 1, 0),  # half of it is the lunch break
        (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), 2, 1),
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), 12, 0),  # over night
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), 17.5, 1),
        (datetime(2026, 11, 27, 14, 45, tzinfo=UTC), 60, 0),  # over a weekend
        (datetime(2026, 12, 24, 14, 45, tzinfo=UTC), 80, 0),  # over two holidays and a weekend
        (datetime(2026, 12, 24, 14, 45, tzinfo=UTC), 90.1, 1),
    ],
)
async def test_only_the_time_counts_in_which_the_point_is_open(
    house: House, begins: datetime, hours_later: float, back: int
) -> None:
    house.now = begins
    await _claimed(house)
    house.later(hours=hours_later)

    assert await _upkeep(house, "Mo-Fr 08:00-12:00,13:00-16:00").step() == (back, 0)


async def test_a_closure_that_is_over_by_now_does_not_count(house: House) -> None:
    await _claimed(house)
    house.later(minutes=30)
    closed = Closure(house.now, house.now + timedelta(hours=2))
    async with house.db.write() as tx:
        await schedules.close(tx, "ptuj", closed, "Cene")
    upkeep = _upkeep(house, "Mo-Fr 08:00-16:00")
    for minutes, back in ((121, 0), (28, 0), (1, 1)):
        house.later(minutes=minutes)
        assert await upkeep.step() == (back, 0)


@pytest.mark.parametrize(
    ("hours", "country", "begins", "open_hours"),
    [
        # Saturday 22.00 to Sunday 06.00, the night in which the clock goes back: nine hours pass.
        ("24/7", "si", datetime(2026, 10, 24, 20, tzinfo=UTC), 9),
        ("24/7", "bg", datetime(2026, 10, 24, 19, tzinfo=UTC), 9),
        # The night in which it goes forward: seven.
        ("24/7", "si", datetime(2027, 3, 27, 21, tzinfo=UTC), 7),
        ("24/7", "bg", datetime(2027, 3, 27, 20, tzinfo=UTC), 7),
        # Of an opening from midnight to midnight on a leap day, seen from the day before at 22.00.
        ("Feb 29 00:00-24:00", "si", datetime(2028, 2, 28, 21, tzinfo=UTC), 6),
    ],
)
async def test_the_hours_of_odd_nights_are_those_that_pass(
    house: House, hours: str, country: str, begins: datetime, open_hours: int
) -> None:
    house.now = begins
    await _claimed(house)
    points = {"ptuj": replace(small_library().points["ptuj"], hours=hours, country=country)}
    patience = {"unanswered": timedelta(hours=open_hours), "silent": timedelta(days=14)}
    upkeep = Upkeep(house.db, house.bell, english(), **patience, points=lambda: points, clock=house.clock)
    zone = ZoneInfo("Europe/Ljubljana" if country == "si" else "Europe/Sofia")
    morning = (begins.astimezone(zone) + timedelta(hours=8)).replace(hour=6)
    house.now = morning.astimezone(UTC) - timedelta(seconds=1)
    assert await upkeep.step() == (0, 0)
    house.later(seconds=1)

    assert await upkeep.step() == (1, 0)


@pytest.mark.parametrize("role", [Role.EDITOR, None])
async def test_a_case_taken_in_the_moment_in_which_somebody_is_shut_out_goes_back(house: House, role: Role | None) -> None:
    await _claimed(house)
    if role is not None:
        await becomes(house, "Ana", role)
    else:
        async with house.db.write() as tx:
            await tx.execute(update(tables.staff).values(disabled_at=house.now))

    assert await _upkeep(house).step() == (1, 0)
    assert (await house.case()).state is CaseState.WAITING
    assert (await house.conversation()).holder is Holder.BOT
    assert await _upkeep(house).step() == (0, 0)


async def test_in_a_crisis_every_hour_counts(house: House) -> None:
    house.now = datetime(2026, 11, 23, 22, tzinfo=UTC)
    await _claimed(house)
    await _set(house, reason=Reason.CRISIS)
    house.later(hours=1)

    assert await _upkeep(house, "Mo-Fr 08:00-16:00").step() == (1, 0)


async def test_hours_that_cannot_be_read_count_as_none(house: House) -> None:
    await _claimed(house)
    house.later(hours=1)

    assert await _upkeep(house, "whenever").step() == (1, 0)


async def test_of_many_processes_one_puts_a_case_back(house: House) -> None:
    await _claimed(house)
    house.later(hours=2)
    outcomes = await asyncio.gather(*(_upkeep(house).step() for _ in range(4)))

    assert sum(back for back, _ in outcomes) == 1
    assert [line.kind for line in await house.lines()].count(Event.UNANSWERED) == 1


async def test_an_answer_that_comes_first_keeps_the_case(house: House) -> None:
    case = await _claimed(house)
    house.later(hours=2)
    late = _upkeep(house)
    async with house.db.read() as tx:
        before = await cases.get(tx, case.id)
    assert before is not None
    await _answers(house, case)

    assert not await late._put_back(before, house.now)
    assert (await house.case()).claimed_by == "Ana"


async def test_a_question_of_consent_falls_away_with_a_case_that_goes_back(house: House) -> None:
    case = await _claimed(house)
    await house.handing.to_point(case.id, "Ana", "dalgopol")
    house.later(hours=2)
    assert await _upkeep(house).step() == (1, 0)
    await house.presses(f"consent:{consent.question_of(case.id, 'dalgopol')}")
    await house.works(think)

    assert (await house.case()).point == "ptuj"
    assert "no longer works" in (await house.said())[-1]


# ---- silent


async def test_a_case_that_fell_silent_is_closed_by_nobody_and_not_asked_about(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    house.later(days=13, hours=23)
    assert await _upkeep(house).step() == (0, 0)
    house.later(hours=1)
    assert await _upkeep(house).step() == (0, 1)

    now = await _get(house, case)
    assert (now.state, now.outcome, now.closed_by, now.closed_at) == (CaseState.CLOSED, Outcome.SILENT, None, house.now)
    line = (await house.lines())[-1]
    assert (line.author, line.buttons) == (Author.BOT, ())
    assert "heard nothing" in line.text
    conversation = await house.conversation()
    assert (conversation.holder, conversation.ended) == (Holder.BOT, None)
    await house.delivers()
    assert house.post.sent[-1] == ("ana", line.text)


async def test_a_case_in_the_line_whose_resident_was_answered_falls_silent_too(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    await house.helpdesk.release(case.id, "Ana")
    house.later(days=15)

    assert await _upkeep(house).step() == (0, 1)


@pytest.mark.parametrize("why", ["never answered", "wrote again", "asked the assistant", "just taken", "put off", "call back"])
async def test_a_case_that_somebody_still_has_to_do_with_stays_open(house: House, why: str) -> None:
    case = await _claimed(house)
    if why != "never answered":
        await _answers(house, case)
    if why in ("asked the assistant", "just taken", "never answered"):
        await house.helpdesk.release(case.id, "Ana")
    house.later(days=10)
    if why in ("wrote again", "asked the assistant"):
        await house.hears("zgubil sem službo kaj zdaj")
        await house.works(think)
    if why == "just taken":
        await house.helpdesk.claim(case.id, "Ana")
    if why == "put off":
        await _set(house, later_until=house.now + timedelta(days=3))
    if why == "call back":
        async with house.db.write() as tx:
            row = {"id": "c", "conversation_id": case.conversation_id, "case_id": case.id, "kind": "phone", "value": "1"}
            await tx.execute(insert(desk_tables.call_back).values(asked_at=house.now, **row))
    house.later(days=5)
    _, closed = await _upkeep(house).step()

    assert closed == 0
    assert (await _get(house, case)).state is not CaseState.CLOSED


@pytest.mark.parametrize("what", ["answered", "put off"])
async def test_what_happens_while_the_silent_ones_are_closed_keeps_a_case_open(house: House, what: str) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    house.later(days=15)
    before = house.now - timedelta(days=14)
    async with house.db.read() as tx:
        (found,) = await endings.silent(tx, before)
    if what == "answered":
        await _answers(house, case)
    else:
        await _set(house, later_until=house.now + timedelta(days=1))

    assert not await _upkeep(house)._close(found, house.now)
    assert (await _get(house, case)).state is CaseState.CLAIMED


async def test_a_case_opened_again_does_not_fall_silent_at_once(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    house.later(days=15)
    await _upkeep(house).step()
    await house.closing.reopen(case.id, "Ana")

    assert await _upkeep(house).step() == (0, 0)


async def test_nothing_is_sent_to_who_blocked_us(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    await house.delivers()
    await house.hears("", kind=Kind.BLOCKED)
    await house.works(think)
    house.later(days=15)
    assert await _upkeep(house).step() == (0, 1)
    await house.delivers()

    assert "heard nothing" not in house.post.sent[-1][1]
    assert (await _get(house, case)).outcome is Outcome.SILENT


async def test_of_many_processes_one_closes_a_case(house: House) -> None:
    case = await _claimed(house)
    await _answers(house, case)
    house.later(days=15)
    outcomes = await asyncio.gather(*(_upkeep(house).step() for _ in range(4)))

    assert sum(closed for _, closed in outcomes) == 1


async def test_it_looks_by_itself_and_wakes_the_desk(house: House) -> None:
    case = await _claimed(house)
    house.later(hours=2)
    upkeep = _upkeep(house, pause=timedelta(milliseconds=20))
    seen = house.bell.count("case")
    running = asyncio.create_task(upkeep.run())
    await asyncio.wait_for(house.bell.wait("case", 10, seen), 10)
    running.cancel()

    assert (await _get(house, case)).state is CaseState.WAITING

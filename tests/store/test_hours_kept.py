"""The hours, closures, shifts and call backs that the desk keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import new_id
from bot.model.case import Case, CaseOpening, Reason
from bot.model.contact import Contact, ContactKind
from bot.model.conversation import Conversation
from bot.model.schedule import Closure, Shift
from bot.model.staff import Role
from bot.store import callbacks, cases, conversations, schedules, shifts, staff
from bot.store.database import Database, Transaction
from bot.store.schedules import KeptHours

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = Contact(ContactKind.PHONE, "+38641234567")


def _hours(hours: str | None, at: datetime) -> KeptHours:
    return KeptHours("ptuj", hours, ("08-05",), "Ana", at)


async def _case(tx: Transaction) -> Case:
    conversation = await conversations.ensure(tx, "web", "resident", NOW)
    return await cases.open_or_raise(tx, conversation.id, CaseOpening(Reason.ASKED), NOW)


async def test_hours_are_kept_and_read_again(database: Database) -> None:
    async with database.write() as tx:
        assert await schedules.of_point(tx, "ptuj") is None
        assert await schedules.keep(tx, _hours("Mo 08:00-12:00", NOW), None)
        assert await schedules.of_point(tx, "ptuj") == _hours("Mo 08:00-12:00", NOW)
        assert await schedules.of_points(tx) == {"ptuj": _hours("Mo 08:00-12:00", NOW)}


async def test_hours_that_somebody_else_changed_meanwhile_stay_theirs(database: Database) -> None:
    async with database.write() as tx:
        assert await schedules.keep(tx, _hours("Mo 08:00-12:00", NOW), None)
        assert not await schedules.keep(tx, _hours("Tu 08:00-12:00", NOW + DAY), None)
        assert await schedules.keep(tx, _hours(None, NOW + DAY), NOW)
        assert not await schedules.keep(tx, _hours("Tu 08:00-12:00", NOW + DAY), NOW)
        assert not await schedules.let_go(tx, "ptuj", NOW)
        assert await schedules.of_point(tx, "ptuj") == _hours(None, NOW + DAY)
        assert await schedules.let_go(tx, "ptuj", NOW + DAY)
        assert await schedules.of_point(tx, "ptuj") is None


async def test_closures_are_told_until_they_are_over(database: Database) -> None:
    closure = Closure(NOW, NOW + DAY)
    async with database.write() as tx:
        await schedules.close(tx, "ptuj", closure, "Ana")
        (kept,) = await schedules.closures(tx, NOW)
        assert (kept.point, kept.closure, kept.made_by) == ("ptuj", closure, "Ana")
        assert await schedules.closures(tx, NOW, ["elsewhere"]) == []
        assert await schedules.closures(tx, NOW + DAY) == []
        assert await schedules.reopen(tx, "elsewhere", kept.id) is None
        assert await schedules.reopen(tx, "ptuj", kept.id) == closure
        assert await schedules.reopen(tx, "ptuj", kept.id) is None


async def test_a_shift_is_kept_changed_and_deleted(database: Database) -> None:
    async with database.write() as tx:
        ana = await staff.create(tx, "Ana", Role.STAFF, "hash", NOW)
        shift = Shift(new_id(), ana.id, frozenset({"ptuj"}), "si", "Mo 08:00-12:00", begins=NOW, ends=NOW + DAY)
        later = Shift(shift.id, ana.id, frozenset({"ptuj", "b"}), "si", "Tu 08:00-12:00", deputy=True)
        await shifts.put(tx, shift)
        assert await shifts.everyone(tx) == [shift]
        assert await shifts.everyone(tx, NOW + DAY) == []
        assert await shifts.change(tx, later, shift)
        assert not await shifts.change(tx, shift, shift)
        assert await shifts.get(tx, shift.id) == later
        assert await shifts.everyone(tx, NOW + DAY) == [later]
        assert await shifts.remove(tx, shift.id)
        assert not await shifts.remove(tx, shift.id)
        assert not await shifts.change(tx, shift, later)


async def test_who_is_disabled_has_no_shift(database: Database) -> None:
    async with database.write() as tx:
        ana = await staff.create(tx, "Ana", Role.STAFF, "hash", NOW)
        await shifts.put(tx, Shift(new_id(), ana.id, frozenset({"ptuj"}), "si", "Mo 08:00-12:00"))
        await staff.disable(tx, ana.name, NOW)
        assert await shifts.everyone(tx) == []


async def test_a_call_back_is_open_until_somebody_was_reached(database: Database) -> None:
    async with database.write() as tx:
        case = await _case(tx)
        assert await callbacks.put(tx, case.conversation_id, case.id, NUMBER, NOW)
        assert not await callbacks.put(tx, case.conversation_id, case.id, NUMBER, NOW)
        assert await callbacks.open_for(tx, [case.id]) == {case.id}
        (call,) = await callbacks.of_case(tx, case.id)
        assert await callbacks.tried(tx, call.id, case.id, "Ana", NOW, reached=False) is not None
        assert await callbacks.open_for(tx, [case.id]) == {case.id}
        assert await callbacks.tried(tx, call.id, case.id, "Boris", NOW + DAY, reached=True) is not None
        assert await callbacks.tried(tx, call.id, case.id, "Ana", NOW + DAY, reached=True) is None
        assert await callbacks.open_for(tx, [case.id]) == frozenset()
        (call,) = await callbacks.of_case(tx, case.id)

    assert call.done_at == NOW + DAY
    assert [(each.staff, each.reached) for each in call.tries] == [("Ana", False), ("Boris", True)]


async def test_a_call_back_of_another_case_is_not_touched(database: Database) -> None:
    async with database.write() as tx:
        case = await _case(tx)
        await callbacks.put(tx, case.conversation_id, case.id, NUMBER, NOW)
        (call,) = await callbacks.of_case(tx, case.id)
        assert await callbacks.give_up(tx, call.id, "another", NOW) is None
        assert await callbacks.give_up(tx, call.id, case.id, NOW) is not None
        assert await callbacks.give_up(tx, call.id, case.id, NOW) is None
        assert await callbacks.open_for(tx, []) == frozenset()


async def test_who_has_everything_deleted_takes_the_number_along(database: Database) -> None:
    async with database.write() as tx:
        case = await _case(tx)
        await callbacks.put(tx, case.conversation_id, case.id, NUMBER, NOW)
        gone = Conversation(case.conversation_id, "web", "resident")
        await conversations.replace_forgotten(tx, gone, NOW, NOW + DAY)
        assert await callbacks.of_case(tx, case.id) == []


@pytest.mark.parametrize("text", ["", "Mo 08:00-12:00\0"])
async def test_what_the_database_cannot_hold_is_left_out(database: Database, text: str) -> None:
    async with database.write() as tx:
        await schedules.keep(tx, _hours(text, NOW), None)
        kept = await schedules.of_point(tx, "ptuj")

    assert kept is not None
    assert "\0" not in str(kept.hours)

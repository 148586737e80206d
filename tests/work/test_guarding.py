"""Confidential cases: who has one names who may read it, and it is taken back likewise."""

from __future__ import annotations

import pytest

from bot.model.case import Case, CaseState, Event
from bot.model.message import Author
from bot.model.staff import Action, Role
from bot.store import audit, cases, readers, staff
from bot.work.casework import NoSuchCase, NotYours
from bot.work.handing import NotThere
from tests.support.house import House
from tests.support.people import hire, located


async def _claimed(house: House) -> Case:
    for name, role, points in (
        ("Ana", Role.STAFF, {"ptuj"}),
        ("Boris", Role.STAFF, {"ptuj"}),
        ("Cilka", Role.STAFF, {"dalgopol"}),
        ("Dora", Role.EDITOR, None),
        ("Ema", Role.ADMIN, None),
    ):
        await hire(house, name, role, points)
    await house.hears("person")
    await house.works()
    await located(house, "ptuj")
    return await house.helpdesk.claim((await house.case()).id, "Ana")


async def _who_may(house: House, case: Case, action: Action) -> set[str]:
    async with house.db.read() as tx:
        found = await cases.get(tx, case.id)
        assert found is not None
        named = await readers.of_case(tx, case.id)
        return {each.name for each in await staff.everyone(tx) if each.may_with(action, found, named)}


async def test_a_guarded_case_is_read_by_who_has_it_and_those_named_alone(house: House) -> None:
    case = await _claimed(house)
    assert await _who_may(house, case, Action.READ) == {"Ana", "Boris", "Ema"}

    assert await house.guarding.guard(case.id, "Ana", {"Boris"}) == {"Ana", "Boris"}
    assert await _who_may(house, case, Action.READ) == {"Ana", "Boris"}
    assert await _who_may(house, case, Action.SEE) == {"Ana", "Boris", "Ema"}

    await house.guarding.guard(case.id, "Ana", ())
    assert await _who_may(house, case, Action.READ) == {"Ana"}
    await house.guarding.open_up(case.id, "Ana")
    assert await _who_may(house, case, Action.READ) == {"Ana", "Boris", "Ema"}


async def test_guarding_is_noted_and_written_down(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", {"Boris"})
    await house.guarding.open_up(case.id, "Ana")
    await house.guarding.open_up(case.id, "Ana")  # the same form sent twice

    notes = [(line.kind, line.text, line.staff) for line in await house.lines() if line.author is Author.NOTE]
    assert notes == [(Event.GUARDED, "Ana, Boris", "Ana"), (Event.UNGUARDED, "", "Ana")]
    async with house.db.read() as tx:
        acts = [(act.staff, act.action, act.detail) for act in await audit.latest(tx, subject=case.code)]
    assert acts[:2] == [("Ana", "open-up", {}), ("Ana", "guard", {"readers": "Ana, Boris"})]


@pytest.mark.parametrize("name", ["Cilka", "Dora", "Nobody"])
async def test_only_those_who_could_read_the_case_are_named(house: House, name: str) -> None:
    case = await _claimed(house)
    with pytest.raises(NotThere):
        await house.guarding.guard(case.id, "Ana", {"Boris", name})

    assert not (await house.case()).confidential


async def test_nobody_guards_or_opens_up_the_case_of_another(house: House) -> None:
    case = await _claimed(house)
    with pytest.raises(NotYours):
        await house.guarding.guard(case.id, "Boris", ())
    await house.guarding.guard(case.id, "Ana", ())
    with pytest.raises(NotYours):
        await house.guarding.guard(case.id, "Boris", ())
    with pytest.raises(NotYours):
        await house.guarding.open_up(case.id, "Boris")

    assert (await house.case()).confidential


async def test_a_named_reader_may_name_others_and_who_has_it_stays_named(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", {"Boris"})

    assert await house.guarding.guard(case.id, "Boris", {"Ema"}) == {"Ana", "Boris", "Ema"}


async def test_a_guarded_case_in_the_line_is_claimed_by_a_reader(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", {"Boris"})
    released = await house.helpdesk.release(case.id, "Ana")

    assert released.state is CaseState.WAITING
    assert await _who_may(house, case, Action.CLAIM) == {"Ana", "Boris"}


async def test_who_asked_for_everything_to_be_deleted_takes_the_readers_along(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", {"Boris"})
    await house.helpdesk.release(case.id, "Ana")
    await house.hears("forget")
    await house.works()

    async with house.db.read() as tx:
        assert await readers.of_case(tx, case.id) == frozenset()


@pytest.mark.parametrize("name", ["Boris", "Cilka", "Dora", "a name without an account"])
async def test_whose_page_was_from_before_a_case_became_confidential_does_nothing_with_it(house: House, name: str) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", ())
    with pytest.raises(NoSuchCase):
        await house.helpdesk.take_over(case.id, "Ana", name)
    with pytest.raises(NoSuchCase):
        await house.helpdesk.note(case.id, "from an old page", name)
    await house.helpdesk.release(case.id, "Ana")
    with pytest.raises(NoSuchCase):
        await house.helpdesk.claim(case.id, name)
    await house.helpdesk.claim(case.id, "Ana")
    await house.closing.close(case.id, "Ana")
    with pytest.raises(NoSuchCase):
        await house.closing.reopen(case.id, name)


async def test_a_claim_that_races_a_move_to_another_info_point_takes_nothing_from_there(house: House) -> None:
    case = await _claimed(house)
    await house.helpdesk.release(case.id, "Ana")
    await located(house, "dalgopol", "bg")
    with pytest.raises(NoSuchCase):
        await house.helpdesk.claim(case.id, "Boris")

    assert (await house.case()).state is CaseState.WAITING

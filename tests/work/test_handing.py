"""Handing cases on: to a colleague, to another info point, and across the border when the resident agrees."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import new_id
from bot.dialogue import consent
from bot.model.case import Case, CaseState, Event
from bot.model.conversation import Asked, Conversation, Holder
from bot.model.library import Library
from bot.model.message import Author, Kind
from bot.model.staff import Role
from bot.store import audit, cases, conversations, readers, staff
from bot.work.casework import Casework, NoSuchCase, NotYours, Unreachable
from bot.work.handing import Confidential, Handing, NotThere
from bot.work.helpdesk import AlreadyClaimed, put_back_all
from tests.support.house import House
from tests.support.people import hire, located
from tests.support.small_library import small_library
from tests.support.thinking import think


async def _claimed(house: House, point: str | None = "ptuj") -> Case:
    """Return a case at ``point`` that Ana has; Boris is her colleague there, Cilka is in Bulgaria, Dora keeps the knowledge."""
    for name, role, points in (
        ("Ana", Role.STAFF, {"ptuj"}),
        ("Boris", Role.COORDINATOR, {"ptuj", "gorica"}),
        ("Cilka", Role.STAFF, {"dalgopol"}),
        ("Dora", Role.EDITOR, None),
    ):
        await hire(house, name, role, points)
    await house.hears("person")
    await house.works()
    await located(house, point)
    return await house.helpdesk.claim((await house.case()).id, "Ana")


async def _notes(house: House) -> list[tuple[str, str, str | None]]:
    return [(line.kind, line.text, line.staff) for line in await house.lines() if line.author is Author.NOTE]


def _handing(house: House) -> Handing:
    """Return what hands on in a library with a third info point, in Slovenia."""
    library = small_library()
    gorica = replace(library.points["ptuj"], id="gorica", names={"sl": "Info točka Gorica"})
    with_gorica: Library = replace(library, points={**library.points, "gorica": gorica})
    return Handing(Casework(house.db, house.bell, house.handing._casework.phrases, clock=house.clock), lambda: with_gorica)


# ---- to a colleague


async def test_a_case_is_handed_to_a_colleague_with_the_reason_in_a_note(house: House) -> None:
    case = await _claimed(house)
    handed = await house.handing.to_colleague(case.id, "Ana", "Boris", "  knows the law  ")

    assert (handed.state, handed.claimed_by) == (CaseState.CLAIMED, "Boris")
    assert await _notes(house) == [(Event.HANDED_ON, "Boris", "Ana"), (Kind.TEXT, "knows the law", "Ana")]
    assert (await house.conversation()).holder is Holder.STAFF
    with pytest.raises(NotYours):
        await house.helpdesk.reply(case.id, (await house.conversation()).version, "Good day", "Ana")
    async with house.db.read() as tx:
        assert [(act.staff, act.action, act.detail) for act in await audit.latest(tx, action="hand-on")] == [
            ("Ana", "hand-on", {"to": "Boris"})
        ]


@pytest.mark.parametrize("to", ["Cilka", "Dora", "Ana", "Nobody", ""])
async def test_only_a_colleague_with_rights_at_the_point_is_given_a_case(house: House, to: str) -> None:
    case = await _claimed(house)
    with pytest.raises(NotThere):
        await house.handing.to_colleague(case.id, "Ana", to)

    assert (await house.case()).claimed_by == "Ana"


async def test_a_disabled_colleague_is_given_nothing(house: House) -> None:
    case = await _claimed(house)
    async with house.db.write() as tx:
        await staff.disable(tx, "Boris", house.now)
    with pytest.raises(NotThere):
        await house.handing.to_colleague(case.id, "Ana", "Boris")


async def test_nobody_hands_on_what_they_do_not_have(house: House) -> None:
    case = await _claimed(house)
    with pytest.raises(NotYours):
        await house.handing.to_colleague(case.id, "Boris", "Ana")
    with pytest.raises(NotYours):
        await house.handing.to_point(case.id, "Boris", "dalgopol")
    with pytest.raises(NoSuchCase):
        await house.handing.to_colleague(new_id(), "Ana", "Boris")


async def test_of_two_ways_to_hand_on_at_once_one_is_taken(house: House) -> None:
    case = await _claimed(house)
    await hire(house, "Emil", Role.STAFF, {"ptuj"})
    outcomes = await asyncio.gather(
        house.handing.to_colleague(case.id, "Ana", "Boris"),
        house.handing.to_colleague(case.id, "Ana", "Emil"),
        _handing(house).to_point(case.id, "Ana", "gorica"),
        return_exceptions=True,
    )

    granted = [outcome for outcome in outcomes if isinstance(outcome, Case)]
    assert len(granted) == 1
    assert sum(isinstance(outcome, NotYours) for outcome in outcomes) == 2
    now = await house.case()
    assert (now.claimed_by, now.point) == (granted[0].claimed_by, granted[0].point)


async def test_a_confidential_case_stays_so_and_opens_to_who_is_given_it(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", ())
    handed = await house.handing.to_colleague(case.id, "Ana", "Boris")

    assert handed.confidential
    async with house.db.read() as tx:
        assert await readers.of_case(tx, case.id) == {"Ana", "Boris"}


# ---- to another info point of the same country


async def test_a_case_goes_into_the_line_of_another_point_and_the_resident_reads_where(house: House) -> None:
    case = await _claimed(house)
    house.later(minutes=5)
    moved = await _handing(house).to_point(case.id, "Ana", "gorica", "is nearer")

    assert (moved.state, moved.claimed_by, moved.point, moved.waiting_since) == (CaseState.WAITING, None, "gorica", house.now)
    assert await _notes(house) == [(Event.MOVED, "gorica", "Ana"), (Kind.TEXT, "is nearer", "Ana")]
    conversation = await house.conversation()
    assert (conversation.holder, conversation.waiting) == (Holder.BOT, True)
    assert "Info točka Gorica" in (await house.said())[-1]


@pytest.mark.parametrize("point", ["ptuj", "nowhere", ""])
async def test_a_case_goes_to_another_known_point_only(house: House, point: str) -> None:
    case = await _claimed(house)
    with pytest.raises(NotThere):
        await house.handing.to_point(case.id, "Ana", point)


@pytest.mark.parametrize(("point", "reader"), [("gorica", ""), ("gorica", "Cilka"), ("dalgopol", "Boris"), ("dalgopol", "Dora")])
async def test_a_confidential_case_goes_to_nobody_but_somebody_by_name(house: House, point: str, reader: str) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", ())
    with pytest.raises(Confidential):
        await _handing(house).to_point(case.id, "Ana", point, reader=reader)


async def test_a_confidential_case_is_read_at_the_other_point_by_who_was_named_alone(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", ())
    moved = await _handing(house).to_point(case.id, "Ana", "gorica", reader="Boris")

    assert moved.confidential
    assert (await _notes(house))[-2:] == [(Event.MOVED, "gorica", "Ana"), (Event.GUARDED, "Boris", "Ana")]
    async with house.db.read() as tx:
        assert await readers.of_case(tx, case.id) == {"Boris"}


async def test_a_confidential_case_is_not_opened_to_all_because_nobody_is_left_at_the_other_point(house: House) -> None:
    case = await _claimed(house)
    await house.guarding.guard(case.id, "Ana", ())
    await house.handing.to_point(case.id, "Ana", "dalgopol", reader="Cilka")
    async with house.db.write() as tx:
        await staff.disable(tx, "Cilka", house.now)
    await house.presses(f"consent:{consent.question_of(case.id, 'dalgopol')}")
    await house.works(think)

    assert (await house.case()).confidential


@pytest.mark.parametrize("left", [False, True])
async def test_a_confidential_case_crosses_the_border_to_somebody_by_name(house: House, *, left: bool) -> None:
    case = await _claimed(house)
    await hire(house, "Emil", Role.STAFF, {"dalgopol"})
    await house.guarding.guard(case.id, "Ana", ())
    await house.handing.to_point(case.id, "Ana", "dalgopol", reader="Cilka")
    async with house.db.write() as tx:
        assert await readers.of_case(tx, case.id) == {"Ana"}  # nobody there reads it before the resident agrees
        if left:
            await staff.disable(tx, "Cilka", house.now)
    await house.presses(f"consent:{consent.question_of(case.id, 'dalgopol')}")
    await house.works(think)

    now = await house.case()
    assert (now.point, now.confidential, now.offered_reader) == ("dalgopol", True, None)
    async with house.db.read() as tx:
        assert await readers.of_case(tx, case.id) == ({"Emil"} if left else {"Cilka"})


# ---- across the border


async def _offered(house: House) -> Case:
    case = await _claimed(house)
    offered = await house.handing.to_point(case.id, "Ana", "dalgopol")
    await house.works(think)
    return offered


async def test_before_a_case_goes_to_another_country_the_resident_is_asked_and_it_stays(house: House) -> None:
    offered = await _offered(house)

    assert (offered.state, offered.claimed_by, offered.point) == (CaseState.CLAIMED, "Ana", "ptuj")
    assert (offered.offered_to, offered.offered_by) == ("dalgopol", "Ana")
    assert await _notes(house) == [(Event.CONSENT_ASKED, "dalgopol", "Ana")]
    line = (await house.lines())[-1]
    assert line.author is Author.BOT
    assert [button.press for row in line.buttons for button in row] == [
        f"consent:{consent.question_of(offered.id, 'dalgopol')}",
        f"refuse:{consent.question_of(offered.id, 'dalgopol')}",
    ]


async def test_a_case_of_no_point_is_where_its_resident_is(house: House) -> None:
    case = await _claimed(house, None)
    moved = await house.handing.to_point(case.id, "Ana", "ptuj")

    assert moved.point == "ptuj"
    assert moved.state is CaseState.WAITING


async def test_with_consent_the_case_waits_at_the_other_point(house: House) -> None:
    offered = await _offered(house)
    house.later(minutes=3)
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await house.works(think)

    case = await house.case()
    assert (case.state, case.point, case.claimed_by, case.offered_to) == (CaseState.WAITING, "dalgopol", None, None)
    assert case.waiting_since == house.now
    conversation = await house.conversation()
    assert (conversation.holder, conversation.waiting, conversation.pending) == (Holder.BOT, True, None)
    assert (Event.CONSENTED, "dalgopol", "Ana") in await _notes(house)
    assert "Дългопол" in (await house.said())[-1]
    assert (await house.helpdesk.claim(case.id, "Cilka")).claimed_by == "Cilka"


async def test_without_consent_the_case_stays_and_a_note_tells_so(house: House) -> None:
    offered = await _offered(house)
    await house.presses(f"refuse:{consent.question_of(offered.id, 'dalgopol')}")
    await house.works(think)

    case = await house.case()
    assert (case.state, case.point, case.claimed_by, case.offered_to) == (CaseState.CLAIMED, "ptuj", "Ana", None)
    assert case.waiting_since is not None
    assert (Event.CONSENT_REFUSED, "dalgopol", None) in await _notes(house)
    assert (await house.conversation()).pending is None


async def test_a_yes_in_words_moves_nothing_and_reaches_the_person(house: House) -> None:
    offered = await _offered(house)
    await house.hears("da")
    await house.works(think)

    case = await house.case()
    assert (case.claimed_by, case.offered_to) == ("Ana", "dalgopol")
    assert "press one of the two buttons" in (await house.said())[-1]
    assert offered.id == case.id


async def test_a_colleague_goes_on_with_a_case_whose_resident_is_being_asked(house: House) -> None:
    offered = await _offered(house)
    await house.handing.to_colleague(offered.id, "Ana", "Boris")
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await house.works(think)

    assert (await house.case()).point == "dalgopol"


@pytest.mark.parametrize("how", ["close", "release", "guard", "move", "shut out"])
async def test_the_question_falls_away_when_the_case_goes_another_way(house: House, how: str) -> None:
    offered = await _offered(house)
    match how:
        case "close":
            await house.closing.close(offered.id, "Ana")
        case "release":
            await house.helpdesk.release(offered.id, "Ana")
        case "guard":
            await house.guarding.guard(offered.id, "Ana", ())
        case "move":
            await _handing(house).to_point(offered.id, "Ana", "gorica")
        case _:
            async with house.db.write() as tx:
                await put_back_all(tx, "Ana", house.now)
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await house.works(think)

    async with house.db.read() as tx:
        case = await cases.get(tx, offered.id)
        conversation: Conversation = await conversations.get(tx, offered.conversation_id)
    assert case is not None
    assert case.point in ("ptuj", "gorica")
    assert case.offered_to is None
    assert conversation.pending is None or conversation.pending.asked is not Asked.CONSENT
    assert "no longer works" in (await house.said())[-1]


async def test_a_consent_pressed_twice_moves_once(house: House) -> None:
    offered = await _offered(house)
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await house.works(think)

    assert [kind for kind, _, _ in await _notes(house)].count(Event.CONSENTED) == 1
    assert "no longer works" in (await house.said())[-1]


async def test_a_consent_and_a_release_at_once_leave_one_truth(house: House) -> None:
    offered = await _offered(house)
    await house.presses(f"consent:{consent.question_of(offered.id, 'dalgopol')}")
    await asyncio.gather(house.works(think), house.helpdesk.release(offered.id, "Ana"), return_exceptions=True)
    await house.works(think)

    case = await house.case()
    said = (await house.said())[-1]
    assert case.state is CaseState.WAITING
    assert ("Дългопол" in said) is (case.point == "dalgopol")


async def test_nobody_is_asked_who_blocked_us(house: House) -> None:
    case = await _claimed(house)
    await house.hears("", kind=Kind.BLOCKED)
    await house.works()
    with pytest.raises(Unreachable):
        await house.handing.to_point(case.id, "Ana", "dalgopol")


async def test_a_case_handed_on_is_not_taken_over_by_an_old_page(house: House) -> None:
    case = await _claimed(house)
    await house.handing.to_colleague(case.id, "Ana", "Boris")
    house.now += timedelta(minutes=1)
    with pytest.raises(AlreadyClaimed):
        await house.helpdesk.take_over(case.id, "Ana", "Emil")

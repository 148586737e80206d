"""A resident leaves a number; staff call, and note what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.model.case import Case, CaseOpening, Reason
from bot.model.contact import CallBack, Contact, ContactKind
from bot.model.conversation import Conversation
from bot.model.message import Author, Incoming
from bot.model.turn import Turn
from bot.store import audit, callbacks, entries
from bot.work.calling import CallDone, Calling
from bot.work.casework import Casework, NoSuchCase, NotYours
from tests.support.house import House, echo
from tests.support.phrases import english

NUMBER, OTHER = "+38641234567", "+38640111222"


def _notes_numbers(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Repeat what is said, and take a number for the wish to be called at it."""
    turn = echo(conversation, incoming, now)
    if not incoming.text.startswith("+"):
        return turn
    contact = Contact(ContactKind.PHONE, incoming.text)
    return replace(turn, conversation=turn.conversation.put_in_line(), opens=CaseOpening(Reason.ASKED), calls_back=contact)


async def _called(house: House, *numbers: str) -> Case:
    for number in numbers or (NUMBER,):
        await house.hears(number)
        await house.works(_notes_numbers)
    return await house.case()


async def _claimed(house: House) -> Case:
    return await house.helpdesk.claim((await _called(house)).id, "Ana")


def _calling(house: House) -> Calling:
    return Calling(Casework(house.db, house.bell, english(), clock=house.clock))


async def _calls(house: House, case: Case) -> list[CallBack]:
    async with house.db.read() as tx:
        return await callbacks.of_case(tx, case.id)


async def _notes(house: House) -> list[tuple[str, str, str | None]]:
    return [(line.kind, line.text, line.staff) for line in await house.lines() if line.author is Author.NOTE]


async def test_a_number_stands_with_the_case_and_in_the_transcript(house: House) -> None:
    case = await _called(house)

    (call,) = await _calls(house, case)
    assert (call.contact.value, call.asked_at, call.done_at, call.tries) == (NUMBER, house.now, None, ())
    assert await _notes(house) == [(entries.CALL_BACK, NUMBER, None)]


async def test_the_same_number_again_is_one_wish_and_another_takes_its_place(house: House) -> None:
    case = await _called(house, NUMBER, NUMBER, OTHER)

    calls = await _calls(house, case)

    assert {call.contact.value: call.done_at is None for call in calls} == {NUMBER: False, OTHER: True}
    assert [text for _, text, _ in await _notes(house)] == [NUMBER, OTHER]


async def test_each_try_is_noted_until_the_resident_is_reached(house: House) -> None:
    case = await _claimed(house)
    (call,) = await _calls(house, case)
    calling = _calling(house)

    await calling.tried(case.id, call.id, "Ana", reached=False)
    house.later(hours=1)
    await calling.tried(case.id, call.id, "Ana", reached=True)

    (call,) = await _calls(house, case)
    assert call.done_at == house.now
    assert [(each.staff, each.reached) for each in call.tries] == [("Ana", False), ("Ana", True)]
    assert await _notes(house) == [
        (entries.CALL_BACK, NUMBER, None),
        (entries.CALL_MISSED, NUMBER, "Ana"),
        (entries.CALL_REACHED, NUMBER, "Ana"),
    ]
    async with house.db.read() as tx:
        acts = await audit.latest(tx, staff="Ana", subject=case.code)
    assert [act.action for act in acts] == [entries.CALL_REACHED, entries.CALL_MISSED, "claim"]
    assert NUMBER not in str(acts)


async def test_a_wish_can_be_given_up(house: House) -> None:
    case = await _claimed(house)
    (call,) = await _calls(house, case)

    await _calling(house).give_up(case.id, call.id, "Ana")

    (call,) = await _calls(house, case)
    assert call.done_at == house.now
    assert (await _notes(house))[-1] == (entries.CALL_GIVEN_UP, NUMBER, "Ana")


async def test_of_two_outcomes_at_once_one_is_noted(house: House) -> None:
    case = await _claimed(house)
    (call,) = await _calls(house, case)
    calling = _calling(house)

    outcomes = await asyncio.gather(
        calling.tried(case.id, call.id, "Ana", reached=True),
        calling.give_up(case.id, call.id, "Ana"),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [CallDone]
    assert len(await _notes(house)) == 2


async def test_only_who_has_the_case_notes_what_came_of_it(house: House) -> None:
    case = await _claimed(house)
    (call,) = await _calls(house, case)
    calling = _calling(house)

    with pytest.raises(NotYours):
        await calling.tried(case.id, call.id, "Boris", reached=True)
    with pytest.raises(NotYours):
        await calling.give_up(case.id, call.id, "Boris")
    with pytest.raises(CallDone):
        await calling.tried(case.id, "nothing", "Ana", reached=True)
    with pytest.raises(NoSuchCase):
        await calling.give_up("nothing", call.id, "Ana")
    assert len(await _notes(house)) == 1


async def test_who_has_everything_deleted_takes_the_number_along(house: House) -> None:
    case = await _claimed(house)

    await house.helpdesk.release(case.id, "Ana")
    await house.hears("forget")
    await house.works(_notes_numbers)

    assert await _calls(house, case) == []
    async with house.db.read() as tx:
        assert await callbacks.open_for(tx, [case.id]) == frozenset()

"""Closing a case with what came of it, whether it helped, and opening it again."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.language.masking import masked
from bot.model.case import Case, CaseState, Event, Outcome
from bot.model.conversation import Holder
from bot.model.message import Author
from bot.model.staff import Role
from bot.store import audit, cases, staff, suggestions, tables
from bot.store.suggestions import State, Suggestion
from bot.work.casework import NotYours
from bot.work.closing import Ending, NotClosed, OtherCaseOpen
from bot.work.commit import Moved
from tests.support.house import House
from tests.support.people import becomes, comes_to_the_desk, hire, is_away, located
from tests.support.thinking import think

QUESTION = "zgubil sem službo, sem Janez Novak, tel. 041 123 456"


async def _claimed(house: House, *before: str) -> Case:
    await hire(house, "Ana", Role.STAFF, {"ptuj"})
    await hire(house, "Boris", Role.STAFF, {"ptuj"})
    for text in (*before, "rad bi govoril s človekom"):
        await house.hears(text)
        await house.works(think)
        house.later(minutes=1)
    await located(house, "ptuj")
    return await house.helpdesk.claim((await house.case()).id, "Ana")


async def _answered(house: House, case: Case, text: str = "Pridite v ponedeljek.") -> None:
    await house.helpdesk.reply(case.id, (await house.conversation()).version, text, "Ana")


async def _get(house: House, case: Case) -> Case:
    async with house.db.read() as tx:
        found = await cases.get(tx, case.id)
    assert found is not None
    return found


async def _suggested(house: House) -> list[Suggestion]:
    async with house.db.read() as tx:
        return await suggestions.in_state(tx, State.OPEN)


async def _says(house: House, word: str, case: Case) -> None:
    await house.presses(f"ended:{word}:{case.id}")
    await house.works(think)


# ---- closing


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.REFERRED, Outcome.NOT_OURS, Outcome.UNREACHED, Outcome.ABUSE])
async def test_a_case_is_closed_with_what_came_of_it(house: House, outcome: Outcome) -> None:
    case = await _claimed(house)
    version = (await house.conversation()).version
    closed = await house.closing.close(case.id, "Ana", version, Ending(outcome, "food-help"))

    assert (closed.state, closed.closed_by, closed.outcome, closed.topic) == (CaseState.CLOSED, "Ana", outcome, "food-help")
    assert (closed.closed_at, closed.waiting_since) == (house.now, None)
    assert (await house.conversation()).holder is Holder.BOT
    assert [(line.kind, line.text, line.staff) for line in await house.lines() if line.author is Author.NOTE] == [
        (Event.CLOSED, outcome, "Ana")
    ]
    async with house.db.read() as tx:
        assert (await audit.latest(tx, action="close"))[0].detail == {"outcome": outcome}


async def test_a_topic_that_the_library_does_not_know_is_left_out(house: House) -> None:
    case = await _claimed(house)
    closed = await house.closing.close(case.id, "Ana", None, Ending(topic="no such thing"))

    assert closed.topic == case.topic


async def test_whoever_wrote_meanwhile_is_read_before_the_case_is_closed(house: House) -> None:
    case = await _claimed(house)
    version = (await house.conversation()).version
    await house.hears("še nekaj")
    await house.works(think)
    with pytest.raises(Moved):
        await house.closing.close(case.id, "Ana", version)

    assert (await house.case()).state is CaseState.CLAIMED


async def test_nobody_closes_the_case_of_another(house: House) -> None:
    case = await _claimed(house)
    with pytest.raises(NotYours):
        await house.closing.close(case.id, "Boris")


# ---- what the assistant should have known


async def test_what_the_assistant_should_have_known_goes_to_the_editors_without_the_person(house: House) -> None:
    case = await _claimed(house, "dober dan", QUESTION)
    await _answered(house, case, "Gospod Novak, pišite na ana@example.si.")
    await house.hears("hvala lepa")
    await house.works(think)
    await house.closing.close(case.id, "Ana", None, Ending(topic="food-help", unknown=True))

    (found,) = await _suggested(house)
    assert found.suggested.question == "zgubil sem službo, sem [name], tel. [phone]"
    assert found.suggested.answer == "Gospod [name], pišite na [e-mail]."
    assert (found.suggested.topic, found.suggested.country, found.suggested.point) == ("food-help", "si", "ptuj")
    assert (found.suggested.language, found.made_by, found.made_at, found.state) == ("sl", "Ana", house.now, State.OPEN)


async def test_what_was_asked_in_a_confidential_case_goes_to_no_editor_from_a_later_one(house: House) -> None:
    first = await _claimed(house, "zgubil sem službo")
    await house.guarding.guard(first.id, "Ana", ())
    await house.closing.close(first.id, "Ana")
    house.later(minutes=1)
    await house.presses("human")
    await house.works(think)
    later = await house.helpdesk.claim((await house.case()).id, "Ana")
    await house.closing.close(later.id, "Ana", None, Ending(unknown=True))

    assert await _suggested(house) == []


async def test_nobody_waits_for_the_words_to_be_masked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await _claimed(house, QUESTION)
    begun, go_on = threading.Event(), threading.Event()

    def slow(text: str) -> str:
        begun.set()
        assert go_on.wait(20)
        return masked(text)

    monkeypatch.setattr("bot.work.closing.masked", slow)
    closing = asyncio.create_task(house.closing.close(case.id, "Ana", None, Ending(unknown=True)))
    await asyncio.to_thread(begun.wait, 20)
    await house.helpdesk.note(case.id, "somebody else writes", "Boris")
    go_on.set()
    await closing

    (found,) = await _suggested(house)
    assert "[name]" in found.suggested.question


async def test_a_question_that_came_after_the_call_for_a_person_is_taken_too(house: House) -> None:
    case = await _claimed(house)
    await house.hears("kakšno bo vreme na Marsu")
    await house.works(think)
    await house.closing.close(case.id, "Ana", None, Ending(unknown=True))

    (found,) = await _suggested(house)
    assert (found.suggested.question, found.suggested.answer) == ("kakšno bo vreme na Marsu", "")


async def test_where_nothing_was_asked_nothing_is_suggested(house: House) -> None:
    case = await _claimed(house, "dober dan")
    await house.closing.close(case.id, "Ana", None, Ending(unknown=True))

    assert await _suggested(house) == []


async def test_of_a_confidential_case_nothing_goes_to_the_editors(house: House) -> None:
    case = await _claimed(house, QUESTION)
    await house.guarding.guard(case.id, "Ana", ())
    await house.closing.close(case.id, "Ana", None, Ending(unknown=True))

    assert await _suggested(house) == []


async def test_without_that_word_nothing_is_suggested(house: House) -> None:
    case = await _claimed(house, QUESTION)
    await house.closing.close(case.id, "Ana")

    assert await _suggested(house) == []


async def test_a_suggestion_goes_when_the_resident_has_everything_deleted_whose_words_it_holds(house: House) -> None:
    case = await _claimed(house, QUESTION)
    await house.closing.close(case.id, "Ana", None, Ending(unknown=True))
    before = len(await _suggested(house))
    await house.presses("forget")
    await house.works(think)

    assert before == 1
    assert await _suggested(house) == []


async def test_a_suggestion_outlives_a_conversation_that_is_over(house: House) -> None:
    case = await _claimed(house, QUESTION)
    await house.closing.close(case.id, "Ana", None, Ending(unknown=True))
    async with house.db.write() as tx:
        await tx.execute(delete(tables.conversation))

    assert len(await _suggested(house)) == 1


# ---- whether it helped


async def test_a_yes_is_kept_with_the_case(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await _says(house, "yes", case)

    now = await _get(house, case)
    assert (now.helped, now.state) == (True, CaseState.CLOSED)
    assert (await house.lines())[-2].kind == Event.HELPED


async def test_a_no_brings_the_case_back_to_who_closed_it_and_is_at_the_desk(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await comes_to_the_desk(house, "Ana")
    await _says(house, "no", case)

    now = await _get(house, case)
    assert (now.state, now.claimed_by, now.helped, now.outcome, now.closed_at) == (CaseState.CLAIMED, "Ana", False, None, None)
    assert now.waiting_since == house.now
    conversation = await house.conversation()
    assert (conversation.holder, conversation.waiting) == (Holder.STAFF, False)
    assert "a person" in (await house.said())[-1]
    await house.hears("halo")
    await house.works(think)
    assert (await house.lines())[-1].author is Author.RESIDENT
    assert [line.kind for line in await house.lines() if line.author is Author.NOTE] == [
        Event.CLOSED,
        Event.NOT_HELPED,
        Event.REOPENED,
    ]


@pytest.mark.parametrize("where", ["elsewhere", "away", "gone home", "disabled", "moved to another point", "an editor now"])
async def test_a_no_to_somebody_who_is_not_there_goes_into_the_line(house: House, where: str) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    if where != "elsewhere":
        await comes_to_the_desk(house, "Ana")
    if where == "away":
        await is_away(house, "Ana")
    if where == "gone home":
        house.later(hours=1)
    if where == "disabled":
        async with house.db.write() as tx:
            await staff.disable(tx, "Ana", house.now)
    if where == "moved to another point":
        await located(house, "dalgopol")
    if where == "an editor now":
        await becomes(house, "Ana", Role.EDITOR)
    await _says(house, "no", case)

    now = await _get(house, case)
    assert (now.state, now.claimed_by, now.waiting_since, now.helped) == (CaseState.WAITING, None, house.now, False)
    conversation = await house.conversation()
    assert (conversation.holder, conversation.waiting) == (Holder.BOT, True)
    assert (await house.helpdesk.claim(case.id, "Cilka")).claimed_by == "Cilka"


async def test_the_line_is_promised_what_the_resident_was_told(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await _says(house, "no", case)

    assert (await _get(house, case)).promised_at == house.now.replace(hour=15, minute=0)
    assert "16.00" in (await house.said())[-1]


@pytest.mark.parametrize("second", ["yes", "no"])
async def test_it_is_asked_once(house: House, second: str) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await _says(house, "yes", case)
    await _says(house, second, case)

    now = await _get(house, case)
    assert (now.helped, now.state) == (True, CaseState.CLOSED)
    assert "no longer works" in (await house.said())[-1]


async def test_a_no_while_another_case_is_open_opens_no_second_one(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await house.hears("rad bi govoril s človekom")
    await house.works(think)
    other = await house.case()
    await _says(house, "no", case)

    assert (await _get(house, case)).state is CaseState.CLOSED
    assert (await _get(house, case)).helped is False
    assert (await house.case()).id == other.id


async def test_a_no_and_a_reopening_at_once_open_the_case_once(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await house.presses(f"ended:no:{case.id}")
    await asyncio.gather(house.works(think), house.closing.reopen(case.id, "Boris"), return_exceptions=True)
    await house.works(think)

    now = await _get(house, case)
    conversation = await house.conversation()
    assert now.state in (CaseState.CLAIMED, CaseState.WAITING)
    assert (conversation.holder is Holder.STAFF) is (now.state is CaseState.CLAIMED)


# ---- opening again


async def test_staff_open_a_closed_case_again_and_have_it(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana", None, Ending(Outcome.UNREACHED))
    house.later(days=30)
    opened = await house.closing.reopen(case.id, "Boris")

    assert (opened.state, opened.claimed_by, opened.outcome, opened.closed_by) == (CaseState.CLAIMED, "Boris", None, None)
    assert (await house.conversation()).holder is Holder.STAFF
    assert "a person" in (await house.said())[-1]
    await house.helpdesk.reply(case.id, (await house.conversation()).version, "Dober dan", "Boris")


async def test_of_two_who_open_a_case_again_one_has_it(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    outcomes = await asyncio.gather(
        house.closing.reopen(case.id, "Ana"), house.closing.reopen(case.id, "Boris"), return_exceptions=True
    )

    assert sum(isinstance(outcome, Case) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotClosed) for outcome in outcomes) == 1


async def test_a_case_is_not_opened_again_beside_another_open_one(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await house.hears("rad bi govoril s človekom")
    await house.works(think)
    with pytest.raises(OtherCaseOpen) as refused:
        await house.closing.reopen(case.id, "Ana")

    assert refused.value.other.id == (await house.case()).id


async def test_a_case_closed_again_is_asked_about_again(house: House) -> None:
    case = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    await _says(house, "yes", case)
    house.now += timedelta(minutes=1)
    await house.closing.reopen(case.id, "Ana")
    closed = await house.closing.close(case.id, "Ana")

    assert closed.helped is None
    await _says(house, "yes", case)
    assert (await _get(house, case)).helped is True

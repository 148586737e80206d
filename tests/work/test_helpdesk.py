"""What staff do to a case, and what is refused. Ana and Boris are staff."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.case import Case, CaseState
from bot.model.conversation import Holder
from bot.model.message import Author, Kind
from bot.store import cases, entries
from bot.work.casework import NoSuchCase, NothingSaid, NotYours, Unreachable
from bot.work.commit import Moved
from bot.work.helpdesk import AlreadyClaimed, PutBack, put_back_all
from tests.support.house import House


async def _called(house: House) -> Case:
    await house.hears("person")
    await house.works()
    return await house.case()


async def _claimed(house: House) -> tuple[Case, int]:
    case = await house.helpdesk.claim((await _called(house)).id, "Ana")
    return case, (await house.conversation()).version


async def test_a_claim_silences_the_bot_and_tells_the_resident(house: House) -> None:
    case, _ = await _claimed(house)
    await house.delivers()
    await house.hears("hello?")
    await house.works()

    assert (case.state, case.claimed_by, case.claimed_at) == (CaseState.CLAIMED, "Ana", house.now)
    assert (await house.conversation()).holder is Holder.STAFF
    assert len(house.post.sent) == 2
    assert (await house.lines())[-1].text == "hello?"


async def test_a_second_claim_is_refused(house: House) -> None:
    case, version = await _claimed(house)
    with pytest.raises(AlreadyClaimed) as refused:
        await house.helpdesk.claim(case.id, "Boris")

    assert refused.value.by == "Ana"
    assert (await house.case()).claimed_by == "Ana"
    assert (await house.conversation()).version == version


async def test_of_many_claims_at_once_one_is_granted(house: House) -> None:
    case = await _called(house)
    names = [f"member {number}" for number in range(6)]
    outcomes = await asyncio.gather(*(house.helpdesk.claim(case.id, name) for name in names), return_exceptions=True)

    granted = [outcome for outcome in outcomes if isinstance(outcome, Case)]
    assert len(granted) == 1
    assert sum(isinstance(outcome, AlreadyClaimed) for outcome in outcomes) == 5
    assert (await house.case()).claimed_by == granted[0].claimed_by


async def test_a_reply_goes_out_under_the_name_of_who_wrote_it(house: House) -> None:
    case, version = await _claimed(house)
    await house.helpdesk.reply(case.id, version, "  Good day,\n\nhow can I help?  ", "Ana")
    await house.delivers()

    line = (await house.lines())[-1]
    assert (line.author, line.staff, line.text) == (Author.STAFF, "Ana", "Good day,\n\nhow can I help?")
    assert house.post.sent[-1] == ("ana", "Good day,\n\nhow can I help?")


async def test_a_reply_to_a_conversation_that_moved_is_refused_and_nothing_is_written(house: House) -> None:
    case, version = await _claimed(house)
    await house.hears("wait, it is solved")
    await house.works()
    before = await house.lines()
    with pytest.raises(Moved):
        await house.helpdesk.reply(case.id, version, "Come on Monday", "Ana")

    assert await house.lines() == before
    assert (await house.conversation()).version == version + 1


async def test_a_reply_to_what_the_page_showed_is_taken(house: House) -> None:
    case, _ = await _claimed(house)
    await house.hears("one more thing")
    await house.works()
    await house.helpdesk.reply(case.id, (await house.conversation()).version, "Come on Monday", "Ana")

    assert (await house.said())[-1] == "Come on Monday"


@pytest.mark.parametrize("text", ["", "  \n ", "\0\u200b"])
async def test_a_reply_without_text_is_refused(house: House, text: str) -> None:
    case, version = await _claimed(house)
    with pytest.raises(NothingSaid):
        await house.helpdesk.reply(case.id, version, text, "Ana")


async def test_nobody_replies_to_anothers_case(house: House) -> None:
    case, version = await _claimed(house)
    with pytest.raises(NotYours):
        await house.helpdesk.reply(case.id, version, "Good day", "Boris")
    with pytest.raises(NotYours):
        await house.helpdesk.release(case.id, "Boris")
    with pytest.raises(NotYours):
        await house.closing.close(case.id, "Boris")

    assert (await house.conversation()).version == version


async def test_nobody_replies_to_a_resident_who_blocked_us(house: House) -> None:
    case, _ = await _claimed(house)
    await house.hears("", kind=Kind.BLOCKED)
    await house.works()
    with pytest.raises(Unreachable):
        await house.helpdesk.reply(case.id, (await house.conversation()).version, "Good day", "Ana")


async def test_a_released_case_waits_again_and_the_bot_answers_meanwhile(house: House) -> None:
    case, _ = await _claimed(house)
    released = await house.helpdesk.release(case.id, "Ana")
    await house.hears("hello?")
    await house.works()

    assert (released.state, released.claimed_by) == (CaseState.WAITING, None)
    assert (await house.conversation()).waiting
    assert (await house.said())[-1] == "echo: hello?"
    assert (await house.helpdesk.claim(case.id, "Boris")).claimed_by == "Boris"


async def test_a_colleague_takes_a_case_over_and_a_note_tells_from_whom(house: House) -> None:
    case, _ = await _claimed(house)
    said = await house.said()
    house.later(minutes=5)
    taken = await house.helpdesk.take_over(case.id, "Ana", "Boris")
    note = (await house.lines())[-1]
    await house.helpdesk.reply(case.id, (await house.conversation()).version, "Good day", "Boris")

    assert (taken.state, taken.claimed_by, taken.claimed_at) == (CaseState.CLAIMED, "Boris", house.now)
    assert (note.author, note.kind, note.text, note.staff) == (Author.NOTE, entries.TAKEN_OVER, "Ana", "Boris")
    assert (await house.conversation()).holder is Holder.STAFF
    assert await house.said() == [*said, "Good day"]


async def test_of_many_who_take_a_case_over_at_once_one_is_granted(house: House) -> None:
    case, _ = await _claimed(house)
    names = [f"member {number}" for number in range(6)]
    outcomes = await asyncio.gather(*(house.helpdesk.take_over(case.id, "Ana", name) for name in names), return_exceptions=True)

    granted = [outcome for outcome in outcomes if isinstance(outcome, Case)]
    refused = {outcome.by for outcome in outcomes if isinstance(outcome, AlreadyClaimed)}
    assert len(granted) == 1
    assert refused == {granted[0].claimed_by}
    assert (await house.case()).claimed_by == granted[0].claimed_by


async def test_a_case_taken_over_twice_by_the_same_form_is_noted_once(house: House) -> None:
    case, _ = await _claimed(house)
    for _ in range(2):
        taken = await house.helpdesk.take_over(case.id, "Ana", "Boris")

    assert taken.claimed_by == "Boris"
    assert [line.kind for line in await house.lines()].count(entries.TAKEN_OVER) == 1


async def test_a_case_is_not_taken_over_from_somebody_who_no_longer_has_it(house: House) -> None:
    case, _ = await _claimed(house)
    await house.helpdesk.release(case.id, "Ana")
    with pytest.raises(PutBack):
        await house.helpdesk.take_over(case.id, "Ana", "Boris")
    await house.helpdesk.claim(case.id, "Cilka")
    with pytest.raises(AlreadyClaimed) as held:
        await house.helpdesk.take_over(case.id, "Ana", "Boris")
    await house.closing.close(case.id, "Cilka")
    with pytest.raises(AlreadyClaimed) as closed:
        await house.helpdesk.take_over(case.id, "Cilka", "Boris")

    assert (held.value.by, closed.value.by) == ("Cilka", None)
    assert entries.TAKEN_OVER not in [line.kind for line in await house.lines()]


async def test_who_has_lost_a_case_hears_that_first(house: House) -> None:
    case, version = await _claimed(house)
    await house.helpdesk.take_over(case.id, "Ana", "Boris")
    with pytest.raises(NotYours):
        await house.helpdesk.reply(case.id, version, "Good day", "Ana")
    with pytest.raises(NotYours):
        await house.closing.close(case.id, "Ana", version)


async def test_the_cases_of_who_is_shut_out_wait_again_and_nobody_elses(house: House) -> None:
    for resident in ("ana", "berta", "cilka", "dora"):
        await house.hears("person", resident)
        await house.works()
        await house.helpdesk.claim((await house.case(resident)).id, "Boris" if resident == "berta" else "Ana")
    done = await house.case("dora")
    await house.closing.close(done.id, "Ana")
    said = await house.said()
    async with house.db.write() as tx:
        count = await put_back_all(tx, "Ana", house.now)
    note = (await house.lines())[-1]

    assert count == 2
    for resident in ("ana", "cilka"):
        case, conversation = await house.case(resident), await house.conversation(resident)
        assert (case.state, case.claimed_by, case.claimed_at) == (CaseState.WAITING, None, None)
        assert (conversation.holder, conversation.waiting) == (Holder.BOT, True)
    assert (note.author, note.kind, note.text, note.staff) == (Author.NOTE, entries.PUT_BACK, "Ana", None)
    assert await house.said() == said
    assert (await house.case("berta")).claimed_by == "Boris"
    assert (await house.conversation("dora")).waiting is False
    await house.hears("hello?")
    await house.works()
    assert (await house.said())[-1] == "echo: hello?"


async def test_a_closed_case_gives_the_conversation_back_to_the_bot(house: House) -> None:
    case, version = await _claimed(house)
    closed = await house.closing.close(case.id, "Ana", version)
    told = (await house.lines())[-1]
    await house.hears("thanks")
    await house.works()

    assert (closed.state, closed.closed_at) == (CaseState.CLOSED, house.now)
    assert told.author is Author.BOT
    assert (await house.said())[-1] == "echo: thanks"


async def test_a_case_is_not_closed_over_a_message_that_nobody_saw(house: House) -> None:
    case, version = await _claimed(house)
    await house.hears("wait")
    await house.works()
    with pytest.raises(Moved):
        await house.closing.close(case.id, "Ana", version)

    assert (await house.case()).state is CaseState.CLAIMED


async def test_a_closed_case_cannot_be_claimed_and_a_new_one_can_be_opened(house: House) -> None:
    case, _ = await _claimed(house)
    await house.closing.close(case.id, "Ana")
    with pytest.raises(AlreadyClaimed) as refused:
        await house.helpdesk.claim(case.id, "Boris")
    again = await _called(house)

    assert refused.value.by is None
    assert again.id != case.id


async def test_a_note_is_seen_by_staff_only(house: House) -> None:
    case = await _called(house)
    await house.helpdesk.note(case.id, "call the office first", "Boris")
    await house.delivers()

    line = (await house.lines())[-1]
    assert (line.author, line.staff, line.text) == (Author.NOTE, "Boris", "call the office first")
    assert "call the office first" not in await house.said()
    assert all(text != "call the office first" for _, text in house.post.sent)


async def test_a_case_that_the_resident_had_deleted_is_gone(house: House) -> None:
    case = await _called(house)
    await house.hears("forget")
    await house.works()
    with pytest.raises(NoSuchCase):
        await house.helpdesk.claim(case.id, "Ana")


async def test_the_line_shows_crises_first_then_who_waits_longest(house: House) -> None:
    from bot.model.case import CaseOpening, Reason

    for resident in ("ana", "berta", "cilka"):
        house.later(minutes=1)
        await house.hears("person", resident)
        await house.works()
    conversation = await house.conversation("cilka")
    async with house.db.write() as tx:
        await cases.open_or_raise(tx, conversation.id, CaseOpening(Reason.CRISIS), house.now)
    answered = await house.case("ana")
    await house.helpdesk.claim(answered.id, "Ana")
    await house.helpdesk.reply(answered.id, (await house.conversation("ana")).version, "Good day", "Ana")
    async with house.db.read() as tx:
        line = await cases.line(tx)

    order = [(await house.case(resident)).id for resident in ("cilka", "berta", "ana")]
    assert [waiting.case.id for waiting in line] == order
    assert [waiting.case.urgent for waiting in line] == [True, False, False]

"""Going on with a case from another channel by its code, on each database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.case import Case, CaseState
from bot.model.codes import CodeStatus, GivenCode
from bot.model.conversation import Conversation, Holder
from bot.model.message import Incoming
from bot.model.turn import Turn
from bot.store import cases, codes, conversations, endings, inbox, readers
from bot.work.commit import Lease, Moved, commit
from bot.work.continuing import LATELY, MOST_WRONG, MOST_WRONG_OF_FORMER
from bot.work.reception import LEASE
from tests.support.house import TELEGRAM, WEB, House, parse
from tests.support.phrases import english
from tests.support.small_library import small_library

PERSON = "rad bi govoril s človekom"
INDEX = Index(small_library(), None, None, 0.02)


def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Decide as the program does."""
    return take_turn(replace(conversation, greeted=True), incoming, INDEX, english(), now)


async def _write(house: House, text: str, address: str, channel: str = TELEGRAM) -> str:
    """Let a resident write, and return all that was said to them then."""
    before = len(await house.said(address, channel))
    await house.hears(text, address, channel=channel)
    await house.works(think)
    return "\n".join((await house.said(address, channel))[before:])


async def _has_case(house: House, address: str = "ana", channel: str = WEB) -> Case:
    await _write(house, PERSON, address, channel)
    return await house.case(address, channel)


async def _close(house: House, case: Case) -> None:
    await house.helpdesk.claim(case.id, "Berta")
    async with house.db.write() as tx:
        conversation = await conversations.lock(tx, case.conversation_id)
        assert conversation is not None
        await conversations.save(tx, conversation.held_by(Holder.BOT), house.now)
        assert await endings.close(tx, case.id, "Berta", house.now) is not None


async def test_the_handover_tells_the_code_of_the_case(house: House) -> None:
    told = await _write(house, PERSON, "ana", WEB)

    case = await house.case("ana", WEB)
    assert f"the code {case.code}." in told
    assert "{case_code}" not in told


async def test_a_resident_goes_on_from_another_channel(house: House) -> None:
    old = await _has_case(house)

    told = await _write(house, f"koda {old.code.lower()}", "phone")

    new = await house.case("phone")
    assert "goes on with you here" in told
    assert (new.continues, new.point, new.state) == (old.id, old.point, CaseState.WAITING)
    assert new.code != old.code
    assert new.code not in told
    async with house.db.read() as tx:
        before, after = await codes.before(tx, new), await codes.after(tx, old)
        assert await codes.before(tx, old) is None
    assert before is not None
    assert (before.case.id, before.channel) == (old.id, WEB)
    assert [(each.case.id, each.channel) for each in after] == [(new.id, TELEGRAM)]


async def test_what_is_said_on_one_side_is_not_said_on_the_other(house: House) -> None:
    old = await _has_case(house)
    await _write(house, old.code, "phone")
    new = await house.case("phone")
    await house.helpdesk.claim(new.id, "Berta")
    held = await house.conversation("phone")

    await house.helpdesk.reply(new.id, held.version, "only here", "Berta")

    assert "only here" in await house.said("phone")
    assert "only here" not in await house.said("ana", WEB)


async def test_an_open_case_is_marked_and_goes_to_the_info_point_of_the_other(house: House) -> None:
    old = await _has_case(house)
    own = await _has_case(house, "phone", TELEGRAM)
    async with house.db.write() as tx:
        await cases.change(tx, cases._case.c.id == old.id, {"point": "elsewhere"})

    await _write(house, old.code, "phone")

    marked = await house.case("phone")
    assert (marked.id, marked.continues, marked.point) == (own.id, old.id, "elsewhere")


async def test_a_case_that_somebody_has_is_marked_silently_and_stays_where_it_is(house: House) -> None:
    old = await _has_case(house)
    own = await _has_case(house, "phone", TELEGRAM)
    await house.helpdesk.claim(own.id, "Berta")

    told = await _write(house, old.code, "phone")

    marked = await house.case("phone")
    assert told == ""
    assert (marked.continues, marked.claimed_by, marked.point) == (old.id, "Berta", own.point)
    assert marked.waiting_since == house.now


async def test_the_code_of_the_own_open_case_opens_nothing(house: House) -> None:
    own = await _has_case(house, "phone", TELEGRAM)

    assert "code of your case here" in await _write(house, own.code, "phone")

    assert (await house.case("phone")).continues is None


async def test_a_case_closed_lately_is_gone_on_with_and_one_closed_long_ago_is_not(house: House) -> None:
    lately = await _has_case(house)
    await _close(house, lately)
    long_ago = await _has_case(house, "eva")
    await _close(house, long_ago)

    house.now += LATELY / 2
    assert "goes on with you here" in await _write(house, lately.code, "phone")
    house.now += LATELY / 2
    assert "no open case" in await _write(house, long_ago.code, "tablet")


async def test_one_s_own_closed_case_is_opened_anew_as_another(house: House) -> None:
    own = await _has_case(house)
    await _close(house, own)

    await _write(house, own.code, "ana", WEB)

    assert (await house.case("ana", WEB)).continues == own.id


async def test_a_forgotten_conversation_has_no_code_any_more(house: House) -> None:
    old = await _has_case(house)
    conversation = await house.conversation("ana", WEB)
    async with house.db.write() as tx:
        await conversations.replace_forgotten(tx, conversation, house.now, house.now)

    assert "no open case" in await _write(house, old.code, "phone")


async def test_a_case_that_is_gone_when_the_turn_is_written_is_thought_about_again(house: House) -> None:
    await house.hears("K7PM4X", "phone")
    async with house.db.write() as tx:
        claim = await inbox.claim(tx, "worker", house.now, LEASE, [TELEGRAM])
    assert claim is not None
    incoming = parse(claim.received)
    assert incoming is not None
    found = replace(incoming, given=GivenCode("K7PM4X", CodeStatus.FOUND, "gone"))
    lease = Lease(claim.conversation.id, claim.owner, claim.conversation.version)

    with pytest.raises(Moved):
        await commit(house.db, house.bell, think(claim.conversation, found, house.now), lease, house.now)

    assert await house.said("phone") == []


async def test_a_case_that_goes_on_with_a_confidential_one_is_confidential_for_the_same(house: House) -> None:
    old = await _has_case(house)
    async with house.db.write() as tx:
        await readers.guard(tx, old.id, ["Berta"])

    await _write(house, old.code, "phone")

    new = await house.case("phone")
    assert new.confidential
    async with house.db.read() as tx:
        assert await readers.of_case(tx, new.id) == {"Berta"}


async def test_after_five_wrong_codes_not_even_a_right_one_is_looked_up(house: House) -> None:
    old = await _has_case(house)
    for _ in range(MOST_WRONG):
        assert "no open case" in await _write(house, "koda 999999", "phone")

    assert "quarter of an hour" in await _write(house, old.code, "phone")
    assert "goes on with you here" in await _write(house, old.code, "tablet")

    house.later(minutes=16)
    assert "goes on with you here" in await _write(house, old.code, "phone")


async def test_whoever_guesses_locks_out_nobody_else(house: House) -> None:
    old = await _has_case(house)
    for number in range(MOST_WRONG_OF_FORMER // MOST_WRONG + 1):
        for _ in range(MOST_WRONG):
            assert "no open case" in await _write(house, "koda A999999A", f"guesser {number}")

    assert "goes on with you here" in await _write(house, old.code, "phone")


async def test_many_who_guess_the_shorter_former_codes_are_slowed_down_together(house: House) -> None:
    old = await _has_case(house)
    async with house.db.write() as tx:
        await cases.change(tx, cases._case.c.id == old.id, {"code": "K7PM4X"})
    for number in range(MOST_WRONG_OF_FORMER // MOST_WRONG):
        for _ in range(MOST_WRONG):
            await _write(house, "koda 999999", f"guesser {number}")

    assert "quarter of an hour" in await _write(house, "K7PM4X", "phone")

    house.later(minutes=16)
    assert "goes on with you here" in await _write(house, "K7PM4X", "phone")


@pytest.mark.parametrize("text", ["prosim", "koda zavoda"])
async def test_what_is_no_code_is_not_counted(house: House, text: str) -> None:
    old = await _has_case(house)
    for _ in range(MOST_WRONG + 1):
        await _write(house, text, "phone")

    assert "goes on with you here" in await _write(house, old.code, "phone")

"""What residents say is wrong with an answer: kept for the editors, so much a day, on each database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.conversation import Conversation
from bot.model.message import Incoming
from bot.model.turn import Turn, WrongAbout
from bot.store import conversations, staff, suggestions
from bot.store.suggestions import Kind as Whose
from bot.store.suggestions import State, Suggestion
from bot.work import wrongs
from tests.support.house import WEB, House
from tests.support.phrases import english
from tests.support.small_library import small_library

INDEX = Index(small_library(), None, None, 0.02)
ANSWER = "unemployment-registration/si"


def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
    """Decide as the program does."""
    return take_turn(conversation, incoming, INDEX, english(), now)


async def _does(house: House, text: str = "", press: str = "", address: str = "ana") -> str:
    """Let a resident write or press, and return what was said last then."""
    if press:
        await house.presses(press, address, channel=WEB)
    else:
        await house.hears(text, address, channel=WEB)
    await house.works(think)
    return (await house.said(address, WEB))[-1]


async def _complains(house: House, words: str, address: str = "ana") -> str:
    await _does(house, press=f"wrong:{ANSWER}/amount", address=address)
    return await _does(house, words, address=address)


async def _kept(house: House) -> list[Suggestion]:
    async with house.db.read() as tx:
        return await suggestions.in_state(tx, State.OPEN)


async def test_it_becomes_a_suggestion_without_the_person(house: House) -> None:
    assert "Thank you." in await _complains(house, "znesek je 520 evrov, moj naslov je ana@primer.si")
    (kept,) = await _kept(house)
    assert kept.suggested.question == "znesek je 520 evrov, moj naslov je [e-mail]"
    assert (kept.suggested.kind, kept.suggested.item) == (Whose.RESIDENT, f"answer:{ANSWER}")
    assert (kept.suggested.topic, kept.suggested.country, kept.suggested.language) == ("unemployment-registration", "si", "sl")
    assert kept.suggested.change == {"about": "amount"}
    assert kept.made_by == ""


async def test_it_goes_with_everything_else_when_they_have_all_deleted(house: House) -> None:
    await _complains(house, "znesek je napačen")
    await _complains(house, "znesek je res napačen", address="berta")
    conversation = await house.conversation("ana", WEB)
    async with house.db.write() as tx:
        await conversations.replace_forgotten(tx, conversation, house.now, house.now)
    assert [each.suggested.question for each in await _kept(house)] == ["znesek je res napačen"]


async def test_one_resident_says_so_three_times_a_day(house: House) -> None:
    for number in range(wrongs.MOST_OF_ONE):
        assert "Thank you." in await _complains(house, f"znesek {number} je napačen")
    assert "I cannot take more of this today." in await _complains(house, "še nekaj je narobe")
    assert "Thank you." in await _complains(house, "drugi človek", address="berta")
    assert len(await _kept(house)) == wrongs.MOST_OF_ONE + 1


async def test_on_the_next_day_they_can_again(house: House) -> None:
    for number in range(wrongs.MOST_OF_ONE):
        await _complains(house, f"znesek {number} je napačen")
    house.now += wrongs.DAY + timedelta(minutes=1)
    assert "Thank you." in await _complains(house, "še vedno je narobe")


async def test_all_together_say_so_much_and_no_more(house: House) -> None:
    async with house.db.write() as tx:
        for _ in range(wrongs.MOST_OF_ALL):
            await staff.note_failure(tx, "wrong", house.now)
    assert "I cannot take more of this today." in await _complains(house, "znesek je napačen")
    assert await _kept(house) == []
    async with house.db.write() as tx:
        assert await wrongs.take_from_page(tx, wrongs.said("debts", "si", "sl", WrongAbout.FIT, ""), house.now)


@pytest.mark.parametrize("where", ["si", "it-si"])
async def test_a_public_page_takes_so_much_for_one_answer(house: House, where: str) -> None:
    said = wrongs.said("debts", where, "sl", WrongAbout.HARD, "nič ne razumem")
    async with house.db.write() as tx:
        taken = [await wrongs.take_from_page(tx, said, house.now) for _ in range(wrongs.MOST_OF_ANSWER + 1)]
    assert taken == [True] * wrongs.MOST_OF_ANSWER + [False]
    assert {each.suggested.country for each in await _kept(house)} == {"si"}


async def test_a_flood_of_the_public_pages_closes_them_for_an_hour_and_not_for_a_day(house: House) -> None:
    answers = [wrongs.said(f"topic-{number}", "si", "sl", WrongAbout.FIT, "") for number in range(wrongs.MOST_OF_PAGES + 1)]
    async with house.db.write() as tx:
        taken = [await wrongs.take_from_page(tx, said, house.now) for said in answers]
        assert taken == [True] * wrongs.MOST_OF_PAGES + [False]
        assert await wrongs.take_from_page(tx, answers[-1], house.now + wrongs.HOUR)

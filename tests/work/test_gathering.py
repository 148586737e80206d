"""What residents ask becomes a row each, masked, with what became of it."""

from __future__ import annotations

import pytest

from bot.model.message import Kind
from bot.model.schedule import DeskState, Schedule
from bot.model.verdict import VerdictKind
from bot.store import questions, retention
from bot.store.questions import Handled
from bot.store.retention import Periods
from tests.support.house import TELEGRAM
from tests.support.small_library import small_library
from tests.support.tidying import carry_out
from tests.support.town import Town


async def test_a_question_is_kept_masked_with_what_was_decided(town: Town) -> None:
    await town.sends("answer/pension sem Ana Novak, 041 123 456, ana@example.org")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.language, found.country) == (VerdictKind.ANSWER, "pension", "sl", "si")
    assert found.text is not None
    assert "[phone]" in found.text
    assert "[e-mail]" in found.text
    assert "Novak" not in found.text
    assert (found.channel, found.helpful, found.to_person, found.handled) == (TELEGRAM, None, False, None)


async def test_thanks_presses_commands_and_what_goes_to_staff_are_no_questions(town: Town) -> None:
    await town.sends("act hvala")
    await town.sends(press="topic:pension")
    await town.sends("help", kind=Kind.COMMAND)
    await town.sends("staff answer/pension")
    assert await town.gathered() == []


async def test_of_a_crisis_no_word_is_kept(town: Town) -> None:
    await town.sends("crisis pomagajte")
    [found] = await town.gathered()
    assert (found.kind, found.crisis, found.text, found.to_person) == (VerdictKind.CRISIS, "violence", None, True)


async def test_the_info_point_and_whether_it_was_open_are_kept(town: Town) -> None:
    point = next(each for each in small_library().points.values() if each.country == "si" and "sl" in each.languages)
    await town.sends("answer/pension kdaj")
    closed = DeskState({point.id: Schedule("si", "Su 10:00-11:00")}, ())
    await town.gathering(closed).gather()
    [found] = await town.kept()
    assert (found.point, found.open_then) == (point.id, False)


async def test_hours_that_nobody_knows_or_can_read_are_told_as_not_known(town: Town) -> None:
    point = next(each for each in small_library().points.values() if each.country == "si" and "sl" in each.languages)
    await town.sends("answer/pension kdaj")
    for hours in (None, "now and then"):
        async with town.db.write() as tx:
            await carry_out(tx, retention.QUESTIONS, town.now + Periods().figures)
        await town.gathering(DeskState({point.id: Schedule("si", hours)}, ())).gather()
        assert [each.open_then for each in await town.kept()] == [None]


async def test_a_press_tells_which_of_the_topics_to_choose_from_was_meant(town: Town) -> None:
    await town.sends("choose/pension dom")
    assert [each.topic for each in await town.gathered()] == [None]
    await town.sends(press="topic:no-such-topic")
    assert [each.topic for each in await town.gathered()] == [None]
    topic = next(iter(small_library().topics))
    await town.sends(press=f"topic:{topic}/si")
    await town.sends(press="topic:pension")
    [found] = await town.gathered()
    assert (found.kind, found.topic) == (VerdictKind.CHOOSE, topic)


async def test_a_question_whose_language_was_asked_back_is_one_question(town: Town) -> None:
    await town.sends("person mirovina")
    await town.sends(press="lang:hr")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.text) == (VerdictKind.ANSWER, "pension", "person mirovina")


@pytest.mark.parametrize("early", [True, False])
async def test_a_vote_counts_whether_it_comes_before_the_question_is_gathered_or_after(town: Town, *, early: bool) -> None:
    await town.sends("answer/pension kdaj")
    gathering = town.gathering()
    if not early:
        await gathering.gather()
    await town.sends(press="missed:pension/si")
    await gathering.gather()
    assert [each.helpful for each in await town.kept()] == [False]
    await town.sends(press="helpful:pension/si")
    await gathering.gather()
    assert [each.helpful for each in await town.kept()] == [True]


async def test_a_vote_belongs_to_the_question_about_its_topic(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    await town.sends("answer/food kje")
    await town.sends(press="helpful:pension/si")
    await town.sends(press="missed:other/si")
    assert [each.helpful for each in await town.gathered()] == [True, False]


async def test_a_vote_without_a_question_is_nobodys(town: Town) -> None:
    await town.sends(press="helpful:pension/si")
    assert await town.gathered() == []


@pytest.mark.parametrize("early", [True, False])
async def test_a_question_that_a_person_was_called_for_is_marked(town: Town, *, early: bool) -> None:
    await town.sends("answer/food kje")
    await town.sends("answer/pension kdaj")
    gathering = town.gathering()
    if not early:
        await gathering.gather()
    await town.sends(press="human")
    await gathering.gather()
    assert [each.to_person for each in await town.kept()] == [False, True]


async def test_while_a_case_is_open_only_what_the_bot_cannot_answer_goes_to_staff(town: Town) -> None:
    await town.sends("person kje")
    await town.sends("answer/pension kdaj")
    await town.sends("person kam")
    assert [each.to_person for each in await town.gathered()] == [True, False, True]


async def test_a_case_that_was_opened_because_the_program_failed_was_opened_for_no_question(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    await town.sends("fails")
    assert [each.to_person for each in await town.gathered()] == [False]


async def test_a_person_called_days_later_is_called_for_something_else(town: Town) -> None:
    await town.sends("answer/pension kdaj")
    town.later(days=2)
    await town.sends(press="human")
    assert [each.to_person for each in await town.gathered()] == [False]


@pytest.mark.parametrize("early", [True, False])
async def test_an_edited_message_stays_one_question_with_its_new_words(town: Town, *, early: bool) -> None:
    await town.sends("person kje", remote_id="5")
    if early:
        await town.gathered()
    await town.sends("answer/pension kdaj", kind=Kind.EDIT, remote_id="5")
    [found] = await town.gathered()
    assert (found.kind, found.topic, found.text) == (VerdictKind.ANSWER, "pension", "answer/pension kdaj")


async def test_words_that_were_taken_back_or_became_a_crisis_are_not_kept(town: Town) -> None:
    await town.sends("person kje", remote_id="5")
    await town.sends("person kam", remote_id="6")
    await town.gathered()
    await town.sends("act hvala", kind=Kind.EDIT, remote_id="5")
    await town.sends("crisis", kind=Kind.EDIT, remote_id="6")
    assert [(each.kind, each.text) for each in await town.gathered()] == [("person", None), ("crisis", None)]


async def test_words_that_were_changed_while_staff_answered_are_followed(town: Town) -> None:
    await town.sends("person kje", remote_id="5")
    await town.sends("staff kam", kind=Kind.EDIT, remote_id="5")
    assert [(each.kind, each.text) for each in await town.gathered()] == [("person", "staff kam")]


async def test_an_edited_greeting_becomes_a_question(town: Town) -> None:
    await town.sends("act dan", remote_id="5")
    await town.sends("answer/pension kdaj", kind=Kind.EDIT, remote_id="5")
    assert [each.topic for each in await town.gathered()] == ["pension"]


async def test_what_an_editor_made_of_a_question_stays(town: Town) -> None:
    await town.sends("person kje")
    [found] = await town.gathered()
    async with town.db.write() as tx:
        await questions.handle(tx, [found.turn], Handled.DONE)
    await town.sends(press="missed:pension/si")
    assert [(each.handled, each.helpful) for each in await town.gathered()] == [(Handled.DONE, False)]


async def test_what_is_older_than_questions_are_kept_is_not_gathered_again(town: Town) -> None:
    await town.sends("person kje")
    town.later(days=Periods().figures.days)
    assert await town.gathered() == []

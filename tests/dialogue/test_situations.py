from __future__ import annotations

from dataclasses import replace

from bot.dialogue import question
from bot.dialogue.scene import Scene
from bot.model.conversation import Asked
from bot.model.verdict import VerdictKind
from tests.support.border_library import border_library
from tests.support.stage import ENGLISH, Stage

_TOLD = "odpustili so nas vse po vrsti in ne vem kje začeti"


def test_a_life_event_opens_with_an_overview_buttons_to_its_topics_and_a_person() -> None:
    stage = Stage(border_library())

    turn = stage.write(_TOLD)

    assert stage.last.text == "A job lost\n\nThree things matter.\n\nWhat would you like to look at first?"
    assert stage.presses == ["topic:unemployment-registration", "topic:food-help", "topic:scholarships", "human"]
    assert turn.verdict is not None
    assert (turn.verdict.kind, turn.verdict.situation) == (VerdictKind.CHOOSE, "lost-job")
    assert turn.verdict.choices == ("unemployment-registration", "food-help", "scholarships")
    assert stage.conversation.pending is not None
    assert stage.conversation.pending.asked is Asked.CHOICE


def test_each_answer_of_a_situation_leads_back_to_its_overview() -> None:
    stage = Stage(border_library())
    stage.write(_TOLD)

    stage.press("topic:food-help")
    assert stage.last.text.startswith("food-help si")
    labels = {button.press: button.label for row in stage.last.buttons for button in row}
    assert labels["event:lost-job"] == "All about: A job lost"
    stage.press("event:lost-job")

    assert stage.last.text.startswith("A job lost")


def test_a_topic_without_an_answer_where_the_resident_is_is_left_out() -> None:
    library = border_library()
    answers = {name: answer for name, answer in library.answers.items() if name != "food-help/si"}
    stage = Stage(replace(library, answers=answers))

    stage.write(_TOLD)

    assert stage.presses == ["topic:unemployment-registration", "topic:scholarships", "human"]


def test_where_no_topic_has_an_answer_those_of_other_countries_are_offered() -> None:
    library = border_library()
    answers = {name: answer for name, answer in library.answers.items() if not name.endswith("/si")}
    stage = Stage(replace(library, answers=answers))

    stage.write(_TOLD)

    assert stage.presses == ["topic:unemployment-registration", "topic:food-help", "topic:scholarships", "human"]


def test_a_situation_that_is_no_longer_known_does_no_harm() -> None:
    stage = Stage(border_library())

    stage.press("event:forgotten")
    assert "no longer works" in stage.last.text
    stage.conversation = replace(stage.conversation, situation="forgotten")
    stage.write("nimam za hrano")

    assert stage.last.text.startswith("food-help si")


def test_below_an_answer_the_situation_that_was_told_is_opened_once() -> None:
    stage = Stage(border_library())
    scene = Scene(stage.index, ENGLISH, stage.now)
    told = replace(stage.index.decide("nimam za hrano", language="sl"), situation="lost-job")

    first = question.respond(scene, stage.conversation, "nimam za hrano", told)
    again = question.respond(scene, first.conversation, "nimam za hrano", told)

    assert [outgoing.text.split()[0] for outgoing in first.outgoings] == ["food-help", "A"]
    assert first.outgoings[-1].buttons[-1][0].press == "human"
    assert len(again.outgoings) == 1
    assert "event:lost-job" in [button.press for row in again.outgoings[0].buttons for button in row]


def test_below_a_question_for_the_country_no_situation_is_opened() -> None:
    stage = Stage(border_library())
    scene = Scene(stage.index, ENGLISH, stage.now)
    text = "kje dobim paket hrane v Italiji"
    told = replace(stage.index.decide(text, language="sl"), situation="lost-job")

    reply = question.respond(scene, stage.conversation, text, told)

    assert reply.opens is not None
    assert not any(outgoing.text.startswith("A job lost") for outgoing in reply.outgoings)

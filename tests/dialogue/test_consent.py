"""Going on at an info point of another country: nothing is passed on before the resident pressed the button for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue import consent
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.model.message import Author, Kind
from bot.model.turn import Consent
from tests.support.small_library import small_library
from tests.support.stage import ENGLISH, Stage

CASE = "c" * 32
ASKED, ASKED_OF_DALGOPOL = consent.question_of(CASE, "ptuj"), consent.question_of(CASE, "dalgopol")
_PTUJ, _DALGOPOL = (small_library().points[name] for name in ("ptuj", "dalgopol"))


def _asked(point: str = "ptuj") -> Stage:
    """Return a stage on which staff hold the conversation and had the resident asked."""
    asked = Stage()
    held = replace(asked.conversation, holder=Holder.STAFF, language="sl")
    asked.conversation, _ = consent.ask(held, CASE, small_library().points[point], ENGLISH)
    return asked


def test_the_question_names_the_info_point_and_offers_two_buttons() -> None:
    conversation = Conversation("c1", "web", "resident", language="sl", holder=Holder.STAFF)

    after, question = consent.ask(conversation, CASE, _PTUJ, ENGLISH)

    assert "Info točka Ptuj" in question.text
    assert [button.press for row in question.buttons for button in row] == [f"consent:{ASKED}", f"refuse:{ASKED}"]
    assert all(len(button.press.encode()) <= 64 for row in question.buttons for button in row)
    assert question.author is Author.BOT
    assert (after.holder, after.pending) == (Holder.STAFF, Pending(Asked.CONSENT, CASE, "ptuj"))


def test_who_agrees_is_passed_on_and_told_when_the_other_point_answers() -> None:
    stage = _asked()

    turn = stage.press(f"consent:{ASKED}")

    assert turn.consent == Consent(CASE, "ptuj", datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert "Info točka Ptuj" in stage.said
    assert "16.00" in stage.said
    assert (stage.conversation.holder, stage.conversation.waiting, stage.conversation.pending) == (Holder.BOT, True, None)
    assert not turn.relayed


def test_where_no_hours_are_known_nothing_is_promised() -> None:
    stage = _asked("dalgopol")

    turn = stage.press(f"consent:{ASKED_OF_DALGOPOL}")

    assert turn.consent == Consent(CASE, "dalgopol", None)
    assert "I cannot say when" in stage.said


def test_who_refuses_stays_with_the_person() -> None:
    stage = _asked()

    turn = stage.press(f"refuse:{ASKED}")

    assert turn.consent == Consent(CASE, None)
    assert "Nothing is passed on" in stage.said
    assert (stage.conversation.holder, stage.conversation.pending) == (Holder.STAFF, None)


@pytest.mark.parametrize("payload", [f"consent:{'d' * 32}", f"refuse:{'d' * 32}", f"consent:{CASE}", "consent:", "consent"])
def test_a_button_for_another_case_changes_nothing(payload: str) -> None:
    stage = _asked()
    before = stage.conversation

    turn = stage.press(payload)

    assert turn.consent is None
    assert "no longer works" in stage.said
    assert replace(stage.conversation, version=0) == before


@pytest.mark.parametrize("verb", ["consent", "refuse"])
def test_the_button_of_an_earlier_question_agrees_to_no_other_info_point(verb: str) -> None:
    stage = _asked()
    stage.conversation, _ = consent.ask(stage.conversation, CASE, _DALGOPOL, ENGLISH)

    assert stage.press(f"{verb}:{ASKED}").consent is None
    assert "no longer works" in stage.said
    assert stage.conversation.pending == Pending(Asked.CONSENT, CASE, "dalgopol")


@pytest.mark.parametrize("payload", [f"consent:{ASKED}", f"refuse:{ASKED}"])
@pytest.mark.parametrize("pending", [None, Pending(Asked.LANGUAGE, CASE, "ptuj")])
def test_a_button_of_a_question_that_fell_away_changes_nothing(payload: str, pending: Pending | None) -> None:
    stage = _asked()
    stage.conversation = stage.conversation.asking(pending)

    assert stage.press(payload).consent is None
    assert "no longer works" in stage.said


def test_a_point_that_is_no_more_in_the_library_gets_nothing() -> None:
    stage = _asked()
    stage.conversation = stage.conversation.asking(Pending(Asked.CONSENT, CASE, "gone"))

    assert stage.press(f"consent:{consent.question_of(CASE, 'gone')}").consent is None
    assert stage.conversation.holder is Holder.STAFF


def test_nobody_is_led_to_the_buttons_for_a_point_that_is_no_more() -> None:
    stage = _asked()
    stage.conversation = stage.conversation.asking(Pending(Asked.CONSENT, CASE, "gone"))

    turn = stage.write("da")

    assert turn.relayed
    assert turn.outgoings == ()


@pytest.mark.parametrize("text", ["da", "Ja, prosim!", "ne hvala", "Ne.", "sì", "no grazie", "može", "да", "не, благодаря"])
def test_a_yes_or_no_in_words_moves_nothing_and_leads_to_the_buttons(text: str) -> None:
    stage = _asked()

    turn = stage.write(text)

    assert turn.consent is None
    assert turn.relayed
    assert "press one of the two buttons" in stage.said
    assert stage.presses == [f"consent:{ASKED}", f"refuse:{ASKED}"]
    assert stage.conversation.pending == Pending(Asked.CONSENT, CASE, "ptuj")


@pytest.mark.parametrize("text", ["da bi le vedel, kaj naj zdaj naredim", "kdaj odgovorite", "👍 !"])
def test_all_else_is_for_the_person_alone(text: str) -> None:
    stage = _asked()

    turn = stage.write(text)

    assert turn.relayed
    assert turn.outgoings == ()
    assert stage.conversation.pending == Pending(Asked.CONSENT, CASE, "ptuj")


def test_a_yes_to_nothing_is_for_the_person_alone() -> None:
    stage = _asked()
    stage.conversation = stage.conversation.asking(None)

    assert stage.write("da").outgoings == ()


def test_a_crisis_while_asked_is_met_and_the_question_stands() -> None:
    stage = _asked()

    turn = stage.write("nočem več živeti")

    assert turn.opens is not None
    assert turn.relayed
    assert stage.conversation.pending == Pending(Asked.CONSENT, CASE, "ptuj")


def test_other_buttons_go_to_the_person_while_the_question_stands() -> None:
    stage = _asked()

    assert stage.send(Kind.PRESS, press="human").relayed


def test_a_case_that_staff_moved_within_the_country_waits_there_and_the_resident_reads_where() -> None:
    held = Conversation("c1", "web", "resident", language="bg", holder=Holder.STAFF)

    after, line = consent.moved(held, _DALGOPOL, ENGLISH)

    assert (after.holder, after.waiting) == (Holder.BOT, True)
    assert "Дългопол" in line.text


def test_a_point_without_a_name_in_the_language_bears_another_one_or_its_id() -> None:
    assert consent.name(_DALGOPOL, "it") == "Дългопол"
    assert consent.name(replace(_DALGOPOL, names={}), "it") == "dalgopol"

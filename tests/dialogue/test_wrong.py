"""Saying that something is wrong with an answer: what sort of thing, then one message, and a way out at each step."""

from __future__ import annotations

import pytest

from bot.dialogue import wrong
from bot.model.conversation import Asked, Pending
from bot.model.library import COUNTRIES
from bot.model.turn import WrongAbout
from bot.model.verdict import VerdictKind
from tests.support.stage import Stage

ANSWER = "unemployment-registration/si"


@pytest.fixture
def answered() -> Stage:
    """A resident who has got an answer."""
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")
    return stage


@pytest.fixture
def asked(answered: Stage) -> Stage:
    """A resident who said that an amount is wrong, and was asked for words."""
    answered.press(f"wrong:{ANSWER}")
    answered.press(f"wrong:{ANSWER}/amount")
    return answered


def test_the_button_stands_beside_the_person_under_each_answer(answered: Stage) -> None:
    assert [button.press for button in answered.last.buttons[-1]] == ["human", f"wrong:{ANSWER}"]
    assert len(answered.last.buttons) <= 4


def test_it_is_asked_what_sort_of_thing_is_wrong(answered: Stage) -> None:
    turn = answered.press(f"wrong:{ANSWER}")
    assert "What is wrong with this answer?" in answered.said
    assert answered.presses == [*(f"wrong:{ANSWER}/{about}" for about in WrongAbout), "wrong:no"]
    assert turn.wrong is None


def test_who_writes_instead_of_pressing_a_button_has_said_what_is_wrong(answered: Stage) -> None:
    answered.press(f"wrong:{ANSWER}")
    turn = answered.write("telefonska številka ni prava")
    assert turn.wrong is not None
    assert (turn.wrong.about, turn.wrong.words) == (WrongAbout.OTHER, "telefonska številka ni prava")
    assert turn.opens is None


def test_then_for_one_message(asked: Stage) -> None:
    assert "in one message" in asked.said
    assert asked.presses == [f"wrong:{ANSWER}/amount/-", "wrong:no"]
    assert asked.conversation.pending == Pending(Asked.WRONG, "amount/si", "unemployment-registration")


def test_the_message_is_kept_without_persons_and_opens_no_case(asked: Stage) -> None:
    turn = asked.write("znesek je 520 evrov, pokličite me na 041 234 567")
    assert turn.wrong is not None
    assert (turn.wrong.topic, turn.wrong.where, turn.wrong.language) == ("unemployment-registration", "si", "sl")
    assert turn.wrong.about is WrongAbout.AMOUNT
    assert turn.wrong.words == "znesek je 520 evrov, pokličite me na [phone]"
    assert "tomorrow" in turn.wrong.refusal.text
    assert turn.verdict == wrong.UNDERSTOOD
    assert turn.opens is None
    assert "Those who keep the answers will look at it." in asked.said
    assert asked.conversation.pending is None


def test_a_question_after_that_is_answered_again(asked: Stage) -> None:
    asked.write("znesek je 520 evrov")
    turn = asked.write("zgubil sem službo kaj zdaj")
    assert turn.wrong is None
    assert asked.last.text.startswith("unemployment-registration si")


def test_a_long_message_is_cut(asked: Stage) -> None:
    turn = asked.write("znesek " * 400)
    assert turn.wrong is not None
    assert len(turn.wrong.words) == wrong.MOST_CHARACTERS


def test_it_can_be_sent_without_words(asked: Stage) -> None:
    turn = asked.press(f"wrong:{ANSWER}/amount/-")
    assert turn.wrong is not None
    assert turn.wrong.words == ""
    assert asked.conversation.pending is None


def test_one_can_think_better_of_it_by_a_button(asked: Stage) -> None:
    turn = asked.press("wrong:no")
    assert turn.wrong is None
    assert "All right." in asked.said
    assert asked.conversation.pending is None


@pytest.mark.parametrize("text", ["ne", "no", "Не", "ne hvala"])
def test_one_can_think_better_of_it_in_a_word(asked: Stage, text: str) -> None:
    turn = asked.write(text)
    assert turn.wrong is None
    assert "All right." in asked.said


def test_a_crisis_in_the_message_comes_first(asked: Stage) -> None:
    turn = asked.write("znesek je napačen in ubil se bom")
    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.CRISIS
    assert turn.wrong is None
    assert turn.outgoings[0].urgent
    assert asked.conversation.pending is None


def test_who_wants_a_person_gets_one(asked: Stage) -> None:
    turn = asked.write("rad bi govoril s človekom")
    assert turn.wrong is None
    assert turn.opens is not None


@pytest.mark.parametrize("payload", ["topic:food-help/si", f"helpful:{ANSWER}", "human"])
def test_another_button_is_not_answered_with_words_about_what_is_wrong(asked: Stage, payload: str) -> None:
    asked.press(payload)
    assert asked.write("zgubil sem službo kaj zdaj").wrong is None


def test_a_language_can_be_picked_meanwhile(asked: Stage) -> None:
    asked.press("lang:it")
    turn = asked.write("l'importo è sbagliato")
    assert turn.wrong is not None
    assert turn.wrong.language == "it"


def test_a_command_ends_the_question(asked: Stage) -> None:
    asked.command("help")
    assert asked.conversation.pending is None


@pytest.mark.parametrize(
    "rest", ["", "none/si", "unemployment-registration/xx", f"{ANSWER}/colour", f"{ANSWER}/amount/what", f"{ANSWER}/hard/-/-"]
)
def test_a_payload_that_is_not_ours_changes_nothing(answered: Stage, rest: str) -> None:
    turn = answered.press(f"wrong:{rest}")
    assert "This button no longer works." in answered.said
    assert turn.wrong is None


def test_an_answer_that_went_meanwhile_is_not_written_about(asked: Stage) -> None:
    gone = Stage()
    gone.conversation = asked.conversation.asking(Pending(Asked.WRONG, "amount/xx", "unemployment-registration"))
    assert gone.write("znesek je 520 evrov").wrong is None


def test_every_payload_fits_into_a_button() -> None:
    longest = "pregnancy-and-reproductive-health"
    assert all(len(f"wrong:{longest}/{there}-{here}/contact/-") <= 64 for here in COUNTRIES for there in COUNTRIES)

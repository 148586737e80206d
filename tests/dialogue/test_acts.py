import pytest

from bot.model.case import Reason
from bot.model.verdict import VerdictKind
from tests.support.stage import Stage


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dober dan", "Good day"),
        ("hvala lepa", "You are welcome"),
        ("nasvidenje", "Goodbye"),
        ("kaj vse znaš", "automatic assistant"),
        ("lahko pišem po italijansko", "In which language"),
        ("kdo bere moja sporočila", "We keep what you write"),
        ("zbrišite moje podatke", "Shall I delete"),
        ("rad bi govoril s človekom", "called a person"),
        ("to ni to", "Please write in a sentence"),
        ("koliko pa to stane", "Please write in a sentence"),
    ],
)
def test_each_act_has_its_short_reply(text: str, said: str) -> None:
    stage = Stage()

    turn = stage.write(text)

    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.ACT
    assert said in stage.said


def test_what_goes_on_from_an_answer_is_about_it() -> None:
    stage = Stage()
    stage.write("nimam za hrano")

    turn = stage.write("koliko pa to stane")

    assert turn.verdict is not None
    assert (turn.verdict.kind, turn.verdict.topic) == (VerdictKind.ANSWER, "food-help")


def test_to_write_that_the_answer_missed_is_to_press_the_button_that_says_so() -> None:
    stage = Stage()
    stage.write("nimam za hrano")

    turn = stage.write("to ni to")

    assert turn.vote is not None
    assert (turn.vote.topic, turn.vote.helpful) == ("food-help", False)
    assert "in other words" in stage.said


def test_who_writes_again_that_it_missed_gets_a_person() -> None:
    stage = Stage()
    stage.write("nimam za hrano")
    stage.write("to ni to")

    turn = stage.write("to ni to")

    assert turn.opens is not None
    assert turn.opens.reason is Reason.NOT_HELPFUL


def test_what_missed_is_not_answered_once_more() -> None:
    stage = Stage()
    stage.write("nimam za hrano")
    stage.write("to ni to")

    stage.write("koliko pa to stane")

    assert "Please write in a sentence" in stage.said


def test_asking_for_a_person_opens_a_case() -> None:
    stage = Stage()

    turn = stage.write("rad bi govoril s človekom")

    assert turn.opens is not None
    assert turn.opens.reason is Reason.ASKED


def test_a_word_of_parting_said_first_is_a_greeting() -> None:
    stage = Stage(greeted=False)

    stage.write("nasvidenje")

    assert "Good day" in stage.said

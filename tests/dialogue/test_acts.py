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
    ],
)
def test_each_act_has_its_short_reply(text: str, said: str) -> None:
    stage = Stage()

    turn = stage.write(text)

    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.ACT
    assert said in stage.said


def test_asking_for_a_person_opens_a_case() -> None:
    stage = Stage()

    turn = stage.write("rad bi govoril s človekom")

    assert turn.opens is not None
    assert turn.opens.reason is Reason.ASKED


def test_a_word_of_parting_said_first_is_a_greeting() -> None:
    stage = Stage(greeted=False)

    stage.write("nasvidenje")

    assert "Good day" in stage.said

import pytest

from bot.matching.earlier import pointed_at, taken_up
from bot.model.verdict import Candidate

ASKED = ("pension", "kindergarten", "rent-help")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("in za drugo?", "rent-help"),
        ("pa za prvo, koliko stane?", "kindergarten"),
        ("per la prima ci vuole l'isee?", "kindergarten"),
        ("e per la seconda quanto si paga?", "rent-help"),
        ("a za drugo pitanje?", "rent-help"),
        ("а за първото?", "kindergarten"),
        ("а за другото ми питане, за парите?", "rent-help"),
    ],
)
def test_a_message_can_point_at_one_of_the_last_two_questions(text: str, topic: str) -> None:
    assert pointed_at(text, ASKED) == topic


@pytest.mark.parametrize(
    "text",
    [
        "in za drugo osebo v gospodinjstvu?",
        "per la prima volta",
        "per la prima cosa",
        "kaj moram prvo narediti?",
        "първо какво правя?",
        "za drugo pa ne vem kaj bi rekel ker sem tako utrujen od vsega tega in bi rad samo spal",
    ],
)
def test_numbers_that_point_at_no_question_are_left_alone(text: str) -> None:
    assert pointed_at(text, ASKED) is None


def test_with_a_single_question_there_is_no_second() -> None:
    assert pointed_at("in za drugo?", ("pension",)) is None


def test_a_likely_question_of_before_is_taken_up_and_the_last_one_is_not_one() -> None:
    likely = [Candidate("kindergarten", 0.14), Candidate("rent-help", 0.1)]

    assert taken_up("koliko je, če imam dva?", likely, ASKED, "rent-help") == "kindergarten"
    assert taken_up("koliko je, če imam dva?", likely, ASKED, "kindergarten") is None
    assert taken_up("koliko je, če imam dva?", [Candidate("debts", 0.3)], ASKED, "rent-help") is None
    assert taken_up("koliko je, če imam dva?", [Candidate("pension", 0.01)], ASKED, "rent-help") is None
    assert taken_up("koliko je, če imam dva?", [], ASKED, "rent-help") is None
    assert taken_up("a " * 20, likely, ASKED, "rent-help") is None

import pytest

from bot.model.case import Reason
from bot.model.conversation import Holder
from tests.support.stage import Stage


def _answered() -> Stage:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")
    return stage


def test_two_answers_that_missed_bring_a_person() -> None:
    stage = _answered()

    first = stage.press("missed:unemployment-registration/si")
    offered = stage.presses
    stage.press("topic:food-help/si")
    second = stage.press("missed:food-help/si")

    assert first.opens is None
    assert offered == ["topic:food-help", "human"]
    assert second.opens is not None
    assert second.opens.reason is Reason.NOT_HELPFUL
    assert second.vote is not None
    assert not second.vote.helpful


def test_an_answer_that_helped_is_counted_and_forgives_a_miss() -> None:
    stage = _answered()
    stage.press("missed:unemployment-registration/si")

    stage.press("topic:food-help/si")
    helped = stage.press("helpful:food-help/si")
    stage.press("topic:unemployment-registration/si")
    missed = stage.press("missed:unemployment-registration/si")

    assert helped.vote is not None
    assert helped.vote.helpful
    assert missed.opens is None


def test_a_button_pressed_twice_counts_once() -> None:
    stage = _answered()

    stage.press("missed:unemployment-registration/si")
    again = stage.press("missed:unemployment-registration/si")

    assert again.vote is None
    assert again.opens is None


def test_an_old_button_of_another_country_answers_its_own_question() -> None:
    stage = _answered()
    stage.press("topic:food-help/si")

    stage.press("topic:unemployment-registration/it")

    assert stage.last.text.startswith("unemployment-registration it")


def test_a_language_picked_without_a_question_is_taken_note_of() -> None:
    stage = Stage()

    stage.press("lang:it")

    assert "We will go on" in stage.last.text


@pytest.mark.parametrize("payload", ["human", "none"])
def test_a_person_is_one_press_away(payload: str) -> None:
    stage = Stage()

    turn = stage.press(payload)

    assert turn.opens is not None
    assert turn.conversation.waiting


def test_a_chosen_topic_is_answered() -> None:
    stage = Stage()
    stage.press("lang:sl")

    stage.press("topic:unemployment-registration")

    assert stage.last.text.startswith("unemployment-registration si")


def test_a_chosen_topic_takes_the_country_from_the_kept_question() -> None:
    stage = Stage()
    stage.press("lang:sl")

    stage.press("topic:unemployment-registration/hr")

    assert stage.last.text.startswith("unemployment-registration hr")
    assert stage.conversation.country == "hr"


def test_a_language_is_one_press_away() -> None:
    stage = Stage()

    stage.press("lang:bg")

    assert stage.last.language == "bg"
    assert stage.conversation.chosen_language


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "nonsense",
        "lang:xx",
        "topic:nothing",
        "topic:food-help/xx",
        "country:xx",
        "country:si",
        "helpful:food-help/xx",
        "helpful:nothing/si",
        "topic:" + "x" * 500,
    ],
)
def test_a_button_that_is_not_ours_or_too_old_gets_a_kind_line(payload: str) -> None:
    stage = Stage()

    turn = stage.press(payload)

    assert "no longer works" in stage.last.text
    assert turn.opens is None


def test_deleting_is_asked_about_and_then_done() -> None:
    stage = Stage()

    stage.command("forget")
    asked = stage.presses
    turn = stage.press("forget")

    assert asked == ["forget"]
    assert turn.forget
    assert "deleted" in stage.last.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("start", "What would you like to know"),
        ("help", "automatic assistant"),
        ("language", "In which language"),
        ("person", "called a person"),
        ("privacy", "We keep what you write"),
        ("forget", "Shall I delete"),
        ("unheard-of", "automatic assistant"),
    ],
)
def test_every_command_has_its_reply(name: str, said: str) -> None:
    stage = Stage()

    stage.command(name, hint="hr")

    assert said in stage.said
    assert stage.last.language == "hr"


def test_while_staff_hold_the_conversation_only_language_and_deleting_work() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("sl").held_by(Holder.STAFF)

    assert stage.press("topic:food-help").relayed
    assert stage.press("human").relayed
    assert stage.command("person").relayed
    assert stage.command("start").outgoings == ()
    assert stage.command("privacy").outgoings
    assert stage.press("lang:it").conversation.language == "it"
    assert stage.press("forget").forget


def test_a_second_call_for_a_person_says_that_it_was_added() -> None:
    stage = Stage()
    stage.press("human")

    turn = stage.press("human")

    assert "added this" in stage.last.text
    assert turn.opens is not None

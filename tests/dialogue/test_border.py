from __future__ import annotations

from bot.model.conversation import Asked
from tests.support.border_library import border_library
from tests.support.stage import Stage


def test_a_question_that_names_two_countries_is_answered_after_two_buttons_at_most() -> None:
    stage = Stage(border_library())

    stage.write("štipendija če živim v Sloveniji in hodim v šolo v Italiji")
    assert stage.last.text == "The rules depend on both countries. Where do you live?"
    assert stage.presses == ["lives:si", "lives:it", "lives:hr", "human"]
    stage.press("lives:si")

    assert stage.last.text.startswith(
        "scholarships si-it\nYou live here: Slovenija. You work or need the service here: Italija.\n"
    )
    assert (stage.conversation.lives_in, stage.conversation.country) == ("si", "it")
    assert stage.conversation.topic_country == "si-it"
    assert "helpful:scholarships/si-it" in stage.presses


def test_a_topic_that_is_about_a_border_asks_both_questions() -> None:
    stage = Stage(border_library(by_nature=True))

    stage.write("kako dobim štipendijo")
    assert stage.presses == ["lives:si", "lives:it", "lives:hr", "human"]
    stage.press("lives:it")
    assert stage.last.text == "And where do you work, or where do you need the service?"
    assert stage.presses == ["needs:si", "needs:it", "human"]
    stage.press("needs:si")

    assert stage.last.text.startswith("scholarships it-si")


def test_the_second_question_is_spared_when_one_country_was_named() -> None:
    stage = Stage(border_library(by_nature=True))

    stage.write("štipendija v Italiji")
    stage.press("lives:si")

    assert stage.last.text.startswith("scholarships si-it")


def test_who_lives_and_needs_it_in_one_country_gets_the_ordinary_answer() -> None:
    stage = Stage(border_library(by_nature=True))

    stage.write("kako dobim štipendijo")
    stage.press("lives:si")
    stage.press("needs:si")

    assert stage.last.text.startswith("scholarships si (Slovenija)")


def test_what_was_chosen_is_remembered_for_the_next_question() -> None:
    stage = Stage(border_library())
    stage.press("border:scholarships")
    stage.press("lives:si")
    stage.press("needs:hr")
    assert stage.last.text.startswith("scholarships si-hr")

    stage.write("nimam za hrano")
    assert stage.last.text.startswith("food-help si"), "who lives in Slovenia is helped there"
    stage.write("kako dobim štipendijo")
    assert stage.last.text.startswith("scholarships si-hr")


def test_an_ordinary_answer_offers_the_two_questions_and_the_answer_across_offers_them_anew() -> None:
    stage = Stage(border_library())

    stage.write("kako dobim štipendijo")
    assert stage.last.text.startswith("scholarships si (Slovenija)")
    labels = {button.press: button.label for row in stage.last.buttons for button in row}
    assert labels["border:scholarships"] == "I live and work in two countries"
    stage.press("border:scholarships")
    stage.press("lives:hr")
    stage.press("needs:si")

    assert stage.last.text.startswith("scholarships hr-si")
    labels = {button.press: button.label for row in stage.last.buttons for button in row}
    assert labels["border:scholarships"] == "Choose other countries"
    stage.press("border:scholarships")
    assert stage.conversation.lives_in is None
    assert stage.presses[:3] == ["lives:si", "lives:it", "lives:hr"]


def test_only_pairs_worded_in_the_language_are_offered() -> None:
    stage = Stage(border_library(by_nature=True))

    stage.write("gdje je kako dobiti stipendiju")
    stage.write("kako dobiti stipendiju", hint="hr")
    stage.press("lang:hr")
    stage.press("border:scholarships")

    assert stage.presses == ["lives:si", "lives:hr", "human"]


def test_a_language_without_answers_across_a_border_is_not_asked() -> None:
    stage = Stage(border_library(by_nature=True))

    stage.write("как да получа стипендия")

    assert stage.last.text.startswith("scholarships bg")
    assert "border:scholarships" not in stage.presses


def test_a_country_written_instead_of_pressed_answers_the_question() -> None:
    stage = Stage(border_library(by_nature=True))
    stage.write("kako dobim štipendijo")

    stage.write("v Sloveniji")
    assert stage.conversation.lives_in == "si"
    assert stage.conversation.pending is not None
    assert stage.conversation.pending.asked is Asked.NEEDS
    stage.write("v Italiji")

    assert stage.last.text.startswith("scholarships si-it")


def test_a_pair_pressed_in_an_old_message_still_works_and_one_without_an_answer_does_not() -> None:
    stage = Stage(border_library())
    stage.write("kako dobim štipendijo")

    stage.press("helpful:scholarships/si-it")
    assert stage.turn.vote is not None
    assert stage.turn.vote.country == "si-it"
    stage.press("lives:fr")
    assert "no longer works" in stage.last.text
    stage.press("border:nothing")
    assert "no longer works" in stage.last.text


def test_the_answer_to_a_question_that_nobody_asked_changes_nothing() -> None:
    stage = Stage(border_library())

    stage.press("lives:si")

    assert "no longer works" in stage.last.text
    assert stage.conversation.lives_in is None


def test_the_office_of_the_country_where_the_resident_lives_can_be_named() -> None:
    stage = Stage(border_library())
    stage.press("border:scholarships")
    stage.press("lives:si")
    stage.press("needs:it")

    assert "Whom to see:\nZavod za zaposlovanje" in stage.last.text


def test_another_pair_than_the_answers_have_gets_the_ordinary_answer() -> None:
    stage = Stage(border_library())
    stage.press("border:scholarships")
    stage.press("lives:it")
    stage.press("needs:hr")

    assert stage.last.text.startswith("scholarships hr (Hrvaška)")


def test_a_new_question_that_names_a_country_is_not_taken_for_the_answer_to_the_last() -> None:
    stage = Stage(border_library(by_nature=True))
    stage.write("kako dobim štipendijo")

    stage.write("kje dobim paket hrane v Italiji")

    assert stage.conversation.lives_in is None
    assert stage.conversation.topic == "food-help"

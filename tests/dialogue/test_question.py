from dataclasses import replace

import pytest

from bot.dialogue import question
from bot.dialogue.scene import Reply, Scene
from bot.model.case import Reason
from bot.model.conversation import Asked, Pending
from bot.model.library import Library
from bot.model.verdict import Evidence, Mentions, Verdict, VerdictKind
from tests.support.small_library import small_library
from tests.support.stage import ENGLISH, Stage


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("zgubil sem službo kaj zdaj", "sl", "si"),
        ("ho perso il lavoro", "it", "it"),
        ("izgubio sam posao", "hr", "hr"),
        ("останах без работа", "bg", "bg"),
    ],
)
def test_a_resident_is_answered_in_her_language_for_its_country(text: str, language: str, country: str) -> None:
    stage = Stage()

    turn = stage.write(text)

    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.ANSWER
    assert stage.last.language == language
    assert stage.last.text.startswith(f"unemployment-registration {country}")
    assert stage.conversation.topic_country == country


def test_a_place_in_the_sentence_tells_the_country_and_the_office() -> None:
    stage = Stage()

    stage.write("zgubil sem službo, sem s Ptuja")

    assert (stage.conversation.country, stage.conversation.place) == ("si", "ptuj")
    assert "Urad za delo Ptuj" in stage.last.text


def test_a_country_named_outright_wins_over_the_language() -> None:
    stage = Stage()

    stage.write("zgubil sem službo v Italiji")

    assert stage.last.text.startswith("unemployment-registration it (Italija)")


def test_without_a_place_the_resident_is_invited_to_name_one() -> None:
    stage = Stage()

    stage.write("zgubil sem službo kaj zdaj")

    assert "Write me your town" in stage.last.text
    assert stage.last.asks_location


def test_a_bare_town_after_an_answer_shows_the_office_there() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    turn = stage.write("Ptuj")

    assert "Urad za delo Ptuj" in stage.last.text
    assert turn.opens is None


def test_a_place_in_a_message_from_outside_does_not_bring_the_last_answer_again() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    reply = _respond(stage, "kdo je zmagal na Ptuju", Verdict(VerdictKind.PERSON, 0.1, evidence=Evidence(outside=0.9)))

    assert reply.opens is not None


def test_under_an_answer_stand_the_votes_the_other_countries_and_a_person() -> None:
    stage = Stage()

    stage.write("zgubil sem službo kaj zdaj")

    assert stage.presses == [
        "helpful:unemployment-registration/si",
        "missed:unemployment-registration/si",
        "topic:unemployment-registration/it",
        "topic:unemployment-registration/hr",
        "human",
        "wrong:unemployment-registration/si",
    ]


def test_another_country_is_one_press_away_and_remembered() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    stage.press("topic:unemployment-registration/it")
    first = stage.last.text
    stage.write("kje dobim paket hrane")

    assert first.startswith("unemployment-registration it")
    assert stage.conversation.country == "it"


def test_two_countries_in_one_sentence_are_asked_about_and_the_question_is_kept() -> None:
    stage = Stage()

    turn = stage.write("zgubil sem službo, živim v Novi Gorici, delal sem v Gorici")
    asked = stage.presses

    assert turn.conversation.pending is not None
    assert turn.conversation.pending.asked is Asked.COUNTRY
    assert asked == ["country:si", "country:it", "human"]

    stage.press("country:it")

    assert stage.last.text.startswith("unemployment-registration it")
    assert stage.conversation.place == "gorizia"


def test_a_single_town_named_beside_another_country_is_where_the_resident_is() -> None:
    stage = Stage()

    located = question.locate(_scene(stage), stage.conversation, Mentions(("ptuj",), ("hr", "si")))

    assert (located.country, located.place) == (None, "ptuj")


def test_a_topic_without_an_approved_answer_goes_to_a_person() -> None:
    stage = Stage()

    turn = stage.write("kako dobim štipendijo")

    assert turn.opens is not None
    assert (turn.opens.reason, turn.opens.topic) == (Reason.NOT_COVERED, "scholarships")


def test_a_country_without_an_answer_goes_to_a_person_and_offers_the_others() -> None:
    stage = Stage()

    turn = stage.write("kje dobim paket hrane v Italiji")

    assert turn.opens is not None
    assert stage.presses == ["topic:food-help/si", "topic:food-help/hr"]

    stage.press("topic:food-help/si")

    assert stage.last.text.startswith("food-help si")


def test_an_answer_that_is_not_in_the_residents_language_is_shown_in_that_of_its_country_and_said_so() -> None:
    stage = Stage(library=_only_worded_in("unemployment-registration/it", "it"))

    turn = stage.write("zgubil sem službo v Italiji")

    notice, answer, _ = turn.outgoings
    assert turn.opens is None
    assert "another language (italiano)" in notice.text
    assert answer.text.startswith("unemployment-registration it (Italia)")
    assert [each.language for each in turn.outgoings] == ["sl", "it", "sl"]
    assert not answer.buttons
    others = ["topic:unemployment-registration/si", "topic:unemployment-registration/hr"]
    votes = ["helpful:unemployment-registration/it", "missed:unemployment-registration/it"]
    assert stage.presses == [*votes, *others, "human", "wrong:unemployment-registration/it"]
    assert stage.conversation.topic_country == "it"


def test_an_answer_in_neither_the_residents_nor_the_countrys_language_is_shown_in_the_one_there_is() -> None:
    stage = Stage(library=_only_worded_in("unemployment-registration/it", "bg"))

    turn = stage.write("zgubil sem službo v Italiji")

    assert [each.language for each in turn.outgoings] == ["sl", "bg", "sl"]


def test_an_answer_without_any_wording_goes_to_a_person() -> None:
    stage = Stage(library=_only_worded_in("unemployment-registration/it"))

    assert stage.write("zgubil sem službo v Italiji").opens is not None


def test_both_questions_of_a_message_are_remembered_in_their_order() -> None:
    stage = Stage()
    both = replace(stage.index.decide("nimam za hrano", language="sl"), also="scholarships")

    assert _respond(stage, "nimam za hrano", both).conversation.asked == ("food-help", "scholarships")


def test_after_a_menu_that_was_a_mere_guess_the_next_message_still_leans_on_the_last_answer() -> None:
    stage = Stage()
    stage.write("nimam za hrano")
    guess = Verdict(VerdictKind.CHOOSE, 0.1, topic="debts", choices=("scholarships", "food-help"))
    likely = replace(guess, confidence=0.5)

    assert question.respond(_scene(stage), stage.conversation, "kaj pa to tam zraven", guess).conversation.pending == Pending(
        Asked.CHOICE, "kaj pa to tam zraven", "food-help"
    )
    assert question.respond(_scene(stage), stage.conversation, "kaj pa to tam zraven", likely).conversation.pending == Pending(
        Asked.CHOICE, "kaj pa to tam zraven", "scholarships"
    )


def test_what_is_not_known_goes_to_a_person_who_is_told_about() -> None:
    stage = Stage()

    turn = stage.write("kakšno bo vreme")

    assert turn.opens is not None
    assert turn.opens.reason is Reason.NOT_COVERED
    assert "passed your question to a person" in stage.said
    assert stage.conversation.waiting


def test_where_the_home_country_has_no_answer_the_others_are_offered() -> None:
    library = small_library()
    answers = {key: answer for key, answer in library.answers.items() if key != "unemployment-registration/si"}
    stage = Stage(library=replace(library, answers=answers))

    stage.write("zgubil sem službo kaj zdaj")

    assert stage.presses == ["country:it", "country:hr", "human"]


def _only_worded_in(key: str, *languages: str) -> Library:
    library = small_library()
    wording = next(iter(library.answers[key].wordings.values()))
    worded = replace(library.answers[key], wordings=dict.fromkeys(languages, wording))
    return replace(library, answers={**library.answers, key: worded})


def _scene(stage: Stage) -> Scene:
    return Scene(stage.index, ENGLISH, stage.now)


def _respond(stage: Stage, text: str, verdict: Verdict) -> Reply:
    return question.respond(_scene(stage), stage.conversation.speaking("sl"), text, verdict)


@pytest.mark.parametrize("kind", [VerdictKind.PERSON, VerdictKind.CHOOSE])
def test_a_single_word_that_says_nothing_is_asked_about_and_brings_nobody_to_the_desk(kind: VerdictKind) -> None:
    reply = _respond(Stage(), "dobro", Verdict(kind, 0.2, choices=("food-help", "scholarships")))

    assert reply.opens is None
    assert "write in a sentence" in reply.outgoings[0].text


def test_who_waits_for_a_person_gets_no_menu_of_noise() -> None:
    stage = Stage()
    stage.press("human")

    reply = _respond(stage, "kaj pa moram prinesti", Verdict(VerdictKind.CHOOSE, 0.2, choices=("food-help", "scholarships")))

    assert "added this" in reply.outgoings[0].text


def test_whom_an_answer_did_not_help_gets_no_menu_of_noise() -> None:
    stage = Stage()
    stage.write("nimam za hrano")
    stage.write("to ni to")
    noise = Verdict(VerdictKind.CHOOSE, 0.1, topic="debts", choices=("scholarships", "food-help"))

    assert _respond(stage, "spet ne bo nič", noise).opens is not None
    assert _respond(stage, "spet ne bo nič", replace(noise, confidence=0.4)).opens is None


def test_the_second_of_two_questions_is_offered_below_the_answer_to_the_first() -> None:
    stage = Stage()
    scene = Scene(stage.index, ENGLISH, stage.now)
    both = replace(stage.index.decide("nimam za hrano", language="sl"), also="scholarships")

    reply = question.respond(scene, stage.conversation, "nimam za hrano", both)
    gone = question.respond(scene, stage.conversation, "nimam za hrano", replace(both, also="gone-since"))

    first = reply.outgoings[-1].buttons[0][0]
    assert (first.label, first.press) == ("You also asked: Štipendije", "topic:scholarships")
    assert not any(button.label.startswith("You also") for row in gone.outgoings[-1].buttons for button in row)


def test_who_moved_from_one_country_to_another_is_where_they_came_to() -> None:
    stage = Stage()
    scene = Scene(stage.index, ENGLISH, stage.now)

    moved = question.locate(scene, stage.conversation, Mentions(("ptuj", "varazdin"), ("si", "hr"), ("ptuj",)))
    left = question.locate(scene, stage.conversation, Mentions(("varazdin",), ("si", "hr"), ("si",)))
    only = question.locate(scene, stage.conversation, Mentions(("ptuj",), ("si",), ("ptuj",)))

    assert (moved.country, moved.place) == ("hr", "varazdin")
    assert (left.country, left.place) == ("hr", "varazdin")
    assert (only.country, only.place) == ("si", "ptuj")

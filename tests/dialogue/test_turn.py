from dataclasses import replace

import pytest

from bot.dialogue import turn
from bot.dialogue.scene import Scene
from bot.model.case import Reason
from bot.model.conversation import Asked, Holder
from bot.model.message import Author, Kind
from bot.model.verdict import Verdict, VerdictKind
from tests.support.stage import ENGLISH, Stage


def test_the_first_reply_says_that_a_machine_answers_and_where_the_privacy_notice_is() -> None:
    stage = Stage(greeted=False)

    taken = stage.write("zgubil sem službo kaj zdaj")

    assert "automatic assistant" in taken.outgoings[0].text
    assert "/privacy" in taken.outgoings[0].text
    assert all("automatic assistant" not in outgoing.text for outgoing in stage.write("nimam za hrano").outgoings)


def test_nothing_stands_before_the_numbers_of_a_crisis() -> None:
    stage = Stage(greeted=False)

    taken = stage.write("ubil se bom")

    assert taken.outgoings[0].urgent
    assert "automatic assistant" in taken.outgoings[-1].text


@pytest.mark.parametrize("text", ["", "😂😂", "?!"])
def test_a_message_without_words_gets_a_kind_line(text: str) -> None:
    stage = Stage()

    taken = stage.write(text)

    assert "written words only" in stage.last.text
    assert taken.opens is None


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.PHOTO, Kind.STICKER, Kind.FILE])
def test_what_cannot_be_read_gets_a_kind_reply_and_the_offer_of_a_person(kind: Kind) -> None:
    stage = Stage()

    stage.send(kind, attachment="file-1", hint="it")

    assert stage.last.language == "it"
    assert "cannot listen" in stage.last.text
    assert stage.presses == ["human"]


def test_the_caption_of_a_picture_is_read_as_a_message() -> None:
    stage = Stage()

    stage.send(Kind.PHOTO, attachment="file-1", text="zgubil sem službo kaj zdaj")

    assert stage.last.text.startswith("unemployment-registration si")


def test_an_edited_message_is_answered_anew() -> None:
    stage = Stage()

    stage.send(Kind.EDIT, text="zgubil sem službo kaj zdaj")

    assert stage.last.text.startswith("unemployment-registration si")


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.VOICE, Kind.PHOTO, Kind.LOCATION])
def test_the_bot_is_silent_while_staff_hold_the_conversation(kind: Kind) -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("sl").held_by(Holder.STAFF)

    taken = stage.send(kind, text="zgubil sem službo kaj zdaj" if kind is Kind.TEXT else "", location=(46.4, 15.9))

    assert taken.relayed
    assert taken.outgoings == ()


def test_even_a_message_without_words_reaches_the_staff_who_hold_the_conversation() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.held_by(Holder.STAFF)

    assert stage.write("👍").relayed


def test_staff_see_what_the_bot_would_have_understood() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.held_by(Holder.STAFF)

    taken = stage.write("zgubil sem službo kaj zdaj")

    assert taken.verdict is not None
    assert taken.verdict.topic == "unemployment-registration"


def test_a_resident_who_blocks_us_is_left_alone_until_she_comes_back() -> None:
    stage = Stage()

    assert stage.send(Kind.BLOCKED).conversation.stopped
    assert not stage.send(Kind.RETURNED).conversation.stopped
    assert stage.turn.outgoings == ()


def test_a_shared_location_near_a_known_town_is_remembered() -> None:
    stage = Stage()

    stage.send(Kind.LOCATION, location=(46.42, 15.88), hint="sl")

    assert (stage.conversation.country, stage.conversation.place) == ("si", "ptuj")
    assert "Ptuj" in stage.last.text


def test_a_shared_location_after_a_question_shows_the_office_there() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    stage.send(Kind.LOCATION, location=(46.42, 15.88))

    assert "Urad za delo Ptuj" in stage.last.text


@pytest.mark.parametrize("location", [None, (0.0, 0.0)])
def test_a_location_far_from_everything_asks_for_the_town(location: tuple[float, float] | None) -> None:
    stage = Stage()

    stage.send(Kind.LOCATION, location=location)

    assert "name of your town" in stage.last.text
    assert stage.conversation.place is None


def _either(stage: Stage) -> str:
    """Return a message that the small library cannot tell to be Slovene or Croatian."""
    texts = ("za", "dan", "paket", "kako", "paket dan", "hrana", "stipendija", "stipendija dan")
    return next(text for text in texts if stage.index.guess_language(text).unclear)


def test_a_message_that_is_slovene_or_croatian_is_asked_about_and_the_question_is_kept() -> None:
    stage = Stage()

    taken = stage.write(_either(stage))

    assert taken.guess is not None
    assert taken.guess.unclear is not None
    assert taken.conversation.pending is not None
    assert taken.conversation.pending.asked is Asked.LANGUAGE
    assert sorted(stage.presses) == ["lang:hr", "lang:sl"]

    stage.press("lang:hr")

    assert stage.conversation.language == "hr"
    assert stage.conversation.chosen_language
    assert stage.turn.verdict is not None


def test_the_app_s_language_settles_what_the_message_leaves_open() -> None:
    stage = Stage()

    stage.write(_either(stage), hint="hr")

    assert stage.conversation.language == "hr"
    assert stage.conversation.pending is None or stage.conversation.pending.asked is not Asked.LANGUAGE


def test_a_conversation_follows_the_resident_into_another_language() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    stage.write("ho perso il lavoro, dove mi iscrivo come disoccupato")

    assert stage.conversation.language == "it"


def test_one_odd_word_does_not_change_a_chosen_language() -> None:
    stage = Stage()
    stage.press("lang:sl")

    stage.write("lavoro")

    assert stage.conversation.language == "sl"


def test_a_whole_sentence_changes_even_a_chosen_language() -> None:
    stage = Stage()
    stage.press("lang:sl")

    stage.write("останах без работа, къде да се регистрирам")

    assert stage.conversation.language == "bg"


def test_the_same_arguments_give_the_same_turn() -> None:
    first, second = Stage(), Stage()

    assert first.write("zgubil sem službo") == second.write("zgubil sem službo")


def test_a_crisis_is_answered_first_and_the_question_below_it() -> None:
    stage = Stage()

    taken = stage.write("ubil se bom, zgubil sem službo kaj zdaj")

    assert taken.verdict is not None
    assert taken.verdict.kind is VerdictKind.CRISIS
    assert "112" in taken.outgoings[0].text
    assert taken.opens is not None
    assert taken.opens.reason is Reason.CRISIS
    if taken.verdict.below is not None and taken.verdict.below.kind is VerdictKind.ANSWER:
        assert taken.outgoings[1].text.startswith("unemployment-registration si")


def test_the_question_below_a_crisis_is_answered() -> None:
    stage = Stage()
    verdict = stage.index.decide("ubil se bom", language="sl")
    below = stage.index.decide("zgubil sem službo kaj zdaj", language="sl")
    both = replace(verdict, below=replace(below, confidence=0.95))

    reply = turn._crisis(Scene(stage.index, ENGLISH, stage.now), stage.conversation.speaking("sl"), "x " * 9, both)

    assert [outgoing.urgent for outgoing in reply.outgoings] == [True, False]
    assert reply.conversation.waiting


def test_the_crisis_reply_is_shown_once_in_ten_minutes_and_staff_hear_of_each() -> None:
    stage = Stage()
    stage.write("ubil se bom")

    stage.wait(5)
    again = stage.write("ubil se bom")

    assert "passed this on too" in again.outgoings[0].text
    assert "112" in again.outgoings[0].text
    assert again.opens is not None

    stage.wait(11)

    assert "care suicide-or-self-harm" in stage.write("ubil se bom").outgoings[0].text


def test_a_crisis_is_answered_even_while_staff_hold_the_conversation() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.held_by(Holder.STAFF)

    taken = stage.write("ubil se bom")

    assert taken.outgoings[0].urgent
    assert taken.relayed
    assert taken.conversation.holder is Holder.STAFF


def test_a_crisis_reply_has_the_numbers_of_the_country_and_no_others() -> None:
    stage = Stage()

    stage.write("ubil se bom")
    slovene = stage.turn.outgoings[0]
    italian = Stage()
    italian.write("voglio morire")

    assert slovene.calls == ("112", "116 123")
    assert italian.turn.outgoings[0].calls == ("112",)
    assert all(outgoing.author is Author.BOT for outgoing in stage.turn.outgoings)


_LONG = "ubil se bom, ne vem več kako naprej, kje dobim paket hrane za otroka"


@pytest.mark.parametrize(
    ("text", "topic", "confidence", "answered"),
    [
        ("ubil se bom", "mental-health", 0.5, True),
        (_LONG, "food-help", 0.95, True),
        (_LONG, "food-help", 0.7, False),
        ("rad bi umrl", "death-in-family", 0.99, False),
    ],
)
def test_below_a_crisis_only_what_is_related_or_surely_asked_is_answered(
    text: str, topic: str, confidence: float, answered: bool
) -> None:
    below = Verdict(VerdictKind.ANSWER, confidence, topic=topic)

    assert turn._is_asked_too("suicide-or-self-harm", text, below) is answered


def test_a_crisis_after_an_answer_leans_on_nothing() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    taken = stage.write("ubila se bom")

    assert len(taken.outgoings) == 1
    assert taken.outgoings[0].urgent


def test_another_kind_of_crisis_gets_its_own_numbers_at_once() -> None:
    stage = Stage()
    stage.write("ubil se bom")
    stage.conversation = replace(stage.conversation, crisis_shown="violence-now/si")

    assert "116 123" in stage.write("ubil se bom").outgoings[0].text


def test_in_a_crisis_nobody_is_promised_who_is_there_already() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.held_by(Holder.STAFF)

    said = stage.write("ubil se bom").outgoings[0].text

    assert "The person who writes with you here" in said
    assert "cannot say when" not in said


def test_on_a_channel_of_another_company_the_privacy_notice_says_so() -> None:
    stage = Stage()
    web = stage.command("privacy").outgoings[0].text
    stage.conversation = replace(stage.conversation, channel="telegram")

    assert "another company" not in web
    assert "another company" in stage.command("privacy").outgoings[0].text


def test_a_croatian_place_name_does_not_turn_a_slovene_conversation_croatian() -> None:
    stage = Stage()
    stage.write("zgubil sem službo kaj zdaj")

    stage.write("i u Varaždinu")

    assert stage.conversation.language == "sl"
    assert stage.conversation.place == "varazdin"


def test_below_the_numbers_against_violence_the_way_out_of_it_is_told() -> None:
    leaving = Verdict(VerdictKind.CHOOSE, 0.7, situation="violence-and-separation")
    other = Verdict(VerdictKind.CHOOSE, 0.7, situation="lost-job")

    assert turn._is_asked_too("violence-now", "ne upam domov z otroki", leaving)
    assert not turn._is_asked_too("suicide-or-self-harm", "ne upam domov z otroki", leaving)
    assert not turn._is_asked_too("violence-now", "ne upam domov z otroki", other)

from dataclasses import replace
from datetime import UTC, datetime

from bot.dialogue import handoff
from bot.dialogue.scene import Scene
from bot.matching.index import Index
from bot.model.conversation import Conversation, Holder
from bot.model.message import Author
from tests.support.stage import ENGLISH, Stage


def _held() -> Conversation:
    return Conversation("c1", "web", "resident", language="sl", waiting=True)


def test_the_resident_is_told_until_when_the_point_is_open() -> None:
    stage = Stage()

    stage.write("rad bi govoril s človekom")

    assert "The info point is open until 16.00." in stage.said


def test_on_a_weekend_the_resident_is_told_when_the_point_opens() -> None:
    stage = Stage(now=datetime(2026, 11, 28, 9, tzinfo=UTC))

    stage.write("rad bi govoril s človekom")

    assert "Somebody will answer when it opens: on Monday at 8.00" in stage.said


def test_hours_that_are_not_entered_are_told_as_such() -> None:
    stage = Stage()

    stage.write("искам да говоря с човек")

    assert "I cannot say when" in stage.said


def test_who_asks_for_a_person_in_a_town_gets_the_point_of_that_town() -> None:
    stage = Stage()

    stage.write("rad bi govoril s človekom v Varaždinu")

    assert stage.conversation.place == "varazdin"
    point = handoff.point_for(_scene(stage), stage.conversation)
    assert point is not None
    assert point.id == "ptuj"


def test_without_any_point_nothing_is_promised() -> None:
    stage = Stage()

    stage.write("voglio parlare con una persona")

    assert "I cannot say when" in stage.said


def test_the_point_of_the_resident_s_place_comes_first() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("hr").located("hr", "varazdin")

    point = handoff.point_for(_scene(stage), stage.conversation)

    assert point is not None
    assert point.id == "ptuj"


def _points(*points: tuple[str, str, tuple[str, ...]]) -> Scene:
    """Return a scene with info points that speak Croatian: (id, country, area)."""
    known = Stage().index.library
    drawn = {
        name: replace(known.points["ptuj"], id=name, country=country, countries=("si", "hr"), area=area)
        for name, country, area in points
    }
    places = {**known.places, "varazdin": replace(known.places["varazdin"], within="hr")}
    index = Index(replace(known, points=drawn, places=places), None, None, 0.02)
    return Scene(index, ENGLISH, datetime(2026, 11, 23, 9, tzinfo=UTC))


def test_who_named_no_place_is_served_in_the_home_of_their_language() -> None:
    scene = _points(("near", "si", ()), ("home", "hr", ()))

    point = handoff.point_for(scene, Conversation("c1", "web", "resident", language="hr"))

    assert point is not None
    assert point.id == "home"


def test_a_place_is_served_by_the_point_of_the_region_it_lies_in() -> None:
    scene = _points(("elsewhere", "hr", ()), ("of the country", "hr", ("hr",)))
    conversation = Conversation("c1", "web", "resident", language="hr").located("hr", "varazdin")

    point = handoff.point_for(scene, conversation)

    assert point is not None
    assert point.id == "of the country"


def _scene(stage: Stage) -> Scene:
    return Scene(stage.index, ENGLISH, stage.now)


def test_a_claim_silences_the_bot_and_is_told() -> None:
    conversation, line = handoff.claimed(_held(), ENGLISH)

    assert conversation.holder is Holder.STAFF
    assert not conversation.waiting
    assert "a person" in line.text


def test_a_reply_of_staff_is_marked_as_a_person_s() -> None:
    assert handoff.staff_reply(_held(), "Dober dan.").author is Author.STAFF


def test_a_failure_of_ours_is_told_and_goes_to_a_person() -> None:
    conversation, line = handoff.failure_reply(_held(), ENGLISH)

    assert conversation.waiting
    assert "went wrong on our side" in line.text

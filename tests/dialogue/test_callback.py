"""Asking to be called back: a number or an address, several tries, a way out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import callback
from bot.model.case import Reason
from bot.model.contact import Contact, ContactKind
from bot.model.conversation import Asked, Holder, Pending
from bot.model.verdict import VerdictKind
from tests.support.stage import Stage

MOBILE = Contact(ContactKind.PHONE, "+38641234567")


@pytest.fixture
def asked() -> Stage:
    """A resident who called a person and pressed the button under what was said."""
    stage = Stage()
    stage.write("rad bi govoril s človekom")
    assert "callback:" in stage.presses
    stage.press("callback:")
    return stage


def test_a_number_or_an_address_is_asked_for(asked: Stage) -> None:
    assert "phone number or the e-mail address" in asked.said
    assert asked.presses == ["callback:no"]
    assert asked.conversation.pending == Pending(Asked.CONTACT, "0")
    assert asked.conversation.waiting


@pytest.mark.parametrize("text", ["041 234 567", "moja številka je 041/234-567, hvala", "+386 41 234 567", "00386 41 234 567"])
def test_a_number_is_noted_however_it_is_written(asked: Stage, text: str) -> None:
    turn = asked.write(text)

    assert turn.calls_back == MOBILE
    assert turn.opens is not None
    assert turn.opens.reason is Reason.ASKED
    assert turn.verdict == callback.UNDERSTOOD
    assert "+386 41 234 567" in asked.said
    assert "open until 16.00" in asked.said
    assert asked.presses == ["callback:"]
    assert asked.conversation.pending is None
    assert asked.conversation.language == "sl"


def test_an_address_is_noted(asked: Stage) -> None:
    turn = asked.write("pišite mi na Ana.Novak@Primer.SI prosim")

    assert turn.calls_back == Contact(ContactKind.EMAIL, "Ana.Novak@primer.si")
    assert "Ana.Novak@primer.si" in asked.said


@pytest.mark.parametrize(
    ("text", "countries", "expected"),
    [
        ("040 123456", ["it"], "+39040123456"),
        ("091 234 5678", ["hr"], "+385912345678"),
        ("0888 123 456", ["bg"], "+359888123456"),
        ("0888 123 456", ["si", "bg"], "+359888123456"),
        ("+43 664 1234567", ["si"], "+436641234567"),
        ("090 1234", ["si"], None),  # a premium rate, that the caller pays for
        ("080 2345", ["si"], None),  # a number that cannot be called from abroad and is no resident's
        ("112", ["si"], None),
        ("12. 3. 1970", ["si"], None),
        ("ana@primer", ["si"], None),
        ("a@" + "b" * 250 + ".si", ["si"], None),
        ("x" * 400 + " 041 234 567", ["si"], None),
    ],
)
def test_only_what_can_be_reached_is_a_contact(text: str, countries: list[str], expected: str | None) -> None:
    found = callback.read(text, countries)

    assert (None if found is None else found.value) == expected


def test_what_cannot_be_read_is_asked_for_again_and_then_left(asked: Stage) -> None:
    asked.write("041 23")
    first = asked.said
    asked.write("ana@primer")
    second = asked.said
    turn = asked.write("12345")

    assert "I cannot read a phone number" in first
    assert "I cannot read a phone number" in second
    assert "The person at the info point sees what you wrote" in asked.said
    assert asked.conversation.pending is None
    assert turn.calls_back is None
    assert asked.conversation.waiting


@pytest.mark.parametrize("text", ["ne", "Ne, hvala!", "ne hvala lepa"])
def test_one_may_decline_in_words(asked: Stage, text: str) -> None:
    turn = asked.write(text)

    assert "nobody will call you" in asked.said
    assert turn.calls_back is None
    assert asked.conversation.pending is None
    assert asked.conversation.waiting


def test_one_may_decline_by_the_button_also_when_it_is_late(asked: Stage) -> None:
    asked.press("callback:no")
    assert asked.conversation.pending is None
    asked.conversation = asked.conversation.asking(Pending(Asked.LANGUAGE, "?"))

    asked.press("callback:no")

    assert "nobody will call you" in asked.said
    assert asked.conversation.pending == Pending(Asked.LANGUAGE, "?")


def test_a_question_instead_of_a_number_is_answered(asked: Stage) -> None:
    turn = asked.write("kako se prijavim na zavod za zaposlovanje")

    assert turn.verdict is not None
    assert turn.calls_back is None


def test_who_writes_a_number_in_a_crisis_gets_help_and_is_noted(asked: Stage) -> None:
    turn = asked.write("ubil se bom, pokličite 041 234 567")

    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.CRISIS
    assert turn.outgoings[0].urgent
    assert turn.calls_back == MOBILE
    assert turn.opens is not None
    assert turn.opens.reason is Reason.CRISIS


def test_staff_who_hold_the_conversation_get_the_number_as_it_was_written(asked: Stage) -> None:
    asked.conversation = asked.conversation.held_by(Holder.STAFF)

    pressed = asked.press("callback:")
    written = asked.write("041 234 567")

    assert pressed.relayed
    assert written.relayed
    assert written.calls_back is None


def test_who_asks_without_a_case_opens_one() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("sl")
    stage.press("callback:")

    turn = stage.write("041 234 567")

    assert turn.calls_back == MOBILE
    assert turn.opens is not None
    assert turn.opens.point == "ptuj"
    assert stage.conversation.waiting


def test_a_number_without_its_country_is_read_by_the_country_of_the_resident() -> None:
    stage = Stage()
    stage.conversation = replace(stage.conversation.speaking("hr"), country="it")
    stage.press("callback:")

    assert stage.write("040 123456").calls_back == Contact(ContactKind.PHONE, "+39040123456")


def test_counting_tries_survives_a_bent_memory() -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("sl").asking(Pending(Asked.CONTACT, "many"))

    stage.write("12345")

    assert stage.conversation.pending == Pending(Asked.CONTACT, "1")

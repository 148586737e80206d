"""Codes by which residents go on with a case: how they are recognised, and what is said to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import CODE_ALPHABET, new_code
from bot.dialogue.codes import LENGTH, code_in
from bot.model.codes import CASE_CODE, CodeStatus, GivenCode
from bot.model.conversation import Asked, Holder, Pending
from bot.model.message import Kind
from tests.support.stage import Stage

FOUND = GivenCode("K7PM4X", CodeStatus.FOUND, "old", "ptuj", "home-care")


@pytest.mark.parametrize(
    "text",
    [
        "K7PM4X",
        " k7pm4x ",
        "k7p m4x.",
        "K7P-M4X",
        "К7РМ4Х",  # typed on a Bulgarian keyboard
        "/code K7PM4X",
        "/code@infopoint_bot k7pm4x",
        "/CODE k 7 p m 4 x",
        "koda K7PM4X",
        "Moja koda je: k7p-m4x!",
        "koda primera K7PM4X",
        "il mio codice è K7PM4X",
        "codice del caso: K7PM4X",
        "moj kod je K7PM4X",
        "моят код е К7РМ4Х",
        "code K7PM4X",
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert code_in(text) == "K7PM4X"


@pytest.mark.parametrize("text", ["K7PM4XQT", "k7pm 4xqt", "K7PM-4XQT.", "koda K7PM 4XQT", "/code k7pm4xqt", "код К7РМ4ХQТ"])
def test_a_code_is_eight_characters_and_was_six(text: str) -> None:
    assert code_in(text) == "K7PM4XQT"


@pytest.mark.parametrize(
    "text",
    [
        *("", "prosim", "HVALA", "ZAMUDA", "koda zavoda", "kod kuće", "256 eur", "25 dana", "EUR 256", "dam 2 ga", "K7PM4"),
        *("K7PM4XY", "codice fiscale", "koda", "/code", "/code nekaj čisto drugega", "moja koda je K7PM4X in kaj zdaj"),
        *("040 123 456", "LJ AB-123", "kod Celja 122", "kod 12345678", "LJUBLJANA", "FEBRUARJA"),
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert code_in(text) is None


def test_a_code_with_letters_that_none_has_is_one_that_was_mistyped() -> None:
    assert code_in("koda K7PMOX") == "K7PMOX"
    assert code_in("/code OOOOOO") == "OOOOOO"


def test_every_code_that_is_drawn_is_recognised_by_itself() -> None:
    for code in (new_code() for _ in range(300)):
        assert len(code) == LENGTH
        assert set(code) <= set(CODE_ALPHABET)
        assert code_in(code.lower()) == code


def test_who_gives_the_code_of_a_case_is_put_before_a_person_and_reads_nothing_of_it() -> None:
    stage = Stage()

    turn = stage.send(text="K7PM4X", given=FOUND, hint="hr")

    assert "goes on with you here" in stage.said
    assert "home-care" not in stage.said
    assert turn.opens is not None
    assert (turn.opens.continues, turn.opens.point, turn.opens.topic) == ("old", "ptuj", "home-care")
    assert turn.conversation.waiting
    assert turn.conversation.language == "hr"
    assert not turn.wrong_code


def test_a_wrong_code_is_told_and_counted() -> None:
    stage = Stage()

    turn = stage.send(text="код К7РМ4Х", given=GivenCode("K7PM4X", CodeStatus.UNKNOWN))

    assert "no open case with this code" in stage.said
    assert "letters I and O" not in stage.said
    assert turn.wrong_code
    assert turn.opens is None
    assert stage.presses == ["human"]
    assert turn.conversation.language == "bg"


def test_a_code_that_cannot_be_is_told_why() -> None:
    stage = Stage()

    stage.send(text="koda K7PMOX", given=GivenCode("K7PMOX", CodeStatus.UNKNOWN))

    assert "never the letters I and O" in stage.said


def test_after_too_many_wrong_ones_a_person_is_offered() -> None:
    stage = Stage()

    turn = stage.send(text="K7PM4X", given=GivenCode("K7PM4X", CodeStatus.THROTTLED))

    assert "quarter of an hour" in stage.said
    assert stage.presses == ["human"]
    assert not turn.wrong_code  # it was not looked up


def test_the_code_of_the_case_that_is_open_here_changes_nothing() -> None:
    stage = Stage()
    stage.conversation = replace(stage.conversation.speaking("it"), waiting=True)

    turn = stage.send(text="K7PM4X", given=GivenCode("K7PM4X", CodeStatus.HERE), hint="sl")

    assert "code of your case here" in stage.said
    assert turn.opens is None
    assert turn.conversation.language == "it"


@pytest.mark.parametrize("status", list(CodeStatus))
def test_while_staff_hold_the_conversation_the_bot_stays_silent(status: CodeStatus) -> None:
    stage = Stage()
    stage.conversation = stage.conversation.speaking("sl").held_by(Holder.STAFF)

    turn = stage.send(text="K7PM4X", given=replace(FOUND, status=status))

    assert turn.relayed
    assert not turn.outgoings
    assert (turn.opens is not None) == (status is CodeStatus.FOUND)
    assert turn.wrong_code == (status is CodeStatus.UNKNOWN)


def test_the_command_alone_is_answered_with_how_a_code_is_given() -> None:
    stage = Stage()

    stage.write("/code", hint="it")
    assert "/code K7PM4X" in stage.said

    stage.conversation = stage.conversation.held_by(Holder.STAFF)
    assert stage.write("/code").relayed


@pytest.mark.parametrize("given", [GivenCode("K7PM4X", CodeStatus.UNKNOWN), None])
def test_who_was_asked_what_is_wrong_and_gives_a_code_is_asked_no_longer(given: GivenCode | None) -> None:
    stage = Stage()
    stage.conversation = stage.conversation.asking(Pending(Asked.WRONG, "other/si", "food-help"))

    stage.send(text="/code K7PM4X" if given else "/code", given=given)
    assert stage.write("zgubil sem službo kaj zdaj").wrong is None
    assert "unemployment-registration si" in stage.said


def test_the_code_is_told_at_the_handover_once_and_never_in_a_crisis() -> None:
    stage = Stage()
    stage.write("rad bi govoril s človekom")
    assert CASE_CODE in stage.said

    stage.write("rad bi govoril s človekom")
    assert CASE_CODE not in stage.said

    crisis = Stage()
    crisis.write("ubil se bom")
    assert crisis.turn.opens is not None
    assert CASE_CODE not in crisis.said


def test_what_is_no_text_is_no_code() -> None:
    stage = Stage()

    stage.send(Kind.EDIT, text="/code")

    assert "/code K7PM4X" not in stage.said

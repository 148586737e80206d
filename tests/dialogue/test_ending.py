"""When staff have closed a case: the bot takes over and asks once whether it helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue import ending
from bot.model.case import Case, CaseState, Outcome, Reason
from bot.model.conversation import Conversation, Holder
from bot.model.turn import Helped
from tests.support.stage import ENGLISH, MONDAY, Stage

CASE = "c" * 32


def _closed(outcome: Outcome, point: str | None = "ptuj") -> Case:
    return Case(CASE, "K7PM4X", "c1", Reason.ASKED, CaseState.CLOSED, MONDAY, point=point, outcome=outcome)


def _held() -> Conversation:
    return Conversation("c1", "web", "resident", language="sl", holder=Holder.STAFF, ended="old")


def _asked(outcome: Outcome = Outcome.ANSWERED, point: str | None = "ptuj") -> Stage:
    stage = Stage()
    stage.conversation, _ = ending.given_back(replace(_held(), greeted=True), _closed(outcome, point), ENGLISH)
    return stage


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.REFERRED, Outcome.NOT_OURS])
def test_after_help_the_resident_is_asked_whether_it_helped(outcome: Outcome) -> None:
    conversation, line = ending.given_back(_held(), _closed(outcome), ENGLISH)

    assert "the automatic assistant answers you again" in line.text
    assert "help you?" in line.text
    assert [button.press for row in line.buttons for button in row] == [f"ended:yes:{CASE}", f"ended:no:{CASE}"]
    assert all(len(button.press.encode()) <= 64 for row in line.buttons for button in row)
    assert (conversation.holder, conversation.ended) == (Holder.BOT, f"{CASE}/ptuj")


@pytest.mark.parametrize("outcome", [Outcome.ABUSE, Outcome.UNREACHED, Outcome.SILENT])
def test_without_help_nobody_is_asked(outcome: Outcome) -> None:
    conversation, line = ending.given_back(_held(), _closed(outcome), ENGLISH)

    assert line.buttons == ()
    assert "?" not in line.text
    assert (conversation.holder, conversation.ended) == (Holder.BOT, None)
    assert ("for a long time" in line.text) is (outcome is Outcome.SILENT)


def test_a_yes_is_taken_once() -> None:
    stage = _asked()

    assert stage.press(f"ended:yes:{CASE}").helped == Helped(CASE, helped=True)
    assert "I am glad" in stage.said
    assert stage.press(f"ended:yes:{CASE}").helped is None
    assert "no longer works" in stage.said


def test_a_no_puts_the_conversation_before_staff_again_and_tells_when_they_answer() -> None:
    stage = _asked()

    turn = stage.press(f"ended:no:{CASE}")

    assert turn.helped is not None
    assert (turn.helped.helped, turn.helped.reopens) == (False, True)
    assert turn.helped.promised_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert "16.00" in stage.said
    assert (stage.conversation.holder, stage.conversation.waiting, stage.conversation.ended) == (Holder.BOT, True, None)


def test_a_no_also_carries_how_it_goes_on_with_who_closed_it() -> None:
    turn = _asked().press(f"ended:no:{CASE}")

    assert turn.helped is not None
    assert turn.helped.claimed is not None
    held, line = turn.helped.claimed
    assert (held.holder, held.waiting, held.ended) == (Holder.STAFF, False, None)
    assert "a person" in line.text


def test_a_no_to_a_case_of_no_info_point_is_promised_by_the_one_that_serves_the_resident() -> None:
    turn = _asked(point=None).press(f"ended:no:{CASE}")

    assert turn.helped is not None
    assert turn.helped.promised_at == datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_the_answer_counts_also_after_other_messages() -> None:
    stage = _asked()
    stage.write("hvala lepa")

    assert stage.press(f"ended:yes:{CASE}").helped == Helped(CASE, helped=True)


@pytest.mark.parametrize(
    "payload", [f"ended:yes:{'d' * 32}", "ended:yes:", "ended:", f"ended:maybe:{CASE}", f"ended:{CASE}", "ended"]
)
def test_a_button_of_another_case_or_of_none_changes_nothing(payload: str) -> None:
    stage = _asked()

    assert stage.press(payload).helped is None
    assert "no longer works" in stage.said
    assert stage.conversation.ended == f"{CASE}/ptuj"


def test_while_another_case_waits_a_no_is_noted_and_opens_nothing() -> None:
    stage = _asked()
    stage.write("rad bi govoril s človekom")

    turn = stage.press(f"ended:no:{CASE}")

    assert turn.helped == Helped(CASE, helped=False)
    assert not turn.relayed
    assert "added this" in stage.said
    assert stage.conversation.waiting


@pytest.mark.parametrize("said", ["yes", "no"])
def test_while_staff_hold_another_case_the_answer_is_noted_and_the_bot_stays_silent(said: str) -> None:
    stage = _asked()
    stage.conversation = replace(stage.conversation, holder=Holder.STAFF)

    turn = stage.press(f"ended:{said}:{CASE}")

    assert turn.helped == Helped(CASE, helped=said == "yes")
    assert turn.outgoings == ()
    assert turn.relayed is (said == "no")
    assert stage.conversation.holder is Holder.STAFF

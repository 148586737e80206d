"""Floods of one resident, by the state that each message finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue.haste import MOST, WINDOW
from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.conversation import Conversation, Holder
from bot.model.message import Incoming, Kind
from bot.model.turn import Turn
from bot.model.verdict import VerdictKind
from tests.support.stage import ENGLISH, MONDAY, Stage

TOO_FAST = "I cannot follow"
WRITTEN = [Kind.TEXT, Kind.EDIT, Kind.VOICE, Kind.PHOTO, Kind.STICKER, Kind.FILE, Kind.LOCATION]


def flood(stage: Stage, number: int = MOST) -> list[Turn]:
    """Let the resident write so many lines at once."""
    return [stage.write(f"prosim {line}") for line in range(number)]


def test_lines_of_somebody_who_is_upset_are_answered_each() -> None:
    stage = Stage()
    assert all(turn.outgoings for turn in flood(stage))
    assert TOO_FAST not in stage.said


def test_whoever_writes_faster_is_told_so_once_and_can_ask_for_a_person() -> None:
    stage = Stage()
    *_, told, silent, silent_too = flood(stage, MOST + 3)

    (notice,) = told.outgoings
    assert TOO_FAST in notice.text
    assert "112" in notice.calls
    assert [button.press for row in notice.buttons for button in row] == ["human"]
    assert (silent.outgoings, silent_too.outgoings) == ((), ())


def test_what_comes_in_the_silence_is_kept_as_no_question_and_changes_nothing_else() -> None:
    stage = Stage()
    flood(stage, MOST + 1)
    before = stage.conversation
    turn = stage.write("zgubil sem službo")

    assert turn.verdict is None
    assert not turn.relayed
    assert turn.opens is None
    assert replace(turn.conversation, hurry=before.hurry) == before


def test_after_the_minute_the_bot_answers_again() -> None:
    stage = Stage()
    flood(stage, MOST + 5)
    stage.now += WINDOW - timedelta(seconds=1)
    assert not stage.write("in še").outgoings
    stage.now += timedelta(seconds=1)

    assert stage.write("zgubil sem službo").outgoings
    assert stage.conversation.hurry == 1


@pytest.mark.parametrize("kind", WRITTEN)
def test_everything_that_is_written_or_recorded_counts(kind: Kind) -> None:
    stage = Stage()
    flood(stage)
    stage.send(kind, text="prosim" if kind in (Kind.TEXT, Kind.EDIT) else "")
    assert TOO_FAST in stage.said


def test_buttons_and_commands_are_heeded_in_a_flood_and_do_not_count() -> None:
    stage = Stage()
    flood(stage, MOST + 2)
    counted = stage.conversation.hurry

    assert stage.press("lang:it").outgoings
    assert stage.command("privacy").outgoings
    assert stage.command("forget").outgoings
    assert stage.press("human").opens is not None
    assert stage.press("forget").forget
    assert stage.conversation.hurry == counted


def test_nothing_is_limited_while_staff_hold_the_conversation_and_after_it_all_begins_anew() -> None:
    stage = Stage()
    flood(stage, MOST + 2)
    stage.conversation = stage.conversation.held_by(Holder.STAFF)
    assert all(turn.relayed for turn in flood(stage, MOST + 2))
    stage.conversation = stage.conversation.held_by(Holder.BOT)

    assert stage.conversation.hurry == 0
    assert stage.write("zgubil sem službo").outgoings


def test_a_crisis_in_the_midst_of_a_flood_is_answered() -> None:
    stage = Stage()
    flood(stage, MOST + 20)
    turn = stage.write("ubil se bom")

    assert turn.verdict is not None
    assert turn.verdict.kind is VerdictKind.CRISIS
    assert turn.outgoings[0].urgent
    assert turn.opens is not None
    assert not stage.write("in še ena vrstica").outgoings


def test_a_crisis_at_the_limit_leaves_room_for_the_notice() -> None:
    stage = Stage()
    flood(stage)
    stage.write("ubil se bom")
    assert stage.last.urgent
    stage.write("prosim")
    assert TOO_FAST in stage.said


def test_a_crisis_in_the_words_under_a_picture_is_answered_in_a_flood() -> None:
    stage = Stage()
    flood(stage, MOST + 2)
    assert stage.send(Kind.PHOTO, text="ubil se bom").outgoings[0].urgent


def test_a_flood_asks_neither_the_encoder_nor_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    flood(stage, MOST + 1)
    asked: list[str] = []
    monkeypatch.setattr(Index, "decide", lambda _self, text, **_: asked.append(text))
    flood(stage, 20)
    assert asked == []


def test_what_was_written_slowly_is_no_flood_when_it_is_worked_on_at_once() -> None:
    stage = Stage()
    late = MONDAY + timedelta(hours=2)
    for number in range(MOST * 2):
        came = MONDAY + timedelta(seconds=10 * number)
        incoming = Incoming(number + 1, "web", "resident", str(number), Kind.TEXT, came, text="prosim")
        turn = take_turn(stage.conversation, incoming, stage.index, ENGLISH, late)
        stage.conversation = replace(turn.conversation, version=number + 1)
        assert turn.outgoings


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    stage = Stage()
    flood(stage, MOST + 5)
    stage.now -= timedelta(hours=1)
    assert stage.write("zgubil sem službo").outgoings


def test_a_first_message_begins_the_count() -> None:
    stage = Stage()
    assert stage.conversation == Conversation("c1", "web", "resident", greeted=True)
    stage.write("prosim")
    assert (stage.conversation.hurry, stage.conversation.hurry_since) == (1, MONDAY)

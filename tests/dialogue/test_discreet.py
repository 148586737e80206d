"""Being discreet, and what residents are told of what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import crisis
from bot.dialogue.scene import Scene
from bot.dialogue.turn import take_turn
from bot.model.conversation import Conversation, Holder
from bot.model.days_kept import DaysKept
from bot.model.message import Incoming, Kind, Outgoing, Veil
from bot.model.turn import Turn
from tests.support.stage import ENGLISH, MONDAY, Stage


def _on(channel: str, discreet: bool = False) -> Stage:
    stage = Stage()
    stage.conversation = replace(stage.conversation, channel=channel, language="sl", discreet=discreet)
    return stage


def _presses(outgoing: Outgoing) -> list[str]:
    return [button.press for row in outgoing.buttons for button in row]


def test_on_telegram_it_is_said_what_becomes_neutral_and_what_stays() -> None:
    stage = _on("telegram")
    turn = stage.send(Kind.COMMAND, text="discreet")
    assert turn.conversation.discreet
    assert "only says that there is news for you" in stage.last.text
    assert "stays" in stage.last.text
    assert _presses(stage.last) == ["traceless", "discreet:off"]


def test_on_the_web_it_is_said_what_the_browser_keeps() -> None:
    stage = _on("web")
    stage.press("discreet:on")
    assert "private window" in stage.last.text
    assert stage.conversation.discreet


def test_it_ends_when_nobody_reads_along_any_more() -> None:
    stage = _on("telegram", discreet=True)
    stage.press("discreet:off")
    assert not stage.conversation.discreet
    assert _presses(stage.last) == ["discreet:on"]


@pytest.mark.parametrize(("press", "veil"), [("show:12", Veil(12, drawn=False)), ("hide:12", Veil(12, drawn=True))])
def test_a_message_is_shown_and_hidden_by_its_number(press: str, veil: Veil) -> None:
    stage = _on("telegram", discreet=True)
    turn = stage.press(press)
    assert turn.veil == veil
    assert "no longer works" in stage.last.text  # said only when there is no such message


@pytest.mark.parametrize("press", ["show:", "show:-1", "hide:1e3", f"show:{'9' * 19}", "show:²"])
def test_what_is_no_number_shows_nothing(press: str) -> None:
    turn = _on("telegram", discreet=True).press(press)
    assert turn.veil is None
    assert "no longer works" in turn.outgoings[0].text


def test_whoever_is_new_is_told_that_a_machine_answers_even_when_an_old_button_is_pressed() -> None:
    stage = _on("telegram")
    stage.conversation = replace(stage.conversation, greeted=False)
    turn = stage.press("show:7")
    assert "not a person" in turn.outgoings[0].text
    assert not turn.conversation.greeted  # it is said again when the message was shown instead


def test_no_trace_is_left_only_after_it_was_said_what_cannot_be_deleted() -> None:
    stage = _on("telegram", discreet=True)
    asked = stage.press("traceless")
    assert not asked.forget
    assert "48 hours" in stage.last.text
    assert "backups" in stage.last.text
    done = stage.press("traceless:yes")
    assert done.forget
    assert done.traceless
    assert stage.last.text == "Done."


def test_on_the_web_no_trace_is_left_by_deleting_what_is_kept() -> None:
    stage = _on("web", discreet=True)
    assert not stage.press("traceless").forget
    done = stage.press("traceless:yes")
    assert done.forget
    assert not done.traceless


def test_everything_that_is_kept_is_sent_or_the_way_to_it_shown() -> None:
    stage = _on("telegram")
    assert stage.send(Kind.COMMAND, text="mydata").outgoings[0].with_data
    stage = _on("web")
    stage.press("mydata")
    assert "/mydata" in stage.last.text
    assert not stage.last.with_data


@pytest.mark.parametrize("command", ["privacy", "forget", "mydata", "discreet"])
def test_a_resident_decides_about_their_own_words_while_a_person_writes_with_them(command: str) -> None:
    stage = _on("telegram")
    stage.conversation = stage.conversation.held_by(Holder.STAFF)
    turn = stage.send(Kind.COMMAND, text=command)
    assert turn.outgoings
    assert not turn.relayed


def _told(command: str, channel: str, days: DaysKept) -> str:
    stage = _on(channel)
    incoming = Incoming(1, channel, "resident", "e", Kind.COMMAND, MONDAY, text=command)
    conversation = Conversation("c", channel, "resident", language="sl", greeted=True)
    turn: Turn = take_turn(conversation, incoming, stage.index, ENGLISH, MONDAY, days_kept=days)
    return turn.outgoings[0].text


def test_the_days_that_are_told_are_those_that_are_set() -> None:
    days = DaysKept(conversations=7, figures=100, backups=1)
    assert "deleted 7 days after the last word" in _told("privacy", "web", days)
    assert "deleted after 1 day." in _told("forget", "web", days)


@pytest.mark.parametrize("channel", ["web", "telegram"])
def test_that_another_service_reads_along_is_told_where_one_does(channel: str) -> None:
    assert "sent to another service, at encoder.example.org" in _told("privacy", channel, DaysKept(encoder="encoder.example.org"))
    assert "another service" not in _told("privacy", channel, DaysKept())


def test_who_is_asked_whether_to_delete_hears_that_the_chat_itself_stays() -> None:
    assert "delete it there, too" in _told("forget", "telegram", DaysKept())
    assert "delete it there, too" not in _told("forget", "web", DaysKept())


def test_what_is_kept_can_be_sent_hidden_and_deleted_from_where_it_is_told() -> None:
    stage = _on("telegram")
    stage.send(Kind.COMMAND, text="privacy")
    assert _presses(stage.last) == ["mydata", "discreet:on", "forget"]


@pytest.mark.parametrize(("kind", "offered"), [("violence-now", True), ("child-in-danger", True), ("medical-emergency", False)])
def test_below_the_numbers_for_violence_one_can_say_that_somebody_reads_along(kind: str, offered: bool) -> None:
    stage = _on("telegram")
    scene = Scene(stage.index, ENGLISH, stage.now)
    assert (_presses(crisis.reply(scene, stage.conversation, kind)) == ["discreet:on"]) is offered
    assert _presses(crisis.reply(scene, replace(stage.conversation, discreet=True), kind)) == []

"""The alarm at the door: what the patterns tell without the encoder, and how long it is remembered."""

from __future__ import annotations

import pytest

from bot.matching import index as index_room
from bot.matching.crisis import Patterns
from bot.matching.index import Index
from tests.matching import tiny
from tests.support.small_library import small_library


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the patterns were asked about."""
    asked: list[str] = []
    match = Patterns.match

    def noting(self: Patterns, text: str) -> str | None:
        asked.append(text)
        return match(self, text)

    monkeypatch.setattr(Patterns, "match", noting)
    return asked


def test_what_raised_the_alarm_at_the_door_is_not_looked_at_again_by_whoever_decides(looks: list[str]) -> None:
    index = Index(small_library(), None, None, 0.02)
    assert index.alarm("voglio morire", language="it") == "suicide-or-self-harm"
    asked = len(looks)
    assert index.decide("voglio morire", language="it").crisis == "suicide-or-self-harm"
    assert len(looks) == asked


def test_no_more_texts_are_remembered_than_wait_at_a_door(looks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_room, "_ALARMS_REMEMBERED", 2)
    index = Index(small_library(), None, None, 0.02)
    for text in ("prvo", "drugo", "tretje"):
        assert index.alarm(text) is None
    asked = len(looks)
    assert index.alarm("tretje") is None
    assert len(looks) == asked
    assert index.alarm("prvo") is None
    assert len(looks) > asked


def test_a_text_is_heard_as_it_stands_and_as_it_was_meant() -> None:
    index = Index(small_library(), None, None, 0.02)
    assert index.alarm("shte se ubiya", language="bg") == index.decide("shte se ubiya", language="bg").crisis
    assert index.alarm("") is None


def test_words_alone_raise_the_alarm_where_no_pattern_tells_and_look_alikes_do_not() -> None:
    index = Index(tiny.library(), tiny.word_weights(), None, 0.02)  # without any pattern
    assert index.alarm("mož me pretepa pomagajte prosim", language="sl") == "violence-now"
    assert index.alarm("ubil se bom nocoj", language="sl") == "suicide-or-self-harm"
    assert index.alarm("umiram od smeha", language="sl") is None
    assert index.alarm("kje dobim pokojnino", language="sl") is None

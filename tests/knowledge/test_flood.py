"""The shipped words for crises are heard in the midst of a flood, in each language, without the encoder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle

from bot.dialogue.haste import MOST
from bot.dialogue.turn import take_turn
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.conversation import Conversation
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming, Kind
from bot.settings import shipped
from tests.knowledge import crisis_phrases

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PHRASES = crisis_phrases.Phrases.read()
SAID = {
    "sl": "Nočem več živeti.",
    "it": "Voglio uccidermi.",
    "hr": "Ne želim više živjeti.",
    "bg": "Не искам да живея повече.",
}


def test_every_crisis_sentence_is_answered_in_a_flood_in_whatever_language_the_conversation_is(library: Library) -> None:
    index = Index(replace(library, examples=()), None, None, 0.02)
    phrases, languages = Phrases.load(shipped("locales")), cycle(LANGUAGES)
    flooding = Conversation("c", "web", "a", greeted=True, hurry=MOST + 100, hurry_since=NOW)
    sentences = [sentence for kind in PHRASES.caught.values() for sentence in kind]
    missed = []
    for sentence in [*SAID.values(), *sentences]:
        incoming = Incoming(1, "web", "a", "e", Kind.TEXT, NOW, text=sentence)
        turn = take_turn(replace(flooding, language=next(languages)), incoming, index, phrases, NOW)
        if not (turn.outgoings and turn.outgoings[0].urgent and turn.opens):
            missed.append(sentence)

    assert missed == []
    silent = take_turn(flooding, replace(incoming, text="prosim"), index, phrases, NOW)
    assert silent.outgoings == ()


def test_in_each_language_somebody_who_wants_to_die_raises_the_alarm_at_the_door(library: Library) -> None:
    index = Index(replace(library, examples=library.examples[::10]), None, None, 0.02)  # enough to tell languages apart
    assert {language: index.alarm(text) for language, text in SAID.items()} == dict.fromkeys(SAID, "suicide-or-self-harm")
    # In Latin letters, and before any language is known.
    assert index.alarm("ne iskam da jiveya poveche") == "suicide-or-self-harm"
    assert index.alarm("Kje dobim obrazec za otroški dodatek?") is None

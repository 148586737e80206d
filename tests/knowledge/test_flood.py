"""The shipped words for crises are heard in the midst of a flood, in each language, without the encoder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle

import pytest

from bot.dialogue.haste import MOST
from bot.dialogue.turn import take_turn
from bot.knowledge import KnowledgeFolder
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.matching.weights import fingerprint
from bot.model.conversation import Conversation
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming, Kind
from bot.settings import shipped
from bot.work.kept_weights import read_weights
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


def test_what_no_pattern_knows_is_heard_by_its_words_in_a_flood(library: Library) -> None:
    weights = read_weights(KnowledgeFolder(shipped("knowledge")).weights())
    assert weights is not None
    if weights.fingerprint != fingerprint(library.examples, weights.encoder):
        pytest.skip("the shipped examples are to be learned anew")
    index = Index(library, weights, None, 0.02)
    patterns = Index(replace(library, examples=()), None, None, 0.02)
    kinds = ("crisis:suicide-or-self-harm", "crisis:violence-now")
    unknown = [each for each in library.examples if each.label in kinds and patterns.alarm(each.text) is None]
    heard = [each for each in unknown if index.alarm(each.text, language=each.language) is not None]

    assert len(unknown) > 100
    assert len(heard) / len(unknown) > 0.9


def test_in_each_language_somebody_who_wants_to_die_raises_the_alarm_at_the_door(library: Library) -> None:
    index = Index(replace(library, examples=library.examples[::10]), None, None, 0.02)  # enough to tell languages apart
    assert {language: index.alarm(text) for language, text in SAID.items()} == dict.fromkeys(SAID, "suicide-or-self-harm")
    # In Latin letters, and before any language is known.
    assert index.alarm("ne iskam da jiveya poveche") == "suicide-or-self-harm"
    assert index.alarm("Kje dobim obrazec za otroški dodatek?") is None

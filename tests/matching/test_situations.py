from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from bot.matching.index import Index
from bot.matching.material import readings
from bot.matching.training import train
from bot.matching.weights import Weights
from bot.model.library import Example, Situation
from bot.model.verdict import VerdictKind
from tests.matching.tiny import TinyEncoder, examples, library

_EVENTS = {
    "flood": ("poplavilo nam je hišo in ne vemo kako naprej", "voda je odnesla vse kar smo imeli", "po poplavi smo brez vsega"),
    "return": ("po dvajsetih letih se vračamo domov in začenjamo znova", "vrnili smo se iz tujine", "selimo se nazaj domov"),
}
_TAILS = ("", " prosim", " zdaj", " res", " danes", " vsi")


@lru_cache(maxsize=2)
def _weights(*, meaning: bool) -> Weights:
    told = [
        Example("sl", f"situation:{event}", text + tail) for event, texts in _EVENTS.items() for text in texts for tail in _TAILS
    ]
    everything = (*examples(), *told)
    if not meaning:
        return train(everything, None, lambda *_: None)
    encoder = TinyEncoder()
    return train(everything, encoder.passages(readings(everything)), lambda *_: None, encoder=encoder.name)


def _index(*, meaning: bool = True) -> Index:
    weights = Weights.from_bytes(_weights(meaning=meaning).to_bytes())
    names = dict.fromkeys(("sl", "it", "hr", "bg"), "A name")
    events = {event: Situation(event, ("home-care", "debts", "rent-help"), names, names) for event in _EVENTS}
    told = [
        Example("sl", f"situation:{event}", text + tail) for event, texts in _EVENTS.items() for text in texts for tail in _TAILS
    ]
    known = replace(library(), situations=events, examples=(*examples(), *told))
    return Index(known, weights, TinyEncoder() if meaning else None, 0.02)


@pytest.mark.parametrize("meaning", [True, False])
def test_a_life_event_is_told_from_the_questions_around_it(*, meaning: bool) -> None:
    verdict = _index(meaning=meaning).decide("poplavilo nam je hišo in smo brez vsega", language="sl")

    assert (verdict.kind, verdict.situation) == (VerdictKind.CHOOSE, "flood")
    assert verdict.choices == ("home-care", "debts", "rent-help")


def test_a_question_is_answered_and_tells_of_no_event_that_nobody_spoke_of() -> None:
    verdict = _index().decide("kje dobim vrtec", language="sl")

    assert (verdict.kind, verdict.topic, verdict.situation) == (VerdictKind.ANSWER, "kindergarten", None)


def test_an_event_that_the_library_does_not_know_is_left_to_a_person() -> None:
    index = _index()
    index.library = replace(index.library, situations={})

    verdict = index.decide("poplavilo nam je hišo in smo brez vsega", language="sl")

    assert (verdict.kind, verdict.situation, verdict.choices) == (VerdictKind.PERSON, None, ())


def test_the_layers_of_topics_and_crises_know_no_events() -> None:
    weights = _weights(meaning=True)

    assert weights.situations.labels == ("flood", "return")
    assert not any(label.startswith("situation:") for label in weights.labels)

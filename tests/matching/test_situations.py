from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from bot.matching.index import Index
from bot.matching.linear import Linear
from bot.matching.material import readings
from bot.matching.signals import Mix
from bot.matching.situations import SituationModel
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


def _told_with(probability: float) -> Index:
    """Return an index that takes every text to tell of a flood with ``probability``, whatever it says."""
    margin = float(np.log(probability / (1 - probability))) / Mix().sharpness
    features = len(_weights(meaning=False).grams.keys)
    always = Linear(np.zeros((features, 3), np.int8), np.ones(3, np.float32), np.array([0.0, margin, -9.0], np.float32))
    weights = replace(_weights(meaning=False), situations=SituationModel(("flood", "return"), always, None))
    index = _index(meaning=False)
    return Index(index.library, weights, None, 0.02)


@pytest.mark.parametrize(
    ("probability", "kind", "situation"),
    [(0.1, VerdictKind.ANSWER, None), (0.4, VerdictKind.ANSWER, "flood"), (0.999999, VerdictKind.CHOOSE, "flood")],
)
def test_an_event_beside_a_sure_answer_comes_below_it_unless_it_is_surer(
    probability: float, kind: VerdictKind, situation: str | None
) -> None:
    verdict = _told_with(probability).decide("kje dobim vrtec", language="sl")

    assert (verdict.kind, verdict.situation) == (kind, situation)


def test_weights_without_events_tell_of_none() -> None:
    model = SituationModel((), Linear(np.zeros((1, 1), np.int8), np.ones(1, np.float32), np.zeros(1, np.float32)), None)

    assert model.judge((np.empty(0, np.int32), np.empty(0, np.float32)), None) == (None, 0.0)

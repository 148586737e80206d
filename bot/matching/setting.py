"""Setting the gates and thresholds from judgements of held-out examples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.matching import fitting
from bot.matching.crisis import crisis_features
from bot.matching.gate import SHARES, Gate, Thresholds
from bot.matching.held_out import HeldOut
from bot.matching.linear import Floats
from bot.matching.material import CRISIS, LOOK_ALIKE, OUTSIDE, Material, is_topic
from bot.matching.signals import Mix, fuse, gate_features

#: Examples are written to be unlike each other, and many because the rest was taken for something else, so that one kept aside
#: is harder than what residents write: of the development questions a sixth as many were answered wrong as of the examples
#: kept aside at the same threshold; the rest is caution.
HARDER = 3.8
#: Messages from outside count less than topical ones: of them, three quarters of that share may be answered.
_OUTSIDE_SHARE = 0.75
#: Share of messages from outside that may be met with a choice of topics.
_OUTSIDE_CHOICES = 0.5
#: What a message counts whose topic was left out whole.
_UNSEEN_WEIGHT = 0.3
#: False alarms that are accepted among ordinary messages, and among look-alikes: a miss is worse. Examples kept aside are
#: harder than what is written, of which a third as many raise one (development questions).
_FALSE_ALARMS, _FALSE_LOOK_ALIKES = 0.02, 0.25
#: However clear the held-out examples are: below these it is no answer, no choice and no crisis.
_LEAST_ANSWER, _LEAST_CHOICE, _LEAST_CRISIS = 0.25, 0.02, 0.5
#: Share of true crises that may be doubted even though a pattern was found in them.
_DOUBTED = 0.05


#: Among these the mix of the evidence is chosen.
_SHARPNESSES, _WORD_WEIGHTS = (3.0, 4.0, 5.0, 6.0, 8.0), (0.4, 0.5, 0.6)


@dataclass(frozen=True)
class CrisisSetting:
    """The gate of the crisis layer, from which probability on it is one, and below which a pattern is not believed."""

    gate: Gate
    threshold: float
    doubt: float


def probabilities(gate: Gate, features: Floats) -> Floats:
    """Return the gate's probabilities (n,) for ``features`` (n, features)."""
    return np.array([gate.probability(row) for row in features], np.float32)


def best_mix(held: HeldOut, material: Material, labels: list[str]) -> Mix:
    """Return the mix of the evidence by which the topics of what was kept aside are likeliest."""
    told = material.labels[held.rows]
    seen = np.flatnonzero(~held.unseen & np.array([is_topic(label) for label in told]))
    number = {label: place for place, label in enumerate(labels)}
    right = np.array([number[label] for label in told[seen]], np.intp)
    margins, meaning = held.signals.margins[seen], held.signals.meaning
    by_meaning = None if meaning is None else meaning[seen]
    rows = np.arange(len(seen))
    tried = [Mix(sharpness, words) for sharpness in _SHARPNESSES for words in _WORD_WEIGHTS]
    return max(tried, key=lambda mix: float(fuse(margins, by_meaning, mix)[rows, right].mean()))


def topic_gate(held: HeldOut, material: Material, labels: list[str], strength: str) -> tuple[Gate, Thresholds]:
    """Return the gate and the thresholds for evidence of ``strength``, "full" or "words"."""
    signals = held.signals if strength == "full" else replace(held.signals, meaning=None, likeness=None)
    topics = np.array([is_topic(label) for label in labels])
    told = material.labels[held.rows]
    ordinary = np.array([is_topic(label) or label == OUTSIDE for label in told])
    features = gate_features(signals, topics)
    best = np.where(topics, signals.fused(), -np.inf).argmax(axis=1)
    right = np.array(labels)[best] == told
    weights = np.where(held.unseen, _UNSEEN_WEIGHT, 1.0).astype(np.float32)
    gate = fitting.gate(features[ordinary], right[ordinary], weights[ordinary])
    sure = probabilities(gate, features)
    seen = ordinary & ~held.unseen
    outside = told == OUTSIDE
    answer, choose = {}, {}
    for language in np.unique(material.languages[held.rows]).tolist():
        of_it = seen & (material.languages[held.rows] == language)
        table = [_answer_at(sure[of_it], right[of_it], outside[of_it], share) for share in SHARES]
        answer[language] = np.array(table, np.float32)
        choose[language] = max(_quantile(sure[of_it & outside], 1 - _OUTSIDE_CHOICES), _LEAST_CHOICE)
    return gate, Thresholds(answer, choose)


def _answer_at(sure: Floats, right: NDArray[np.bool_], outside: NDArray[np.bool_], share: float) -> float:
    """Return the lowest probability from which few enough topical messages and messages from outside are answered wrong."""
    by_topic = _above(sure[~right & ~outside], int(HARDER * share * np.count_nonzero(~outside)))
    by_outside = _above(sure[outside], int(_OUTSIDE_SHARE * HARDER * share * np.count_nonzero(outside)))
    return max(by_topic, by_outside, _LEAST_ANSWER)


def _above(sure: Floats, allowed: int) -> float:
    """Return the least probability that at most ``allowed`` of ``sure`` exceed."""
    return 0.0 if allowed >= len(sure) else float(np.nextafter(np.sort(sure)[::-1][allowed], np.float32(2)))


def _quantile(sure: Floats, share: float) -> float:
    return float(np.quantile(sure, share)) if len(sure) else 0.0


def crisis_gate(held: HeldOut, material: Material, strength: str) -> CrisisSetting:
    """Return the gate and the thresholds of the crisis layer for evidence of ``strength``, "full" or "words"."""
    seen = ~held.unseen
    told = material.labels[held.rows][seen]
    crises = np.char.startswith(told, CRISIS)
    alike = told == LOOK_ALIKE
    if strength == "full" and held.crisis_network is not None and held.crisis_nearness is not None:
        features = crisis_features(held.crisis_words[seen], held.crisis_network[seen], held.crisis_nearness[seen])
    else:
        features = crisis_features(held.crisis_words[seen], None, None)
    gate = fitting.gate(features, crises, np.where(alike, 3.0, 1.0).astype(np.float32))
    sure = probabilities(gate, features)
    ordinary = ~crises & ~alike
    threshold = max(
        _LEAST_CRISIS,
        _above(sure[ordinary], int(_FALSE_ALARMS * np.count_nonzero(ordinary))),
        _above(sure[alike], int(_FALSE_LOOK_ALIKES * np.count_nonzero(alike))),
    )
    return CrisisSetting(gate, threshold, min(threshold, _quantile(sure[crises], _DOUBTED)))

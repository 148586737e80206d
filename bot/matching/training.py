"""Learning from the examples when an edition is built: everything that `Weights` holds, in well under a minute.

First every fifth of the examples is kept aside in turn, with some topics left out whole, and judged by what the others
teach; from these judgements come the gates and the thresholds. Then all is fitted once more on all examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bot.language import identify
from bot.matching import e5, fitting
from bot.matching.crisis import CrisisMeaning, CrisisModel
from bot.matching.held_out import HeldOut, hold_out
from bot.matching.learning import (
    CrisisLearner,
    CrisisVectors,
    SituationLearner,
    TopicLearner,
    crisis_kinds,
    situation_labels,
    topic_labels,
)
from bot.matching.linear import Floats, Linear, Packed
from bot.matching.material import ACT, CRISIS, FOLDS, Material, is_topic, key
from bot.matching.setting import best_mix, crisis_gate, topic_gate
from bot.matching.situations import SituationModel
from bot.matching.weights import Weights, fingerprint
from bot.model.library import Example

Progress = Callable[[str, float], None]

#: Coefficients below so many of 127 steps are dropped: they decide nothing and half the size of the file.
_FAINT = 2


class TooFewExamplesError(ValueError):
    """There is too little to learn from: two topics, one crisis and one message that is none are the least."""


def train(examples: Sequence[Example], vectors: Floats | None, progress: Progress, encoder: str = e5.NAME) -> Weights:
    """Return the weights of ``examples``.

    ``vectors`` (n, size) are those of `bot.matching.material.readings` (examples) by the encoder named ``encoder``, or None to
    learn from words alone. ``progress`` is told what is done and the share that is done, 0 to 1. The same examples in any
    order give the same weights. Raises `TooFewExamplesError`.
    """
    _refuse_too_few(examples)
    material = Material.of(examples, vectors)
    progress("reading", 0.0)
    held = hold_out(material, lambda fold: progress("keeping aside", (fold + 1) / (FOLDS + 2)))
    weights = _fit(material, held, encoder if vectors is not None else None)
    progress("done", 1.0)
    return weights


def _refuse_too_few(examples: Sequence[Example]) -> None:
    labels = {example.label for example in examples}
    topics = sum(map(is_topic, labels))
    if topics < 2 or not any(label.startswith(CRISIS) for label in labels):  # noqa: PLR2004 - what the error says
        raise TooFewExamplesError(f"{topics} topics with examples: at least two, and one crisis, are needed")


def _fit(material: Material, held: HeldOut, encoder: str | None) -> Weights:
    strengths = ("words",) if material.vectors is None else ("words", "full")
    labels = topic_labels(material)
    rows = np.flatnonzero(np.isin(material.labels, labels))
    centre = None if material.vectors is None else material.vectors.mean(axis=0)
    topics = TopicLearner.fit(material, rows, labels, centre)
    events = SituationLearner.fit(material, topics.grams, centre)
    crises = CrisisLearner.fit(material, np.arange(len(material.examples)), centre)
    held = held.mixed(best_mix(held, material, labels))
    gates = {strength: topic_gate(held, material, labels, strength) for strength in strengths}
    crisis_gates = {strength: crisis_gate(held, material, strength) for strength in strengths}
    crisis = CrisisModel(
        crisis_kinds(material),
        crises.grams,
        _linear(crises.words, faint=_FAINT),
        _meaning(crises.meaning),
        {strength: found.gate for strength, found in crisis_gates.items()},
        {strength: found.threshold for strength, found in crisis_gates.items()},
        {strength: found.doubt for strength, found in crisis_gates.items()},
    )
    kept = np.array([is_topic(label) or label.startswith(ACT) for label in material.labels])
    keys = [key(example) for example, is_kept in zip(material.examples, kept, strict=True) if is_kept]
    return Weights(
        fingerprint(material.examples, encoder),
        encoder,
        tuple(labels),
        held.signals.mix,
        topics.grams,
        _linear(topics.words, faint=_FAINT),
        centre,
        None if topics.meaning is None else _linear(topics.meaning),
        None if material.vectors is None else Packed.of(material.vectors[kept]),
        np.array(keys if material.vectors is not None else [], np.uint64),
        {strength: found[0] for strength, found in gates.items()},
        {strength: found[1] for strength, found in gates.items()},
        SituationModel(
            situation_labels(material),
            _linear(events.words, faint=_FAINT),
            None if events.meaning is None else _linear(events.meaning),
        ),
        crisis,
        identify.train([(example.language, example.text) for example in material.examples]),
    )


def _meaning(learned: CrisisVectors | None) -> CrisisMeaning | None:
    if learned is None:
        return None
    return CrisisMeaning(learned.network, _linear(learned.kinds), learned.crises, learned.look_alikes)


def _linear(fitted: fitting.Fitted, *, faint: int = 0) -> Linear:
    linear = Linear.of(fitted.coefficients, fitted.bias)
    return Linear(np.where(np.abs(linear.codes) < faint, 0, linear.codes).astype(np.int8), linear.scale, linear.bias)

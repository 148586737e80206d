"""What the layers say of examples that they have not seen: the honest ground for gates and thresholds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.matching.fitting import Rows
from bot.matching.learning import CrisisLearner, TopicLearner, topic_labels
from bot.matching.linear import Floats
from bot.matching.material import FOLDS, Material, is_topic
from bot.matching.signals import Mix, Signals

#: In each part, one topic of so many is left out whole: its messages stand for questions that nobody foresaw.
_LEFT_OUT = 4


@dataclass(frozen=True)
class HeldOut:
    """``signals`` are of ``rows`` of the material; ``unseen`` marks those whose topic was left out whole.

    ``crisis_words``, ``crisis_network`` and ``crisis_nearness`` are the evidence for a crisis, each of shape (n,).
    """

    rows: Rows
    unseen: NDArray[np.bool_]
    signals: Signals
    crisis_words: Floats
    crisis_network: Floats | None
    crisis_nearness: Floats | None

    def mixed(self, mix: Mix) -> HeldOut:
        """Return the same judgements, the evidence mixed by ``mix``."""
        return replace(self, signals=replace(self.signals, mix=mix))


def hold_out(material: Material, after: Callable[[int], None]) -> HeldOut:
    """Return the judgement of every row by layers fitted on the other parts; ``after`` is told each part that is done."""
    labels = topic_labels(material)
    topics = np.array([is_topic(label) for label in labels])
    named = [label for label in labels if is_topic(label)]
    parts = []
    for fold in range(FOLDS):
        # Neighbouring topics (they are sorted) fall into different parts.
        parts.append(_part(material, fold, labels, topics, named[fold::_LEFT_OUT] if len(named) > _LEFT_OUT else []))
        after(fold)
    return _joined(parts)


def _part(material: Material, fold: int, labels: list[str], topics: NDArray[np.bool_], left_out: list[str]) -> HeldOut:
    unseen = np.isin(material.labels, left_out)
    aside = material.folds == fold
    learned = ~aside & ~unseen
    judged = np.flatnonzero(aside | unseen)
    centre = None if material.vectors is None else material.vectors[learned].mean(axis=0)
    topic_rows = np.flatnonzero(learned & np.isin(material.labels, labels))
    signals = TopicLearner.fit(material, topic_rows, labels, centre).judge(material, judged, topics)
    likeness = None if signals.likeness is None else signals.likeness.max(axis=1)
    evidence = CrisisLearner.fit(material, np.flatnonzero(learned), centre).judge(material, judged, likeness)
    return HeldOut(judged, unseen[judged], signals, *evidence)


def _joined(parts: list[HeldOut]) -> HeldOut:
    def joined(arrays: list[Floats | None]) -> Floats | None:
        found = [array for array in arrays if array is not None]
        return np.concatenate(found) if found else None

    signals = [part.signals for part in parts]
    return HeldOut(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.unseen for part in parts]),
        Signals(
            np.concatenate([found.margins for found in signals]),
            joined([found.meaning for found in signals]),
            joined([found.likeness for found in signals]),
            np.concatenate([found.length for found in signals]),
            np.concatenate([found.known for found in signals]),
        ),
        np.concatenate([part.crisis_words for part in parts]),
        joined([part.crisis_network for part in parts]),
        joined([part.crisis_nearness for part in parts]),
    )

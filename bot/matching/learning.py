"""One fit of each layer on some rows of the material, and what it says of other rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching import fitting
from bot.matching.crisis import Network, nearness
from bot.matching.fitting import Fitted, Rows
from bot.matching.grams import Grams
from bot.matching.linear import Floats
from bot.matching.material import CRISIS, LOOK_ALIKE, SITUATION, Material
from bot.matching.signals import LOOKED_AT, UNSEEN, Mix, Signals, centred, fuse

#: How much a look-alike and a crisis count beside an ordinary message in the crisis layer.
LOOK_ALIKE_WEIGHT, CRISIS_WEIGHT = 6, 4
#: N-grams in fewer examples are dropped.
_RARE = 2
_TOPIC_WORDS, _CRISIS_WORDS = 2, 3


def topic_labels(material: Material) -> list[str]:
    """Return the classes of the topic layer, sorted: topics, acts and outside; crises and situations have their own layers."""
    told = set(material.labels.tolist())
    return sorted(label for label in told if not label.startswith((CRISIS, SITUATION)) and label != LOOK_ALIKE)


def situation_labels(material: Material) -> tuple[str, ...]:
    """Return the ids of the situations, sorted."""
    told = set(material.labels.tolist())
    return tuple(sorted(label.removeprefix(SITUATION) for label in told if label.startswith(SITUATION)))


def crisis_kinds(material: Material) -> tuple[str, ...]:
    """Return the kinds of crisis, sorted."""
    return tuple(sorted({label.removeprefix(CRISIS) for label in material.labels.tolist() if label.startswith(CRISIS)}))


@dataclass(frozen=True)
class TopicLearner:
    """The topic layer fitted on ``rows``, whose ``targets`` are numbers of classes."""

    rows: Rows
    targets: Rows
    classes: int
    grams: Grams
    words: Fitted
    centre: Floats | None
    meaning: Fitted | None

    @staticmethod
    def fit(material: Material, rows: Rows, labels: list[str], centre: Floats | None) -> TopicLearner:
        """Return the layer learned from ``rows`` of the material, vectors seen from ``centre``."""
        number = {label: place for place, label in enumerate(labels)}
        targets = np.array([number[label] for label in material.labels[rows]], np.intp)
        grams = material.counted.grams(rows, _TOPIC_WORDS, rare=_RARE)
        words = fitting.margins(material.counted.matrix(rows, grams), targets, len(labels))
        if material.vectors is None or centre is None:
            return TopicLearner(rows, targets, len(labels), grams, words, None, None)
        meaning = fitting.logistic(centred(material.vectors[rows], centre), targets, len(labels))
        return TopicLearner(rows, targets, len(labels), grams, words, centre, meaning)

    def judge(self, material: Material, rows: Rows, topics: NDArray[np.bool_]) -> Signals:
        """Return what the layer says of ``rows``; ``topics`` marks the classes that are topics."""
        margins = fitting.scores(self.words, material.counted.matrix(rows, self.grams))
        meaning = likeness = None
        if material.vectors is not None and self.centre is not None and self.meaning is not None:
            meaning = fitting.logs(self.meaning, centred(material.vectors[rows], self.centre))
            likeness = self._likeness(material.vectors, rows)
            ranked = np.argsort(-np.where(topics, fuse(margins, meaning, Mix()), -np.inf), axis=1, kind="stable")[:, :LOOKED_AT]
            unseen = np.full_like(likeness, UNSEEN)
            np.put_along_axis(unseen, ranked, np.take_along_axis(likeness, ranked, axis=1), axis=1)
            likeness = np.where(topics, unseen, UNSEEN).astype(np.float32)
        known = material.counted.known_shares(rows, self.grams)
        length = [len(material.texts[row].split()) for row in rows]
        return Signals(margins, meaning, likeness, np.array(length, np.float32), known)

    def _likeness(self, vectors: Floats, rows: Rows) -> Floats:
        """Return the cosine of each of ``rows`` to the nearest learned example of each class, shape (n, classes)."""
        order = np.argsort(self.targets, kind="stable")
        present, starts = np.unique(self.targets[order], return_index=True)
        likeness = np.full((len(rows), self.classes), UNSEEN, np.float32)
        cosines = vectors[rows] @ vectors[self.rows[order]].T
        likeness[:, present] = np.maximum.reduceat(cosines, starts, axis=1)
        return likeness


@dataclass(frozen=True)
class SituationLearner:
    """The layer that tells life events, fitted on all examples but crises: class 0 is none of them."""

    words: Fitted
    meaning: Fitted | None

    @staticmethod
    def fit(material: Material, grams: Grams, centre: Floats | None) -> SituationLearner:
        """Return the layer learned from the material, over n-grams ``grams`` and vectors seen from ``centre``."""
        labels = situation_labels(material)
        number = {f"{SITUATION}{label}": place for place, label in enumerate(labels, 1)}
        crises = np.char.startswith(material.labels, CRISIS) | (material.labels == LOOK_ALIKE)
        rows = np.flatnonzero(~crises)
        targets = np.array([number.get(label, 0) for label in material.labels[rows].tolist()], np.intp)
        words = fitting.margins(material.counted.matrix(rows, grams), targets, len(labels) + 1)
        if material.vectors is None or centre is None:
            return SituationLearner(words, None)
        meaning = fitting.logistic(centred(material.vectors[rows], centre), targets, len(labels) + 1)
        return SituationLearner(words, meaning)


@dataclass(frozen=True)
class CrisisVectors:
    """What the crisis layer learned of vectors seen from ``centre``; ``crises`` and ``look_alikes`` are as they were."""

    centre: Floats
    network: Network
    kinds: Fitted
    crises: Floats
    look_alikes: Floats


@dataclass(frozen=True)
class CrisisLearner:
    """The crisis layer: column 0 of ``words`` tells crises from all else, the others tell the kinds apart."""

    grams: Grams
    words: Fitted
    meaning: CrisisVectors | None

    @staticmethod
    def fit(material: Material, rows: Rows, centre: Floats | None) -> CrisisLearner:
        """Return the layer learned from ``rows`` of the material, vectors seen from ``centre``."""
        labels = material.labels[rows]
        crises, alike = np.char.startswith(labels, CRISIS), labels == LOOK_ALIKE
        kinds = crisis_kinds(material)
        targets = np.array([kinds.index(label.removeprefix(CRISIS)) for label in labels[crises]], np.intp)
        weights = np.where(crises, CRISIS_WEIGHT, np.where(alike, LOOK_ALIKE_WEIGHT, 1)).astype(np.intp)
        grams = material.counted.grams(rows, _CRISIS_WORDS, rare=_RARE)
        matrix = material.counted.matrix(rows, grams)
        words = _beside(
            fitting.margins(matrix, crises.astype(np.intp), 2, weights=weights.astype(np.float32), balanced=False),
            fitting.margins(matrix[crises], targets, len(kinds)),
        )
        if material.vectors is None or centre is None:
            return CrisisLearner(grams, words, None)
        vectors = material.vectors[rows]
        moved = centred(vectors, centre)
        network = fitting.network(moved, crises, weights)
        by_kind = fitting.logistic(moved[crises], targets, len(kinds))
        return CrisisLearner(grams, words, CrisisVectors(centre, network, by_kind, vectors[crises], vectors[alike]))

    def judge(self, material: Material, rows: Rows, likeness: Floats | None) -> tuple[Floats, Floats | None, Floats | None]:
        """Return the evidence for a crisis of ``rows``, each (n,): by words, by the network, and how much nearer it is.

        ``likeness`` (n,) is the cosine to the nearest topical example. The last two are None without vectors.
        """
        words = fitting.scores(self.words, material.counted.matrix(rows, self.grams))[:, 0]
        if material.vectors is None or self.meaning is None or likeness is None:
            return words, None, None
        vectors = material.vectors[rows]
        by_network = self.meaning.network.log_odds(centred(vectors, self.meaning.centre))
        return words, by_network, nearness(vectors, self.meaning.crises, self.meaning.look_alikes, likeness)


def _beside(whether: Fitted, kinds: Fitted) -> Fitted:
    """Return one model: whether it is a crisis in column 0, then the kinds."""
    return Fitted(
        np.concatenate([whether.coefficients[:, 1:], kinds.coefficients], axis=1),
        np.concatenate([whether.bias[1:], kinds.bias]),
    )

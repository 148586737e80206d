"""The fits that scikit-learn makes. The only file that imports it: serving needs numpy alone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from bot.matching.crisis import Network
from bot.matching.gate import Gate
from bot.matching.linear import Floats, log_softmax

Rows = NDArray[np.intp]
Matrix: TypeAlias = sparse.csr_matrix

#: Softness of the margins and of the logistic regression: the best of those measured, and flat around it.
_SVC_C, _LOGISTIC_C = 0.5, 30.0
#: Enough for decisions to stand still; full convergence gave the same figures.
_SVC_ROUNDS, _LOGISTIC_ROUNDS = 100, 60
#: The networks of the crisis layer: their size and number, and rounds over the examples. Vectors of length one are stretched
#: to where their weights begin.
_HIDDEN, _NETWORKS, _NETWORK_ROUNDS, _STRETCH, _BATCH = 64, 2, 8, 4.0, 256
#: A class that was not trained scores this, far below any that was.
ABSENT_MARGIN, ABSENT_LOG = -2.0, -30.0


@dataclass(frozen=True)
class Fitted:
    """Coefficients (features, classes) and bias (classes,)."""

    coefficients: NDArray[np.float64]
    bias: NDArray[np.float64]


def class_weights(targets: Rows) -> dict[int, float]:
    """Return (median size / size) ^ 0.5 by class: a class twenty times larger than its neighbours would eat them."""
    classes, sizes = np.unique(targets, return_counts=True)
    return {int(name): float((np.median(sizes) / size) ** 0.5) for name, size in zip(classes, sizes, strict=True)}


def margins(matrix: Matrix, targets: Rows, classes: int, *, weights: Floats | None = None, balanced: bool = True) -> Fitted:
    """Return a linear support vector machine, one class against the rest, of ``targets`` numbered 0 to ``classes`` - 1."""
    if len(np.unique(targets)) == 1:
        return _only(matrix.shape[1], targets, classes)
    machine = LinearSVC(
        C=_SVC_C, class_weight=class_weights(targets) if balanced else None, tol=1e-2, max_iter=_SVC_ROUNDS, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are cut on purpose
        machine.fit(matrix, targets, sample_weight=weights)
    return _spread(machine, classes, ABSENT_MARGIN)


def logistic(vectors: Floats, targets: Rows, classes: int, *, weights: Floats | None = None, balanced: bool = True) -> Fitted:
    """Return a logistic regression over all classes of ``targets``."""
    if len(np.unique(targets)) == 1:
        return _only(vectors.shape[1], targets, classes)
    model = LogisticRegression(
        C=_LOGISTIC_C, class_weight=class_weights(targets) if balanced else None, max_iter=_LOGISTIC_ROUNDS
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are cut on purpose
        model.fit(vectors, targets, sample_weight=weights)
    return _spread(model, classes, ABSENT_LOG)


def _only(features: int, targets: Rows, classes: int) -> Fitted:
    """Return the model of a single class: there is nothing to tell it from."""
    bias = np.full(classes, ABSENT_MARGIN)
    bias[targets[:1]] = 0.0
    return Fitted(np.zeros((features, classes)), bias)


def _spread(model: LinearSVC | LogisticRegression, classes: int, absent: float) -> Fitted:
    """Return the model's coefficients with a column for every class, also for those it has not seen."""
    coefficients = np.zeros((model.coef_.shape[1], classes))
    bias = np.full(classes, absent)
    if len(model.classes_) == 2 and len(model.coef_) == 1:  # noqa: PLR2004 - two classes share one row
        rows, offsets = np.concatenate([-model.coef_, model.coef_]), np.concatenate([-model.intercept_, model.intercept_])
    else:
        rows, offsets = model.coef_, model.intercept_
    coefficients[:, model.classes_] = rows.T
    bias[model.classes_] = offsets
    return Fitted(coefficients, bias)


def scores(fitted: Fitted, features: Matrix | Floats) -> Floats:
    """Return the scores (n, classes) of ``features`` (n, features)."""
    found: Floats = np.asarray(features @ fitted.coefficients + fitted.bias, np.float32)
    return found


def logs(fitted: Fitted, features: Floats) -> Floats:
    """Return the log-probabilities (n, classes) of ``features`` (n, features) by a logistic regression."""
    return log_softmax(scores(fitted, features))


def network(vectors: Floats, targets: NDArray[np.bool_], repeats: NDArray[np.intp]) -> Network:
    """Return a small network that tells ``targets``; each row is shown ``repeats`` times in every round, shape (n,).

    The mean of `_NETWORKS` networks that begin differently, as one: single ones scatter by a point or two.
    """
    shown = np.repeat(np.arange(len(vectors)), repeats)
    batch = min(_BATCH, len(shown))
    inner, inner_bias, outer, outer_bias = [], [], [], 0.0
    for seed in range(_NETWORKS):
        model = MLPClassifier(
            (_HIDDEN,), alpha=1e-2, learning_rate_init=2e-3, max_iter=_NETWORK_ROUNDS, batch_size=batch, random_state=seed
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are few on purpose: more learn by heart
            model.fit(_STRETCH * vectors[shown], targets[shown])
        inner.append(_STRETCH * model.coefs_[0])
        inner_bias.append(model.intercepts_[0])
        outer.append(model.coefs_[1][:, 0] / _NETWORKS)
        outer_bias += float(model.intercepts_[1][0]) / _NETWORKS
    return Network(_joined(inner), _joined(inner_bias), _joined(outer), outer_bias)


def _joined(arrays: list[NDArray[np.float64]]) -> Floats:
    return np.concatenate(arrays, axis=-1).astype(np.float32)


def gate(features: Floats, right: NDArray[np.bool_], weights: Floats) -> Gate:
    """Return the gate that tells rows that are ``right`` from those that are not; ``weights`` are of shape (n,)."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    if right.all() or not right.any():  # nothing to learn from: the share itself
        return Gate(mean, spread, np.zeros_like(mean), 3.0 if right.all() else -3.0)
    model = LogisticRegression(max_iter=500).fit((features - mean) / spread, right, sample_weight=weights)
    return Gate(mean, spread, model.coef_[0].astype(np.float32), float(model.intercept_[0]))

"""Linear models as they are served: small integers and a scale, numpy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Linear:
    """Coefficients as ``codes`` (features, classes) times ``scale`` (classes,), and ``bias`` (classes,).

    One byte a coefficient changes no decision that matters and keeps the weights file small.
    """

    codes: Codes
    scale: Floats
    bias: Floats

    @staticmethod
    def of(coefficients: NDArray[np.floating], bias: NDArray[np.floating]) -> Linear:
        """Return the model of ``coefficients`` (features, classes) in one byte each."""
        scale = np.maximum(np.abs(coefficients).max(axis=0, initial=0.0) / 127, 1e-12)
        return Linear(np.rint(coefficients / scale).astype(np.int8), scale.astype(np.float32), bias.astype(np.float32))

    def sparse(self, numbers: Ints, weights: Floats) -> Floats:
        """Return the scores (classes,) of a text whose features ``numbers`` (k,) have ``weights`` (k,)."""
        scores: Floats = weights @ self.codes[numbers].astype(np.float32) * self.scale + self.bias
        return scores

    def dense(self, vector: Floats) -> Floats:
        """Return the scores (classes,) of a vector (features,)."""
        scores: Floats = vector @ self.codes.astype(np.float32) * self.scale + self.bias
        return scores


def log_softmax(scores: Floats) -> Floats:
    """Return log-probabilities along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    logs: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logs


def sigmoid(score: float) -> float:
    """Return the probability that log-odds ``score`` stand for."""
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


@dataclass(frozen=True)
class Packed:
    """Vectors of length one in one byte a number: ``codes`` (n, size) times ``step``."""

    codes: Codes
    step: float

    @staticmethod
    def of(vectors: Floats) -> Packed:
        """Return ``vectors`` (n, size), packed."""
        step = max(float(np.abs(vectors).max(initial=0.0)) / 127, 1e-9)
        return Packed(np.rint(vectors / step).astype(np.int8), step)

    def rows(self, start: int = 0, end: int | None = None) -> Floats:
        """Return the vectors from ``start`` to ``end`` as they were, to one step."""
        return self.codes[start:end].astype(np.float32) * np.float32(self.step)


def likest(vectors: Floats, vector: Floats) -> float:
    """Return the greatest product of ``vector`` (size,) with one of ``vectors`` (n, size), -1 when there are none.

    Without the linear algebra library on purpose: its threads cost more than they give on a busy machine.
    """
    return float(np.einsum("ij,j->i", vectors, vector).max(initial=-1.0))

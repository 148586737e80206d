from __future__ import annotations

import numpy as np
import pytest

from bot.matching.linear import Linear, Packed, likest, log_softmax, sigmoid


def test_one_byte_a_coefficient_keeps_the_scores() -> None:
    random = np.random.default_rng(1)
    coefficients, bias = random.normal(size=(50, 3)), random.normal(size=3)
    linear = Linear.of(coefficients, bias)
    vector = random.normal(size=50).astype(np.float32)
    assert linear.dense(vector) == pytest.approx(vector @ coefficients + bias, abs=0.2)
    places = np.array([3, 7], np.int32)
    assert linear.sparse(places, vector[places]) == pytest.approx(vector[places] @ coefficients[places] + bias, abs=0.1)


def test_probabilities_add_up_to_one() -> None:
    assert np.exp(log_softmax(np.array([[1.0, 2.0, 500.0]], np.float32))).sum() == pytest.approx(1.0)


def test_no_log_odds_are_too_large() -> None:
    assert sigmoid(1e9) <= 1.0
    assert sigmoid(-1e9) >= 0.0


def test_packed_vectors_come_back_nearly_as_they_were() -> None:
    vectors = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    assert Packed.of(vectors).rows(1, 3) == pytest.approx(vectors[1:3], abs=0.02)


def test_nothing_is_like_nothing() -> None:
    assert likest(np.zeros((0, 4), np.float32), np.ones(4, np.float32)) == -1.0

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest

from bot.matching import fitting, setting
from bot.matching.gate import SHARES, Gate, Thresholds
from bot.matching.material import FOLDS, Material, arranged, is_topic, readings
from bot.matching.training import TooFewExamplesError, train
from bot.matching.weights import BrokenWeightsError, Weights, fingerprint, told_by
from bot.model.library import Example
from tests.matching.tiny import TinyEncoder, examples, full_weights, word_weights


def test_weights_come_back_from_bytes_as_they_were() -> None:
    for weights in (full_weights(), word_weights()):
        back = Weights.from_bytes(weights.to_bytes())
        assert back.fingerprint == weights.fingerprint
        assert back.labels == weights.labels
        assert (back.grams.keys == weights.grams.keys).all()
        assert np.array_equal(back.words.codes, weights.words.codes)
        assert back.gates["words"].bias == weights.gates["words"].bias
        assert back.to_bytes() == weights.to_bytes()


def test_the_same_examples_in_any_order_give_the_same_weights() -> None:
    backwards = examples()[::-1]
    assert train(backwards, None, lambda _stage, _share: None).to_bytes() == word_weights().to_bytes()


def test_vectors_follow_their_examples_into_order() -> None:
    backwards = examples()[::-1]
    vectors = TinyEncoder().passages(readings(backwards))
    material = Material.of(backwards, vectors)
    assert material.vectors is not None
    assert np.array_equal(material.vectors[0], TinyEncoder().query(material.texts[0]))


def test_the_fingerprint_follows_examples_and_encoder() -> None:
    told = fingerprint(examples(), "tiny")
    assert full_weights().fingerprint == told
    assert fingerprint((*examples()[::-1], examples()[0]), "tiny") == told
    assert fingerprint(examples()[1:], "tiny") != told
    assert fingerprint(examples(), None) != told


def test_progress_rises_to_one() -> None:
    shares: list[float] = []
    train(examples(), None, lambda _stage, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "few",
    [
        (),
        (Example("sl", "pension", "kje dobim"), Example("sl", "debts", "kje dobim")),
        (Example("sl", "pension", "kje dobim"), Example("sl", "crisis:violence-now", "pomagajte")),
    ],
)
def test_too_few_examples_are_refused(few: tuple[Example, ...]) -> None:
    with pytest.raises(TooFewExamplesError):
        train(few, None, lambda _stage, _share: None)


def test_one_kind_of_crisis_and_nothing_outside_is_enough() -> None:
    kept = [example for example in examples() if is_topic(example.label) or example.label == "crisis:violence-now"]
    weights = train(kept, TinyEncoder().passages(readings(kept)), lambda _stage, _share: None, "tiny")
    assert weights.crisis.kinds == ("violence-now",)


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04"])
def test_broken_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(BrokenWeightsError):
        Weights.from_bytes(content)


def test_other_arrays_are_refused() -> None:
    other = io.BytesIO()
    np.savez_compressed(other, a=np.zeros(3))
    with pytest.raises(BrokenWeightsError):
        Weights.from_bytes(other.getvalue())


def test_weights_of_another_format_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = word_weights().to_bytes()
    monkeypatch.setattr("bot.matching.weights.FORMAT", 999)
    with pytest.raises(BrokenWeightsError, match="another format"):
        Weights.from_bytes(content)


def test_examples_said_twice_count_once_and_stand_in_order() -> None:
    ordered = arranged((*examples(), *examples()))
    assert len(ordered) == len(set(examples()))
    assert [example.label for example in ordered] == sorted(example.label for example in ordered)


def test_every_part_is_kept_aside_and_writing_does_not_part_texts() -> None:
    material = Material.of([Example("sl", "debts", "Dolgove!"), *examples(), Example("sl", "debts", "dolgove")], None)
    assert set(material.folds.tolist()) == set(range(FOLDS))
    rows = [row for row, text in enumerate(material.texts) if text.lower().strip("!") == "dolgove"]
    assert len(rows) == 2
    assert len(set(material.folds[rows].tolist())) == 1


def test_bulgarian_in_latin_letters_is_embedded_in_cyrillic() -> None:
    read = readings(
        [Example("bg", "food-help", "къде има храна"), Example("bg", "food-help", "kyde ima hrana"), Example("sl", "x", "hrana")]
    )
    assert read == ["къде има храна", "къде има храна", "hrana"]


def test_larger_classes_weigh_less() -> None:
    assert fitting.class_weights(np.array([0] * 16 + [1] * 4 + [2] * 4)) == {0: 0.5, 1: 1.0, 2: 1.0}


def test_a_gate_of_nothing_but_right_answers_is_sure() -> None:
    features, weights = np.ones((4, 2), np.float32), np.ones(4, np.float32)
    assert fitting.gate(features, np.ones(4, bool), weights).probability(features[0]) > 0.9
    assert fitting.gate(features, np.zeros(4, bool), weights).probability(features[0]) < 0.1


def test_a_gate_learns_what_is_right() -> None:
    random = np.random.default_rng(1)
    features = random.normal(size=(200, 2)).astype(np.float32)
    gate = fitting.gate(features, features[:, 0] > 0, np.ones(200, np.float32))
    assert gate.probability(np.array([2, 0], np.float32)) > 0.9
    assert setting.probabilities(gate, features).shape == (200,)


def test_more_wrong_answers_accepted_means_answering_sooner() -> None:
    table = full_weights().thresholds["full"]
    for language in ("sl", "it", "hr", "bg"):
        thresholds = [table.answer_at(language, share) for share in SHARES]
        assert thresholds == sorted(thresholds, reverse=True)


def test_a_language_without_thresholds_gets_the_strictest() -> None:
    tables = {"sl": np.full(len(SHARES), 0.4, np.float32), "it": np.full(len(SHARES), 0.6, np.float32)}
    thresholds = Thresholds(tables, {"sl": 0.1, "it": 0.2})
    assert thresholds.answer_at("bg", 0.02) == pytest.approx(0.6)
    assert thresholds.choose_at("bg") == pytest.approx(0.2)
    assert thresholds.choose_at("sl") == pytest.approx(0.1)


def test_a_gate_of_no_weight_says_its_bias() -> None:
    gate = Gate(np.zeros(1, np.float32), np.ones(1, np.float32), np.zeros(1, np.float32), 0.0)
    assert gate.probability(np.array([5.0], np.float32)) == pytest.approx(0.5)


def test_the_tiny_world_is_as_large_as_it_says() -> None:
    counted = Counter(is_topic(example.label) for example in examples())
    assert counted == {True: 240, False: 192}


def test_whose_weights_they_are_is_told_without_reading_them_all() -> None:
    for weights in (full_weights(), word_weights()):
        assert told_by(weights.to_bytes()) == (weights.fingerprint, weights.encoder)


@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04"])
def test_of_what_are_no_weights_nothing_is_told(content: bytes) -> None:
    with pytest.raises(BrokenWeightsError):
        told_by(content)

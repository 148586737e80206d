from __future__ import annotations

import numpy as np
import pytest

from bot.matching.crisis import Network, Patterns, crisis_features, nearness
from bot.model.library import CrisisKind


def test_patterns_read_folded_text_of_every_language() -> None:
    patterns = Patterns.of([CrisisKind("violence-now", {}, {}, {"sl": (r"\bz nozem\b",), "it": (r"\bmi picchia\b",)})])
    assert patterns.match("Grozi mi Z NOŽEM!") == "violence-now"
    assert patterns.match("mi picchia") == "violence-now"
    assert patterns.match("nož za kruh") is None


def test_a_repetition_ends_on_a_text_that_it_nearly_matches() -> None:
    slovene = r"\bskrila (?:se |sem )*(?:v|pod) "
    bulgarian = r"\bлицето (?:му |ѝ |ми |и |са |е )*синьо"
    patterns = Patterns.of([CrisisKind("violence-now", {}, {}, {"sl": (slovene,), "bg": (bulgarian,)})])
    assert patterns.match("skrila " + "sem se " * 400 + "x") is None
    assert patterns.match("лицето " + "са му " * 400 + "x") is None
    assert patterns.match("skrila sem se v omaro") == "violence-now"
    assert patterns.match("Лицето му е синьо") == "violence-now"


@pytest.mark.parametrize("run", ["." * 3000, "😢" * 3000, ". " * 1500, "\n-" * 1500])
def test_a_long_run_of_what_is_no_word_holds_nobody_up_and_hides_nothing(run: str) -> None:
    pattern = r"^\W*(?:na)?\W*(?:pomoc)?\W*(?:on)?\W*(?:me )?tepe\b"
    patterns = Patterns.of([CrisisKind("violence-now", {}, {}, {"sl": (pattern,)})])
    assert patterns.match(run + "a") is None
    assert patterns.match(f"{run}pomoč{run}tepe{run}") == "violence-now"


def test_patterns_read_no_more_of_a_text_than_a_message_may_have() -> None:
    patterns = Patterns.of([CrisisKind("violence-now", {}, {}, {"sl": ("noz",)})])
    assert patterns.match("a" * 3990 + " noz") == "violence-now"
    assert patterns.match("a" * 4000 + " noz") is None


def test_the_network_is_a_hidden_layer_and_a_sum() -> None:
    network = Network(np.eye(2, dtype=np.float32), np.array([0, -1], np.float32), np.array([2, 3], np.float32), 0.5)
    assert network.log_odds(np.array([[1, 3], [-5, 0]], np.float32)) == pytest.approx([2 + 6 + 0.5, 0.5])


def test_nearness_is_against_look_alikes_and_topics() -> None:
    crises, alike = np.array([[1, 0]], np.float32), np.array([[0, 1]], np.float32)
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    assert nearness(vectors, crises, alike, np.array([0.2, 0.2], np.float32)) == pytest.approx([0.8, -1.0])
    assert nearness(vectors[:1], crises, alike[:0], np.array([0.2], np.float32)) == pytest.approx([0.8])


def test_without_vectors_there_are_words_alone() -> None:
    words = np.ones(3, np.float32)
    assert crisis_features(words, None, None).shape == (3, 1)
    assert crisis_features(words, words, words).shape == (3, 3)

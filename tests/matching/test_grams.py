from __future__ import annotations

import numpy as np
import pytest

from bot.matching.grams import WORD_MARK, Grams, character_grams, counts, rarities, tokens, word_grams


def test_one_script_makes_the_languages_alike() -> None:
    assert tokens("Социална помощ") == ["socialna", "pomost"]
    assert tokens("Dijete") == tokens("dete")


def test_digits_are_all_the_same() -> None:
    assert tokens("300 eur") == ["000", "eur"]


def test_a_word_gives_the_grams_of_its_letters_and_edges() -> None:
    assert character_grams("da") == [" d", "da", "a ", " da", "da ", " da "]


def test_words_are_joined_up_to_the_longest() -> None:
    assert word_grams(["a", "b", "c"], 2) == [f"{WORD_MARK}{gram}" for gram in ("a", "b", "c", "a b", "b c")]


def test_each_block_of_a_vector_has_its_length() -> None:
    characters, whole = counts("da da ne", 1)
    vocabulary = (*characters, *whole)
    grams = Grams.of(vocabulary, rarities(10, [1] * len(vocabulary)), 1)
    numbers, weights = grams.vector("da da ne")
    letters = np.isin(numbers, grams.numbers(characters))
    assert np.linalg.norm(weights[letters]) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(weights[~letters]) == pytest.approx(0.7, abs=1e-5)


def test_a_text_without_known_grams_is_empty() -> None:
    numbers, weights = Grams.of(("xy",), rarities(3, [1]), 2).vector("da ne")
    assert len(numbers) == len(weights) == 0


def test_where_nothing_counts_everything_is_unknown() -> None:
    assert Grams.of((), rarities(3, []), 2).numbers(["da", "ne"]).tolist() == [-1, -1]

import numpy as np
import pytest

from bot.matching.counting import Counted
from bot.matching.grams import counts
from bot.matching.signals import known_share

TEXTS = ["Kje dobim pokojnino, kje?", "kje je vrtec", "къде да намеря храна", "", "112 112"]


@pytest.mark.parametrize("longest", [2, 3])
def test_many_texts_are_weighed_as_each_is_weighed_by_itself(longest: int) -> None:
    counted = Counted.of(TEXTS)
    learned, told = np.array([0, 1, 2, 4]), np.array([3, 2, 0, 1, 4])
    grams = counted.grams(learned, longest, rare=1)

    matrix = counted.matrix(told, grams).toarray()

    for row, text in zip(matrix, (TEXTS[place] for place in told), strict=True):
        alone = np.zeros(len(grams.keys), np.float32)
        numbers, weights = grams.vector(text)
        np.add.at(alone, numbers, weights)
        assert row == pytest.approx(alone, abs=1e-6)


def test_rare_and_long_ones_are_dropped() -> None:
    counted = Counted.of(TEXTS)

    grams = counted.grams(np.array([0, 1]), 1, rare=2)

    assert grams.numbers(["\tke"])[0] >= 0
    assert (grams.numbers(["\tdobim", "\tke vrtec", "dob"]) < 0).all()
    assert (np.diff(grams.keys) > 0).all()


def test_the_share_that_is_known_is_that_of_the_characters() -> None:
    counted = Counted.of(TEXTS)
    grams = counted.grams(np.array([0]), 2, rare=1)
    everything = np.arange(len(TEXTS))

    shares = counted.known_shares(everything, grams)

    assert shares == pytest.approx([known_share(counts(text, 2)[0], grams) for text in TEXTS])
    assert shares[0] == 1
    assert shares[3] == 0

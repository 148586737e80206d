from __future__ import annotations

import numpy as np

from bot.matching.leave_one_out import Theft, thefts
from bot.matching.material import arranged, key
from bot.model.library import Example
from tests.matching.tiny import TinyEncoder, examples, full_weights

_MISPLACED = Example("sl", "pension", "kje dobim vrtec za otroka")


def _taken(found: list[Theft]) -> dict[str, str]:
    return {theft.example.text: theft.thief for theft in found}


def test_an_example_in_the_wrong_topic_is_told_with_the_thief() -> None:
    found = thefts((*examples(), _MISPLACED), {})

    assert _taken(found)[_MISPLACED.text] == "kindergarten"


def test_examples_that_their_like_hold_are_not_told() -> None:
    texts = _taken(thefts(examples(), {}))

    assert "prosim za vrtec čim prej" not in texts
    assert len(texts) < len(examples()) // 4


def test_the_clearest_theft_of_a_language_is_told_first() -> None:
    found = [theft for theft in thefts((*examples(), _MISPLACED), {}) if theft.example.language == "sl"]

    assert [theft.lead for theft in found] == sorted((theft.lead for theft in found), reverse=True)
    assert all(theft.lead > 0 for theft in found)


def test_the_answer_without_an_example_is_the_one_that_learning_without_it_gives() -> None:
    own = [example for example in examples() if example.language == "it" and example.label in {"pension", "debts", "appeals"}]
    lost = {theft.example for theft in thefts(own, {})}

    for left_out in own:
        others = [example for example in own if example is not left_out]
        asked = Example("it", "asked", left_out.text)
        # Learned from the others alone, an example of a class of its own is always taken by the class that fits it best.
        thief = _taken(thefts([*others, asked], {}))[asked.text]
        assert (thief == left_out.label) == (left_out not in lost)


def test_vectors_speak_for_what_words_cannot_tell() -> None:
    nearly = np.array([0.1, 0.995], np.float32)
    own = [
        *(Example("sl", "pension", text) for text in ("upokojitev", "penzija")),
        *(Example("sl", "kindergarten", text) for text in ("varstvo", "vrtec")),
    ]
    meant = {"upokojitev": [1, 0], "penzija": [1, 0.01], "varstvo": [0, 1], "vrtec": nearly}
    vectors = {key(example): np.array(meant[example.text], np.float32) for example in own}

    assert thefts(own, vectors) == []
    assert len(thefts(own, {})) == len(own)


def test_crises_acts_and_what_is_outside_are_not_looked_at() -> None:
    labels = {theft.example.label for theft in thefts(examples(), {})} | {theft.thief for theft in thefts(examples(), {})}

    assert all(":" not in label and label not in {"outside", "not-crisis"} for label in labels)


def test_progress_names_each_language() -> None:
    told: list[tuple[str, float]] = []

    thefts(examples(), {}, lambda part, share: told.append((part, share)))

    assert told == [("sl", 0.0), ("it", 0.25), ("hr", 0.5), ("bg", 0.75)]


def test_weights_know_whose_their_vectors_are() -> None:
    known = full_weights().known_vectors()
    example = next(example for example in arranged(examples()) if example.label == "pension" and example.language == "hr")

    cosine = float(known[key(example)] @ TinyEncoder().query(example.text))

    assert cosine > 0.99

"""Like questions come into one group; how well, on the shipped examples, must not get worse."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from bot.editing.files import read_folder
from bot.matching.grouping import MOST, Group, group
from bot.matching.linear import Floats
from bot.matching.material import key
from bot.matching.weights import Weights
from bot.model.library import LANGUAGES, Example, Library

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"

PADS = ("Kje dobim plenice za odrasle?", "plenice za odrasle na recept", "kdo mi predpise plenice za odrasle")
CATS = ("moja mačka je izginila", "izginila je moja mačka, kaj naj storim")
OTHER = "kdaj vozi avtobus v Tolmin"


@pytest.fixture(scope="module")
def library() -> Library:
    found = read_folder(KNOWLEDGE).library
    assert found is not None
    return found


@pytest.fixture(scope="module")
def vectors() -> dict[int, Floats]:
    return Weights.from_bytes((KNOWLEDGE / "trained.npz").read_bytes()).known_vectors()


def _texts(groups: Sequence[Group], texts: Sequence[str]) -> list[set[str]]:
    return [{texts[place] for place in each.members} for each in groups]


def test_nothing_makes_no_group() -> None:
    assert group([]) == []


def test_like_questions_come_into_one_group_the_largest_first() -> None:
    texts = [OTHER, *CATS, *PADS]
    assert _texts(group(texts), texts) == [set(PADS), set(CATS), {OTHER}]


def test_common_words_alone_make_no_group_where_it_is_known_that_they_are_common() -> None:
    texts = ["kje lahko dobim potni list", "kje lahko dobim drva"]
    background = [f"kje lahko dobim {word}" for word in ("hrano", "pomoč", "delo", "streho", "zdravnika", "denar", "obleko")]
    assert len(group(texts, background=background * 9)) == 2


def test_what_means_the_same_in_other_words_is_drawn_together_by_meaning() -> None:
    texts = ["ostal sem brez službe", "dali so mi odpoved", OTHER]
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert len(group(texts)) == 3
    assert _texts(group(texts, vectors), texts) == [set(texts[:2]), {OTHER}]


def test_where_a_meaning_is_not_known_yet_words_alone_count() -> None:
    texts = [*PADS, OTHER]
    vectors = np.full((4, 2), np.nan, np.float32)
    vectors[:2] = [1, 0]
    assert _texts(group(texts, vectors), texts) == [set(PADS), {OTHER}]


def test_the_first_of_a_group_is_likest_to_the_others() -> None:
    texts = ["plenice", "plenice za odrasle na recept", "plenice za odrasle", "plenice za odrasle kje"]
    [found] = group(texts)
    assert texts[found.members[0]] == "plenice za odrasle"


def test_the_order_of_questions_does_not_change_what_is_grouped() -> None:
    texts = [OTHER, *CATS, *PADS]
    shuffled = random.Random(7).sample(texts, len(texts))  # noqa: S311 - no secret
    assert {frozenset(each) for each in _texts(group(shuffled), shuffled)} == {
        frozenset(each) for each in _texts(group(texts), texts)
    }


def test_a_text_without_words_is_a_group_by_itself() -> None:
    assert len(group(["?!", "…", "plenice"])) == 3


def test_more_than_can_be_grouped_at_once_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 2000"):
        group(["plenice"] * (MOST + 1))


def test_the_most_that_is_grouped_at_once_takes_about_a_second(library: Library, vectors: dict[int, Floats]) -> None:
    known = [each for each in library.examples if each.language == "sl" and key(each) in vectors][:MOST]
    assert len(known) == MOST
    meanings = np.stack([vectors[key(each)] for each in known])
    begun = process_time()
    group([each.text for each in known], meanings)
    assert process_time() - begun < 3  # 0.4 seconds on a calm machine


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("with_meaning", "purity", "share"), [(False, 0.58, 0.45), (True, 0.6, 0.45)])
def test_groups_of_shipped_examples_are_mostly_of_one_topic(
    library: Library, vectors: dict[int, Floats], language: str, *, with_meaning: bool, purity: float, share: float
) -> None:
    of_topics = [each for each in library.examples if each.language == language and each.label in library.topics]
    known = [each for each in of_topics if key(each) in vectors]
    drawn = random.Random(1).sample(known, 1400)  # noqa: S311 - no secret
    chosen, background = drawn[:1000], [each.text for each in drawn[1000:]]
    meanings = np.stack([vectors[key(each)] for each in chosen])
    groups = group([each.text for each in chosen], meanings if with_meaning else None, background)
    pure, grouped = _purity(groups, chosen)
    assert pure >= purity, (pure, grouped)
    assert grouped >= share, (pure, grouped)


def _purity(groups: Sequence[Group], examples: Sequence[Example]) -> tuple[float, float]:
    """Return, of those that are in a group with others, the share of its main topic; and the share of these of all."""
    several = [each for each in groups if len(each.members) > 1]
    grouped = sum(len(each.members) for each in several)
    main = sum(max(Counter(examples[place].label for place in each.members).values()) for each in several)
    return main / grouped, grouped / len(examples)

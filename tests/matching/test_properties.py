"""What holds for any text whatever: it is understood or left to a person, in time, with or without an encoder."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.language.text import MAX_CHARACTERS, clean
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.index import Index
from bot.model.library import LANGUAGES, CrisisKind
from bot.model.verdict import Verdict, VerdictKind
from tests.matching.tiny import BrokenEncoder, TinyEncoder, examples, full_weights, library, word_weights
from tests.support.effort import costs_less_than
from tests.support.texts import ANY_TEXT, IN_TIME

LANGUAGE = st.sampled_from(LANGUAGES)
TOPIC = st.sampled_from([None, "pension", "no-such-topic"])
KNOWN = st.sampled_from([(example.language, example.label, example.text) for example in examples()])
KIND = CrisisKind("violence-now", {}, {}, {"sl": (r"\bz nozem\b",)})


class Unsteady(TinyEncoder):
    """An encoder that fails at every second message."""

    asked = 0

    def query(self, text: str) -> NDArray[np.float32]:
        self.asked += 1
        if self.asked % 2:
            raise EmbedderError("the encoder failed")
        return super().query(text)


class Renamed(TinyEncoder):
    """An encoder that these weights were not learned with."""

    name = "another"


@lru_cache
def built(strength: str) -> Index:
    """Return an index of the tiny world with what it needs for ``strength``."""
    known = library([KIND])
    match strength:
        case "full":
            return Index(known, full_weights(), TinyEncoder(), 0.02)
        case "words":
            return Index(known, word_weights(), None, 0.02)
        case _:
            return Index(known, None, None, 0.02)


@lru_cache
def handicapped(encoder: type[Embedder] | None) -> Index:
    """Return an index whose weights know meaning, with an encoder that is missing or no good."""
    return Index(library([KIND]), full_weights(), None if encoder is None else encoder(), 0.02)


def in_time(index: Index, text: str, language: str, topic: str | None = None) -> Verdict:
    with costs_less_than(IN_TIME):
        verdict = index.decide(text, language=language, topic=topic)
    assert verdict.kind in VerdictKind
    return verdict


@pytest.mark.parametrize("strength", ["full", "words", "nearest"])
@settings(deadline=None, max_examples=150)
@given(text=ANY_TEXT, language=LANGUAGE, topic=TOPIC)
@example(text="", language="sl", topic=None)
@example(text="\x00" * 100_000, language="it", topic="pension")
@example(text="👍" * 100_000, language="bg", topic=None)
@example(text="\ud800\udfff", language="hr", topic=None)
def test_any_text_gets_a_verdict_in_time(strength: str, text: str, language: str, topic: str | None) -> None:
    assert in_time(built(strength), clean(text), language, topic).evidence.strength == strength


@settings(deadline=None, max_examples=100)
@given(text=ANY_TEXT, language=LANGUAGE)
def test_even_a_text_that_nobody_cleaned_gets_a_verdict_in_time(text: str, language: str) -> None:
    in_time(built("full"), text[: 2 * MAX_CHARACTERS], language)


@settings(deadline=None, max_examples=100)
@given(text=ANY_TEXT)
def test_any_text_has_a_language_and_names_only_places_that_are_known(text: str) -> None:
    index = built("words")
    guess = index.guess_language(clean(text))

    assert sorted(language for language, _ in guess.ranked) == sorted(LANGUAGES)
    assert sum(share for _, share in guess.ranked) == pytest.approx(1)
    assert set(index.mentions(clean(text)).places) <= set(index.library.places)


@pytest.mark.parametrize("encoder", [BrokenEncoder, Renamed, None])
@settings(deadline=None, max_examples=100)
@given(text=ANY_TEXT, language=LANGUAGE)
def test_with_an_encoder_that_is_no_good_words_decide_as_without_one(
    encoder: type[Embedder] | None, text: str, language: str
) -> None:
    verdict = in_time(handicapped(encoder), clean(text), language)

    assert verdict.kind == handicapped(None).decide(clean(text), language=language).kind
    assert verdict.evidence.neighbours == ()


@pytest.mark.parametrize("encoder", [BrokenEncoder, Renamed, Unsteady, None])
def test_without_an_encoder_most_questions_are_still_understood(encoder: type[Embedder] | None) -> None:
    index = handicapped(encoder)
    topical = [known for known in examples() if known.label in index.library.topics]
    assert topical
    verdicts = [(known, index.decide(known.text, language=known.language)) for known in topical]

    right = sum(known.label in {verdict.topic, *verdict.choices} for known, verdict in verdicts)
    assert right >= 0.9 * len(topical)


@pytest.mark.parametrize("encoder", [BrokenEncoder, Renamed, Unsteady, None])
@settings(deadline=None, max_examples=40)
@given(known=KNOWN.filter(lambda known: known[1].startswith("crisis:")))
def test_without_an_encoder_a_crisis_is_still_one(encoder: type[Embedder] | None, known: tuple[str, str, str]) -> None:
    language, label, text = known

    verdict = handicapped(encoder).decide(text, language=language)

    assert (verdict.kind, f"crisis:{verdict.crisis}") == (VerdictKind.CRISIS, label)


def test_an_encoder_that_comes_back_is_used_again() -> None:
    index = Index(library(), full_weights(), Unsteady(), 0.02)

    strengths = [index.decide("kje dobim pokojnino", language="sl").evidence.strength for _ in range(3)]

    assert strengths == ["words", "full", "full"]


@pytest.mark.parametrize("vector", [np.full(64, np.nan, np.float32), np.ones(3, np.float32)])
def test_what_is_no_vector_of_the_encoder_is_no_evidence(vector: NDArray[np.float32]) -> None:
    class Odd(TinyEncoder):
        def query(self, text: str) -> NDArray[np.float32]:
            assert text
            return vector

    verdict = Index(library(), full_weights(), Odd(), 0.02).decide("kje dobim vrtec", language="sl")

    assert (verdict.kind, verdict.evidence.strength) == (VerdictKind.ANSWER, "words")

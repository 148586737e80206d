from __future__ import annotations

from dataclasses import replace

import pytest

from bot.language.text import clean
from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.library import CrisisKind, Example, Library
from bot.model.verdict import Act, VerdictKind
from tests.matching.tiny import BrokenEncoder, TinyEncoder, full_weights, library, word_weights

VIOLENCE = CrisisKind("violence-now", {}, {}, {"sl": (r"\bpretepa\b", r"\bz nozem\b"), "bg": (r"\bс нож\b",)})


def index(
    weights: Weights | None = None, embedder: Embedder | None = None, *, max_wrong: float = 0.02, of: Library | None = None
) -> Index:
    return Index(library([VIOLENCE]) if of is None else of, weights, embedder, max_wrong)


def full() -> Index:
    return index(full_weights(), TinyEncoder())


@pytest.fixture(params=["full", "words", "nearest"], scope="module")
def any_index(request: pytest.FixtureRequest) -> Index:
    built = {"full": full(), "words": index(word_weights()), "nearest": index()}[request.param]
    assert built.strength == request.param
    return built


def test_a_question_like_an_example_is_answered(any_index: Index) -> None:
    verdict = any_index.decide("kje dobim pokojnino", language="sl")
    assert (verdict.kind, verdict.topic) == (VerdictKind.ANSWER, "pension")
    assert verdict.evidence.strength == any_index.strength


def test_a_thank_is_an_act(any_index: Index) -> None:
    verdict = any_index.decide("hvala lepa", language="sl")
    assert (verdict.kind, verdict.act) == (VerdictKind.ACT, Act.THANKS)


def test_what_is_none_of_our_business_goes_to_a_person(any_index: Index) -> None:
    assert any_index.decide("kakšno bo vreme jutri", language="sl").kind is VerdictKind.PERSON


def test_a_crisis_comes_before_all_else_and_keeps_the_question(any_index: Index) -> None:
    verdict = any_index.decide("mož me pretepa pomagajte", language="sl")
    assert (verdict.kind, verdict.crisis) == (VerdictKind.CRISIS, "violence-now")
    assert verdict.below is not None
    assert verdict.below.kind is not VerdictKind.CRISIS


def test_bulgarian_in_latin_letters_is_understood(any_index: Index) -> None:
    verdict = any_index.decide("kyde da namerq hrana", language="bg")
    assert (verdict.kind, verdict.topic) == (VerdictKind.ANSWER, "food-help")


def test_a_typo_is_mended(any_index: Index) -> None:
    assert any_index.decide("kje dobim pokojnnio", language="sl").topic == "pension"


def test_a_short_message_leans_on_the_last_answer() -> None:
    assert full().decide("in za soseda?", language="sl", topic="pension").topic == "pension"
    assert full().decide("in za prvo?", language="sl", topic="pension", asked=("debts", "pension")).topic == "debts"
    verdict = full().decide("gdje mogu dobiti stipendiju", language="hr", topic="pension")
    assert (verdict.kind, verdict.topic) == (VerdictKind.ANSWER, "scholarships")


def test_a_crisis_in_a_conversation_is_one(any_index: Index) -> None:
    assert any_index.decide("mož me pretepa pomagajte", language="sl", topic="pension").kind is VerdictKind.CRISIS


@pytest.mark.parametrize(
    "text", ["", "   ", "👍", "?!…", "1", "ъ", "a" * 4000, "kje dobim " * 400, "\u202epension", "😀 pension 😀"]
)
def test_any_text_gets_a_verdict(any_index: Index, text: str) -> None:
    assert any_index.decide(clean(text), language="sl").kind in VerdictKind


def test_a_pattern_alone_is_enough_without_weights() -> None:
    verdict = index().decide("grozi mi z nožem", language="sl")
    assert (verdict.kind, verdict.crisis) == (VerdictKind.CRISIS, "violence-now")


def test_a_pattern_is_met_in_text_that_was_read_back() -> None:
    assert index().decide("idva s noj", language="bg").kind is not VerdictKind.CRISIS
    assert index().decide("къде да намеря човек с нож", language="bg").kind is VerdictKind.CRISIS


def test_an_encoder_that_fails_lowers_the_strength_only() -> None:
    broken = index(full_weights(), BrokenEncoder())
    verdict = broken.decide("kje dobim pokojnino", language="sl")
    assert broken.strength == "full"
    assert (verdict.kind, verdict.topic, verdict.evidence.strength) == (VerdictKind.ANSWER, "pension", "words")


def test_a_verdict_made_without_the_encoder_is_not_remembered() -> None:
    broken = index(full_weights(), BrokenEncoder())
    first = broken.decide("kje dobim pokojnino", language="sl")
    assert broken.decide("kje dobim pokojnino", language="sl") is not first


def test_an_encoder_of_another_name_is_not_mixed_in() -> None:
    other = TinyEncoder()
    other.name = "another"
    assert index(full_weights(), other).strength == "words"
    assert index(word_weights(), TinyEncoder()).strength == "words"


def test_weights_of_other_examples_serve_without_their_vectors() -> None:
    known = library()
    fewer = Library(
        known.topics, known.answers, known.places, known.offices, known.points, known.help_lines, {}, known.examples[:-200]
    )
    verdict = index(full_weights(), TinyEncoder(), of=fewer).decide("kje dobim pokojnino", language="sl")
    assert (verdict.topic, verdict.evidence.strength) == ("pension", "words")


def test_a_verdict_is_remembered_and_the_oldest_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.index._REMEMBERED", 1)
    remembering = full()
    first = remembering.decide("kje dobim pokojnino", language="sl")
    assert remembering.decide("kje dobim pokojnino", language="sl") is first
    remembering.decide("gdje mogu dobiti mirovinu", language="hr")
    assert remembering.decide("kje dobim pokojnino", language="sl") is not first


def test_evidence_tells_why() -> None:
    evidence = full().decide("kje dobim pokojnino", language="sl").evidence
    assert evidence.neighbours[0].text == "kje dobim pokojnino"
    assert evidence.candidates[0].topic == "pension"
    assert evidence.languages[0][0] == "sl"
    assert evidence.gate > 0.5


def test_a_message_between_two_topics_is_a_choice() -> None:
    choosing = index(full_weights(), TinyEncoder(), max_wrong=0.0)
    kinds = {choosing.decide(text, language="sl").kind for text in ("vrtec dolgove štipendijo", "hrano najemnino tolmača")}
    assert kinds <= {VerdictKind.CHOOSE, VerdictKind.PERSON, VerdictKind.ANSWER}


def test_places_are_found_with_the_language_of_the_text() -> None:
    assert full().mentions("kje dobim pokojnino v Sloveniji").countries == ("si",)
    assert full().guess_language("kje dobim", current="sl", hint=None).language == "sl"


def test_a_library_without_examples_sends_to_a_person() -> None:
    known = library()
    empty = Library(known.topics, {}, {}, {}, {}, (), {}, ())
    assert index(of=empty).decide("kje dobim pokojnino", language="sl").kind is VerdictKind.PERSON


def test_an_example_of_a_crisis_is_one_without_weights_and_without_patterns() -> None:
    verdict = Index(library(), None, None, 0.02).decide("ubil se bom nocoj", language="sl")
    assert (verdict.kind, verdict.crisis) == (VerdictKind.CRISIS, "suicide-or-self-harm")


def test_something_like_an_example_is_a_choice_without_weights() -> None:
    verdict = index().decide("kje sploh lahko dobim pokojnino", language="sl")
    assert (verdict.kind, verdict.choices[0]) == (VerdictKind.CHOOSE, "pension")


def test_an_example_kept_for_later_is_no_reason_to_fail() -> None:
    odd = library()
    more = (*odd.examples, Example("sl", "act:unknown", "nekaj čudnega"))
    grown = Library(odd.topics, odd.answers, odd.places, odd.offices, odd.points, odd.help_lines, {}, more)
    assert index(of=grown).decide("kje dobim pokojnino", language="sl").topic == "pension"


def test_an_index_over_another_library_decides_alike_by_its_patterns_and_knows_its_places(any_index: Index) -> None:
    other = any_index.over(replace(library([CrisisKind("fire", {}, {}, {"sl": (r"\bgori\b",)})]), places={}))

    assert other.decide("kje dobim pokojnino", language="sl") == any_index.decide("kje dobim pokojnino", language="sl")
    assert (other.strength, other.embedder) == (any_index.strength, any_index.embedder)
    assert other.library.crises.keys() == {"fire"}
    assert any_index.library.crises.keys() == {"violence-now"}
    assert other.mentions("v Ptuju").places == ()


def test_a_verdict_of_one_library_is_not_remembered_for_another() -> None:
    first = index()
    before = first.decide("z nozem", language="sl")

    assert before.crisis == "violence-now"
    assert first.over(library([])).decide("z nozem", language="sl").crisis is None

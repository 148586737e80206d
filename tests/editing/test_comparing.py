"""What is told of two libraries: the texts that differ, and the questions that are decided in another way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.editing.comparing import Asked, compare, same_decisions, texts_changed, without_asking
from bot.editing.outcomes import KEPT, Found, Outcome, right
from bot.matching.evaluation import Asked as Decided
from bot.matching.evaluation import evaluate
from bot.model.library import Example, Golden, Library, Situation
from bot.model.verdict import Act, Verdict, VerdictKind
from tests.support.editing import small_edition

DEBTS = Verdict(VerdictKind.ANSWER, 0.9, topic="debts")
FOOD = Verdict(VerdictKind.ANSWER, 0.9, topic="food-help")
PERSON = Verdict(VerdictKind.PERSON, 0.1, topic="debts")
EITHER = Verdict(VerdictKind.CHOOSE, 0.4, topic="debts", choices=("debts", "food-help"))
LOST_JOB = Verdict(VerdictKind.CHOOSE, 0.4, situation="lost-job", choices=("debts",))
THANKS = Verdict(VerdictKind.ACT, 0.9, act=Act.THANKS)
VIOLENCE = Verdict(VerdictKind.CRISIS, 0.9, topic="debts", crisis="violence-now")


def library(*golden: tuple[str, str]) -> Library:
    """Return the small library with golden questions in Slovene, each by its text and label."""
    return replace(small_edition(), golden=tuple(Golden("sl", label, text) for text, label in golden))


def compared(
    live: Library, draft: Library, verdicts: Mapping[str, tuple[Verdict, Verdict]], asked: Sequence[Asked] = ()
) -> Found:
    """Compare two libraries that decide each text so before and so now."""
    return compare(live, draft, asked, lambda text, _: verdicts[text][0], lambda text, _: verdicts[text][1], "full")


def without(answer: str, language: str) -> Library:
    """Return the library of `library` whose answer has no wording in a language."""
    whole = library(("dolgovi", "debts"))
    given = whole.answers[answer]
    kept = {code: wording for code, wording in given.wordings.items() if code != language}
    return replace(whole, answers={**whole.answers, answer: replace(given, wordings=kept)})


def test_a_golden_question_that_was_right_and_is_not_is_lost() -> None:
    both = library(("dolgovi", "debts"), ("hrana", "food-help"))

    found = compared(both, both, {"dolgovi": (DEBTS, PERSON), "hrana": (FOOD, FOOD)})

    assert [(each.text, each.before, each.now) for each in found.lost] == [
        ("dolgovi", Outcome("answer", ("debts",)), Outcome("person"))
    ]
    assert [(each.golden, each.before, each.now) for each in found.counted] == [(2, 2, 1)]


def test_one_that_was_wrong_before_is_not_lost_and_one_that_is_right_now_is_won() -> None:
    both = library(("dolgovi", "debts"), ("hrana", "food-help"))

    found = compared(both, both, {"dolgovi": (PERSON, EITHER), "hrana": (PERSON, FOOD)})

    assert found.lost == ()
    assert [change.text for some in found.won for change in some.first] == ["hrana"]


def test_a_new_golden_question_that_is_not_understood_is_told_and_not_lost() -> None:
    found = compared(library(), library(("dolgovi", "debts")), {"dolgovi": (DEBTS, PERSON)})

    assert found.lost == ()
    assert [(some.language, some.total) for some in found.unmet] == [("sl", 1)]


def test_a_golden_question_is_not_rid_of_by_taking_it_away() -> None:
    found = compared(library(("dolgovi", "debts")), library(), {"dolgovi": (DEBTS, PERSON)})

    assert [each.text for each in found.lost] == ["dolgovi"]


def test_a_golden_question_is_not_rid_of_by_giving_it_the_meaning_that_it_now_gets() -> None:
    found = compared(library(("dolgovi", "debts")), library(("dolgovi", "food-help")), {"dolgovi": (DEBTS, FOOD)})

    assert [(each.label, each.before, each.now) for each in found.lost] == [
        ("debts", Outcome("answer", ("debts",)), Outcome("answer", ("food-help",)))
    ]


def test_a_golden_question_that_was_not_understood_is_judged_by_the_meaning_that_it_is_given() -> None:
    found = compared(library(("dolgovi", "debts")), library(("dolgovi", "food-help")), {"dolgovi": (PERSON, FOOD)})

    assert found.lost == ()
    assert [change.label for some in found.won for change in some.first] == ["food-help"]


def test_a_topic_that_is_no_longer_told_in_a_language_loses_its_golden_questions_there() -> None:
    live, draft = library(("dolgovi", "debts")), without("debts/it", "sl")
    gone = Outcome("unworded", ("debts", "it"))

    assert [each.now for each in compared(live, draft, {"dolgovi": (DEBTS, DEBTS)}).lost] == [gone]
    assert [each.now for each in without_asking(live, draft).lost] == [gone]
    assert without_asking(live, without("debts/it", "it")).lost == ()


def test_what_residents_asked_is_told_where_it_gets_something_else() -> None:
    asked = [Asked(number, "sl", text) for number, text in enumerate("abcde")]
    verdicts = {"a": (DEBTS, FOOD), "b": (DEBTS, EITHER), "c": (PERSON, VIOLENCE), "d": (PERSON, EITHER), "e": (DEBTS, DEBTS)}

    found = compared(library(), library(), verdicts, asked)

    told = {name: [change.turn for some in getattr(found, name) for change in some.first] for name in ("moved", "unanswered")}
    assert told == {"moved": [0], "unanswered": [1]}
    assert [change.turn for some in found.answered for change in some.first] == [2]
    assert [each.residents for each in found.counted] == [5]


def test_topics_that_take_each_others_questions_are_told_by_pair_the_most_first() -> None:
    both = library(("dolgovi", "debts"))
    asked = [Asked(1, "sl", "dolg"), Asked(2, "sl", "hrana")]

    found = compared(both, both, {"dolgovi": (DEBTS, FOOD), "dolg": (DEBTS, FOOD), "hrana": (FOOD, DEBTS)}, asked)

    assert [(each.of, each.by, each.count) for each in found.collisions] == [("debts", "food-help", 2), ("food-help", "debts", 1)]


def test_of_many_changes_the_first_are_kept_with_their_number() -> None:
    asked = [Asked(number, "sl", f"{number}") for number in range(KEPT + 7)]

    found = compared(library(), library(), {each.text: (DEBTS, FOOD) for each in asked}, asked)

    assert [(some.total, len(some.first)) for some in found.moved] == [(KEPT + 7, KEPT)]


def test_what_was_found_is_the_same_after_it_was_kept() -> None:
    live, draft = library(("dolgovi", "debts"), ("hrana", "food-help")), without("debts/it", "sl")
    verdicts = {"dolgovi": (DEBTS, FOOD), "hrana": (FOOD, LOST_JOB), "x": (THANKS, VIOLENCE)}

    found = compared(live, draft, verdicts, [Asked(9, "sl", "x")])

    assert Found.from_json(json.loads(json.dumps(found.as_json()))) == found
    assert not found.is_nothing
    assert Found().is_nothing


def test_each_question_is_decided_once_and_the_share_that_is_done_is_told() -> None:
    both, decided, told = library(("a", "debts"), ("b", "debts")), list[str](), list[float]()

    def decide(text: str, _: str) -> Verdict:
        decided.append(text)
        return DEBTS

    compare(both, both, [Asked(1, "sl", "a")], decide, lambda *_: DEBTS, "full", told.append)

    assert (decided, told) == (["a", "b"], [0.5, 1.0])


@pytest.mark.parametrize(
    ("label", "verdict", "is_right"),
    [
        ("debts", DEBTS, True),
        ("debts", FOOD, False),
        ("debts", EITHER, False),
        ("outside", PERSON, True),
        ("outside", DEBTS, False),
        ("act:thanks", THANKS, True),
        ("act:thanks", DEBTS, False),
        ("crisis:violence-now", VIOLENCE, True),
        ("crisis:medical", VIOLENCE, False),
        ("not-crisis", VIOLENCE, False),
        ("not-crisis", PERSON, True),
        ("situation:lost-job", LOST_JOB, True),
        ("situation:lost-job", replace(DEBTS, situation="lost-job"), True),
        ("situation:lost-job", DEBTS, False),
    ],
)
def test_right_is_what_is_decided_as_the_question_means(label: str, verdict: Verdict, is_right: bool) -> None:
    assert right(label, verdict) is is_right


@pytest.mark.parametrize("verdict", [DEBTS, FOOD, PERSON, EITHER, THANKS, VIOLENCE])
def test_right_is_right_as_the_evaluation_counts_it(verdict: Verdict) -> None:
    asked = Decided(verdict.kind, verdict.topic, "sl", verdict.choices)
    counts = evaluate([{"lang": "sl", "text": "x", "expect": "debts"}], lambda: lambda _: asked).total

    assert right("debts", verdict) is (counts["answered_right"] == 1)


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (PERSON, Outcome("person")),
        (EITHER, Outcome("choose", ("debts", "food-help"))),
        (LOST_JOB, Outcome("situation", ("lost-job",))),
        (THANKS, Outcome("act", ("thanks",))),
        (VIOLENCE, Outcome("crisis", ("violence-now",))),
    ],
)
def test_an_outcome_names_what_was_decided(verdict: Verdict, outcome: Outcome) -> None:
    assert Outcome.of(verdict) == outcome


def test_decisions_cannot_differ_where_only_facts_wordings_offices_and_places_do() -> None:
    live = small_edition()
    answers = {name: answer for name, answer in live.answers.items() if name != "debts/si"}

    assert same_decisions(live, replace(live, answers=answers, offices={}, places={}, golden=()))
    assert same_decisions(live, replace(live, examples=tuple(reversed(live.examples))))


@pytest.mark.parametrize("field", ["examples", "situations", "topics", "crises"])
def test_decisions_may_differ_where_something_that_they_rest_on_does(field: str) -> None:
    live = small_edition()
    changed: dict[str, Any] = {
        "examples": (*live.examples, Example("sl", "debts", "upniki")),
        "situations": {**live.situations, "lost-job": Situation("lost-job", ("debts",), {}, {})},
        "topics": {name: topic for name, topic in live.topics.items() if name != "debts"},
        "crises": {name: replace(crisis, patterns={}) for name, crisis in live.crises.items()},
    }

    assert not same_decisions(live, replace(live, **{field: changed[field]}))


def test_a_shared_fact_or_an_office_changes_the_text_of_every_answer_that_tells_it() -> None:
    live = small_edition()
    given = live.answers["debts/si"]
    name, fact = next((name, fact) for name, fact in given.facts.items() if "{" + name + "}" in str(given.wordings["sl"]))
    facts = {**given.facts, name: replace(fact, value="77")}
    offices = {each: replace(office, phones=("+386 1 000 00 00",)) for each, office in live.offices.items()}

    told = texts_changed(live, replace(live, answers={**live.answers, "debts/si": replace(given, facts=facts)}))

    assert list(told) == ["answer:debts/si"]
    assert set(told["answer:debts/si"]) <= set(given.wordings)
    assert len(texts_changed(live, replace(live, offices=offices))) > 1


def test_an_answer_that_comes_or_goes_changes_its_text() -> None:
    live = small_edition()
    rest = {name: answer for name, answer in live.answers.items() if name != "debts/bg"}

    assert texts_changed(live, replace(live, answers=rest)) == {"answer:debts/bg": ("bg",)}
    assert texts_changed(replace(live, answers=rest), live) == {"answer:debts/bg": ("bg",)}


def test_a_day_on_which_something_was_read_changes_no_text() -> None:
    live = small_edition()
    given = live.answers["debts/si"]
    wordings = {code: replace(wording, behind=given.checked_on) for code, wording in given.wordings.items()}

    assert texts_changed(live, replace(live, answers={**live.answers, "debts/si": replace(given, wordings=wordings)})) == {}

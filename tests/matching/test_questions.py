from __future__ import annotations

from dataclasses import replace

import pytest

from bot.matching.questions import two_questions
from bot.model.verdict import Candidate, Evidence, Verdict, VerdictKind

_TOPICS = {"vrtec": "kindergarten", "pokojnino": "pension", "dolg": "debts"}


def _whole(topic: str, **probabilities: float) -> Verdict:
    candidates = tuple(Candidate(name, probability) for name, probability in probabilities.items())
    return Verdict(VerdictKind.ANSWER, 0.9, topic=topic, evidence=Evidence(candidates=candidates))


def _judge(part: str, sure: float = 0.95) -> Verdict:
    found = next((topic for word, topic in _TOPICS.items() if word in part), None)
    if found is None:
        return Verdict(VerdictKind.PERSON, 0.1, topic="debts")
    return Verdict(VerdictKind.ANSWER if sure >= 0.9 else VerdictKind.CHOOSE, sure, topic=found)


@pytest.mark.parametrize("joint", ["? In ", " in ", ". ", "; in "])
def test_the_first_question_is_answered_and_the_second_noted(joint: str) -> None:
    text = f"Kako vpišem otroka v vrtec{joint}kje dobim očetovo pokojnino?"

    verdict = two_questions(text, _whole("pension", pension=0.8, kindergarten=0.1), _judge)

    assert (verdict.topic, verdict.also) == ("kindergarten", "pension")


def test_a_first_question_that_is_not_sure_by_itself_is_noted_only() -> None:
    text = "Kako vpišem otroka v vrtec? Kje dobim očetovo pokojnino?"

    verdict = two_questions(text, _whole("pension", pension=0.8, kindergarten=0.1), lambda part: _judge(part, 0.7))

    assert (verdict.topic, verdict.also) == ("pension", "kindergarten")


@pytest.mark.parametrize(
    "text",
    [
        "Kako vpišem otroka v vrtec?",
        "vrtec in pokojnino",
        "Kako vpišem otroka v vrtec? Hvala vam lepa že vnaprej.",
        "Eno je bilo tako. Drugo je bilo tako. Tretje je bilo tako. Potem vrtec za otroka. Nazadnje mamo in pokojnino zanjo.",
    ],
)
def test_one_question_a_list_or_a_story_stays_one(text: str) -> None:
    whole = _whole("kindergarten", kindergarten=0.8, pension=0.1)

    assert two_questions(text, whole, _judge) == whole


def test_a_topic_that_is_not_seen_in_the_whole_text_is_no_second_question() -> None:
    whole = _whole("kindergarten", kindergarten=0.9, pension=0.01)

    assert two_questions("Kako vpišem otroka v vrtec? Kje dobim očetovo pokojnino?", whole, _judge) == whole


def test_a_choice_becomes_an_answer_and_a_second_question_when_both_parts_are_sure() -> None:
    text = "Kako vpišem otroka v vrtec? Kje dobim očetovo pokojnino?"
    choice = replace(_whole("debts", debts=0.4, pension=0.3), kind=VerdictKind.CHOOSE, choices=("debts", "pension"))

    verdict = two_questions(text, choice, _judge)

    assert (verdict.kind, verdict.topic, verdict.also, verdict.choices) == (VerdictKind.ANSWER, "kindergarten", "pension", ())
    assert two_questions(text, choice, lambda part: _judge(part, 0.7)) == choice
    unseen = replace(choice, evidence=Evidence(candidates=(Candidate("debts", 0.9),)))
    assert two_questions(text, unseen, _judge) == unseen


def test_an_answer_that_no_part_asks_for_stays_as_it_is() -> None:
    whole = _whole("debts", debts=0.6, pension=0.2, kindergarten=0.1)

    assert two_questions("Kako vpišem otroka v vrtec? Kje dobim očetovo pokojnino?", whole, _judge) == whole

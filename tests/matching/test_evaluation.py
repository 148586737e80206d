from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.matching.evaluation import COUNTS, Asked, Report, evaluate, is_right
from bot.model.verdict import VerdictKind

ANSWER, CHOOSE, PERSON, ACT, CRISIS = VerdictKind


def judged(line: Mapping[str, Any], *asked: Asked) -> Report:
    decided = iter(asked)
    return evaluate([line], lambda: lambda _text: next(decided))


def reached(report: Report) -> set[str]:
    return {
        name for name, count in report.total.items() if count and name not in {"messages", "p50_ms", "p95_ms", "language_right"}
    }


def line(expect: str, **more: Any) -> dict[str, Any]:
    return {"lang": "sl", "text": "kje je vrtec", "expect": expect, **more}


@pytest.mark.parametrize(
    ("expect", "asked", "counts"),
    [
        ("kindergarten", Asked(ANSWER, "kindergarten", "sl"), {"in_scope", "answered_right", "helped"}),
        ("kindergarten", Asked(ANSWER, "debts", "sl"), {"in_scope", "answered_wrong"}),
        ("kindergarten", Asked(CHOOSE, "debts", "sl", ("debts", "kindergarten")), {"in_scope", "helped"}),
        ("kindergarten", Asked(CHOOSE, "debts", "sl", ("debts",)), {"in_scope"}),
        ("kindergarten", Asked(PERSON, None, "sl"), {"in_scope"}),
        ("kindergarten", Asked(CRISIS, "violence-now", "sl"), {"in_scope", "false_alarms"}),
        ("out-of-scope", Asked(PERSON, "debts", "sl"), {"out_of_scope", "out_of_scope_kept"}),
        ("out-of-scope", Asked(CHOOSE, "debts", "sl", ("debts",)), {"out_of_scope", "out_of_scope_kept"}),
        ("out-of-scope", Asked(ANSWER, "debts", "sl"), {"out_of_scope"}),
        ("out-of-scope", Asked(CRISIS, "violence-now", "sl"), {"out_of_scope", "false_alarms"}),
        ("thanks", Asked(ACT, "thanks", "sl"), {"acts", "acts_right"}),
        ("thanks", Asked(ACT, "goodbye", "sl"), {"acts"}),
        ("crisis:violence-now", Asked(CRISIS, "violence-now", "sl"), {"crisis", "crisis_caught", "crisis_kind_right"}),
        ("crisis:violence-now", Asked(CRISIS, "child-in-danger", "sl"), {"crisis", "crisis_caught"}),
        ("crisis:violence-now", Asked(ANSWER, "domestic-violence", "sl"), {"crisis"}),
    ],
)
def test_each_message_counts_where_it_should(expect: str, asked: Asked, counts: set[str]) -> None:
    assert reached(judged(line(expect), asked)) == counts


@pytest.mark.parametrize("also", ["debts", ["appeals", "debts"]])
def test_another_label_that_fits_counts_as_right(also: object) -> None:
    assert judged(line("kindergarten", also=also), Asked(ANSWER, "debts", "sl")).total["answered_right"] == 1


def test_an_answer_that_fits_a_message_from_outside_keeps_it() -> None:
    assert judged(line("out-of-scope", also="info-point"), Asked(ANSWER, "info-point", "sl")).total["out_of_scope_kept"] == 1


def test_an_answer_that_fits_an_act_is_right() -> None:
    assert judged(line("thanks", also="info-point"), Asked(ANSWER, "info-point", "sl")).total["acts_right"] == 1


def test_an_act_that_fits_a_question_is_right() -> None:
    assert judged(line("info-point", also="help"), Asked(ACT, "help", "sl")).total["answered_right"] == 1


def test_a_conversation_counts_its_turns_followups_countries_and_places() -> None:
    turns = [
        {"text": "a", "expect": "pension", "country": "si", "place": "Šempeter pri Gorici"},
        {"text": "b", "expect": "pension", "country": "si"},
        {"text": "c", "expect": "out-of-scope", "place": "Ptuj", "lang": "it"},
        {"text": "d", "expect": "pension", "lang": "en"},
    ]
    report = judged(
        {"lang": "sl", "turns": turns},
        Asked(ANSWER, "pension", "sl", country="si", places=("Šempeter-Vrtojba", "Sempeter pri Gorici"), took_ms=10),
        Asked(ANSWER, "pension", "sl", country="it", took_ms=20),
        Asked(PERSON, None, "sl", took_ms=30),
        Asked(CHOOSE, "pension", "sl", ("pension",), took_ms=40),
    )
    counted = report.languages["sl"]
    expected = {"messages": 4, "followups": 3, "followups_right": 2, "countries": 2, "country_right": 1, "places": 2}
    assert {name: counted[name] for name in expected} == expected
    assert counted["place_right"] == 1
    assert counted["language_right"] == 3  # English is not ours: the conversation stays in Slovene
    assert (counted["p50_ms"], counted["p95_ms"]) == (30, 40)
    assert report.misses[-1].failing == ("answered_right",)
    assert ("country_right",) in [miss.failing for miss in report.misses]


def test_misses_tell_what_failed() -> None:
    report = judged(line("kindergarten"), Asked(ANSWER, "debts", "hr", why="gate 0.9"))
    (miss,) = report.misses
    assert set(miss.failing) == {"language_right", "answered_right", "answered_wrong"}
    assert miss.asked.why == "gate 0.9"
    assert judged(line("kindergarten"), Asked(ANSWER, "kindergarten", "sl")).misses == ()


def test_json_holds_all_counts_by_language_and_in_total() -> None:
    told = judged(line("kindergarten"), Asked(ANSWER, "kindergarten", "sl", took_ms=1.5)).as_json()
    assert set(told) == {"languages", "total"}
    assert set(told["languages"]["sl"]) == {*COUNTS, "p50_ms", "p95_ms"}
    assert told["total"] == told["languages"]["sl"]


def test_nothing_to_judge_is_no_error() -> None:
    assert evaluate([], lambda: lambda _text: Asked(PERSON, None, "sl")).total["p95_ms"] == 0.0


@pytest.mark.parametrize(
    ("expect", "decided", "right"),
    [
        ("pension", Asked(VerdictKind.ANSWER, "pension", "sl"), True),
        ("pension", Asked(VerdictKind.CHOOSE, None, "sl", ("pension",)), False),
        ("out-of-scope", Asked(VerdictKind.PERSON, "pension", "sl"), True),
    ],
)
def test_one_message_by_itself_is_right_or_not(expect: str, decided: Asked, right: bool) -> None:
    assert is_right(expect, decided) is right

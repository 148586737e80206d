from __future__ import annotations

from dataclasses import replace

from bot.matching.leaning import lean
from bot.model.verdict import Act, Candidate, Evidence, Verdict, VerdictKind


def verdict(kind: VerdictKind, gate: float = 0.1, *, topic: str = "debts", outside: float = 0.1, **fields: object) -> Verdict:
    evidence = Evidence(candidates=(Candidate(topic, 0.02), Candidate("appeals", 0.01)), gate=gate, outside=outside)
    return Verdict(kind, float(fields.pop("confidence", gate)), topic=topic, evidence=evidence, **fields)  # type: ignore[arg-type]


def test_a_short_unsure_message_is_about_what_was_answered_last() -> None:
    leaning = lean(verdict(VerdictKind.PERSON), "koliko stane?", "vrtec")
    assert (leaning.kind, leaning.topic) == (VerdictKind.ANSWER, "vrtec")


def test_two_words_lean_even_when_they_look_foreign() -> None:
    assert lean(verdict(VerdictKind.PERSON, outside=0.99), "cena?", "vrtec").topic == "vrtec"


def test_a_message_from_outside_does_not_lean() -> None:
    asked = verdict(VerdictKind.PERSON, outside=0.99)
    assert lean(asked, "kdo bo zmagal na tekmi danes", "vrtec") is asked


def test_a_sure_new_question_does_not_lean() -> None:
    asked = verdict(VerdictKind.ANSWER, 0.9)
    assert lean(asked, "imam dolgove", "vrtec") is asked


def test_a_short_message_that_is_rather_sure_gives_way() -> None:
    assert lean(verdict(VerdictKind.ANSWER, 0.55), "in v Sloveniji?", "vrtec").topic == "vrtec"


def test_a_short_message_that_is_surer_of_something_new_is_asked_about() -> None:
    offered = lean(verdict(VerdictKind.ANSWER, 0.6), "dolgovi v Sloveniji", "vrtec")

    assert (offered.kind, offered.choices[:2]) == (VerdictKind.CHOOSE, ("debts", "vrtec"))


def test_a_longer_half_sure_message_is_offered_beside_the_last_topic() -> None:
    asked = verdict(VerdictKind.CHOOSE, 0.4)
    offered = lean(asked, "kaj pa če bi bilo od tega šest let na tujem", "vrtec")
    assert (offered.kind, offered.choices) == (VerdictKind.CHOOSE, ("debts", "vrtec", "appeals"))


def test_the_same_topic_half_sure_is_answered() -> None:
    asked = verdict(VerdictKind.CHOOSE, 0.4)
    assert lean(asked, "in koliko časa ga potem dobivam če imam enajst let", "debts").kind is VerdictKind.ANSWER


def test_a_long_message_stands_alone() -> None:
    asked = verdict(VerdictKind.PERSON)
    assert lean(asked, "beseda " * 20, "vrtec") is asked


def test_a_clear_act_stays_one() -> None:
    asked = verdict(VerdictKind.ACT, confidence=0.99, act=Act.THANKS)
    assert lean(verdict(VerdictKind.ACT, confidence=0.1, act=Act.HUMAN), "a telefon?", "vrtec").topic == "vrtec"
    assert lean(Verdict(VerdictKind.ACT, 1.0, act=Act.THANKS), "hvala", "vrtec").act is Act.THANKS
    assert lean(asked, "hvala", "vrtec").act is None  # 0.99 against 0.02 is no fifty times


def test_what_is_said_only_to_go_on_is_about_the_last_topic() -> None:
    leaning = lean(verdict(VerdictKind.ACT, confidence=0.9, act=Act.FOLLOW_UP), "koliko pa stane?", "vrtec")
    assert (leaning.kind, leaning.topic, leaning.act) == (VerdictKind.ANSWER, "vrtec", None)


def test_a_message_that_sounds_like_going_on_must_be_surer_of_something_new() -> None:
    def told(gate: float, leans: float) -> Verdict:
        plain = verdict(VerdictKind.ANSWER, gate)
        return replace(plain, evidence=replace(plain.evidence, leans=leans))

    assert lean(told(0.7, 0.0), "prijava na zavodu", "vrtec").topic == "debts"
    assert lean(told(0.7, 0.2), "prijava na zavodu", "vrtec").topic == "vrtec"
    assert lean(told(0.6, 0.05), "prijava na zavodu", "vrtec").kind is VerdictKind.CHOOSE
    assert lean(told(0.6, 0.2), "prijava na zavodu", "vrtec").topic == "vrtec"


def test_going_on_is_no_weather() -> None:
    plain = verdict(VerdictKind.PERSON, outside=0.6)
    goes_on = replace(plain, evidence=replace(plain.evidence, leans=0.05))

    assert lean(plain, "pa a bo jutri dež", "vrtec") is plain
    assert lean(goes_on, "pa koliko pride na uro", "vrtec").topic == "vrtec"


def test_a_message_that_goes_on_gives_way_only_to_a_very_sure_new_topic() -> None:
    for text in (
        "in za ženo? ona je na vozičku",
        "e se perdo il lavoro adesso",
        "a ako smo muž i ja rastavljeni",
        "и колко часа ми плащат",
    ):
        assert lean(verdict(VerdictKind.ANSWER, 0.8), text, "vrtec").topic == "vrtec"
        assert lean(verdict(VerdictKind.CHOOSE, 0.6, choices=("debts", "appeals")), text, "vrtec").topic == "vrtec"
        sure = verdict(VerdictKind.ANSWER, 0.95)
        assert lean(sure, text, "vrtec") is sure


def test_what_about_another_thing_in_slovene_goes_on_from_nothing() -> None:
    asked = verdict(VerdictKind.ANSWER, 0.86)

    assert lean(asked, "kaj pa če bi na začetku vzeli samo kosila?", "vrtec") is asked

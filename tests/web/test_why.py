from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.case import Case, CaseState, Reason
from bot.model.message import Author, Kind
from bot.model.verdict import Act, Candidate, Evidence, LanguageGuess, Neighbour, Verdict, VerdictKind
from bot.store import entries
from bot.store.entries import Entry
from bot.store.turns import Understood
from bot.web.transcript import aside, excerpt, lines, question
from bot.web.why import Explainer
from tests.support.border_library import border_library
from tests.support.phrases import english
from tests.support.small_library import small_library

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAY = english().into("sl")


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer(small_library(), SAY, "it")


def entry(text: str = "", kind: str = Kind.TEXT, author: Author = Author.RESIDENT, turn: int | None = None) -> Entry:
    return Entry(turn or 1, "c", author, NOW, text, kind, "sl", turn)


def test_a_verdict_is_told_with_its_evidence(explainer: Explainer) -> None:
    topics = ("food-help", "scholarships", "unemployment-registration", "gone-since")
    evidence = Evidence(
        neighbours=(Neighbour("food-help", "nimam za hrano", 0.9), Neighbour("act:greeting", "dober dan", 0.2)),
        candidates=tuple(Candidate(topic, 0.4) for topic in topics),
        gate=0.7,
        outside=0.1,
        crisis=0.02,
    )
    guess = LanguageGuess((("sl", 0.9), ("hr", 0.098), ("bg", 0.002)))
    (why,) = explainer.explain(Verdict(VerdictKind.ANSWER, 0.7, "food-help", evidence=evidence), guess)
    assert (why.decided, why.subject) == ("Answered", "Aiuto alimentare")
    assert [name for name, _ in why.candidates] == ["Aiuto alimentare", "Borse di studio", "Iscrizione disoccupati"]
    assert why.neighbours == (("Aiuto alimentare", "nimam za hrano", "sl", 0.9), ("a greeting", "dober dan", "sl", 0.2))
    assert (why.gate, why.outside, why.crisis) == (0.7, 0.1, 0.02)
    assert why.tongues == (("sl", 0.9), ("hr", 0.098))


def test_below_a_crisis_stands_the_question_itself(explainer: Explainer) -> None:
    below = Verdict(VerdictKind.PERSON, 0.3)
    crisis = Verdict(VerdictKind.CRISIS, 1, crisis="violence-now", below=below)
    told = [(why.decided, why.subject) for why in explainer.explain(crisis, None)]
    assert told == [("Crisis", "violence at this moment"), ("Not sure enough to answer", "")]


def test_choices_are_told_by_name(explainer: Explainer) -> None:
    choose = Verdict(VerdictKind.CHOOSE, 0.5, choices=("food-help", "scholarships"))
    (why,) = explainer.explain(choose, None)
    assert (why.decided, why.subject) == ("Let the resident choose", "Aiuto alimentare, Borse di studio")


def test_what_staff_were_given_was_not_acted_on(explainer: Explainer) -> None:
    (why,) = explainer.explain(Verdict(VerdictKind.ANSWER, 0.9, "food-help"), None, relayed=True)
    assert (why.decided, why.subject) == ("Passed on to staff, looks like", "Aiuto alimentare")


def test_every_label_has_words(explainer: Explainer) -> None:
    labels = [f"act:{act}" for act in Act] + [f"crisis:{kind}" for kind in small_library().crises] + ["outside", "not-crisis"]
    names = {explainer.name(label) for label in labels}
    assert len(names) == len(labels)
    assert not names & set(labels)
    assert [explainer.name(label) for label in ("crisis:new-one", "act:new-one", "new-topic")] == [
        "new-one",
        "act:new-one",
        "new-topic",
    ]


def test_a_case_is_about_its_crisis_before_its_topic(explainer: Explainer) -> None:
    crisis = Verdict(VerdictKind.CRISIS, 1, crisis="child-in-danger")
    urgent = Case("1", "ABCDEF", "c", Reason.CRISIS, CaseState.WAITING, NOW, "food-help")
    asked = Case("1", "ABCDEF", "c", Reason.NOT_COVERED, CaseState.WAITING, NOW, "food-help")
    assert explainer.about(urgent, [crisis]) == "a child in danger"
    assert explainer.about(urgent, []) == ""
    assert explainer.about(asked, [crisis]) == "Aiuto alimentare"


def test_the_question_is_the_last_that_was_more_than_courtesy() -> None:
    said = [entry("kje dobim hrano", turn=1), entry("hvala", turn=2), entry("Da", Kind.PRESS, turn=3)]
    thanks = Understood(NOW, False, Verdict(VerdictKind.ACT, 1, act=Act.THANKS), None)
    assert question(said, {2: thanks}) is said[0]
    assert question(said[1:], {2: thanks}) is said[2]
    assert question([entry("Mi", author=Author.BOT)], {}) is None


def test_everything_that_is_no_text_has_words() -> None:
    kinds = {*(kind for kind in Kind if kind is not Kind.TEXT), entries.SEND_FAILED, entries.BLOCKED}
    words = {aside(entry(kind=str(kind)), SAY) for kind in kinds}
    assert len(words - {""}) == len(kinds)
    assert aside(entry("besedilo"), SAY) == ""


def test_a_photo_without_words_is_a_line_too(explainer: Explainer) -> None:
    (line,) = lines([entry(kind=Kind.PHOTO)], {}, explainer, SAY, new_after=0)
    assert (line.aside, str(line.said), line.is_new) == ("sent a photo", "", True)


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("ena dve\n\ntri") == "ena dve tri"
    assert excerpt("ena dve tri štiri", most=12) == "ena dve…"
    assert len(excerpt("x" * 500)) <= 90


def test_a_situation_is_told_by_its_name() -> None:
    explainer = Explainer(border_library(), SAY, "it")
    told = Verdict(VerdictKind.CHOOSE, 0.8, situation="lost-job", choices=("food-help",))
    (why,) = explainer.explain(told, None)
    assert (why.decided, why.subject) == ("Let the resident choose", "A job lost")
    assert explainer.name("situation:gone-since") == "gone-since"

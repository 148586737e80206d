"""What residents asked and staff answered is put into a draft: examples, a check question, a first wording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.editing import layout, staffwords, trees
from bot.editing.items import Spot
from bot.editing.learning import Left, Lesson, NewTopic, StaffAnswer, answer, learn, names_of
from bot.editing.trees import Tree, get, put
from tests.support.editing import small_tree

TODAY = date(2026, 11, 23)
PADS = ["kje dobim plenice za odrasle", "kdo plača plenice", "plenice na naročilnico, kako"]


def after(tree: Tree, values: Mapping[Spot, Any]) -> Tree:
    """The tree with values put into it, as a draft does."""
    for (file, path), value in values.items():
        tree = put(tree, file, path, value)
    return tree


def test_residents_words_become_examples_and_the_last_a_check_question() -> None:
    tree = small_tree()
    lesson = learn(tree, "sl", "debts", PADS)
    learned = after(tree, lesson.values)
    before = get(tree, layout.words("debts", "sl"), ("examples",))
    assert get(learned, layout.words("debts", "sl"), ("examples",)) == [*before, *PADS[:2]]
    assert get(learned, layout.golden("sl"), ("debts",)) == [PADS[2]]
    assert (lesson.topic, lesson.golden, lesson.examples, lesson.left) == ("debts", PADS[2], tuple(PADS[:2]), {})
    assert trees.read(learned, today=TODAY).library is not None


def test_an_editor_chooses_the_check_question_and_it_stands_behind_those_that_are_there() -> None:
    tree = put(small_tree(), layout.golden("sl"), ("debts",), ["staro vprašanje"])
    lesson = learn(tree, "sl", "debts", PADS, golden=PADS[0])
    assert get(after(tree, lesson.values), layout.golden("sl"), ("debts",)) == ["staro vprašanje", PADS[0]]
    assert lesson.examples == (PADS[1], PADS[2])


def test_a_single_question_becomes_an_example_alone() -> None:
    lesson = learn(small_tree(), "sl", "debts", PADS[:1])
    assert (lesson.golden, lesson.examples) == (None, (PADS[0],))


def test_a_check_question_that_was_chosen_and_cannot_be_used_is_not_replaced_by_another() -> None:
    lesson = learn(small_tree(), "sl", "debts", [*PADS, "jaz sem [name]"], golden="jaz sem [name]")
    assert lesson.golden is None
    assert lesson.examples == tuple(PADS)


def test_what_speaks_of_a_person_is_known_or_too_long_is_left_out_and_told() -> None:
    tree = small_tree()
    known = get(tree, layout.words("debts", "sl"), ("examples",))[0]
    other = get(tree, layout.words("pension", "sl"), ("examples",))[0]
    act = next(iter(get(tree, "sl/acts.yaml").values()))[0]
    crisis = next(iter(get(tree, "sl/crisis.yaml").values()))[0]
    long, marked = "dolg " * 200, "pokličite me na [phone]"
    lesson = learn(tree, "sl", "debts", [marked, known, other, act, crisis, long, "?", PADS[0], PADS[0].upper()])
    elsewhere = dict.fromkeys([other, act, crisis], Left.ELSEWHERE)
    others = {marked: Left.MASKED, known: Left.KNOWN, long.strip(): Left.LONG, "?": Left.EMPTY, PADS[0].upper(): Left.KNOWN}
    assert lesson.left == elsewhere | others
    assert (lesson.examples, lesson.golden) == ((PADS[0],), None)


def test_what_is_not_ours_becomes_an_example_of_that() -> None:
    tree = small_tree()
    lesson = learn(tree, "sl", layout.OUTSIDE, ["kdo je zmagal tekmo"])
    assert get(after(tree, lesson.values), "sl/outside.yaml", ("examples",))[-1] == "kdo je zmagal tekmo"


def test_words_of_a_situation_and_a_check_question_are_known_too() -> None:
    tree = put(small_tree(), layout.situation_words("sl"), ("lost-job",), {"name": "x", "examples": [PADS[0]]})
    tree = put(tree, layout.golden("sl"), ("pension",), [PADS[1]])
    assert learn(tree, "sl", "debts", PADS[:2]).left == {PADS[0]: Left.ELSEWHERE, PADS[1]: Left.ELSEWHERE}


def test_a_new_topic_gets_its_contract_and_the_checks_ask_for_its_other_names() -> None:
    tree = small_tree()
    lesson = learn(tree, "sl", NewTopic("Plenice za odrasle", "health"), PADS)
    assert lesson.topic == "plenice-za-odrasle"
    learned = after(tree, lesson.values)
    contract = get(learned, layout.topic(lesson.topic))
    assert contract == {"group": "health", "countries": ["si"], "names": {"sl": "Plenice za odrasle"}}
    assert names_of(tree, lesson.values, lesson.topic) == {"sl": "Plenice za odrasle"}
    problems = trees.read(learned, today=TODAY).errors
    assert {problem.values["language"] for problem in problems} == {"it", "hr", "bg"}
    assert {problem.file for problem in problems} == {layout.topic(lesson.topic)}


@pytest.mark.parametrize(
    ("name", "topic"),
    [("Пенсии за чужбина", "pensii-za-chuzhbina"), ("Debts", "debts-2"), ("112 klic", "topic-112-klic"), ("?!", "topic"),
     ("Outside", "outside-2"), ("x" * 80, "x" * 47)],
)  # fmt: skip
def test_a_new_topic_gets_a_short_name_that_is_free(name: str, topic: str) -> None:
    assert learn(small_tree(), "sl", NewTopic(name, "health", "it"), []).topic == topic


def _answered(text: str = "Plenice dobite z naročilnico.", *, country: str = "si") -> tuple[Tree, Lesson]:
    tree = small_tree()
    lesson = learn(tree, "sl", NewTopic("Plenice", "health", country), PADS)
    words = StaffAnswer(text, "sl", country)
    values = answer(tree, lesson.topic, words, TODAY, names_of(tree, lesson.values, lesson.topic))
    return after(tree, {**values, **lesson.values}), lesson


def test_the_answer_of_staff_becomes_the_first_wording_marked_thin() -> None:
    tree, lesson = _answered()
    wording = get(tree, layout.words(lesson.topic, "sl"), ("wordings", "si"))
    assert (wording["title"], wording["button"], wording["what"]) == ("Plenice", "Plenice", "Plenice dobite z naročilnico.")
    facts = get(tree, layout.facts(lesson.topic, "si"))
    assert (facts["confidence"], facts["checked_on"], facts["whom"]) == ("thin", "2026-11-23", [])


def test_the_checks_say_what_is_missing_of_it() -> None:
    tree, lesson = _answered("Pokličite do 12. ure.")
    told = {str(problem.template) for problem in trees.read(tree, today=TODAY).errors}
    assert "the digits '%(digits)s' stand in prose: make them a fact and name it" in told
    assert "the wording in %(language)s is missing" in told
    assert "'%(value)s' is no address of a page; write it from https:// on" in told
    assert lesson.topic


def test_amounts_and_dates_become_facts() -> None:
    tree, lesson = _answered("Plačate 1.234,50 EUR do 31. 12. 2026, glejte https://example.org/a.")
    wording = get(tree, layout.words(lesson.topic, "sl"), ("wordings", "si"))
    assert wording["what"] == "Plačate {amount} do {day}, glejte {page}."
    facts = get(tree, layout.facts(lesson.topic, "si"), ("facts",))
    assert facts["amount"] == {"kind": "money", "value": "1234.50", "source": "staff", "valid_for": "2026"}
    assert {name: fact["value"] for name, fact in facts.items()} == {
        "amount": "1234.50",
        "day": "2026-12-31",
        "page": "https://example.org/a",
    }
    assert [problem for problem in trees.read(tree, today=TODAY).errors if problem.path[:1] == ("facts",)] == []


def test_a_wording_that_is_there_already_is_never_written_over() -> None:
    words = StaffAnswer("Drugače.", "sl", "si")
    assert answer(small_tree(), "debts", words, TODAY, {}) == {}
    assert answer(small_tree(), "new", StaffAnswer(" ", "sl", "si"), TODAY, {}) == {}


def test_a_wording_in_another_language_joins_the_answer_that_is_there() -> None:
    tree = small_tree()
    bare = put(tree, layout.words("debts", "hr"), ("wordings", "si"), None)
    values = answer(bare, "debts", StaffAnswer("Plaćate 5 %.", "hr", "si"), TODAY, {"sl": "Dolgovi"})
    learned = after(bare, values)
    assert get(learned, layout.words("debts", "hr"), ("wordings", "si"))["what"] == "Plaćate {share}."
    assert get(learned, layout.words("debts", "hr"), ("wordings", "si"))["title"] == "Dolgovi"
    facts = get(learned, layout.facts("debts", "si"))
    assert facts["confidence"] == get(tree, layout.facts("debts", "si"))["confidence"]
    assert facts["facts"]["share"]["value"] == "5"
    assert "staff" in facts["sources"]
    plain = answer(bare, "debts", StaffAnswer("Dođite.", "hr", "si"), TODAY, {})
    assert list(plain) == [(layout.words("debts", "hr"), ("wordings", "si"))]


def test_a_wording_of_a_topic_that_nobody_asks_for_in_that_language_has_no_examples() -> None:
    values = answer(small_tree(), "brand-new", StaffAnswer("Tako.", "bg", "si"), TODAY, {})
    assert values[layout.words("brand-new", "bg"), ("examples",)] == []


@pytest.mark.parametrize(
    ("text", "prose", "values"),
    [
        ("stane 507,43 €", "stane {amount}", ["507.43"]),
        ("stane 507.43 evrov na mesec", "stane {amount} na mesec", ["507.43"]),
        ("€ 20 o EUR 30,5", "{amount} o {amount_2}", ["20", "30.5"]),
        ("двадесет, 20 евро", "двадесет, {amount}", ["20"]),
        ("1 234 EUR", "{amount}", ["1234"]),
        ("25 % ali 12,5%", "{share} ali {share_2}", ["25", "12.5"]),
        ("do 1.3.2026", "do {day}", ["2026-03-01"]),
        ("do 31. 2. 2026", "do 31. 2. 2026", []),
        ("soba 12, ob 8.00", "soba 12, ob 8.00", []),
        ("po 1,234,56 EUR", "po 1,234,56 EUR", []),
        ("glej {to}\n in to", "glej (to) in to", []),
    ],
)
def test_what_can_be_recognised_becomes_a_fact_and_the_rest_stays(text: str, prose: str, values: list[str]) -> None:
    found, facts = staffwords.with_facts(text, TODAY, ())
    assert (found, [fact["value"] for fact in facts.values()]) == (prose, values)


def test_a_fact_takes_no_name_that_means_something_already() -> None:
    assert staffwords.with_facts("20 EUR", TODAY, {"amount"})[0] == "{amount_2}"

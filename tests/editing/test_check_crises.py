from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing import trees
from bot.editing.checks.patterns import LONGEST, Endless, ensure_ending
from bot.editing.files import Reading
from bot.editing.folders import tree_of
from tests.editing.small_folder import TODAY, change, problems
from tests.support.editing import KNOWLEDGE


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("crisis/danger.yaml", "it: Ci importa., ", "", "crisis/danger.yaml:1: error: 'care' is missing in 'it'"),
        (
            "crisis/danger.yaml",
            "Ci importa.",
            "Chiami il 112.",
            "crisis/danger.yaml:1: error: a number stands in prose: numbers come from crisis/lines.yaml",
        ),
        (
            "crisis/danger.yaml",
            "Chiami il {emergency}.",
            "Chiami il {number}.",
            "crisis/danger.yaml:2: error: only the advice may name a number, and only as {emergency}",
        ),
        ("crisis/danger.yaml", "hr: [umrem], ", "", "crisis/danger.yaml:3: warning: no pattern in 'hr'"),
        (
            "crisis/danger.yaml",
            "[umrem]",
            '["(umrem"]',
            "crisis/danger.yaml:3: error: the pattern cannot be read: missing ), unterminated subpattern at position 0",
        ),
        (
            "crisis/lines.yaml",
            "it-112:\n  country: it\n  number: 112",
            "it-112:\n  country: it\n  number: 113",
            "crisis/lines.yaml:1: error: 112 is missing for 'danger' in 'it'",
        ),
        (
            "crisis/lines.yaml",
            "hr-112:\n  country: hr\n  number: 112\n  crises: [danger]",
            "hr-112:\n  country: hr\n  number: 112\n  crises: [danger, fire]",
            "crisis/lines.yaml:20: error: 'fire' is no kind of crisis",
        ),
        (
            "crisis/lines.yaml",
            "bg-112:\n  country: bg\n  number: 112",
            "bg-112:\n  country: bg\n  confirmed_on:\n  number: 112",
            "'confirmed_on' stands here twice",
        ),
        ("sl/crisis.yaml", "danger:", "fire:\n  - gori\ndanger:", "'fire' is no kind of crisis: it has no file in crisis/"),
        ("hr/crisis.yaml", "danger:", "not-crisis:", "hr/crisis.yaml:1: error: there is no example of 'danger'"),
        ("sl/outside.yaml", "kakšno bo vreme", '" \u200b "', "sl/outside.yaml:2: error: the example is empty"),
        (
            "sl/outside.yaml",
            "kakšno bo vreme",
            "a" * 700,
            "sl/outside.yaml:2: warning: the example has 700 characters",
        ),
        (
            "sl/outside.yaml",
            "kakšno bo vreme",
            "Pomoc s hrano!",
            "sl/outside.yaml:2: error: the same example means something else in sl/food.yaml: examples, 0",
        ),
        (
            "sl/outside.yaml",
            "kakšno bo vreme",
            "vreme\n  - Vreme?",
            "sl/outside.yaml:3: warning: the same example stands here twice",
        ),
        (
            "bg/outside.yaml",
            "какво е времето",
            "кaкво е времето",
            "bg/outside.yaml:2: error: 'кaкво' mixes Latin and Cyrillic letters",
        ),
    ],
)
def test_each_fault_of_a_crisis_or_an_example_is_told_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(folder, file, old, new)

    found = problems(folder)

    assert len(found) == 1
    assert expected in found[0]


def _read_with(folder: Path, pattern: str) -> Reading:
    """Return what is read where ``pattern`` is one of a crisis."""
    return trees.read(trees.put(tree_of(folder), "crisis/danger.yaml", ("patterns", "sl"), [pattern]), today=TODAY)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:a+h?)+ ubija",
        "(?:na ?pomoc ?)+ ubija",
        "(?:ne+|nee+)* mogu",
        r"(?:\w+ ?){0,30}x",
        r"(?: ?\w+){0,30}x",
        "(?:a?){30}x",
        "(a|a)*",
        "(?:x|)*",
        "(?:a|b|ab)*c",
        r"(?:\D|[^x])+x",
        "(?:[一-三]y|[二-四]y)+x",
        "(?=(a*)*b)",
        "x(?!(?:a+)+b)",
        "(?:c|(?:a+)+b)",
        "(?:a|b(?:a+)+)",
        "(?>(?:a+)+b)",
        "(x)(?(1)(?:a+)+b|c)",
        r"((a)\2?)*",
        "(?:(?i:a)|A)*",
        "(?:(?:ab)+c)*",
        "(?:a{400}b?)+",
        "(?:(?:a{60}){60})+",
        "(?:(?:(?:a?b?c?){2}){2})*",
        "(?:(?:ax|by){7}c)*",
        "(?:(?:ax|by){0,7}c)*",
        "(?:[ab]{0,200}c)*",
        "(?a:a)(?:(?a:a)b)*",
        "(?a)a",
        "(" * 30 + "a" + ")" * 30,
        "(?:" + "(" * 30 + "a" + ")" * 30 + ")+",
    ],
)
def test_a_pattern_that_may_search_for_ever_is_an_error(folder: Path, pattern: str) -> None:
    found = _read_with(folder, pattern)

    assert found.library is None
    assert [problem.template for problem in found.errors] == [
        "the pattern repeats what can be read in several ways: a long message would hold up everybody"
    ]
    assert [problem.path for problem in found.errors] == [("patterns", "sl", 0)]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+ubi",
        r"(?:\w+ ){0,5}ubi",
        r"(?: \w+){0,3}ubi",
        "(?:ma |mi |tebi )+x",
        "(?:a|b?){0,3}x",
        "(?:[^a]b)*x",
        r"(?:\bne\b )*x",
        "(?:a{2,}b){0,5}",
        r"^(?!.*film).*?ubi\w*$",
    ],
)
def test_a_pattern_whose_repetitions_end_in_one_place_only_is_sound(folder: Path, pattern: str) -> None:
    assert _read_with(folder, pattern).library is not None


@pytest.mark.parametrize("pattern", ["xyz{99999999999}", "(" * 3000 + "a" + ")" * 3000, "a" * (LONGEST + 1), "(a"])
def test_a_pattern_that_cannot_be_read_is_an_error_however_it_fails(folder: Path, pattern: str) -> None:
    found = _read_with(folder, pattern)

    assert found.library is None
    assert len(found.errors) == 1
    assert found.errors[0].message.startswith("the pattern ")


def test_no_shipped_pattern_searches_for_ever() -> None:
    tree = tree_of(KNOWLEDGE)
    files = [file for file in tree if file.startswith("crisis/") and file != "crisis/lines.yaml"]
    endless = []
    for file in files:
        for patterns in tree[file]["patterns"].values():
            for pattern in patterns:
                try:
                    ensure_ending(pattern)
                except Endless:
                    endless.append((file, pattern))
                assert len(pattern) <= LONGEST

    assert files
    assert endless == []

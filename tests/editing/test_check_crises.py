from __future__ import annotations

from pathlib import Path

import pytest

from tests.editing.small_folder import change, problems


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

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editing.small_folder import change, problems


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("topics/food.yaml", ", hr: Naziv", "", "topics/food.yaml:3: error: the name in 'hr' is missing"),
        (
            "topics/food.yaml",
            "it: Nome",
            "it: Un nome che non sta su nessun bottone",
            "topics/food.yaml:3: error: 'Un nome che non sta su nessun bottone' has 37 characters, a button shows 30",
        ),
        ("topics/food.yaml", "names:", "related: [drink]\nnames:", "topics/food.yaml:3: error: 'drink' is no other topic"),
        ("topics/food.yaml", "names:", "related: [food]\nnames:", "topics/food.yaml:3: error: 'food' is no other topic"),
        (
            "topics/food.yaml",
            "[bg]",
            "[bg, si]",
            "topics/food.yaml:2: warning: no approved answer yet for si: residents are led to a person",
        ),
        ("sl/food.yaml", "\n  - pomoč s hrano", " []", "sl/food.yaml:1: warning: no example says how residents ask for 'food'"),
        (
            "topics/food.yaml",
            "[bg]",
            "[]",
            "facts/bg/food.yaml:1: warning: the topic does not ask for an answer for 'bg'",
        ),
        (
            "facts/bg/food.yaml",
            "checked_on: 2026-11-01",
            "checked_on: 2027-01-01",
            "facts/bg/food.yaml:2: error: 2027-01-01 has not come yet",
        ),
        (
            "facts/bg/food.yaml",
            "checked_on: 2026-11-01",
            "checked_on: 2025-11-01",
            "facts/bg/food.yaml:2: warning: last checked on 2025-11-01: read it again",
        ),
        ("facts/bg/food.yaml", "12.50", "12 50", "facts/bg/food.yaml:5: error: '12 50' is no number; write it like 1234.50"),
        ("facts/bg/food.yaml", "12.50", "-12.50", "facts/bg/food.yaml:5: error: '-12.50' is no number; write it like 1234.50"),
        ("facts/bg/food.yaml", "12.50", "NaN", "facts/bg/food.yaml:5: error: 'NaN' is no number; write it like 1234.50"),
        (
            "facts/bg/food.yaml",
            "kind: money, value: 12.50",
            "kind: date, value: 1.3.2026",
            "facts/bg/food.yaml:5: error: '1.3.2026' is no date; write it like 2026-03-01",
        ),
        ("facts/bg/food.yaml", "kind: money, value: 12.50", "kind: date, value: 2026-03-01", None),
        (
            "facts/bg/food.yaml",
            "kind: money, value: 12.50",
            "kind: year, value: 26",
            "facts/bg/food.yaml:5: error: '26' is no year",
        ),
        (
            "facts/bg/food.yaml",
            "kind: money, value: 12.50",
            "kind: url, value: example.org",
            "facts/bg/food.yaml:5: error: 'example.org' is no address of a page; write it from https:// on",
        ),
        (
            "facts/bg/food.yaml",
            "kind: money, value: 12.50",
            "kind: email, value: me at home",
            "facts/bg/food.yaml:5: error: 'me at home' is no e-mail address",
        ),
        (
            "facts/bg/food.yaml",
            "kind: money, value: 12.50",
            "kind: phone, value: 112 (day)",
            "facts/bg/food.yaml:5: error: '112 (day)' is no phone number; write the digits only",
        ),
        ("facts/bg/food.yaml", "kind: money, value: 12.50", "kind: name, value: S1", None),
        ("facts/bg/food.yaml", "source: s1", "source: s2", "facts/bg/food.yaml:5: error: 's2' stands under no sources"),
        (
            "facts/bg/food.yaml",
            ", valid_for: 2026",
            "",
            "facts/bg/food.yaml:5: error: 'amount' needs valid_for: the year it applies to",
        ),
        (
            "facts/bg/food.yaml",
            "valid_for: 2026",
            "valid_for: 2025",
            "facts/bg/food.yaml:5: warning: 'amount' is of 2025: look up what applies now",
        ),
        (
            "facts/bg/food.yaml",
            "https://example.org/page",
            "https://nowhere",
            "facts/bg/food.yaml:7: error: 'https://nowhere' is no address of a page; write it from https:// on",
        ),
        (
            "facts/bg/food.yaml",
            "municipality",
            "town-hal",
            "facts/bg/food.yaml:3: error: 'town-hal' is no office and no kind of office",
        ),
        (
            "facts/bg/food.yaml",
            "municipality",
            "caritas",
            "offices/bg.yaml:1: warning: no office of the kind 'caritas' (answers that send there: 1)",
        ),
        ("facts/bg/food.yaml", "municipality", "town-hall", None),
        ("bg/food.yaml", " {amount}", "", "facts/bg/food.yaml:5: error: no wording names {amount}"),
        (
            "bg/food.yaml",
            "{amount}",
            "{amount} {sum}",
            "bg/food.yaml:7: error: {sum} is no fact of facts/bg/food.yaml and none that is shared",
        ),
        (
            "bg/food.yaml",
            "{amount}",
            "{amount} {",
            "bg/food.yaml:7: error: a brace stands alone: a fact is named {like_this}",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "Попитайте в стая 12.",
            "bg/food.yaml:9: error: the digits '12' stand in prose: make them a fact and name it",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "Попитайте в oбщината.",
            "bg/food.yaml:9: error: 'oбщината' mixes Latin and Cyrillic letters",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "Попитайте\u200b в общината.",
            "bg/food.yaml:9: error: an invisible character or a doubled space stands in this text",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "Попитаи\u0306те в общината.",
            "bg/food.yaml:9: error: the letters are not composed: write them anew",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "дума. " * 120,
            "bg/food.yaml:4: warning: 125 words are too many for a phone: 120 at most",
        ),
        (
            "bg/food.yaml",
            "Попитайте в общината.",
            "Попитайте " + "много " * 20 + "в общината.",
            "bg/food.yaml:9: warning: a sentence of 23 words is hard to read: 'Попитайте много много много ...'",
        ),
        (
            "facts/bg/food.yaml",
            "confidence: thin",
            "confidence: good",
            "bg/food.yaml:4: warning: 8 words are few for an answer that is not thin: 60 at least",
        ),
        (
            "bg/food.yaml",
            "    read_on: 2026-11-21\n",
            "",
            "bg/food.yaml:4: warning: read_on is missing: the day on which this wording was last read",
        ),
        (
            "bg/food.yaml",
            "read_on: 2026-11-21",
            "read_on: 2026-10-01",
            "bg/food.yaml:4: warning: last read on 2026-10-01, but {amount} is of 2026-11-01: read it again and set read_on",
        ),
        (
            "facts/bg/food.yaml",
            "valid_for: 2026",
            "valid_for: 2026, checked_on: 2027-01-01",
            "facts/bg/food.yaml:5: error: 2027-01-01 has not come yet",
        ),
        (
            "facts/bg/food.yaml",
            "valid_for: 2026",
            "valid_for: 2026, checked_on: soon",
            "facts/bg/food.yaml:5: error: 'checked_on': 'soon' is no date; write it like 2026-11-21",
        ),
        ("topics/food.yaml", "names:", "fresh_days: 30\nnames:", None),
        (
            "topics/food.yaml",
            "names:",
            "fresh_days: a month\nnames:",
            "topics/food.yaml:3: error: 'fresh_days': 'a month' is no number of days; write it like 180",
        ),
        (
            "bg/food.yaml",
            "button: Храна",
            "button: Храна за хора без никакви доходи",
            "bg/food.yaml:6: error: 'Храна за хора без никакви доходи' has 32 characters, a button shows 30",
        ),
    ],
)
def test_each_fault_of_a_topic_or_an_answer_is_told_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, expected: str | None
) -> None:
    change(folder, file, old, new)

    found = problems(folder)

    assert len(found) == (expected is not None)
    assert all(expected is not None and expected in line for line in found)


def test_an_answer_that_a_channel_cuts_in_two_is_told(folder: Path) -> None:
    change(folder, "offices/bg.yaml", "ул. Първа 1", "ул. Първа" + " и много дълга" * 280)

    (line,) = problems(folder)

    assert line.startswith("bg/food.yaml:4: warning: with its offices it has 4")
    assert line.endswith(" characters: Telegram cuts it in two")

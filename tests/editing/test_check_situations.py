from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.files import read_folder
from tests.editing.small_folder import FILES, TODAY, change, problems

_WORDS = "hunger:\n  name: {name}\n  overview: {overview}\n  examples:\n    - {example}\n"
_TOLD = {
    "sl": {"name": "Lakota", "overview": "Niste sami.", "example": "ničesar nimamo več"},
    "it": {"name": "Fame", "overview": "Non è solo.", "example": "non abbiamo più nulla"},
    "hr": {"name": "Glad", "overview": "Niste sami u tome.", "example": "nemamo više ništa"},
    "bg": {"name": "Глад", "overview": "Не сте сами.", "example": "нямаме вече нищо"},
}


@pytest.fixture(name="folder")
def _folder_with_a_situation(folder: Path) -> Path:
    for topic in ("rent", "work"):
        (folder / f"topics/{topic}.yaml").write_text(FILES["topics/food.yaml"].replace("[bg]", "[]"), encoding="utf-8")
        for language in _TOLD:
            text = f"examples:\n  - {topic} {language}\n"
            (folder / f"{language}/{topic}.yaml").write_text(text, encoding="utf-8")
    (folder / "situations").mkdir()
    (folder / "situations/hunger.yaml").write_text("topics: [food, rent, work]\nsensitive: true\n", encoding="utf-8")
    for language, words in _TOLD.items():
        (folder / f"{language}/situations.yaml").write_text(_WORDS.format(**words), encoding="utf-8")
    return folder


def test_a_situation_is_read_with_its_names_overviews_and_examples(folder: Path) -> None:
    library = read_folder(folder, today=TODAY).library

    assert library is not None
    situation = library.situations["hunger"]
    assert situation.topics == ("food", "rent", "work")
    assert situation.sensitive
    assert situation.names == {language: words["name"] for language, words in _TOLD.items()}
    assert situation.overviews["it"] == "Non è solo."
    assert {example.text for example in library.examples if example.label == "situation:hunger"} == {
        words["example"] for words in _TOLD.values()
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("situations/hunger.yaml", "work]", "drink]", "situations/hunger.yaml:1: error: 'drink' is no other topic"),
        ("situations/hunger.yaml", "work]", "food]", "situations/hunger.yaml:1: error: 'food' is no other topic"),
        (
            "situations/hunger.yaml",
            ", rent, work]",
            "]",
            "situations/hunger.yaml:1: warning: 1 topics: three to seven are an overview",
        ),
        (
            "it/situations.yaml",
            "name: Fame",
            "name: Una fame che non sta su un bottone",
            "it/situations.yaml:2: error: 'Una fame che non sta su un bottone' has 34 characters, a button shows 30",
        ),
        (
            "it/situations.yaml",
            "Non è solo.",
            "Chiami il 112.",
            "it/situations.yaml:3: error: the digits '112' stand in an overview: the answers name the numbers",
        ),
        (
            "it/situations.yaml",
            "Non è solo.",
            "Non è solo. " * 27,
            "it/situations.yaml:3: warning: 81 words, 80 at most are read on a phone",
        ),
        (
            "it/situations.yaml",
            "\n    - non abbiamo più nulla",
            " []",
            "it/situations.yaml:4: warning: no example says how residents tell of 'hunger'",
        ),
        (
            "it/situations.yaml",
            "hunger:",
            "thirst:",
            "it/situations.yaml:1: error: 'thirst' is no situation: it has no file in situations/",
        ),
        (
            "it/situations.yaml",
            "non abbiamo più nulla",
            "aiuto con il cibo",
            "it/situations.yaml:5: error: the same example means something else in it/food.yaml",
        ),
    ],
)
def test_each_fault_of_a_situation_is_told_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(folder, file, old, new)

    assert any(expected in line for line in problems(folder)), problems(folder)


def test_a_situation_that_a_language_does_not_know_is_told(folder: Path) -> None:
    (folder / "bg/situations.yaml").unlink()

    assert problems(folder) == ["bg/situations.yaml: error: the situation 'hunger' is missing"]

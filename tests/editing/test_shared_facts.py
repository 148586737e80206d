from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.files import read_folder
from bot.model.library import Answer
from tests.editing.small_folder import FILES, TODAY, change, problems

_SOURCE = 'sources:\n  s1: {record: elsewhere, url: "https://example.org/shared", date: "2026-03"}\n'
_SHARED = "facts:\n  line: {kind: phone, value: 0700 14 802, checked_on: 2026-11-02, source: s1}\n" + _SOURCE


@pytest.fixture(name="folder")
def _folder_with_a_shared_line(folder: Path) -> Path:
    (folder / "facts/bg.yaml").write_text(_SHARED, encoding="utf-8")
    change(folder, "bg/food.yaml", "Попитайте в общината.", "Звънете на {line}.")
    return folder


def _answer(folder: Path) -> Answer:
    library = read_folder(folder, today=TODAY).library
    assert library is not None, problems(folder)
    return library.answers["food/bg"]


def test_a_shared_fact_comes_into_the_answers_that_name_it_with_its_source(folder: Path) -> None:
    answer = _answer(folder)

    assert answer.facts["line"].value == "0700 14 802"
    assert answer.facts["line"].shared == "bg"
    assert answer.sources[answer.facts["line"].source].url == "https://example.org/shared"


def test_what_an_answer_says_itself_goes_before_what_is_shared(folder: Path) -> None:
    change(folder, "facts/bg/food.yaml", "facts:\n", "facts:\n  line: {kind: phone, value: 0700 99 999, source: s1}\n")

    found = _problems_and_value(folder)

    assert found == (["facts/bg.yaml:2: error: no wording names {line}"], None)


def _problems_and_value(folder: Path) -> tuple[list[str], Answer | None]:
    reading = read_folder(folder, today=TODAY)
    return [str(problem) for problem in reading.problems], None if reading.library is None else reading.library.answers["food/bg"]


def test_what_all_countries_share_stands_in_one_file(folder: Path) -> None:
    (folder / "facts/bg.yaml").rename(folder / "facts/common.yaml")

    assert _answer(folder).facts["line"].shared == "common"
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("0700 14 802", "0700 (day)", "facts/bg.yaml:2: error: '0700 (day)' is no phone number; write the digits only"),
        ("source: s1}", "source: s2}", "facts/bg.yaml:2: error: 's2' stands under no sources"),
        ("https://example.org/shared", "example", "facts/bg.yaml:4: error: 'example' is no address of a page"),
        ("checked_on: 2026-11-02, ", "", "facts/bg.yaml:2: error: 'checked_on' is missing"),
        (
            "  line:",
            "  other: {kind: year, value: 2026, checked_on: 2026-11-02, source: s1}\n  line:",
            "no wording names {other}",
        ),
    ],
)
def test_each_fault_of_a_shared_fact_is_told_once_with_its_line(folder: Path, old: str, new: str, expected: str) -> None:
    change(folder, "facts/bg.yaml", old, new)

    assert sum(expected in line for line in problems(folder)) == 1, problems(folder)


def test_an_answer_across_a_border_takes_the_shared_facts_of_both_countries(folder: Path) -> None:
    pair = folder / "facts/si-it"
    pair.mkdir()
    (pair / "food.yaml").write_text(FILES["facts/bg/food.yaml"], encoding="utf-8")
    for country, number in (("si", "01 477 27 00"), ("it", "0481 383 111")):
        text = _SHARED.replace("line", f"line_{country}").replace("0700 14 802", number)
        (folder / f"facts/{country}.yaml").write_text(text, encoding="utf-8")
    change(folder, "topics/food.yaml", "[bg]", "[bg, it]")
    for language in ("sl", "it"):
        with (folder / f"{language}/food.yaml").open("a", encoding="utf-8") as file:
            file.write(
                "wordings:\n  si-it:\n    title: T\n    button: B\n    what: A {amount} {line_si} {line_it}.\n"
                "    read_on: 2026-11-21\n"
            )

    library = read_folder(folder, today=TODAY).library

    assert library is not None, problems(folder)
    answer = library.answers["food/si-it"]
    assert (answer.lives, answer.country, answer.where) == ("si", "it", "si-it")
    assert [answer.facts[name].shared for name in ("line_si", "line_it")] == ["si", "it"]
    assert library.pairs_of("food", "sl") == ("si-it",)
    assert library.pairs_of("food", "hr") == ()
    assert library.countries_of("food", "sl") == ()

from __future__ import annotations

from pathlib import Path

from bot.editing.checks import check
from bot.editing.files import read_folder
from tests.editing.small_folder import FILES, TODAY, change, problems


def test_an_example_nearly_like_one_with_another_meaning_is_told(folder: Path) -> None:
    change(folder, "sl/food.yaml", "pomoč s hrano", "kje dobim paket s hrano za vso družino danes")
    change(folder, "sl/outside.yaml", "kakšno bo vreme", "Kje dobim paket s semeni za vso družino danes?")

    assert problems(folder) == ["sl/outside.yaml:2: warning: nearly the same example means something else in sl/food.yaml"]


def test_short_examples_may_differ_in_one_word(folder: Path) -> None:
    change(folder, "sl/outside.yaml", "kakšno bo vreme", "pomoč s semeni")

    assert problems(folder) == []


def test_examples_of_a_topic_that_is_none_are_told(folder: Path) -> None:
    (folder / "sl/drink.yaml").write_text("examples: [žejen sem]\n", encoding="utf-8")

    assert problems(folder) == ["sl/drink.yaml:1: error: 'drink' is no topic: it has no file in topics/"]


def test_facts_of_a_topic_that_is_none_are_told(folder: Path) -> None:
    (folder / "facts/bg/drink.yaml").write_text("confidence: thin\nchecked_on: 2026-11-01\nwhom: []\n", encoding="utf-8")

    assert problems(folder) == [
        "bg/drink.yaml: error: the wording in bg is missing",
        "facts/bg/drink.yaml:1: error: 'drink' is no topic: it has no file in topics/",
        "facts/bg/drink.yaml:1: error: no source: say where this was seen",
    ]


def test_a_topic_is_named_in_small_letters_and_not_like_another_file(folder: Path) -> None:
    for name in ("Food_2", "acts"):
        (folder / f"topics/{name}.yaml").write_text(FILES["topics/food.yaml"], encoding="utf-8")

    errors = [line for line in problems(folder) if ": error:" in line]

    assert errors == [
        "topics/Food_2.yaml:1: error: 'Food_2' cannot be a topic's name: use small letters and hyphens",
        "topics/acts.yaml:1: error: 'acts' cannot be a topic's name: use small letters and hyphens",
    ]


def test_an_answer_is_worded_in_every_language_of_its_country(folder: Path) -> None:
    facts = FILES["facts/bg/food.yaml"].replace("[municipality, info-point]", "[info-point]")
    (folder / "facts/it").mkdir()
    (folder / "facts/it/food.yaml").write_text(facts, encoding="utf-8")
    change(folder, "topics/food.yaml", "[bg]", "[bg, it]")
    change(
        folder,
        "sl/food.yaml",
        "pomoč s hrano\n",
        "pomoč s hrano\nwordings:\n  it:\n    title: Hrana\n    button: Hrana\n    what: Dobite {amount}.\n"
        "    read_on: 2026-11-21\n",
    )

    assert problems(folder) == ["it/food.yaml:1: error: the wording in it is missing"]


def test_help_lines_that_nobody_phoned_are_told(folder: Path) -> None:
    change(folder, "crisis/lines.yaml", "  confirmed_on: 2026-11-01\nhr-112", "  confirmed_on:\nhr-112")

    assert problems(folder) == ["crisis/lines.yaml:16: warning: nobody has phoned 112 (it) yet: do it before going live"]


def test_a_library_without_files_is_checked_without_lines(folder: Path) -> None:
    change(folder, "sl/outside.yaml", "kakšno bo vreme", "vreme\n  - Vreme?")
    library = read_folder(folder, today=TODAY).library
    assert library is not None

    assert [str(problem) for problem in check(library, today=TODAY)] == [
        "sl/outside.yaml: warning: the same example stands here twice"
    ]


def test_the_clock_says_which_facts_are_past_their_year(folder: Path) -> None:
    change(folder, "facts/bg/food.yaml", "valid_for: 2026", "valid_for: 2001")
    library = read_folder(folder).library
    assert library is not None

    assert any("of 2001" in problem.message for problem in check(library))

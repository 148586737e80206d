from __future__ import annotations

from pathlib import Path

from tests.editing.small_folder import problems


def _golden(folder: Path, text: str) -> None:
    (folder / "sl/golden.yaml").write_text(text, encoding="utf-8")


def test_golden_questions_that_mean_what_is_known_are_in_order(folder: Path) -> None:
    _golden(folder, "food: [kam po hrano]\noutside: [kdo je zmagal]\nact:thanks: [najlepša hvala]\n")

    assert problems(folder) == []


def test_a_golden_question_of_nothing_known_is_an_error(folder: Path) -> None:
    _golden(folder, "drink: [kam po vodo, kje je pipa]\nact:dance: [zapleši]\n")

    assert problems(folder) == [
        "sl/golden.yaml:1: error: 'drink' is nothing that can be asked about",
        "sl/golden.yaml:2: error: 'act:dance' is nothing that can be asked about",
    ]


def test_a_golden_question_means_one_thing_only(folder: Path) -> None:
    _golden(folder, "food: [Kam po hrano?]\noutside: [kam po hrano]\n")

    assert problems(folder) == ["sl/golden.yaml:2: error: the same question means something else under 'food'"]


def test_a_golden_question_stands_once(folder: Path) -> None:
    _golden(folder, "food:\n- Kam po hrano?\n- kam po hrano\n")

    assert problems(folder) == ["sl/golden.yaml:3: warning: the same question stands here twice"]


def test_an_empty_golden_question_is_an_error(folder: Path) -> None:
    _golden(folder, "food: ['']\n")

    assert problems(folder) == ["sl/golden.yaml:1: error: the question is empty"]


def test_a_golden_question_that_is_nearly_an_example_is_told(folder: Path) -> None:
    file = folder / "sl/food.yaml"
    file.write_text(file.read_text("utf-8").replace("pomoč s hrano", "kje dobim paket s hrano za družino"), encoding="utf-8")
    _golden(folder, "food: [Kje dobim pakete s hrano za družino?, kje hrana]\n")

    assert problems(folder) == [
        "sl/golden.yaml:1: warning: nearly the same stands among what is learned from: 'kje dobim paket s hrano za družino'"
    ]

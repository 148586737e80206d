from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing import files
from bot.editing.files import read_folder
from bot.model.library import Example, Fact, FactKind
from tests.editing.small_folder import FILES, TODAY, change, problems, told


def test_a_sound_folder_becomes_a_library(folder: Path) -> None:
    reading = read_folder(folder, today=TODAY)

    assert told(reading) == []
    assert reading.errors == ()
    assert reading.library is not None
    answer = reading.library.answer("food", "bg")
    assert answer is not None
    assert answer.facts == {"amount": Fact(FactKind.MONEY, "12.50", "s1", 2026)}
    assert answer.wordings["bg"].do == ("Попитайте в общината.",)
    assert reading.library.countries_of("food", "bg") == ("bg",)
    assert reading.library.offices["town-hall"].country == "bg"
    assert reading.library.points["desk"].hours == "Mo-Fr 08:00-12:00"
    assert {line.number for line in reading.library.help_lines} == {"112"}


def test_every_example_carries_what_it_means(folder: Path) -> None:
    library = read_folder(folder).library

    assert library is not None
    slovene = {example for example in library.examples if example.language == "sl"}
    assert slovene == {
        Example("sl", "food", "pomoč s hrano"),
        Example("sl", "act:greeting", "dober dan"),
        Example("sl", "crisis:danger", "na pomoč"),
        Example("sl", "not-crisis", "umiram od smeha"),
        Example("sl", "outside", "kakšno bo vreme"),
    }


def test_values_stay_as_they_were_written(folder: Path) -> None:
    change(folder, "points.yaml", "phone: 0517 2 21 85", "phone: 0123456")
    change(folder, "facts/bg/food.yaml", "value: 12.50", "value: 0012")

    library = read_folder(folder).library

    assert library is not None
    assert library.points["desk"].phone == "0123456"
    assert library.answers["food/bg"].facts["amount"].value == "0012"


def test_the_hash_changes_with_the_content_and_with_nothing_else(folder: Path) -> None:
    before = read_folder(folder).source_hash
    (folder / "README.md").write_text("for editors", encoding="utf-8")
    unchanged = read_folder(folder).source_hash
    change(folder, "sl/outside.yaml", "vreme", "vreme danes")

    assert unchanged == before
    assert read_folder(folder).source_hash != before


@pytest.mark.parametrize(
    ("file", "old", "new", "told_of"),
    [
        (
            "topics/food.yaml",
            "group: money",
            "group: [money",
            "topics/food.yaml:2: error: this is not YAML: did not find expected ',' or ']'",
        ),
        ("topics/food.yaml", "group: money\n", "", "topics/food.yaml:1: error: 'group' is missing"),
        (
            "topics/food.yaml",
            "names:",
            "relatd: []\nnames:",
            "topics/food.yaml:3: error: 'relatd' is not known here; is it misspelt?",
        ),
        ("topics/food.yaml", "[bg]", "bg", "topics/food.yaml:2: error: 'countries' is to be a list"),
        (
            "topics/food.yaml",
            "[bg]",
            "[bg, de]",
            "topics/food.yaml:2: error: 'countries': 'de' is no country; known are si, it, hr, bg",
        ),
        (
            "topics/food.yaml",
            "sl: Ime",
            "en: Name",
            "topics/food.yaml:3: error: 'en': 'en' is no language; known are sl, it, hr, bg",
        ),
        ("topics/food.yaml", "sl: Ime", "sl: ", "topics/food.yaml:3: error: 'sl' is to be text"),
        ("topics/food.yaml", "sl: Ime", 'sl: ""', "topics/food.yaml:3: error: 'sl' is empty"),
        (
            "topics/food.yaml",
            "group: money",
            "group: money\nsensitive: yes",
            "topics/food.yaml:2: error: 'sensitive': write true or false",
        ),
        (
            "facts/bg/food.yaml",
            "checked_on: 2026-11-01",
            "checked_on: 1.11.2026",
            "facts/bg/food.yaml:2: error: 'checked_on': '1.11.2026' is no date; write it like 2026-11-21",
        ),
        (
            "facts/bg/food.yaml",
            "valid_for: 2026",
            "valid_for: from 2026",
            "facts/bg/food.yaml:5: error: 'valid_for': 'from 2026' is no year; write it like 2026",
        ),
        (
            "facts/bg/food.yaml",
            "  s1: {",
            "  s1: not this\n  s2: {",
            "facts/bg/food.yaml:7: error: 's1' is to hold names and values",
        ),
        ("places.yaml", "latitude: 43.05", "latitude: north", "places.yaml:36: error: 'latitude' is to be a number"),
        ("sl/acts.yaml", "greeting:", "waving:", "sl/acts.yaml:1: error: 'waving': 'waving' is no act; known are"),
        ("sl/outside.yaml", "  - kakšno bo vreme", "  - a\n  - [b]", "sl/outside.yaml:3: error: 'examples' is to be text"),
    ],
)
def test_a_file_that_is_not_in_shape_is_told_with_its_line(folder: Path, file: str, old: str, new: str, told_of: str) -> None:
    change(folder, file, old, new)

    found = problems(folder)

    assert len(found) == 1
    assert found[0].startswith(told_of)
    assert read_folder(folder).library is None


def test_all_problems_are_told_at_once(folder: Path) -> None:
    change(folder, "topics/food.yaml", "group: money", "group: money\nfoo: 1\nbar: 2")
    change(folder, "points.yaml", "country: bg", "country: at")
    (folder / "it/acts.yaml").write_text("greeting: [", encoding="utf-8")

    assert [line.split(": ")[0] for line in problems(folder)] == [
        "it/acts.yaml:1",
        "points.yaml:2",
        "topics/food.yaml:2",
        "topics/food.yaml:3",
    ]


@pytest.mark.parametrize("file", sorted(FILES))
def test_what_only_follows_from_a_broken_file_is_not_told(folder: Path, file: str) -> None:
    (folder / file).write_text("a: b: c", encoding="utf-8")

    assert problems(folder) == [f"{file}:1: error: this is not YAML: mapping values are not allowed in this context"]


@pytest.mark.parametrize("file", ["places.yaml", "points.yaml", "crisis/lines.yaml", "offices/it.yaml", "hr/outside.yaml"])
def test_a_missing_file_is_told(folder: Path, file: str) -> None:
    (folder / file).unlink()

    assert problems(folder) == [f"{file}: error: this file is missing"]


def test_a_file_in_another_encoding_is_told(folder: Path) -> None:
    (folder / "bg/outside.yaml").write_bytes("examples:\n  - времето\n".encode("windows-1251"))

    assert problems(folder) == ["bg/outside.yaml:2: error: the file is not written in UTF-8"]


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "bg/outside.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert problems(folder) == []


def test_a_file_that_no_rule_names_is_told_and_not_read(folder: Path) -> None:
    (folder / "de").mkdir()
    (folder / "de/food.yaml").write_text("examples: [Essen]", encoding="utf-8")
    (folder / "notes.yml").write_text("a: [", encoding="utf-8")

    reading = read_folder(folder, today=TODAY)

    assert told(reading) == [
        "de/food.yaml: warning: this file is not read: no rule says what it holds",
        "notes.yml: warning: this file is not read: no rule says what it holds",
    ]
    assert reading.library is not None


def test_a_file_too_large_to_be_knowledge_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 2_000)
    (folder / "sl/outside.yaml").write_text("examples: [" + "x" * 2_000 + "]", encoding="utf-8")

    assert problems(folder) == ["sl/outside.yaml: error: the file cannot be read: it is too large to be knowledge"]


def test_a_file_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "points.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)

    assert problems(folder) == ["points.yaml: error: the file cannot be read: Permission denied"]


def test_a_topic_may_be_sensitive(folder: Path) -> None:
    change(folder, "topics/food.yaml", "names:", "sensitive: true\nnames:")

    library = read_folder(folder).library

    assert library is not None
    assert library.topics["food"].sensitive


def test_a_folder_that_is_not_there_is_a_folder_without_files(tmp_path: Path) -> None:
    reading = read_folder(tmp_path / "nowhere")

    assert reading.library is None
    assert "places.yaml: error: this file is missing" in told(reading)


def test_a_link_that_leads_nowhere_is_told(folder: Path) -> None:
    (folder / "sl/outside.yaml").unlink()
    (folder / "sl/outside.yaml").symlink_to(folder / "gone.yaml")

    assert problems(folder) == ["sl/outside.yaml: error: this file is missing"]


def test_a_wording_without_facts_is_told(folder: Path) -> None:
    (folder / "facts/bg/food.yaml").unlink()

    assert problems(folder) == [
        "bg/food.yaml:4: error: the wording has no facts: facts/bg/food.yaml is missing",
        "topics/food.yaml:2: warning: no approved answer yet for bg: residents are led to a person",
    ]


def test_an_office_in_two_countries_is_told(folder: Path) -> None:
    (folder / "offices/it.yaml").write_text(
        FILES["offices/bg.yaml"].replace("bg: Община", "it: Comune, sl: Občina"), encoding="utf-8"
    )

    assert problems(folder) == ["offices/it.yaml:1: error: 'town-hall' stands in offices/bg.yaml too"]

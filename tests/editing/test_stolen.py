from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.files import CloseLook, read_folder
from bot.editing.problems import Severity
from tests.editing.small_folder import FILES, TODAY

_FOOD = ("hrana za lačne", "kje dobim hrano", "paket hrane za družino", "zmanjkalo je hrane")
_WORK = ("delo v tovarni", "kje dobim delo", "iščem delo v skladišču", "prosto delo v trgovini", "paket hrane za otroke")


@pytest.fixture(name="folder")
def _folder_with_two_topics(folder: Path) -> Path:
    (folder / "topics/work.yaml").write_text(FILES["topics/food.yaml"].replace("[bg]", "[]"), encoding="utf-8")
    for topic, texts in (("food", _FOOD), ("work", _WORK)):
        lines = "".join(f"  - {text}\n" for text in texts)
        (folder / f"sl/{topic}.yaml").write_text(f"examples:\n{lines}", encoding="utf-8")
    return folder


def test_a_close_look_notes_each_example_that_another_topic_takes_with_its_line(folder: Path) -> None:
    told: list[str] = []

    reading = read_folder(folder, today=TODAY, close_look=CloseLook({}, lambda part, _: told.append(part)))

    notes = [str(note) for note in reading.of(Severity.NOTE)]
    assert any(line.startswith("sl/work.yaml:6: note: 'food' takes this example when it is left out (lead ") for line in notes)
    assert told == ["sl", "it", "hr", "bg"]


def test_notes_keep_nothing_from_being_used_and_cost_nothing_where_nobody_asks(folder: Path) -> None:
    looked = read_folder(folder, today=TODAY, close_look=CloseLook({}, lambda *_: None))
    plain = read_folder(folder, today=TODAY)

    assert looked.library is not None
    assert plain.of(Severity.NOTE) == ()
    assert looked.errors == ()

"""Whoever upgrades finds a note on this version and on the step of its tables."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from bot.__main__ import main
from bot.settings import PREFIX, Settings
from bot.store.migrations import HEAD

NOTES = (Path(__file__).parents[1] / "UPGRADING.md").read_text(encoding="utf-8")


def test_the_newest_note_is_of_this_version_and_names_the_step_of_its_tables() -> None:
    newest = re.split(r"^## (?=\d)", NOTES, flags=re.MULTILINE)[1]

    assert newest.startswith(version("infopoint"))
    assert f"Step {HEAD}" in newest


def test_what_the_notes_name_is_there() -> None:
    assert set(re.findall(r"`infopoint (\w+)", NOTES)) <= set(main.commands)
    assert {name.removesuffix("_FILE") for name in re.findall(rf"{PREFIX}(\w+)", NOTES)} <= {
        name.upper() for name in Settings.model_fields
    }

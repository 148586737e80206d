"""An apprentice that fails is told in one word, and none outlives who started it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.work.learning import TrainingError, learn_apart
from tests.support.small_library import small_library


@pytest.mark.parametrize(
    "told", ["nonsense", "[1]", '{"stage": "words"}', '{"stage": 1, "share": 0.5}', "x" * 200_000], ids=range(5)
)
async def test_an_apprentice_that_talks_nonsense_has_failed(told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{told}'\n", encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))

    with pytest.raises(TrainingError, match="something else"):
        await learn_apart(small_library().examples, "none", {}, lambda _: None)


@pytest.mark.parametrize("program", ["/bin/true", "/bin/false", "/nowhere/python"])
async def test_an_apprentice_that_leaves_nothing_has_failed(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program)

    with pytest.raises(TrainingError):
        await learn_apart(small_library().examples, "none", {}, lambda _: None)


@pytest.mark.skipif(os.name != "posix", reason="a file that nobody ever writes is POSIX's")
def test_an_apprentice_whose_master_was_killed_ends_and_leaves_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    os.mkfifo(folder / "examples.json")  # so that the apprentice waits for them for ever
    master = (
        "import os, subprocess, sys; command = [sys.executable, '-m', 'bot.work.apprentice', sys.argv[1], 'none']; "
        "subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True); os.kill(os.getpid(), 9)"
    )
    # What the apprentice inherits ends with it, so this returns only once it has ended, too.
    killed = subprocess.run([sys.executable, "-c", master, str(folder)], stdout=subprocess.PIPE, timeout=60, check=False)

    assert killed.returncode == -9
    assert not folder.exists()

"""The commands that write what the controller has to declare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    yield
    structlog.reset_defaults()


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize("command", ["record", "dpia"])
def test_it_is_written_to_a_file_in_the_language_that_is_asked_for(command: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    written = _run(command, "--language", "it", str(file))

    assert (written.exit_code, written.output) == (0, f"{file} is written.\n")
    assert '<html lang="it">' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["record", "dpia"])
def test_without_a_file_it_is_printed(command: str) -> None:
    assert '<html lang="sl">' in _run(command).output


def test_a_file_that_cannot_be_written_is_refused_with_a_sentence(tmp_path: Path) -> None:
    refused = _run("record", str(tmp_path / "no" / "such" / "folder.html"))

    assert refused.exit_code == 1
    assert "cannot be written" in refused.output

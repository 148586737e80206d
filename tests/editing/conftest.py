"""The knowledge that tests of editing read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editing.small_folder import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder without a problem."""
    return write(tmp_path)

"""The shipped edition, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.files import Reading, read_folder
from bot.model.library import Library
from bot.settings import shipped

#: Material that stands beside the project where it is developed, and nowhere else.
SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def reading() -> Reading:
    """What reading the shipped folder gives."""
    return read_folder(shipped("knowledge"))


@pytest.fixture(scope="session")
def library(reading: Reading) -> Library:
    """The shipped edition."""
    assert reading.library is not None, "\n".join(map(str, reading.errors))
    return reading.library


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material; without it the test has nothing to compare with."""
    if not SHARED.is_dir():
        pytest.skip("the gathered material is not beside this checkout")
    return SHARED

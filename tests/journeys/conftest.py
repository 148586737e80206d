from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.support.program import Program


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def program(published_url: str, tmp_path: Path, telegram: FakeTelegram) -> Iterator[Program]:
    """The real program over each kind of database, with Telegram."""
    with Program(published_url, tmp_path, telegram) as running:
        yield running

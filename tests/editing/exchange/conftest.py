from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.editing.exchange.gathering import Gathered, gather
from bot.editing.files import read_folder
from bot.language.phrases import Phrases
from bot.model.library import Library

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@cache
def _library() -> Library:
    library = read_folder(ROOT / "knowledge").library
    assert library is not None
    return library


@cache
def _phrases() -> Phrases:
    return Phrases.load(ROOT / "locales")


@pytest.fixture(scope="session")
def library() -> Library:
    return _library()


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return _phrases()


@pytest.fixture(scope="session")
def gathered(library: Library, phrases: Phrases) -> Gathered:
    return gather(library, phrases, NOW, public_url="https://info.example.org")

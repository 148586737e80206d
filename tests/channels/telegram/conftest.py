"""A fake Bot API, a database of its own, and phrases that show their language."""

from __future__ import annotations

import gettext
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.settings import Settings, read
from bot.store.bell import Bell
from bot.store.database import Database
from tests.channels.telegram.poller import Poller
from tests.fakes.telegram import FakeTelegram
from tests.support.empty import empty


class Marked(gettext.NullTranslations):
    """Says everything in English, with the language in front."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        return f"[{self._language}] {message}"


@pytest.fixture
def phrases() -> Phrases:
    return Phrases({language: Marked(language) for language in LANGUAGES})


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def settings_with(telegram: FakeTelegram) -> Callable[..., Settings]:
    """Return settings for the fake, with others added by name."""

    def make(**more: str) -> Settings:
        given = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url} | more
        return read({f"INFOPOINT_{name}": value for name, value in given.items()})

    return make


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(empty(tmp_path / "infopoint.db"))
    yield database
    await database.close()


@pytest.fixture
def bell(db: Database) -> Bell:
    return Bell(db)


@pytest.fixture
def poller(settings_with: Callable[..., Settings], db: Database, bell: Bell) -> Poller:
    return Poller(settings_with(), db, bell)

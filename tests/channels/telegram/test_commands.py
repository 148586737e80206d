from __future__ import annotations

import pytest

from bot.channels.telegram.commands import commands, description, short_description
from bot.channels.telegram.parse import COMMANDS
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.settings import shipped


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_fits_in_every_language(language: str) -> None:
    say = Phrases.load(shipped("locales")).into(language)
    listed = commands(say)
    assert [name for name, _ in listed] == list(COMMANDS)
    assert all(1 <= len(text) <= 256 for _, text in listed)
    assert 1 <= len(description(say)) <= 512
    assert 1 <= len(short_description(say)) <= 120

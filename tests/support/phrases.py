"""Phrases for tests that are not about phrases."""

from __future__ import annotations

import gettext

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES


def english() -> Phrases:
    """Return phrases that say the message ids themselves."""
    return Phrases({language: gettext.NullTranslations() for language in LANGUAGES})

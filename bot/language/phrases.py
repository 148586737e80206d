"""What the bot and the desk say: gettext catalogs, compiled by Babel when the program starts.

The message ids are plain English sentences; a resident never reads them, because a test holds all four catalogs complete.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.model.library import LANGUAGES

DOMAIN = "infopoint"


class PhrasesError(Exception):
    """A catalog is missing or broken; the message names its file."""


@dataclass(frozen=True)
class Phrases:
    """The catalogs of all languages."""

    speakers: Mapping[str, gettext.NullTranslations]

    @classmethod
    def load(cls, folder: Path) -> Phrases:
        """Read ``<folder>/<language>/LC_MESSAGES/infopoint.po`` for every language.

        Raises `PhrasesError`.
        """
        return cls({language: _compile(language, folder / language / "LC_MESSAGES" / f"{DOMAIN}.po") for language in LANGUAGES})

    def into(self, language: str) -> gettext.NullTranslations:
        """Return what speaks ``language``: ``gettext``, ``ngettext`` and ``pgettext``. An unknown language speaks the first."""
        return self.speakers.get(language, self.speakers[LANGUAGES[0]])


def _compile(language: str, path: Path) -> gettext.GNUTranslations:
    compiled = BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        raise PhrasesError(f"{path}: {error}") from error
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

"""Cleaning and folding of what residents type. Everything that compares texts goes through `fold`."""

from __future__ import annotations

import re
import unicodedata

#: The longest text that is read. Telegram allows 4096; the web chat says so beside its field.
MAX_CHARACTERS = 4000

#: Ways to type an apostrophe, all written as one so that ``l'assegno`` is one thing.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
#: Letters whose stroke is not a combining mark, so that decomposition leaves them; only the Latin ones of our languages.
_STROKES = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ß": "ss"})
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{2,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+")


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), at most `MAX_CHARACTERS` long, without anything that is not to be read.

    NUL, other control and format characters (bidirectional marks, zero-width spaces) and lone surrogates are dropped:
    PostgreSQL refuses the first and last, and the others make two texts differ that look the same. Emoji keep their
    joiners, else a family falls apart into four people. Runs of spaces become one; line breaks stay, at most one blank line.
    """
    text = text[: 4 * MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    # What is printable holds none of them; asking that of a whole text is a hundred times faster than of each character.
    kept = text if text.isprintable() else "".join(character for character in text if _is_readable(character))
    composed = unicodedata.normalize("NFC", kept)
    tidied = "\n".join(line.strip() for line in _SPACES.sub(" ", composed).split("\n"))
    return _BLANK_LINES.sub("\n\n", tidied).strip()[:MAX_CHARACTERS]


def _is_readable(character: str) -> bool:
    if character in "\n\u200d\ufe0f":
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def fold(text: str) -> str:
    """Return ``text`` as it is compared: lower case, Latin letters without diacritics, one kind of apostrophe and space.

    Cyrillic letters keep their marks: й without its breve would be another letter.
    """
    return " ".join(text.lower().translate(_APOSTROPHES).translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """What each character becomes, found when it is first met: a translation runs at ten times the speed of a loop."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        parts = unicodedata.normalize("NFD", character)
        if number < 0x80:  # noqa: PLR2004 - ASCII stays
            found = character
        elif len(parts) > 1 and parts[0] < "\u0250":
            found = parts[0]
        else:
            found = "" if unicodedata.combining(character) else character.translate(_STROKES)
        self[number] = found
        return found


_FOLDED = _Folded()


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` in order, without punctuation."""
    return _WORD.findall(fold(text))


def has_content(text: str) -> bool:
    """Tell whether ``text`` holds a letter or a digit, that is, anything that can be understood."""
    return any(character.isalnum() for character in text)


def sentences(text: str) -> list[str]:
    """Return ``text`` cut after each sentence and at each line break, without the breaks."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]

"""Bulgarian in Latin letters: writing it so, and reading it back, by every habit that people have.

The official transliteration (``sht``, ``zh``, ``a`` for ъ) and the chat habits (``6`` for ш, ``4`` for ч, ``q`` for я, ``j``
for ж or й, ``y`` or ``u`` for ъ) are mixed freely by those who type, so reading back tries the readings of each letter and
lets a vocabulary decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

OFFICIAL: Mapping[str, str] = {
    **dict(zip("абвгдезийклмнопрстуфъьѝ", "abvgdeziyklmnoprstufayi", strict=True)),
    "ж": "zh",
    "х": "h",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sht",
    "ю": "yu",
    "я": "ya",
}
#: How chat differs from the official way.
CHAT: Mapping[str, str] = {
    **OFFICIAL,
    "ж": "j",
    "й": "i",
    "ц": "c",
    "ч": "4",
    "ш": "6",
    "щ": "6t",
    "ъ": "y",
    "ь": "i",
    "ю": "iu",
    "я": "q",
}
PLAIN: Mapping[str, str] = {**OFFICIAL, "ж": "j", "й": "j", "ъ": "u", "ь": "j", "ю": "ju", "я": "ia", "х": "x", "в": "w"}
HABITS: tuple[Mapping[str, str], ...] = (OFFICIAL, CHAT, PLAIN)

#: What Latin letters may stand for, the likeliest reading first; longer ones are tried first.
_READINGS: Mapping[str, tuple[str, ...]] = {
    **{latin: (cyrillic,) for latin, cyrillic in zip("bdefgklmnoprstvwz", "бдефгклмнопрстввз", strict=True)},
    "sht": ("щ", "шт"), "6t": ("щ", "шт"), "sh": ("ш", "сх"), "6": ("ш",), "zh": ("ж", "зх"), "ch": ("ч", "цх"), "4": ("ч",),
    "ts": ("ц", "тс"), "tz": ("ц",), "kh": ("х", "кх"), "ck": ("к", "цк"),
    "yu": ("ю",), "iu": ("ю", "иу"), "ju": ("ю", "жу"), "ya": ("я",), "ia": ("иа", "я", "ия"), "ja": ("я", "жа"), "q": ("я",),
    "yo": ("йо", "ьо"), "io": ("ио", "ьо", "йо"), "jo": ("жо", "ьо", "йо"),
    "y": ("ъ", "й", "и"), "j": ("ж", "й"), "x": ("х", "кс"), "c": ("ц", "к"), "h": ("х",),
    "u": ("у", "ъ"), "a": ("а", "ъ"), "i": ("и", "й"),
}  # fmt: skip
_LONGEST = max(map(len, _READINGS))
_VOWELS = frozenset("aeiouyq")
#: A word to read, when it has a Latin letter; a bare number stays a number.
_WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
#: How many letters of a word may be read otherwise than first thought: two finds all but freak spellings and stays cheap.
_DEVIATIONS = 2
#: Longer "words" are noise and are read as first thought: their readings would be millions.
_LONGEST_WORD = 24


def has_cyrillic(text: str) -> bool:
    """Tell whether ``text`` holds a Cyrillic letter."""
    return _CYRILLIC.search(text) is not None


def to_latin(text: str, habit: Mapping[str, str] = OFFICIAL) -> str:
    """Return ``text`` with its Cyrillic letters written in Latin ones by ``habit`` (one of `HABITS`); the case is kept."""
    return "".join(_cased(habit.get(letter.lower(), letter), letter) for letter in text)


def _cased(written: str, like: str) -> str:
    return written.capitalize() if like.isupper() else written


def to_cyrillic(text: str, vocabulary: Mapping[str, int] | None = None) -> str:
    """Return ``text`` with its Latin words read as Bulgarian, in lower case where a word was read.

    ``vocabulary`` counts known Bulgarian words in lower case: among the readings of a word the commonest known one is taken,
    else the likeliest. Words that hold a Cyrillic letter and bare numbers stay.
    """
    known = vocabulary or {}
    return _WORD.sub(lambda found: found[0] if found[0].isdecimal() else _read(found[0].lower(), known), text)


def _read(word: str, vocabulary: Mapping[str, int]) -> str:
    pieces = _pieces(word)
    first = [readings[0] for readings in pieces]
    best, count = "".join(first), vocabulary.get("".join(first), 0)
    open_places = [place for place, readings in enumerate(pieces) if len(readings) > 1] if len(word) <= _LONGEST_WORD else []
    for deviations in range(1, _DEVIATIONS + 1):
        if count:
            break  # a reading that is known and needs fewer oddities is taken
        for places in combinations(open_places, deviations):
            for reading in _deviating(first, pieces, places):
                if vocabulary.get(reading, 0) > count:
                    best, count = reading, vocabulary[reading]
    return best


def _deviating(first: list[str], pieces: list[tuple[str, ...]], places: tuple[int, ...]) -> list[str]:
    """Return all readings that differ from ``first`` exactly at ``places``."""
    readings = [first]
    for place in places:
        readings = [[*letters[:place], other, *letters[place + 1 :]] for letters in readings for other in pieces[place][1:]]
    return ["".join(letters) for letters in readings]


def _pieces(word: str) -> list[tuple[str, ...]]:
    """Return the readings of each letter group of ``word``, likeliest first."""
    pieces = []
    place = 0
    while place < len(word):
        for size in range(_LONGEST, 0, -1):
            group = word[place : place + size]
            if group in _READINGS and len(group) == size:
                break
        else:
            group = word[place]
        pieces.append(_in_place(group, word, place))
        place += len(group)
    return pieces


def _in_place(group: str, word: str, place: int) -> tuple[str, ...]:
    """Return the readings of ``group`` with those first that its neighbours make likely."""
    readings = _READINGS.get(group, (group,))
    after_vowel = place > 0 and word[place - 1] in _VOWELS
    if group == "y" and after_vowel:
        return ("й", "ъ", "и")
    if group == "i" and after_vowel and place + 1 < len(word):
        return ("й", "и")
    if group == "ia" and place + len(group) == len(word):
        return ("ия", "я", "иа")
    return readings

"""Messages as people also type them: without diacritics, with typos, and Bulgarian in Latin letters.

For measuring what is understood; nothing is learned from these. Everything is drawn from a seed and the text itself, so that
the same message is changed in the same way wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.language.bulgarian import OFFICIAL, to_latin

#: Words of so many letters get a typo.
LONG = 6
#: The draws that are counted together in an evaluation: one alone is easily a point off.
SEEDS = (1, 2, 3)
_WORD = re.compile(r"[^\W\d_]+")
#: The keys of a phone or a computer, row by row; Bulgarians mostly use the phonetic layout.
_QWERTZ = ("qwertzuiopšđ", "asdfghjklčćž", "yxcvbnm")
_KEYBOARDS: Mapping[str, tuple[str, ...]] = {
    "sl": _QWERTZ,
    "hr": _QWERTZ,
    "it": ("qwertyuiopè", "asdfghjklòàù", "zxcvbnm"),
    "bg": ("явертъуиопшщю", "асдфгхйкл", "зьцжбнм"),
}
#: How people write the letters that have no one Latin counterpart; each person is taken to keep to one way within a message.
_WAYS: Mapping[str, tuple[str, ...]] = {
    "в": ("v", "v", "w"),
    "ж": ("zh", "j"),
    "й": ("y", "i", "j"),
    "х": ("h", "h", "x"),
    "ц": ("ts", "c"),
    "ч": ("ch", "4"),
    "ш": ("sh", "6"),
    "щ": ("sht", "6t"),
    "ъ": ("a", "y", "u"),
    "ь": ("y", "i"),
    "ю": ("yu", "iu"),
    "я": ("ya", "q", "ia"),
}


def stripped(text: str) -> str:
    """Return ``text`` without diacritics. The Croatian đ becomes dj, the harder of the two ways in use; Cyrillic stays."""
    letters = text.replace("đ", "dj").replace("Đ", "Dj")
    return "".join(map(_bare, unicodedata.normalize("NFC", letters)))


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def mistyped(text: str, seed: int, language: str) -> str:
    """Return ``text`` with one typo in each word of `LONG` letters or more.

    A letter is left out, typed twice, swapped with its neighbour, or replaced by one beside it on the keyboard of
    ``language`` (an Italian one for languages that are not ours); each is as likely as the others.
    """
    draw = _drawing(text, seed)
    beside = _beside(_KEYBOARDS.get(language, _KEYBOARDS["it"]))
    return _WORD.sub(lambda found: _slip(found.group(), draw, beside) if len(found.group()) >= LONG else found.group(), text)


def _slip(word: str, draw: Random, beside: Mapping[str, str]) -> str:
    """Return ``word`` with one typo; where the one that was drawn would change nothing, another is drawn."""
    while True:
        place = draw.randrange(len(word) - 1)
        letter, after, rest = word[place], word[place + 1], word[place + 2 :]
        near = draw.choice(beside.get(letter.lower(), letter))
        near = near.upper() if letter.isupper() else near
        pair = draw.choice((after, letter + letter + after, after + letter, near + after))
        typed = word[:place] + pair + rest
        if typed != word:
            return typed


def _beside(rows: tuple[str, ...]) -> Mapping[str, str]:
    """Return for each key those that touch it: its neighbours in the row, and two in the rows above and below."""
    touching: dict[str, str] = {}
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else ""
        below = rows[number + 1] if number + 1 < len(rows) else ""
        for place, key in enumerate(row):
            left = row[max(0, place - 1) : place]
            under = below[max(0, place - 1) : place + 1]
            touching[key] = left + row[place + 1 : place + 2] + above[place : place + 2] + under
    return touching


def in_latin(text: str, seed: int) -> str:
    """Return ``text`` with its Cyrillic in Latin letters, by a mixture of habits that is drawn for this text."""
    draw = _drawing(text, seed)
    habit = {**OFFICIAL, **{letter: draw.choice(ways) for letter, ways in _WAYS.items()}}
    return to_latin(text, habit)


def _drawing(text: str, seed: int) -> Random:
    return Random(f"{seed} {text}")  # noqa: S311 - it draws typos and guards nothing


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of typing: the ``languages`` that it touches, and ``change``, which takes a text, its language and a seed.

    ``seeds`` are the draws that an evaluation counts together.
    """

    languages: tuple[str, ...]
    change: Callable[[str, str, int], str]
    seeds: tuple[int, ...]

    def lines(self, lines: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Yield those ``lines`` of an evaluation that are in the languages touched, typed so, once for each of the seeds."""
        for line in lines:
            language = str(line["lang"])
            if language not in self.languages:
                continue
            for seed in self.seeds:
                if "turns" in line:
                    yield {**line, "turns": [self._turn(turn, turn.get("lang", language), seed) for turn in line["turns"]]}
                else:
                    yield self._turn(line, language, seed)

    def _turn(self, turn: Mapping[str, Any], language: str, seed: int) -> Mapping[str, Any]:
        return {**turn, "text": self.change(turn["text"], language, seed)}


VARIANTS: Mapping[str, Variant] = {
    "stripped": Variant(("sl", "it", "hr"), lambda text, _language, _seed: stripped(text), (0,)),
    "mistyped": Variant(("sl", "it", "hr", "bg"), lambda text, language, seed: mistyped(text, seed, language), SEEDS),
    "in Latin letters": Variant(("bg",), lambda text, _language, seed: in_latin(text, seed), SEEDS),
}

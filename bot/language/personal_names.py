"""Names of persons, found by the words with which people introduce themselves or sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.identifiers import Found

#: After these a name follows, whether or not it has capitals. In plain lower-case letters, as `bot.language.masking` makes them.
_SURELY = re.compile(
    r"\b(?:ime mi je|moje ime je|pisem se|imenujem se|klicejo me|priimek je|prezime mi je|"
    r"prezivam se|zovem se|mi chiamo|il mio nome e|mio cognome e|казвам се|името ми е|името и фамилията ми са|"
    r"фамилията ми е|my name is)(?: je| sono| са| е)?[\s:,\-]+"
)
#: After these, what has a capital is a name: titles, fields of a form, and greetings that are signed.
_WITH_CAPITAL = re.compile(
    r"\b(?:gospod[aeu]?|gosp[aeo]|gospodicna|gospodin|gdja|gdin|g\.|gdc\.|signor[ae]?|dottor|dottoressa|sig\.|sig\.ra|dr\.|dott\.|"
    r"госпожа|господин|госпожица|г-жа|г-н|"
    r"ime in priimek|ime i prezime|nome e cognome|име и фамилия|tukaj|qui|"
    r"podpisan[ai]?|potpisan[ai]?|sottoscritt[oa]|долуподписан(?:ият|ата)|"
    r"lep pozdrav|lp|s spostovanjem|s postovanjem|pozdrav|cordiali saluti|distinti saluti|saluti|поздрави|с уважение)[\s,:!\-]+"
)
#: After these, only two words with capitals are a name: one is a nationality or a town.
_PERHAPS = re.compile(r"\b(?:sem|sam|sono|аз съм|съм)\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_MOST = 3
#: Words that go on with the sentence after a name without capitals.
_GOES_ON = frozenset(
    {
        *(
            "in",
            "iz",
            "s",
            "z",
            "sem",
            "pa",
            "ter",
            "imam",
            "rad",
            "rada",
            "stara",
            "star",
            "stanujem",
            "zivim",
            "ki",
            "ali",
            "na",
        ),
        *("i", "sam", "te", "od", "a", "zelim", "trazim", "koji", "koja"),
        *("e", "ed", "ho", "sono", "vivo", "abito", "di", "da", "vorrei", "cerco", "che", "con"),
        *("и", "съм", "от", "на", "имам", "живея", "искам", "търся", "с", "а", "но"),
    }
)


def introduced(text: str, plain: str) -> Iterator[Found]:
    """Yield the names in ``text`` that somebody introduces or signs with; ``plain`` is the same text in plain letters."""
    for cue in _SURELY.finditer(plain):
        words = _following(text, cue.end())
        capitals = _capitals(words)
        yield from _name(capitals or _without_capitals(words))
    for cue in _WITH_CAPITAL.finditer(plain):
        yield from _name(_capitals(_following(text, cue.end())))
    for cue in _PERHAPS.finditer(plain):
        words = _capitals(_following(text, cue.end()))
        # Who writes in capitals alone shows no names by them.
        if len(words) > 1 and not text[cue.start() : cue.end()].strip().isupper():
            yield from _name(words)


def _following(text: str, begins: int) -> list[re.Match[str]]:
    """Return the words from there on that nothing but a space parts."""
    words: list[re.Match[str]] = []
    while len(words) < _MOST and (word := _WORD.match(text, begins)) is not None:
        words.append(word)
        begins = word.end() + 1
        if text[word.end() : begins] != " ":
            break
    return words


def _capitals(words: list[re.Match[str]]) -> list[re.Match[str]]:
    count = next((number for number, word in enumerate(words) if not word[0][0].isupper()), len(words))
    return words[:count]


def _without_capitals(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the word after the cue, and the next unless the sentence goes on with it."""
    return words[:1] if len(words) < 2 or words[1][0].lower() in _GOES_ON else words[:2]  # noqa: PLR2004 - a name and a surname


def _name(words: list[re.Match[str]]) -> Iterator[Found]:
    if words:
        yield Found("name", words[0].start(), words[-1].end())

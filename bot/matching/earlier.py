"""Messages that go back to what was asked before the last answer: "and for the second?", "back to that, what does it cost?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.text import fold, words
from bot.model.verdict import Candidate

#: Longer messages tell by themselves what they are about.
_LONGEST = 12
#: How probable a question of before must be to be taken up again, where nothing is likelier.
_TAKEN_UP = 0.08
#: What follows an ordinal that stands by itself: the end, a mark, or the word that asks. "Za drugo osebo" and "per la prima
#: volta" are about something else.
_ALONE = (
    r"(?=\W*$|\s*[,;:?!.]|\s+(?:kaj|koliko|kje|kako|kdaj|kam|pa|rabim|potrebujem|vprasanje|stvar|zadevo|sto|gdje|kada|treba|trebam|"
    r"pitanje|ci|quanto|dove|come|che|cosa|invece|serve|servono|domanda|какво|колко|къде|как|кога|ми|питане|въпрос|нещо)\b)"
)
_FIRST = re.compile(
    r"\b(?:za|o|pri|glede|kod|oko) (?:to |ono |ti |tem )?prv(?:o|a|i|u|em|ega|im|oj|og|om)" + _ALONE + r"|"
    r"\b(?:per|su|sul|sulla|del|della|quanto a) ?(?:il |la )?prim[ao](?! (?:che|cosa)\b)" + _ALONE + r"|"
    r"\b(?:за|по|относно) първ(?:ото|ия|ата)" + _ALONE
)
_SECOND = re.compile(
    r"\b(?:za|o|pri|glede|kod|oko) (?:to |ono |ti |tem )?drug(?:o|a|i|u|em|ega|im|oj|og|om)" + _ALONE + r"|"
    r"\b(?:per|su|sul|sulla|del|della|quanto a) ?(?:il |la |l')?(?:second[ao]|altr[ao])(?! (?:che|cosa)\b)" + _ALONE + r"|"
    r"\b(?:за|по|относно) (?:втор(?:ото|ия|ата)|друг(?:ото|ия|ата))" + _ALONE
)


def pointed_at(text: str, asked: Sequence[str]) -> str | None:
    """Return which of the last two topics that were ``asked`` about, oldest first, a message points at by its number."""
    if len(asked) < 2 or len(words(text)) > _LONGEST:  # noqa: PLR2004 - one of two
        return None
    first, second = asked[-2:]
    folded = fold(text)
    if _SECOND.search(folded):
        return second
    return first if _FIRST.search(folded) else None


def taken_up(text: str, candidates: Sequence[Candidate], asked: Sequence[str], topic: str) -> str | None:
    """Return the topic that was ``asked`` about before ``topic`` and that a message which asks nothing new goes back to."""
    if len(words(text)) > _LONGEST or not candidates:
        return None
    best = candidates[0]
    return best.topic if best.topic in asked and best.topic != topic and best.probability >= _TAKEN_UP else None

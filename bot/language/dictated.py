"""Numbers that are dictated: digits and tens in words, one after the other, as somebody speaks who cannot type them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOUGHT = r"nula|nic|zero|нула"
#: In plain lower-case letters, as `bot.language.masking` makes them: Slovene and Croatian, Italian, Bulgarian.
_SOUTHERN_ONES = r"en[ao]?|jed(?:an|na|no)|dva|dve|dvije|tri|stiri|cetiri|pet|sest|sed[ea]m|os[ea]m|devet"
_SOUTHERN = (
    rf"(?:{_SOUTHERN_ONES})(?:najst|naest|in[a-z]{{3,6}}deset|indvajset)?|deset|enajst|jedanaest|cetrnaest|sesnaest|"
    r"dvajset|dvadeset|[a-z]{2,6}deset|sto|dv[ei]?j?esto|[a-z]{3,6}sto"
)
_ITALIAN_ONES = r"uno|due|tre|quattro|cinque|sei|sette|otto|nove"
_ITALIAN = (
    rf"{_ITALIAN_ONES}|dieci|[a-z]{{2,7}}dici|dicia[a-z]{{4,6}}|diciotto|"
    rf"(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant)[ai]?(?:{_ITALIAN_ONES})?|(?:due|tre|[a-z]{{3,7}})?cento"
)
_BULGARIAN = (
    r"ед(?:ин|на|но)|дв[ае]|три|четири|пет|шест|седем|осем|девет|десет|[а-я]{2,6}(?:найсет|надесет)|"
    r"[а-я]{2,6}(?:йсет|десет)|сто|двеста|триста|[а-я]{3,6}стотин"
)
_WORD = rf"(?:{_NOUGHT}|{_SOUTHERN}|{_ITALIAN}|{_BULGARIAN})(?!\w)"
_SPOKEN = re.compile(rf"(?<!\w){_WORD}(?:[\s,.;\-–]{{1,3}}(?:[иie]\s)?{_WORD}){{5,}}")
_HAS_NOUGHT = re.compile(rf"(?<!\w)(?:{_NOUGHT})(?!\w)")
#: From so many words on it is no amount any more, also without a nought; fewer than six are none of a phone.
_MANY = 8


def dictated(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where numbers are dictated that are as long as those of phones."""
    for match in _SPOKEN.finditer(plain):
        if _HAS_NOUGHT.search(match[0]) or len(re.findall(r"\w{2,}", match[0])) >= _MANY:
            yield match.span()

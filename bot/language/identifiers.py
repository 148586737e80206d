"""Numbers that tell who somebody is, found in free text by their check digits and by the words before them.

A check digit alone proves little: one random number in ten has that of an OIB or a ЛНЧ, one in twelve that of a Slovene tax
number. So these want a word before them that names them, while what holds a date of birth (EMŠO, JMBG, ЕГН), an IBAN, a codice
fiscale or a card does not. And where the word stands, a number of the right length is taken even with a wrong check digit:
people mistype.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import luhn
from stdnum.bg import egn, pnf
from stdnum.hr import oib
from stdnum.it import codicefiscale, iva
from stdnum.si import ddv, emso

from bot.language.accounts import accounts
from bot.model.library import COUNTRIES


@dataclass(frozen=True, slots=True)
class Found:
    """Something to mask: its kind, and where it begins and ends."""

    kind: str
    begins: int
    ends: int


#: What stands between the groups of a number: at most one of these. What goes on in the next line of a list is another one.
_GAP = r"[\s.\-/]?"
_NO_MORE = r"(?!(?:[^\S\n]|[.\-/])?\d)"
#: How far before a number the word may stand that names it, how far when the check digits are right, and how far one that tells
#: it is something else.
_NEAR, _FAR, _CLOSE = 40, 400, 24

#: Words that name a number, in plain lower-case letters (see `bot.language.masking`).
_CUES = {
    "emso": r"em[sz]o|jmbg|maticn\w* (?:broj|stevilk)|мбг",
    "oib": r"\boib|osobni identifikacijski",
    "lnch": r"лнч|\bлене?че\w*|личен (?:номер )?на чужден\w*",
    "egn": r"егн|единен граждански",
    "tax-number": r"davcn|\bdav\w*\.? ?st\b|\bd\.? ?s\b|id za ddv|\btin\b|partita iva|p\.? ?iva|\bpiva\b|porezni broj|еик|"
    r"булстат",
    "fiscal-code": r"codice fiscale|cod\.? ?fisc|\bc\.? ?f\b",
}
#: And the letters of a country right before one.
_STUCK_BEFORE = {"oib": r"|\bhr$", "tax-number": r"|\bsi$"}
_CUE = {kind: re.compile(cue + _STUCK_BEFORE.get(kind, "")) for kind, cue in _CUES.items()}
_CUE_BEHIND = {kind: re.compile(cue) for kind, cue in _CUES.items()}
_BEHIND = re.compile(rf"\D{{0,{_NEAR}}}")
#: Numbers of files, bills and goods, which have check digits and the lengths of phones by chance.
_OF_A_THING = re.compile(
    r"(?:\bst\b|\bstev\w*|sklep\w*|odlocb\w*|zadev\w*|sklic\w*|polozni\w*|kod[aeo]\b|\bean\b|predmet\w*|rjesenj\w*|klasa|urbroj|"
    r"narocil\w*|narudzb\w*|posiljk\w*|paket\w*|ba[rp]kod\w*|barcode|ordin\w*|spedizion\w*|поръчк\w*|пратк\w*|баркод\w*|"
    r"pratic\w*|protocoll\w*|\bprot\b|\bn\b|n°|domanda|fattura|№|\bвх\b|преписк\w*|заявлени\w*|решени\w*|фактура|\bsi\d\d)"
    r"[\s.:#№°]*(?:\d{1,8}[\s\-/])?$"
)

#: By length. Letters may stand at once before and behind: people forget the space, and files are named so.
_RUN = {length: re.compile(rf"(?<![\d@])(?=(\d(?:{_GAP}\d){{{length - 1}}}){_NO_MORE})") for length in (8, 10, 11, 13)}
_CARD = re.compile(r"(?<![\d@])(?=([2-6]\d{3}(?:[\s\-]?\d){9,15})(?![\s\-]?\d|\w))")
_CODICE = re.compile(
    rf"(?<!\w)([a-z]{{3}}{_GAP}[a-z]{{3}}{_GAP}[0-9l-v]{{2}}[a-ehlmpr-t][0-9l-v]{{2}}{_GAP}[a-z][0-9l-v]{{3}}{_GAP}[a-z])(?!\w)"
)
_CODICE_ANYHOW = re.compile(
    "(?=("
    + _GAP.join((*["[a-z]"] * 6, *["[0-9l-v]"] * 2, "[a-ehlmpr-t]", *["[0-9l-v]"] * 2, "[a-z]", *["[0-9l-v]"] * 3, "[a-z]"))
    + "))"
)
_DIGITS_AT_LEAST = 3
#: Cyrillic letters that look like Latin ones, as a keyboard left in the other script writes them.
_LOOK_ALIKES = str.maketrans("асеорхутвмнкі", "aceopxytbmhki")

_PHONE_CUE = re.compile(
    r"(?:\btel\w*|\btel\b|\bmob\w*|\bgsm\b|\bcell\w*|\bpokli\w*|\bklic\w*|\bzovi\w*|\bnazov\w*|\bchiam\w*|\bтел\w*|\bмоб\w*|"
    r"\bgsm\w*|\bобад\w*|\bпозвън\w*|\bwhatsapp\b|\bviber\b|\bвайбър\b)[\s.:,]*(?:(?:me|mi|je|e|na|al|il|mio|moj|st|stevilka|"
    r"stevilko|broj|numero|ми|ме|е|на|номер)[\s.:,]+){0,3}$"
)
#: Not 116 123 and its like, which are everybody's.
_PHONE_LIKE = re.compile(r"(?<!\d)(?!116[\s]?\d{3}\b(?![\s.\-/]?\d))\+?\(?\d(?:[\s.\-/()]{0,2}\d){5,14}(?!\d)")
_ABROAD = re.compile(r"(?<![\w])(?:\+|00)[\s(]?[1-9](?:[\s.\-/()]{0,2}\d){6,13}(?!\w)")
#: A number in pairs, which the library takes for a date.
_PAIRS = re.compile(r"(?<!\d)0\d{2,3}(?:[\s.\-]\d\d){3}(?!\d)")
#: Addresses of pages by which somebody is called.
_CALLS = re.compile(r"(?:wa\.me/|whatsapp\.com/send\S{0,40}?phone=|viber\S{0,40}?number=)(?:%2b|\+)?(\d{8,15})")
#: Lines that are everybody's: free of charge, at a shared or a raised rate, or one number for a whole organisation.
_PUBLIC = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.UAN,
    }
)
#: A letter that is stuck to a number, and a slash between two.
_STUCK = re.compile(r"[^\W\d_](?=\d)|(?<=\d)[^\W\d_]|(?<=\s)/(?=\s)")
#: A day, a month of a year, or the days from which to which something is.
_DATE = re.compile(
    r"(?:(?:19|20)\d\d-\d{1,2}-\d{1,2}|\d{1,2}[.\s/\-]{1,2}\d{1,2}[.\s/\-]{1,2}(?:19|20)\d\d)(?!\d)|"
    r"(?:0?[1-9]|1[0-2])[./](?:19|20)\d\d(?![\s.\-/]?\d)|"
    r"\d{1,2}\.\s?\d{1,2}\.?\s?[\-–]\s?\d{1,2}\.\s?\d{1,2}\b(?!\.?\d)"
)
#: So many digits has a number at least that nothing names: a shorter one is that of a meter or a door.
_FEWEST = 7


def personal(plain: str) -> Iterator[Found]:
    """Yield the personal numbers in ``plain``, the surest kinds first; what overlaps an earlier one is not to be heeded.

    ``plain`` is the text in plain lower-case letters and digits, of the same length (see `bot.language.masking`).
    """
    yield from (Found("phone", *match.span(1)) for match in _CALLS.finditer(plain))
    yield from (Found("iban", *span) for span in accounts(plain))
    yield from _codici(plain)
    for kind, length in (("emso", 13), ("oib", 11), ("lnch", 10), ("egn", 10), ("tax-number", 11), ("tax-number", 8)):
        yield from (found for found in _runs(plain, kind, length) if _is_named(plain, kind, found.begins))
    for kind, length, is_valid in (("lnch", 10, pnf.is_valid), ("tax-number", 11, iva.is_valid), ("tax-number", 8, ddv.is_valid)):
        yield from (found for found in _runs(plain, kind, length, is_valid) if _is_spoken_of(plain, found))
    yield from _runs(plain, "emso", 13, emso.is_valid)
    yield from _runs(plain, "egn", 10, egn.is_valid)
    for match in _CARD.finditer(plain):
        if luhn.is_valid(_digits(match[1])) and not _is_of_a_thing(plain, match.start()):
            yield Found("card", *match.span(1))


def phones(plain: str) -> Iterator[Found]:
    """Yield the phone numbers in ``plain``: those of our four countries and those with a country's code.

    Short public numbers (112, 116 123) are none. A number after the word for a phone is one even when mistyped.
    """
    for match in _PHONE_LIKE.finditer(plain):
        if _PHONE_CUE.search(plain[: match.start()][-_NEAR:]) and not _DATE.match(plain, match.start()):
            yield Found("phone", *match.span())
    for pattern in (_ABROAD, _PAIRS):
        for match in pattern.finditer(plain):
            if not _is_of_a_thing(plain, match.start()) and not _DATE.match(plain, match.start()):
                yield Found("phone", *match.span())
    for text in dict.fromkeys((plain, _STUCK.sub(" ", plain))):
        for begins, ends in _matched(text):
            if (
                len(_digits(text[begins:ends])) >= _FEWEST
                and not _is_of_a_thing(plain, begins)
                and not _DATE.match(plain, begins)
            ):
                yield Found("phone", begins, ends)


def _matched(text: str) -> Iterator[tuple[int, int]]:
    """Yield where phone numbers stand that are valid in one of our countries, and a public line in none."""
    matches = [each for country in COUNTRIES for each in phonenumbers.PhoneNumberMatcher(text, country.upper())]
    public = {(each.start, each.end) for each in matches if phonenumbers.number_type(each.number) in _PUBLIC}
    yield from dict.fromkeys((each.start, each.end) for each in matches if (each.start, each.end) not in public)


def unnamed(plain: str) -> Iterator[Found]:
    """Yield what has the check digit of an OIB although nothing names it, unless it is called the number of a thing."""
    yield from _runs(plain, "oib", 11, oib.is_valid)


def _runs(plain: str, kind: str, length: int, is_valid: Callable[[str], bool] | None = None) -> Iterator[Found]:
    for match in _RUN[length].finditer(plain):
        if is_valid is None or (is_valid(_digits(match[1])) and not _is_of_a_thing(plain, match.start())):
            yield Found(kind, *match.span(1))


def _is_named(plain: str, kind: str, begins: int) -> bool:
    """Tell whether what begins there is called by the word for ``kind``, and not by a later word for another one."""
    before = plain[max(0, begins - _NEAR) : begins]
    last = {each: max((match.end() for match in cue.finditer(before)), default=-1) for each, cue in _CUE.items()}
    return last[kind] >= 0 and last[kind] == max(last.values()) and not re.search(r"\d", before[last[kind] :])


def _is_spoken_of(plain: str, found: Found) -> bool:
    """Tell whether the word for its kind stands anywhere before, people go on telling before they give the number, or behind."""
    if _CUE[found.kind].search(plain[max(0, found.begins - _FAR) : found.begins]):
        return True
    behind = _BEHIND.match(plain, found.ends)
    return behind is not None and _CUE_BEHIND[found.kind].search(behind[0]) is not None


def _is_of_a_thing(plain: str, begins: int) -> bool:
    return _OF_A_THING.search(plain[max(0, begins - _CLOSE) : begins]) is not None


def _codici(plain: str) -> Iterator[Found]:
    latin = plain.translate(_LOOK_ALIKES)
    for match in _CODICE.finditer(latin):
        compact = re.sub(r"[^a-z0-9]", "", match[1])
        if compact[6:8].isdecimal() or (_digits(compact) and codicefiscale.is_valid(compact)):
            yield Found("fiscal-code", *match.span(1))
    # Spelled letter by letter, or stuck to other words: then the check letter must be right. Letters may stand for some digits
    # of a code; for all of them they do so by chance, in one of 26 sentences that have the shape.
    for match in _CODICE_ANYHOW.finditer(latin):
        compact = re.sub(r"[^a-z0-9]", "", match[1])
        if len(_digits(compact)) >= _DIGITS_AT_LEAST and codicefiscale.is_valid(compact):
            yield Found("fiscal-code", *match.span(1))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())

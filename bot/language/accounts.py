"""Numbers of bank accounts in free text: IBANs by their shape, others by the word before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban

#: What stands between the groups of a number: at most one of these.
_GAP = r"[\s.\-/]?"

#: How long an IBAN of a country is, and what follows its check digits: a known shape is taken with a wrong check digit, too.
_IBANS = {
    "si": r"\d{15}",
    "hr": r"\d{17}",
    "it": r"[a-z]\d{10}[a-z0-9]{12}",
    "sm": r"[a-z]\d{10}[a-z0-9]{12}",
    "bg": r"[a-z]{4}\d{6}[a-z0-9]{8}",
    "at": r"\d{16}",
    "de": r"\d{18}",
    "hu": r"\d{24}",
    "rs": r"\d{18}",
    "ba": r"\d{16}",
    "mk": r"\d{3}[a-z0-9]{10}\d{2}",
    "me": r"\d{18}",
    "ro": r"[a-z]{4}[a-z0-9]{16}",
    "fr": r"\d{10}[a-z0-9]{11}\d{2}",
    "ch": r"\d{5}[a-z0-9]{12}",
    "lt": r"\d{16}",
    "be": r"\d{12}",
    "ie": r"[a-z]{4}\d{14}",
    "es": r"\d{20}",
    "nl": r"[a-z]{4}\d{10}",
    "gb": r"[a-z]{4}\d{14}",
    "pl": r"\d{24}",
    "sk": r"\d{20}",
    "cz": r"\d{20}",
    "gr": r"\d{23}",
}
_IBAN_BEGINS = re.compile(rf"(?=({'|'.join(_IBANS)})[\s\-]?\d{_GAP}\d)")

#: An account as it was written before the IBAN, or with its letters in the wrong script, behind the word for one.
_NAMED = re.compile(
    r"(?:\biban\w*|\btrr\b|\bracun\w*|\bziro\w*|\bconto\b|\bc/c\b|\bсметк\w*|\bа?[ий]бан\w*)[^\d]{0,60}?"
    r"((?<!\w)(?:[^\W\d_]{2}\d\d ?[^\W_]{4}(?: ?\d){10,14}|\d{5,7}[\s\-]\d{10}|\d{15}|\d{17})(?!\d))"
)
#: A Bulgarian IBAN typed in Cyrillic.
_CYRILLIC = re.compile(r"(?<!\w)([бв]г\d\d ?[^\W\d_]{4}(?: ?\d){14}(?!\d))")
#: An IBAN without the letters of its country, in groups: 17 digits in Slovenia, 19 in Croatia. The word for a bill is not enough.
_NO_LETTERS = re.compile(r"\b(?:iban|trr|ziro)\w*\D{0,60}?((?<!\w)\d\d(?:[ \-]?\d){15}(?:(?:[ \-]?\d){2})?(?![ \-]?\d))")


def accounts(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where the numbers of accounts in ``plain`` begin and end (see `bot.language.identifiers.personal`).

    One that stands by itself or behind "iban" is taken with wrong check digits, too; one that is stuck to other letters only
    with right ones.
    """
    for begin in _IBAN_BEGINS.finditer(plain):
        shape = _IBANS[begin[1]]
        pieces = list(_pieces(shape))
        stops = r"(?!\d)" if pieces[-1] == r"\d" else r"(?![a-z0-9])"
        match = re.compile(_GAP.join((*begin[1], r"\d", r"\d", *pieces)) + stops).match(plain, begin.start())
        if match is None:
            continue
        before = plain[: begin.start()]
        if not before[-1:].isalnum() or before.endswith("iban") or iban.is_valid(re.sub(r"\W", "", match[0])):
            yield match.span()
    for pattern in (_NAMED, _CYRILLIC, _NO_LETTERS):
        yield from (match.span(1) for match in pattern.finditer(plain))


def _pieces(shape: str) -> Iterator[str]:
    """Yield the pattern of each character of a shape."""
    for piece, count in re.findall(r"(\\d|\[[^\]]+\])(?:\{(\d+)\})?", shape):
        yield from [piece] * int(count or 1)

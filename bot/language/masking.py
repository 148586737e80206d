"""Masking: what tells who somebody is gives way to a word for its kind, such as ``[phone]``.

It is for what is kept beyond a conversation. What is found is numbers, addresses of e-mail and names after the words by which
people introduce themselves; whoever is told of in passing, and where somebody lives, is not. Addresses of web pages stay, but
for such numbers in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.language import identifiers, personal_names
from bot.language.dictated import dictated
from bot.language.identifiers import Found

#: What people write for the sign in the midst of an address whose keyboard has none, and for the dots.
_AT = r"(?:at|et|afna|chiocciola|маймунско(?:\sа)?|кльомба)"
_DOT = r"(?:\.|\s(?:pika|tocka|punto|точка)\s)"
#: Each part is as long as the standards let it be (RFC 5321, RFC 1035), so that no text takes long to be searched.
_EMAIL = re.compile(r"(?<![\w.+%\-])[\w.+%\-]{1,64}\s?(?:@|[(\[]" + _AT + r"[)\]])\s?[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,9}")
_SPOKEN = re.compile(
    rf"(?<![\w.+%\-])[\w.+%\-]{{1,64}}(?:{_DOT}[\w+%\-]{{1,64}}){{0,3}}\s{_AT}\s"
    rf"[\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,3}}{_DOT}[^\W\d_]{{2,63}}(?!\w)"
)
_HANDLE = re.compile(r"(?<![\w@/.])@[a-z]\w{3,31}")
_URL = re.compile(r"(?:https?://|www\.)\S+")


def masked(text: str) -> str:
    """Return ``text`` with a word in brackets in place of each thing that tells who somebody is.

    The words are those of programmers, the same in every language: ``[e-mail]``, ``[phone]``, ``[iban]``, ``[card]``,
    ``[emso]`` (EMŠO and JMBG), ``[oib]``, ``[egn]``, ``[lnch]``, ``[tax-number]``, ``[fiscal-code]`` and ``[name]``.
    """
    text = unicodedata.normalize("NFC", text)
    pieces, end = [], 0
    for each in sorted(_apart(found_in(text)), key=lambda found: found.begins):
        pieces += [text[end : each.begins], f"[{each.kind}]"]
        end = each.ends
    return "".join([*pieces, text[end:]])


def found_in(text: str) -> Iterator[Found]:
    """Yield what is to be masked in composed ``text``, the surest first; what overlaps an earlier one is not to be heeded."""
    plain = "".join(map(_plain, text))
    for pattern in (_EMAIL, _SPOKEN):
        yield from (Found("e-mail", *match.span()) for match in pattern.finditer(plain))
    yield from identifiers.personal(plain)
    pages = [match.span() for match in _URL.finditer(plain)]
    outside = (found for found in identifiers.phones(plain) if not any(a <= found.begins < b for a, b in pages))
    yield from outside
    yield from (Found("phone", *span) for span in dictated(plain))
    yield from identifiers.unnamed(plain)
    yield from (Found("name", *match.span()) for match in _HANDLE.finditer(plain))
    yield from personal_names.introduced(text, plain)


def _apart(found: Iterator[Found]) -> list[Found]:
    taken: list[Found] = []
    for each in found:
        if all(each.ends <= other.begins or other.ends <= each.begins for other in taken):
            taken.append(each)
    return taken


def _plain(character: str) -> str:
    """Return one character for ``character``: a digit of ours, a lower-case letter, a Latin one without its mark."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    wide = unicodedata.normalize("NFKC", character)
    parts = unicodedata.normalize("NFD", wide if len(wide) == 1 else character)
    base = parts[0] if parts[0] < "\u0250" else character
    lower = base.lower()
    return "d" if lower == "đ" else lower if len(lower) == 1 else character

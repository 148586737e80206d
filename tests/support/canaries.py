"""Invented identifiers with valid check digits, as people write them, and a search that finds them however they are written."""

from __future__ import annotations

import base64
import binascii
import html
import json
import quopri
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote_to_bytes

#: What is written, and how each identifier in it is spelled. Nobody has any of them.
_LINES = (
    ("moj EMŠO je {}", "230796 450 5174"),
    ("matični broj djeteta (JMBG): {}", "1408962330315"),
    ("davčna številka {}", "73019461"),
    ("ID za DDV {}", "SI73019470"),
    ("OIB {}", "739 184 620 56"),
    ("codice fiscale {}", "ZRN LVR 73D57 L424W"),
    ("ЕГН {}", "730817-2648"),
    ("ЛНЧ {}", "7305194825"),
    ("TRR {}", "SI56 0510 0730 1946 282"),
    ("račun {}", "hr2523900011730194629"),
    ("conto {}", "IT22 X054 2811 1010 0000 7301 946"),
    ("сметка {}", "BG71STSA93007301946285"),
    ("kartica {}", "4532-7301-9462-8054"),
    ("tel. {}", "041/730-194"),
    ("doma {}", "+386 5 730 19 46"),
    ("zovite {}", "091 7301 946"),
    ("cellulare {}", "+39 347 7301946"),
    ("тел. {}", "0888 730 194"),
    ("или {}", "00359 2 730 19 46"),
    ("mail {}", "zora.canarin73@primer.example"),
    ("scrivo da {}", "ZORA_CANARIN@PEC.EXAMPLE"),
    ("или {}", "зора@канарче.бг"),
)
SPELLED = tuple(spelled for _, spelled in _LINES)
IDENTIFIERS = frozenset(SPELLED)

#: A word that nobody says: it is no identifier and is masked nowhere, but it goes with the conversation that it was said in.
WORD = "Жълтопръстица"

#: Everything at once.
TEXT = f"{WORD}, помогнете: " + "; ".join(line.format(spelled) for line, spelled in _LINES) + "."

#: What may stand between the parts of a number; every second byte of UTF-16 is the first of them.
_SEPARATORS = b"\0 \t\r\n.,;:-_/()+"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")

_PACKED = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")


def _bare(data: bytes) -> bytes:
    return data.lower().translate(None, _SEPARATORS)


def _forms(spelled: str) -> set[bytes]:
    return {_bare(each.encode(encoding)) for each in (spelled, spelled.lower()) for encoding in _ENCODINGS}


_WANTED = {spelled: _forms(spelled) for spelled in (*SPELLED, WORD)}


def found(data: bytes | str, *, thoroughly: bool = True) -> set[str]:
    """Return which canaries, and whether `WORD`, stand in ``data``: without separators, in any case, in UTF-8 or UTF-16.

    ``thoroughly`` also where they are escaped: in addresses, JSON, HTML, and the ways in which mail is packed. What is random
    to its last byte, and a hundred megabytes of it, needs that less.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    seen: set[str] = set()
    for view in _views(raw) if thoroughly else (raw,):
        bare = _bare(view)
        seen |= {spelled for spelled, forms in _WANTED.items() if any(form in bare for form in forms)}
    return seen


def _views(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield unquote_to_bytes(raw.replace(b"+", b" "))
    yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), raw)
    yield html.unescape(raw.decode("utf-8", "replace")).encode("utf-8", "replace")
    yield quopri.decodestring(raw)
    yield b"\n".join(map(_unpacked, _PACKED.findall(raw)))


def _unpacked(packed: bytes) -> bytes:
    letters = packed.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(letters[: len(letters) // 4 * 4])
    except binascii.Error:  # it only looks like it
        return b""


def disguises(text: str) -> tuple[bytes, ...]:
    """Return ``text`` in each form that `found` sees through."""
    plain = text.encode()
    written = (quote(text), quote_plus(text), json.dumps(text), html.escape(text).replace("@", "&#64;"))
    packed = (quopri.encodestring(plain), base64.b64encode(plain), base64.urlsafe_b64encode(plain))
    return (*(text.encode(each) for each in _ENCODINGS), *(each.encode() for each in written), *packed)

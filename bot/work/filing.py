"""What may be kept of a file that somebody sent: its type is told by its content, and what could harm is taken out or refused.

Run it where it can do no harm itself: `bot.work.apart` does so in a process of its own.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from bot.model.attached import JPEG, LARGEST, PDF, PNG, TEXT, Dangerous, Tidied, TooLarge, UnknownKind, Why

#: The ending of each type that is kept.
ENDINGS = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf", TEXT: ".txt"}

_LONGEST_NAME = 80
#: All that is left of a name: letters, digits, marks of letters, and these.
_HARMLESS = set(" -_()+,")
#: How a file begins that Pillow reads and we take.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PDF = b"%PDF-"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_IN_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"word/", b"xl/", b"ppt/")
#: The brands of the photo format of some phones: https://aomediacodec.github.io and ISO/IEC 23008-12, annex B.
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
#: What browsers take for a page or a drawing that may run scripts, wherever it stands near the beginning.
_PAGE = re.compile(r"<\s*(!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|img|style|meta|link)\b", re.IGNORECASE)
_NEAR = 4096
#: Control characters that no text has; tab, line feed, form feed and carriage return are none.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BROUGHT_IN_BY = "#!"


def tidied(content: bytes, name: str) -> Tidied:
    """Return the file as it may be kept and passed on; ``name`` is what its sender calls it and tells nothing else.

    A picture is decoded and drawn anew, upright and at most 4096 pixels wide and high, so that nothing is left of where it was
    taken nor of anything that hung on it. A PDF is looked through and kept as it is. A text must be UTF-8. Pure.

    Raises `TooLarge`, `UnknownKind`, `Dangerous`, and in a process with little memory MemoryError.
    """
    if len(content) > LARGEST:
        raise TooLarge
    if not content.strip():
        raise UnknownKind(Why.EMPTY)
    media_type, kept = _kept(content)
    return Tidied(_named(name, ENDINGS[media_type]), media_type, kept)


def _kept(content: bytes) -> tuple[str, bytes]:
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        from bot.work.pictures import redrawn  # noqa: PLC0415 - each kind loads what reads it, and no other

        return redrawn(content)
    if content.startswith(_PDF):
        if zipfile.is_zipfile(BytesIO(content)):
            raise Dangerous(Why.ACTIVE)  # an archive behind the last page
        from bot.work.papers import check  # noqa: PLC0415

        check(content)
        return PDF, content
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise UnknownKind(Why.HEIC)
    if content.startswith((_OLD_OFFICE, _RTF)):
        raise UnknownKind(Why.OFFICE)
    if content.startswith(_ZIP):
        raise UnknownKind(Why.OFFICE if any(mark in content for mark in _IN_OFFICE) else Why.UNKNOWN)
    return TEXT, _text(content).encode()


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnknownKind(Why.UNKNOWN) from None
    if _NO_TEXT.search(text):
        raise UnknownKind(Why.UNKNOWN)
    if text.startswith(_BROUGHT_IN_BY) or _PAGE.search(text[:_NEAR]):
        raise Dangerous(Why.ACTIVE)
    return text


def _named(name: str, ending: str) -> str:
    """Return ``name`` with the ``ending`` of its type, and nothing in it that a system or a reader could take for something else.

    Dots go as well: "receipt.pdf.exe" must not come back as an ending.
    """
    own = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    stem = own.rpartition(".")[0] or own
    safe = "".join(each if _is_harmless(each) else "-" for each in stem)
    short = re.sub(r"-{2,}", "-", re.sub(r"\s+", " ", safe)).strip(" -")[:_LONGEST_NAME].strip(" -")
    return f"{short or 'file'}{ending}"


def _is_harmless(character: str) -> bool:
    return character in _HARMLESS or unicodedata.category(character)[0] in "LN" or unicodedata.combining(character) > 0

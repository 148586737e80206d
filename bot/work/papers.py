"""Looking through a PDF for what is more than paper: programs, other files, a password."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from bot.model.attached import Dangerous, UnknownKind, Why

#: Names that stand in a PDF which runs something, starts something, sends something away, or carries another file. As in the PDF
#: standard (ISO 32000-1): 12.6.4 (actions), 7.11.4 (embedded files), 12.7.8 (XFA), 13 (multimedia).
_ACTIVE = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/ImportData",
        "/SubmitForm",
        "/RichMedia",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/XFA",
        "/GoToE",
    }
)
#: After the end of the last page only these may follow.
_NOTHING = b"\x00\t\n\x0c\r \x1a"
_END = b"%%EOF"
#: A paper with more objects is not looked through.
_MOST_OBJECTS = 200_000
#: What pypdf raises on content that is none.
_BROKEN = (PyPdfError, ValueError, LookupError, TypeError, AttributeError, OSError, ArithmeticError, RecursionError)


def check(content: bytes) -> None:
    """Return when nothing is found. Raises `Dangerous`, also when the paper cannot be looked into, or `UnknownKind`."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would tell of what it finds, and quote it
    end = content.rfind(_END)
    if end < 0:
        raise UnknownKind(Why.BROKEN)
    if content[end + len(_END) :].strip(_NOTHING):
        raise Dangerous(Why.ACTIVE)
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Dangerous(Why.LOCKED)
        if len(reader.pages) == 0:
            raise UnknownKind(Why.BROKEN)
        for value in _objects(reader):
            _look(value)
    except _BROKEN:
        raise UnknownKind(Why.BROKEN) from None


def _objects(reader: PdfReader) -> Iterator[object]:
    """Yield the trailer and every object that the paper lists, those in compressed streams as well, whether used or not."""
    yield reader.trailer
    listed = [(number, generation) for generation, table in reader.xref.items() for number in table]
    listed += [(number, 0) for number in reader.xref_objStm]
    if len(listed) > _MOST_OBJECTS:
        raise UnknownKind(Why.BROKEN)
    for number, generation in listed:
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _look(value: object) -> None:
    """Look at an object and what stands directly in it; what it points to is looked at by itself."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, NameObject) and str(one) in _ACTIVE:
            raise Dangerous(Why.ACTIVE)
        if isinstance(one, DictionaryObject):
            pending += [*one.keys(), *one.values()]
        elif isinstance(one, ArrayObject):
            pending += list(one)

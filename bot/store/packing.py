"""Editions as the store keeps them: a library packed into bytes, and taken out again."""

from __future__ import annotations

import re
import zlib

from pydantic import TypeAdapter

from bot.model.library import Library
from bot.store.editions import Edition

#: What unpacking an edition, or making it searchable, may raise when it is damaged or of another version of the program.
UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, re.error, zlib.error)

_libraries = TypeAdapter(Library)


class NoLibraryError(Exception):
    """There is nothing to answer from; the message says why, and lists the errors in the knowledge folder."""


class EditionError(NoLibraryError):
    """An edition in the store cannot be read or made searchable."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"edition {number} cannot be used ({why})")
        self.number = number


def pack(library: Library) -> bytes:
    """Return the content of an edition: ``library`` as compressed JSON."""
    return zlib.compress(_libraries.dump_json(library), 6)


def unpack(edition: Edition) -> Library:
    """Return what ``edition`` holds. Raises `EditionError`."""
    try:
        return _libraries.validate_json(zlib.decompress(edition.content))
    except UNUSABLE as error:
        raise EditionError(edition.number, type(error).__name__) from error

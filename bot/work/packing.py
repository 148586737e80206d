"""Editions and weights as the store keeps them: packed into bytes, and taken out again."""

from __future__ import annotations

import re
import zlib

import structlog
from pydantic import TypeAdapter

from bot.matching.weights import BrokenWeightsError, Weights
from bot.model.library import Library
from bot.store.editions import Edition

#: What unpacking an edition, or making it searchable, may raise when it is damaged or of another version of the program.
UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, re.error, zlib.error)

_log = structlog.get_logger("shelf")
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


def read_weights(content: bytes | None) -> Weights | None:
    """Return the weights in ``content``; None when there is none, or when another version of the program wrote it."""
    if content is None:
        return None
    try:
        return Weights.from_bytes(content)
    except BrokenWeightsError as error:
        _log.warning("weights cannot be read and are not used", why=str(error))
        return None

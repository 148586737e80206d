"""Weights as they were kept, read again."""

from __future__ import annotations

import structlog

from bot.matching.weights import BrokenWeightsError, Weights, fingerprint, told_by
from bot.model.library import Library

_log = structlog.get_logger("shelf")


def read_weights(content: bytes | None) -> Weights | None:
    """Return the weights in ``content``; None when there is none, or when another version of the program wrote it."""
    if content is None:
        return None
    try:
        return Weights.from_bytes(content)
    except BrokenWeightsError as error:
        _log.warning("weights cannot be read and are not used", why=str(error))
        return None


def fits(content: bytes, library: Library, encoder: str | None) -> bool:
    """Tell whether ``content`` is what was learned from ``library`` with ``encoder`` (None: with any), without reading it all."""
    try:
        told, learned_with = told_by(content)
    except BrokenWeightsError:
        return False
    return encoder in {None, learned_with} and told == fingerprint(library.examples, learned_with)

"""Sentences that are written in one place and said in another."""

from __future__ import annotations


def sentence(text: str) -> str:
    """Return ``text``: a mark for the catalogs, where a sentence is not said at once (see the mappings in pyproject)."""
    return text

"""All checks of a library."""

from __future__ import annotations

from collections.abc import Mapping

from bot.editing.documents import Document
from bot.editing.problems import Problem
from bot.model.library import Library


def check(
    library: Library, documents: Mapping[str, Document] | None = None, *, broken: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    return ()

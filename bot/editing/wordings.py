"""The texts of a wording, one by one, and the facts that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.editing.documents import Path
from bot.model.library import Wording

#: A fact named in prose.
NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")

#: The parts of a wording that stand on buttons and as headings; the others are what a resident reads.
LABELS = (("title",), ("button",))


def parts(wording: Wording) -> list[tuple[Path, str]]:
    """Return the texts of a wording and where each stands in it."""
    single = [*LABELS, ("what",), ("who",), ("cost",), ("time",), ("note",)]
    found: list[tuple[Path, str]] = [(path, getattr(wording, path[0])) for path in single]
    for name, items in (("do", wording.do), ("bring", wording.bring)):
        found.extend(((name, position), item) for position, item in enumerate(items))
    return [(path, text) for path, text in found if text]


def names_in(wording: Wording) -> Iterator[str]:
    """Yield the names of the facts in a wording, each as often as it stands there."""
    for _, text in parts(wording):
        yield from NAME.findall(text)

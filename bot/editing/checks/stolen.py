"""Examples that another topic would take if they were not there: a list for an editor who reads them, told as notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from bot.editing import layout
from bot.editing.documents import Path
from bot.editing.findings import Finding, note
from bot.editing.problems import sentence
from bot.matching.linear import Floats
from bot.model.library import Example, Library


def check(library: Library, vectors: Mapping[int, Floats], progress: Callable[[str, float], None]) -> Iterator[Finding]:
    """Leave out each example of a topic or a situation in turn; tell those that do not win their own, with the thief.

    See `bot.matching.leave_one_out.thefts` for ``vectors`` and ``progress``.
    """
    from bot.matching.leave_one_out import thefts  # noqa: PLC0415 - it needs scikit-learn, and serving must not load that

    places = _places(library)
    for theft in thefts(library.examples, vectors, progress):
        template = sentence("'%(thief)s' takes this example when it is left out (lead %(lead).2f): does it belong here?")
        yield note(*places[theft.example], template, thief=theft.thief, lead=theft.lead)


def _places(library: Library) -> dict[Example, tuple[str, Path]]:
    """Return the file of each example and its path there."""
    position: Counter[tuple[str, str]] = Counter()
    places: dict[Example, tuple[str, Path]] = {}
    for example in library.examples:
        places.setdefault(example, layout.example(example.label, example.language, position[example.label, example.language]))
        position[example.label, example.language] += 1
    return places

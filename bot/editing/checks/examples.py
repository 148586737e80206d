"""Checks of the examples: none teaches two things, none is written in letters of two alphabets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.language.text import fold
from bot.model.library import Library

#: Words from which on two examples that differ in one of them are told as near: "where is the X office" is short and no fault.
NEAR_WORDS = 7

#: What a resident may write at most is longer, but an example of this length teaches nothing but its length.
LONGEST_EXAMPLE = 600

_Place = tuple[str, Path]


def check(library: Library, folded: Sequence[str]) -> Iterator[Finding]:
    """Check each example and compare it with those of its language; ``folded`` are the words of all, with a space between."""
    position: Counter[tuple[str, str]] = Counter()
    same: dict[tuple[str, str], tuple[str, _Place]] = {}
    near: dict[int, tuple[str, _Place]] = {}
    for example, said in zip(library.examples, folded, strict=True):
        place = layout.example(example.label, example.language, position[example.label, example.language])
        position[example.label, example.language] += 1
        yield from _alone(example.text, *place)
        key = (example.language, said or fold(example.text))
        other_label, other = same.setdefault(key, (example.label, place))
        if other != place:
            yield _twice(place, other, one_meaning=other_label == example.label)
        elif len(read := said.split()) >= NEAR_WORDS:
            yield from _near(read, example.label, example.language, place, near)


def _alone(text: str, file: str, path: Path) -> Iterator[Finding]:
    if not any(character.isprintable() and not character.isspace() for character in text):
        yield error(file, path, "the example is empty")
    if len(text) > LONGEST_EXAMPLE:
        yield warning(file, path, "the example has %(count)d characters", count=len(text))
    for word in writing.mixed_words(text):
        yield error(file, path, "'%(word)s' mixes Latin and Cyrillic letters", word=word)


def _twice(place: _Place, other: _Place, *, one_meaning: bool) -> Finding:
    if one_meaning:
        return warning(*place, sentence("the same example stands here twice"))
    where = ": ".join((other[0], ", ".join(map(str, other[1]))))
    return error(*place, sentence("the same example means something else in %(where)s"), where=where)


def _near(folded: list[str], label: str, language: str, place: _Place, seen: dict[int, tuple[str, _Place]]) -> Iterator[Finding]:
    """Tell an example that differs in one word at most from one with another meaning.

    Each text is filed under itself without one word, for every word; two texts that meet differ there alone. A text is the sum
    of its words at their places, so that one is left out by a subtraction; what it is filed under is a single number, since
    half a million pairs would keep the memory's collector busy.
    """
    own = (label, place)
    placed = [hash(pair) for pair in enumerate(folded)]
    whole = sum(placed)
    for left_out, word in enumerate(placed):
        key = hash((language, len(folded), left_out, whole - word))
        other_label, other = seen.setdefault(key, own)
        if other_label != label:
            yield warning(*place, sentence("nearly the same example means something else in %(where)s"), where=other[0])
            return

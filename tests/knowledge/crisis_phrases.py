"""For every crisis pattern a sentence that only it catches, so that none can be lost unseen.

The sentences stand in `crisis_phrases.yaml` with the patterns that no sentence was found for: whatever these catch, another
catches too. After patterns were added or changed, `python -m tests.knowledge.crisis_phrases` looks for new sentences: first
among the examples of the library, then among what a pattern itself spells out. It never takes a sentence away: one that is no
longer caught must be struck out by a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.editing.files import read_folder
from bot.language.text import fold
from bot.matching.crisis import Patterns
from bot.matching.material import CRISIS
from bot.model.library import Library
from bot.settings import shipped

#: How `re` itself reads a pattern; it is not told to whoever checks types.
code: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")

TABLE = Path(__file__).with_suffix(".yaml")
#: How often a pattern is spelled out before it counts as redundant.
_TRIES = 400


@dataclass(frozen=True)
class Phrases:
    """The table: sentences by the kind of crisis that they tell of, and the patterns that no sentence needs, by kind."""

    caught: Mapping[str, Sequence[str]]
    redundant: Mapping[str, Sequence[str]]

    @staticmethod
    def read() -> Phrases:
        """Return what stands in `TABLE`."""
        told = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
        return Phrases(told["caught"], told["redundant"])

    def write(self) -> None:
        """Write `TABLE`."""
        told = {"caught": dict(self.caught), "redundant": dict(self.redundant)}
        TABLE.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=True, width=1000), encoding="utf-8")


def catching(patterns: Patterns, sentence: str) -> list[int]:
    """Return the places of the ``patterns`` that are found in ``sentence``."""
    folded = fold(sentence)
    return [place for place, (_, pattern) in enumerate(patterns.compiled) if pattern.search(folded)]


def needed(patterns: Patterns, sentences: Iterable[str]) -> dict[int, str]:
    """Return the first of the ``sentences`` that only one pattern catches, by the place of that pattern."""
    found: dict[int, str] = {}
    for sentence in sentences:
        caught_by = catching(patterns, sentence)
        if len(caught_by) == 1:
            found.setdefault(caught_by[0], sentence)
    return found


def renewed(library: Library, before: Phrases) -> Phrases:
    """Return the table of ``library``: all sentences of the one ``before`` and those found for patterns that had none."""
    patterns = Patterns.of(tuple(library.crises.values()))
    caught = {kind: set(before.caught.get(kind, ())) for kind in library.crises}
    shown = needed(patterns, [sentence for sentences in caught.values() for sentence in sentences])
    examples = sorted(
        (example.text for example in library.examples if example.label.startswith(CRISIS)), key=lambda text: (len(text), text)
    )
    from_examples = needed(patterns, examples)
    redundant: dict[str, list[str]] = {kind: [] for kind in library.crises}
    for place, (kind, pattern) in enumerate(patterns.compiled):
        if place in shown:
            continue
        sentence = from_examples.get(place) or _spelled_alone(patterns, place)
        if sentence is None:
            redundant[kind].append(pattern.pattern)
        else:
            caught[kind].add(sentence)
    return Phrases(
        {kind: sorted(sentences) for kind, sentences in caught.items()}, {kind: sorted(set(of)) for kind, of in redundant.items()}
    )


def _spelled_alone(patterns: Patterns, place: int) -> str | None:
    """Return the shortest of what the pattern at ``place`` spells out that no other pattern catches; None if there is none."""
    pattern = patterns.compiled[place][1]
    draw = Random(pattern.pattern)  # noqa: S311 - it draws sentences and guards nothing
    spelled = {" ".join("".join(_spelled(_parser.parse(pattern.pattern), draw)).split()) for _ in range(_TRIES)}
    fitting = (text for text in sorted(spelled, key=lambda text: (len(text), text)) if pattern.search(fold(text)))
    return next((text for text in fitting if catching(patterns, text) == [place]), None)


def _spelled(parsed: Iterable[tuple[Any, Any]], draw: Random) -> Iterator[str]:
    """Yield the pieces of a text that ``parsed`` would match, looks ahead and behind aside."""
    for operation, argument in parsed:
        if operation is code.LITERAL:
            yield chr(argument)
        elif operation is code.BRANCH:
            yield from _spelled(draw.choice(argument[1]), draw)
        elif operation is code.SUBPATTERN:
            yield from _spelled(argument[3], draw)
        elif operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
            least, most, inner = argument
            for _ in range(draw.randint(least, min(most, least + 1))):
                yield from _spelled(inner, draw)
        elif operation is code.IN:
            yield _one_of(argument, draw)
        elif operation is code.ANY:
            yield " "


def _one_of(choices: Sequence[tuple[Any, Any]], draw: Random) -> str:
    operation, argument = draw.choice(choices)
    if operation is code.LITERAL:
        return chr(argument)
    if operation is code.RANGE:
        return chr(draw.randint(*argument))
    return {code.CATEGORY_WORD: "a", code.CATEGORY_DIGIT: "7", code.CATEGORY_SPACE: " "}.get(argument, " ")


@lru_cache(maxsize=1)
def shipped_library() -> Library:
    """Return the shipped library."""
    library = read_folder(shipped("knowledge")).library
    assert library is not None
    return library


if __name__ == "__main__":
    renewed(shipped_library(), Phrases.read() if TABLE.exists() else Phrases({}, {})).write()

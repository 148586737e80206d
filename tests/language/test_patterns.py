"""No pattern of the thinking rooms takes long over a text that somebody made for that (regular expression denial of service).

Over forty thousand letters a pattern whose work grows as the square of them takes seconds, one whose work grows as they do takes
milliseconds: the limit lies far from both, and is counted in the thread's own time.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import bot.dialogue
import bot.language
import bot.matching
import bot.model

_LETTERS, _SECONDS = 40_000, 1.0
_PIECES = ("1", "a", "1a", "а", "a@", "a.", "@a", "1 ", "1-", "-", ".", " ", "\n", "http://", "iban ", "aaaa aaaa ", "a et a ")
_HOSTILE = [(piece * _LETTERS)[:_LETTERS] for piece in _PIECES]

#: It reads what coordinates enter, one rule from its beginning to its end; sought everywhere it would be slow.
_ANCHORED = {"bot.language.hours._DAYS"}


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for room in (bot.model, bot.language, bot.matching, bot.dialogue):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                several = value.items() if isinstance(value, dict) else [("", value)]
                yield from ((f"{module.name}.{name}{key}", each) for key, each in several if isinstance(each, re.Pattern))


def test_there_are_patterns_to_try() -> None:
    assert len(dict(_patterns())) > 40


@pytest.mark.parametrize("name", sorted(set(dict(_patterns())) - _ANCHORED))
def test_a_pattern_takes_no_longer_than_the_text_is_long(name: str) -> None:
    pattern, began = dict(_patterns())[name], time.thread_time()
    slow = []
    for piece, text in zip(_PIECES, _HOSTILE, strict=True):
        before = time.thread_time()
        for _ in pattern.finditer(text):
            pass
        if time.thread_time() - before > _SECONDS:
            slow.append(piece)

    assert slow == [], f"{time.thread_time() - began:.1f} s"

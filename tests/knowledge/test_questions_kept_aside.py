"""The development questions measure; an example that is nearly one of them would make the measure worthless."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from bot.language.text import words
from bot.model.library import LANGUAGES, Library

#: Short ones cannot help but be alike: everybody says hello in the same words.
FEWEST_WORDS = 4

#: Of a hundred letters, those that may be the same.
TOO_NEAR = 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_is_nearly_a_question_kept_aside(library: Library, shared: Path, language: str) -> None:
    kept = [text for text in _kept_aside(shared, language) if len(text.split()) >= FEWEST_WORDS]
    # What people say in danger is kept all the same: to miss it would be worse than to measure it too well.
    ours = [
        " ".join(words(example.text))
        for example in library.examples
        if example.language == language and not example.label.startswith("crisis:")
    ]

    alike = process.cdist(kept, ours, scorer=fuzz.ratio, score_cutoff=TOO_NEAR, dtype=np.uint8)

    assert kept
    assert [ours[column] for _, column in zip(*np.nonzero(alike), strict=True)] == []


def _kept_aside(shared: Path, language: str) -> list[str]:
    found: list[str] = []
    for file in sorted(shared.glob("eval/*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            found.extend(
                " ".join(words(turn["text"])) for turn in item.get("turns", [item]) if turn.get("lang", item["lang"]) == language
            )
    return found

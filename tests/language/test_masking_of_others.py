"""Masking, on messages that were written without knowing the code: 60 in each language, 24 of them look-alikes.

When they were first measured, 149 of 170 identifiers were masked (88 %) and 10 of 96 look-alikes were, too. What was missed then
was mended, so that they measure no longer how well it does on fresh ones; they hold what was gained. "Hard" are those that are
spoken in words, or written in a way that no bank uses any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.language.masking import masked
from bot.model.library import LANGUAGES

MESSAGES = Path(__file__).parents[1] / "data" / "masking"
#: Look-alikes that are masked wrongly: public lines with a number like any other, a bar code. The live text stays for staff.
ACCEPTED = {"sl": 1, "hr": 2, "it": 2, "bg": 0}


def _messages(language: str) -> Iterator[dict[str, Any]]:
    for line in (MESSAGES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_tells_who_somebody_is_does_not_stay(language: str) -> None:
    easy = [message for message in _messages(language) if not message["hard"]]
    stayed = [one for message in easy for one in message["identifiers"] if one in masked(message["text"])]

    assert sum(len(message["identifiers"]) for message in easy) >= 40
    assert stayed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_tells_nobody_stays(language: str) -> None:
    harmless = [message["text"] for message in _messages(language) if not message["identifiers"]]
    changed = [text for text in harmless if masked(text) != text]

    assert len(harmless) == 24
    assert len(changed) <= ACCEPTED[language], changed

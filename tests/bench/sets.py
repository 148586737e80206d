"""The public sets: what they hold and which part of it is learned, asked and foreign."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model.library import LANGUAGES, Example

_DATA = Path(__file__).resolve().parents[1] / "data"
#: An intent is in scope when every language has so many phrases of it to learn from; all others are never learned.
_FEWEST = 5
#: What the Italian half of nlp.js's benchmark calls a message that is none of its business.
_NONE = "Nessuno"


@dataclass(frozen=True)
class Intents:
    """A set of messages with intents: ``learned`` and ``asked`` in scope, ``unseen`` of intents that were never learned."""

    name: str
    learned: tuple[Example, ...]
    asked: tuple[Example, ...]
    unseen: tuple[Example, ...]


def home_assistant() -> Intents:
    """Return the sentences of Home Assistant's voice assistant in four languages, split by blocks of paraphrases."""
    rows = list(_rows("home_assistant"))
    counted = Counter((row["lang"], row["intent"]) for row in rows if row["split"] == "train")
    in_scope = {row["intent"] for row in rows if all(counted[tongue, row["intent"]] >= _FEWEST for tongue in LANGUAGES)}
    known = [row for row in rows if row["intent"] in in_scope]
    return Intents(
        "home-assistant",
        tuple(_example(row) for row in known if row["split"] == "train"),
        tuple(_example(row) for row in known if row["split"] == "test"),
        tuple(_example(row) for row in rows if row["intent"] not in in_scope),
    )


def corpus50() -> Intents:
    """Return the Italian half of nlp.js's own benchmark, with its official split."""
    rows = list(_rows("nlpjs_corpus50"))
    asked = [row for row in rows if row["split"] == "test"]
    return Intents(
        "corpus50",
        tuple(_example(row) for row in rows if row["split"] == "train" and row["intent"] != _NONE),
        tuple(_example(row) for row in asked if row["intent"] != _NONE),
        tuple(_example(row) for row in asked if row["intent"] == _NONE),
    )


def unrelated(folder: Path) -> tuple[Example, ...]:
    """Return SIB-200's test sentences in our languages, which have nothing to do with anything; none without the set."""
    rows = [row for row in _lines(folder / "sib200" / "data.jsonl") if row["split"] == "test"]
    return tuple(_example(row) for row in rows if row["lang"] in LANGUAGES)


def tongues(folder: Path) -> tuple[Example, ...]:
    """Return lingua's single words, pairs of words and sentences in our languages; none without the set."""
    return tuple(_example(row) for row in _lines(folder / "lingua_lid" / "data.jsonl") if row["lang"] in LANGUAGES)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name / "data.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def _example(row: dict[str, Any]) -> Example:
    return Example(row["lang"], row["intent"], row["text"])

"""A sound library of a few shipped topics, small enough to be published many times, and editors at their work."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.editing import layout, trees
from bot.editing.files import read_folder
from bot.editing.trees import Tree
from bot.model.library import LANGUAGES, PAIRS, Library
from bot.store import editions
from bot.store.database import Database
from bot.store.packing import pack

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TOPICS = ("child-benefit", "debts", "domestic-violence", "food-help", "home-care", "pension")
#: How many examples of each label are kept.
_EXAMPLES = 12


@cache
def small_edition() -> Library:
    """Return the shipped library cut down to `TOPICS` in the four countries; `bot.editing.checks` finds no error in it."""
    whole = read_folder(KNOWLEDGE).library
    assert whole is not None
    tree = trees.of(whole)
    kept = {file: _cut(file, value) for file, value in tree.items() if _stays(file)}
    for _ in range(2):  # what nothing names any more goes too, and what only that named
        reading = trees.read(kept)
        for problem in reading.errors:
            kept = dict(trees.put(kept, problem.file, problem.path, None))
    library = trees.read(kept).library
    assert library is not None, [str(problem) for problem in trees.read(kept).errors]
    return library


def _stays(file: str) -> bool:
    folder, _, stem = file.removesuffix(".yaml").rpartition("/")
    if folder == "topics" or folder in {f"facts/{where}" for where in ("si", "it", "hr", "bg")}:
        return stem in TOPICS
    if folder in LANGUAGES:
        return stem in (*TOPICS, layout.ACTS, layout.CRISIS, layout.OUTSIDE)
    return folder != "situations" and folder not in {f"facts/{pair}" for pair in PAIRS}


def _cut(file: str, value: Any) -> Any:
    folder, _, stem = file.removesuffix(".yaml").rpartition("/")
    if folder == "topics":
        return {**value, "related": [topic for topic in value.get("related", []) if topic in TOPICS]}
    if folder in LANGUAGES and stem in {layout.ACTS, layout.CRISIS}:
        return {label: texts[:_EXAMPLES] for label, texts in value.items()}
    if folder in LANGUAGES:
        wordings = {where: words for where, words in value.get("wordings", {}).items() if where not in PAIRS}
        return {"examples": value["examples"][:_EXAMPLES]} | ({"wordings": wordings} if wordings else {})
    return value


def small_tree() -> Tree:
    """Return `small_edition` as a tree."""
    return trees.of(small_edition())


@cache
def _packed_small_edition() -> tuple[bytes, str]:
    return _packed(small_edition())


def _packed(library: Library) -> tuple[bytes, str]:
    return pack(library), trees.digest(trees.of(library))


async def put_up(db: Database, library: Library, now: datetime) -> int:
    """Publish ``library`` as the next edition and return its number."""
    packed, digest = _packed_small_edition() if library is small_edition() else _packed(library)
    async with db.write() as tx:
        parent = await editions.newest_number(tx)
        return (await editions.publish(tx, parent, packed, digest, now)).number

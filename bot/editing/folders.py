"""A tree written to a knowledge folder: only what changed is touched, each file whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, RootModel

from bot.editing.documents import Document, parse
from bot.editing.files import shape_of
from bot.editing.shaping import shaped
from bot.editing.styles import style
from bot.editing.trees import Tree
from bot.editing.yamlfiles import text_of

#: What the name of a file may look like; a tree from elsewhere must not lead out of the folder.
_NAME = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.yaml")


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a folder did: the names of the files that are new, other than before, and gone."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.deleted)


def write_tree(tree: Tree, folder: Path) -> Written:
    """Write ``tree`` to ``folder``. Raises OSError, and ValueError for a name that no knowledge file has.

    A file that means the same as before is not touched, byte for byte; a knowledge file that ``tree`` does not have is deleted;
    whatever else lies there stays. What was written before an error is whole, and the next attempt goes on from there.
    """
    strange = [file for file in tree if shape_of(file) is None or not _NAME.fullmatch(file)]
    if strange:
        raise ValueError(f"no knowledge file is called {strange[0]!r}")
    there = dict(_there(folder))
    added: list[str] = []
    changed: list[str] = []
    for file in sorted(tree):
        former = there.get(file)
        if former is not None and _same(file, tree[file], former):
            continue
        (added if former is None else changed).append(file)
        _write(folder / file, text_of(file, tree[file], "" if former is None else former.decode("utf-8-sig", "replace")))
    gone = sorted(file for file in there if file not in tree)
    for file in gone:
        (folder / file).unlink()
    return Written(tuple(added), tuple(changed), tuple(gone))


def tree_of(folder: Path) -> Tree:
    """Return what the knowledge files in ``folder`` hold, unchecked; a file that cannot be read holds nothing. Raises OSError."""
    return {file: document.value if (document := parse(file, content)[0]) else {} for file, content in _there(folder)}


def _there(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of ``folder`` that holds knowledge."""
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if path.suffix in {".yaml", ".yml"} and path.is_file() and shape_of(file) is not None:
            yield file, path.read_bytes()


def _same(file: str, value: object, content: bytes) -> bool:
    """Tell whether ``content`` means just ``value``: as their shape has them, so that order and open values do not count."""
    document, faults = parse(file, content)
    if document is None or faults:
        return False
    shape = shape_of(file)
    before, after = (shaped(shape, each)[0] if shape else None for each in (document, Document(file, value, None)))
    if before is None or after is None:
        return document.value == value
    return before == after and (not style(file, ()).kept or _names(before) == _names(after))


def _names(shape: BaseModel) -> list[str]:
    return list(shape.root) if isinstance(shape, RootModel) else []


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            if path.exists():  # a cut of the power must not leave an empty file where a good one was
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()

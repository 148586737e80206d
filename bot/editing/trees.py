"""A library as a tree: what its files hold as plain values, without files.

A `Tree` maps the name of each knowledge file (`bot.editing.layout`) to what stands in it: mappings, lists and text, every
scalar as text, as `bot.editing.documents` reads them. Drafts are kept as trees, since a half-finished edit is a tree long before
it is a library; `of` and `read` lead from one to the other, and ``read(of(library)).library == library``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from bot.editing import disassembling
from bot.editing.assembling import assemble
from bot.editing.checks import check, placed
from bot.editing.clashes import clashes
from bot.editing.documents import Document, Path
from bot.editing.files import REQUIRED, Reading, in_order, shape_of
from bot.editing.problems import Problem, Severity
from bot.editing.shaping import shaped
from bot.model.library import Library

#: Each file's value, by its name. Never changed in place: `put` returns another.
Tree = Mapping[str, Any]


def of(library: Library) -> Tree:
    """Return the files that ``library`` is read from, in their canonical form."""
    return dict(disassembling.files(library))


def read(tree: Tree, *, today: date | None = None) -> Reading:
    """Read and check a tree as `bot.editing.files.read_folder` does a folder. Problems have no lines, but paths."""
    formed: dict[str, BaseModel] = {}
    problems: list[Problem] = []
    for file in sorted(tree, key=lambda name: PurePosixPath(name).parts):
        shape = shape_of(file)
        if shape is None:
            problems.append(Problem(Severity.WARNING, file, None, "this file is not read: no rule says what it holds"))
            continue
        value, faults = shaped(shape, Document(file, tree[file], None))
        problems.extend(faults)
        if value is not None:
            formed[file] = value
    problems.extend(Problem(Severity.ERROR, file, None, "this file is missing") for file in REQUIRED if file not in tree)
    broken = frozenset({*tree, *REQUIRED} - set(formed))
    library = assemble(formed)
    problems.extend(placed(clashes(formed, library), {}, broken))
    problems.extend(check(library, broken=broken, today=today))
    sound = all(problem.severity is not Severity.ERROR for problem in problems)
    ordered = tuple(replace(problem, line=None) for problem in in_order(problems))
    return Reading(library if sound else None, ordered, digest(tree))


def digest(value: object) -> str:
    """Return what tells a value, or a whole tree, from another: a SHA-256 in hexadecimal over its canonical JSON."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()  # whatever somebody put in


def get(tree: Tree, file: str, path: Path = ()) -> Any:  # noqa: ANN401 - a tree holds plain values
    """Return what stands at ``path`` in ``file``; None where nothing does."""
    value: Any = tree.get(file)
    for step in path:
        in_list = isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int) and step < len(value)
        if not in_list and not (isinstance(value, Mapping) and step in value):
            return None
        value = value[step]
    return value


def put(tree: Tree, file: str, path: Path, value: object) -> Tree:
    """Return the tree with ``value`` at ``path`` in ``file``, None to take away what stands there.

    Mappings on the way are made when they are missing; a mapping that becomes empty by taking away stays, empty. A step into a
    list is not taken: lists are put whole. The order of what was there is kept.
    """
    return put_all(tree, {(file, tuple(path)): value})


def put_all(tree: Tree, values: Mapping[tuple[str, tuple[str | int, ...]], object]) -> Tree:
    """Return the tree with each value at its file and path, as `put` does it; the tree is copied once for all of them."""
    made = dict(tree)
    for (file, path), value in values.items():
        if path:
            made[file] = _with(made.get(file), list(path), value)
        elif value is None:
            made.pop(file, None)
        else:
            made[file] = value
    return made


def _with(held: Any, path: list[Any], value: object) -> Any:  # noqa: ANN401 - as above
    step, *rest = path
    there = dict(held) if isinstance(held, Mapping) else {}
    if rest:
        there[step] = _with(there.get(step), rest, value)
    elif value is None:
        there.pop(step, None)
    else:
        there[step] = value
    return there


def changed_files(before: Tree, after: Tree) -> Iterator[str]:
    """Yield the names of the files in which two trees differ, in order."""
    for file in sorted({*before, *after}):
        if before.get(file) != after.get(file):
            yield file

"""Editions carried to knowledge files and back, as the command line does it: needs the database and a folder, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot import clock
from bot.editing import trees
from bot.editing.files import REQUIRED, read_folder, source_hash
from bot.editing.folders import Written, tree_of, write_tree
from bot.editing.items import changed, item_at
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree
from bot.knowledge import KnowledgeFolder
from bot.matching.weights import fingerprint
from bot.model.library import Library
from bot.opening import opened
from bot.settings import Settings
from bot.store import audit, editions, shipped
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.editions import Edition, Kind, OutdatedParent
from bot.store.packing import EditionError, pack, unpack
from bot.work.kept_weights import read_weights
from bot.work.people import OPERATOR

#: Characters of the sentence that says why a folder was imported.
LONGEST_NOTE = 300

#: How many names lead to the smallest thing that is an item of its own.
_DEEP = 2


class CarryError(Exception):
    """It cannot be carried; the message says why, and nothing was changed."""


async def export(settings: Settings, folder: Path) -> str:
    """Write the newest edition to ``folder`` and return what that changed, file by file. Raises `CarryError`."""
    if not _is_ours(folder):
        raise CarryError(f"{folder} is no knowledge folder. Name one, an empty or a new folder.")
    async with opened(settings) as db:
        async with db.read() as tx:
            newest = await editions.newest(tx)
        if newest is None:
            raise CarryError("There is no edition yet: `infopoint run` makes the first.")
        library = _held(newest)
        tree = trees.of(library)
        try:
            before = tree_of(folder)
            written = write_tree(tree, folder)
        except (OSError, ValueError) as error:
            raise CarryError(f"{folder} could not be written: {error}") from None
        async with db.write() as tx:  # so that the next start does not take for an update what came from here
            await shipped.know(tx, source_hash(folder), clock.now())
    if not written:
        return f"{folder} says what edition {newest.number} says; nothing was changed."
    counted = f"{len(written.changed)} changed, {len(written.added)} new, {len(written.deleted)} gone"
    return "\n".join(
        [*_told(before, tree, written), f"{folder} holds edition {newest.number} now: {counted}.", *_learn(folder, library)]
    )


async def bring_in(settings: Settings, folder: Path, note: str) -> tuple[list[Problem], str]:
    """Publish what ``folder`` holds as the next edition. Return what there is to weigh, and a line that says what was done.

    Raises `CarryError`, with all problems in its message when there is an error among them.
    """
    if len(note) > LONGEST_NOTE:
        raise CarryError(f"The note has more than {LONGEST_NOTE} characters.")
    reading = read_folder(folder)
    if reading.library is None:
        told = [str(problem) for problem in reading.problems if problem.severity is not Severity.NOTE]
        raise CarryError("\n".join([*told, f"{len(reading.errors)} errors: nothing was imported."]))
    library = reading.library
    async with opened(settings, make=True) as db:
        async with db.read() as tx:
            newest = await editions.newest(tx)
        before = _items_before(newest, library)
        if newest is not None and before == []:
            return [], f"{folder} says what edition {newest.number} says; nothing was published."
        try:
            edition = await _publish(db, library, reading.source_hash, newest.number if newest else 0, note.strip())
        except OutdatedParent:
            raise CarryError("Somebody published meanwhile. Look at what they changed, then try again.") from None
        await Bell(db).tell("edition")
    weigh = list(reading.of(Severity.WARNING))
    if before is None:
        return weigh, f"Edition {edition.number} is published."
    return weigh, "\n".join([*(f"  {each}" for each in before), f"Edition {edition.number} is published: {len(before)} changed."])


async def newest(settings: Settings) -> tuple[int, Library]:
    """Return the newest edition with its number. Raises `CarryError`."""
    async with opened(settings) as db, db.read() as tx:
        found = await editions.newest(tx)
    if found is None:
        raise CarryError("There is no edition yet: `infopoint run` makes the first.")
    return found.number, _held(found)


async def listed(settings: Settings, limit: int) -> str:
    """Return the newest editions, one a line, newest first."""
    async with opened(settings) as db, db.read() as tx:
        found = await editions.history(tx, limit=limit)
    return "\n".join(_line(edition) for edition in found) or "There is no edition yet."


def _is_ours(folder: Path) -> bool:
    """Tell whether knowledge may be written there: files of the same names may mean something else elsewhere."""
    return not folder.is_dir() or not any(folder.iterdir()) or any((folder / file).is_file() for file in REQUIRED)


async def _publish(db: Database, library: Library, hashed: str, parent: int, note: str) -> Edition:
    now = clock.now()
    async with db.write() as tx:
        edition = await editions.publish(tx, parent, pack(library), hashed, now, note, kind=Kind.IMPORTED)
        await shipped.know(tx, hashed, now)
        await audit.put(tx, OPERATOR, "import-library", str(edition.number), now)
    return edition


def _items_before(newest: Edition | None, library: Library) -> list[str] | None:
    """Return the names of the items in which ``library`` differs from the newest edition; None where there is none to compare."""
    if newest is None:
        return None
    try:
        held = unpack(newest)
    except EditionError:
        return None
    if held == library:
        return []
    return [str(item) for item in changed(trees.of(held), trees.of(library))] or ["the order of examples"]


def _held(edition: Edition) -> Library:
    try:
        return unpack(edition)
    except EditionError as error:
        raise CarryError(str(error)) from None


def _told(before: Tree, after: Tree, written: Written) -> Iterator[str]:
    """Yield a line for each file that was written or deleted, with the items in it that changed."""
    touched = {
        **dict.fromkeys(written.changed, "changed"),
        **dict.fromkeys(written.added, "new"),
        **dict.fromkeys(written.deleted, "gone"),
    }
    for file, what in sorted(touched.items()):
        places = _differences(_closed(before.get(file)), _closed(after.get(file)), ())
        items = dict.fromkeys(str(item) for place in places if (item := item_at(file, place)) is not None)
        yield f"  {what:<8} {file}" + (f"  ({', '.join(items)})" if items else "")


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - plain values
    """Yield the paths, of two names at most, under which two values differ."""
    if before == after:
        return
    sides = [side if isinstance(side, Mapping) else {} for side in (before, after)]
    if len(path) == _DEEP or not any(sides):
        yield path
        return
    for name in {**sides[0], **sides[1]}:
        yield from _differences(sides[0].get(name), sides[1].get(name), (*path, name))


def _closed(value: Any) -> Any:  # noqa: ANN401 - plain values
    """Return a value without what it leaves open."""
    if isinstance(value, Mapping):
        return {name: _closed(held) for name, held in value.items() if held is not None}
    return value


def _learn(folder: Path, library: Library) -> Iterator[str]:
    """Yield what is to be done when the examples are not those that were learned from."""
    weights = read_weights(KnowledgeFolder(folder).weights())
    if weights is not None and weights.fingerprint != fingerprint(library.examples, weights.encoder):
        yield f"Its examples changed: `infopoint train {folder}` learns from them anew."


def _line(edition: Edition) -> str:
    by = f" by {edition.published_by}" if edition.published_by else ""
    day = edition.published_at.strftime("%Y-%m-%d %H:%M")
    return f"{edition.number:>4}  {day} UTC  {edition.kind}{by}" + (f"  {edition.note}" if edition.note else "")

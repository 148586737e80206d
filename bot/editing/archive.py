"""The editions as editors see them: unpacked, and as trees. The last few that were asked for are remembered."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.editing import trees
from bot.editing.trees import Tree
from bot.model.library import Library
from bot.store import editions
from bot.store.database import Database
from bot.store.packing import NoLibraryError, unpack
from bot.threads import in_thread

#: The newest, and the one that most drafts were made on. Each takes about ten megabytes.
_REMEMBERED = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """An edition by its number, with what it holds."""

    number: int
    library: Library = field(repr=False)
    tree: Tree = field(repr=False)


class Archive:
    """Reads editions from the store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: OrderedDict[int, Standing] = OrderedDict()

    async def newest(self) -> Standing:
        """Return the newest edition, which may not be the one that answers yet. Raises `bot.store.packing.NoLibraryError`."""
        async with self._db.read() as tx:
            number = await editions.newest_number(tx)
        return await self.at(number)

    async def at(self, number: int) -> Standing:
        """Return an edition. Raises `bot.store.packing.NoLibraryError` when there is none of that number, or it is damaged."""
        known = self._known.get(number)
        if known is not None:
            self._known.move_to_end(number)
            return known
        async with self._db.read() as tx:
            edition = await editions.get(tx, number)
        if edition is None:
            raise NoLibraryError(f"there is no edition {number}")
        found = await in_thread(lambda: _standing(edition))
        self._known[number] = found
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found


def _standing(edition: editions.Edition) -> Standing:
    library = unpack(edition)
    return Standing(edition.number, library, trees.of(library))

"""Going back: drafts that undo an edition, one item of it, or everything since. They are published like any other."""

from __future__ import annotations

from bot.editing import differences
from bot.editing.archive import Standing
from bot.editing.differences import taken
from bot.editing.drafting import Drafting
from bot.editing.items import Item
from bot.editing.trees import Tree
from bot.model.staff import Member
from bot.store.drafts import Draft
from bot.store.editions import Kind
from bot.threads import in_thread


class NothingToRestore(Exception):  # noqa: N818 - a word of the house
    """Everything is already as it was then."""


class Restoring:
    """Makes such drafts. The library before the first edition is an empty one, so there is no undoing that."""

    def __init__(self, drafting: Drafting) -> None:
        self._drafting = drafting

    async def undo(self, member: Member, number: int, title: str, item: Item | None = None) -> Draft:
        """Begin a draft that takes back what edition ``number`` changed, of ``item`` alone or of all.

        What later editions changed elsewhere stays; what they changed at the same places are conflicts of the draft. Raises
        `NothingToRestore`, and `bot.store.packing.NoLibraryError` where there is no such edition or none before it.
        """
        archive = self._drafting.archive
        after, before = await archive.at(number), await archive.at(number - 1)
        tree = before.tree if item is None else await in_thread(lambda: taken(after.tree, before.tree, item))
        return await self._begin(member, title, after, tree)

    async def restore(self, member: Member, number: int, title: str, item: Item | None = None) -> Draft:
        """Begin a draft that makes ``item``, or all, as it was in edition ``number``, whatever came later.

        Raises as `undo`.
        """
        archive = self._drafting.archive
        then, newest = await archive.at(number), await archive.newest()
        tree = then.tree if item is None else await in_thread(lambda: taken(newest.tree, then.tree, item))
        return await self._begin(member, title, newest, tree)

    async def _begin(self, member: Member, title: str, base: Standing, tree: Tree) -> Draft:
        if not await in_thread(lambda: differences.of(base.tree, tree)):
            raise NothingToRestore
        return await self._drafting.begin(member, title, base, tree, Kind.RESTORED)

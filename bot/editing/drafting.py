"""Working on a draft: what an editor sees is the newest edition with the changes of the draft that they have at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import clock
from bot.editing import items, trees
from bot.editing.archive import Archive, Standing
from bot.editing.files import Reading
from bot.editing.items import Item, Spot
from bot.editing.merging import Conflict, merge, same
from bot.editing.trees import Tree
from bot.model.staff import Member
from bot.store import drafts
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft, DraftMoved, State
from bot.store.editions import Kind
from bot.threads import in_thread


class ItemMoved(Exception):  # noqa: N818 - a word of the house
    """Somebody else changed the same item meanwhile; nothing was written. ``work`` is how things stand now."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work


class Undecided(ItemMoved):
    """What is to be saved would not be seen: a newer edition says otherwise there, and the draft does not stand on it yet.

    Somebody has to decide about the conflicts of the draft first (`Drafting.settle`); nothing was written.
    """


class NoDraft(Exception):  # noqa: N818 - a word of the house
    """There is no open draft of that id."""


@dataclass(frozen=True, slots=True)
class Work:
    """The knowledge as an editor sees it: ``live`` is the newest edition, ``tree`` the same with the changes of ``draft``.

    ``conflicts`` are the places that both the draft and an edition after its base changed; the draft's stand in ``tree``. Where
    there are any, ``own`` is the edition that the draft was made on, and the draft's tree on it: it stays there until somebody
    has decided about them.
    """

    live: Standing
    tree: Tree = field(repr=False)
    draft: Draft | None = None
    conflicts: tuple[Conflict, ...] = ()
    own: tuple[Standing, Tree] | None = field(default=None, repr=False)

    @property
    def digest(self) -> str:
        """What tells this state of the knowledge from another, whoever made it."""
        return trees.digest(self.tree)

    @property
    def changed(self) -> list[Item]:
        """The items in which the draft differs from the newest edition."""
        return [] if self.tree is self.live.tree else items.changed(self.live.tree, self.tree)


#: Writes something besides in the transaction that writes a draft.
Along = Callable[[Transaction, Draft], Awaitable[None]]


class Drafting:
    """Opens drafts, and saves items into them. One for a process."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime] = clock.now) -> None:
        self._db = db
        self._now = clock
        self.archive = Archive(db)
        self._read: tuple[str, Reading] | None = None

    async def at_hand(self, member: Member) -> Work:
        """Return the knowledge with the draft that ``member`` works on, if they have one."""
        async with self._db.read() as tx:
            draft = await drafts.at_hand(tx, member.id)
            changed = {} if draft is None else await drafts.files(tx, draft.id)
        return await self._work(draft, changed)

    async def of(self, draft_id: str) -> Work:
        """Return the knowledge with a draft. Raises `NoDraft` unless it is open."""
        async with self._db.read() as tx:
            draft = await drafts.get(tx, draft_id)
            changed = await drafts.files(tx, draft_id)
        if draft is None or draft.state is not State.OPEN:
            raise NoDraft
        return await self._work(draft, changed)

    async def save(self, member: Member, item: Item, seen: str, values: Mapping[Spot, Any], title: str) -> Work:
        """Put ``values`` (None: taken away) at places of ``item``, into the draft at hand or a new one called ``title``.

        ``seen`` is the stamp (`bot.editing.items.stamp`) of the item that the page had shown. Raises `ItemMoved`.
        """
        work = await self.at_hand(member)
        if items.stamp(work.tree, item) != seen:
            raise ItemMoved(work)
        return await self.change(member, work, values, title)

    async def change(
        self, member: Member, work: Work, values: Mapping[Spot, Any], title: str, *, along: Along | None = None
    ) -> Work:
        """Put ``values`` (None: taken away) at any places into the draft of ``work``, or a new one called ``title``.

        A draft that stands on an older edition is brought to the newest, unless there are conflicts to decide about (`settle`).
        ``along`` writes what belongs to the change in the same transaction; what it raises undoes the change. Raises
        `ItemMoved` when the draft moved meanwhile, `Undecided` when a newer edition would hide what was put.
        """
        if work.own is None:
            tree = trees.put_all(work.tree, values)
            return Work(work.live, tree, await self._write(member, work, title, work.live, tree, along))
        base, before = work.own
        own = trees.put_all(before, values)
        seen = merge(base.tree, own, work.live.tree).tree
        if not all(same(*spot, value, trees.get(seen, *spot)) for spot, value in values.items()):
            raise Undecided(work)
        draft = await self._write(member, work, title, base, own, along)
        return await self._work(draft, _changed(base, own))

    async def settle(self, member: Member, work: Work, theirs: Collection[Spot]) -> Work:
        """Decide about all conflicts of ``work``: those at ``theirs`` as the newest edition has it, the others as the draft.

        Raises `ItemMoved`.
        """
        chosen = {(each.file, each.path): each.theirs for each in work.conflicts if (each.file, each.path) in theirs}
        tree = trees.put_all(work.tree, chosen)
        return Work(work.live, tree, await self._write(member, work, "", work.live, tree))

    async def begin(self, member: Member, title: str, base: Standing, tree: Tree, kind: Kind) -> Draft:
        """Begin a draft that makes ``tree`` of edition ``base``; ``member`` has it at hand then, and lays another one aside."""
        now = self._now()
        changed = _changed(base, tree)
        async with self._db.write() as tx:
            draft = await drafts.make(tx, title, base.number, member.name, now, kind=kind)
            draft = await drafts.rebase(tx, draft, base.number, changed, member.name, now)
            await drafts.take_up(tx, member.id, draft.id)
        return draft

    async def _write(
        self, member: Member, work: Work, title: str, base: Standing, tree: Tree, along: Along | None = None
    ) -> Draft:
        """Keep ``tree`` as what the draft makes of edition ``base``. Raises `ItemMoved`."""
        changed = _changed(base, tree)
        now = self._now()
        try:
            async with self._db.write() as tx:
                draft = await self._draft(tx, member, work, title, now)
                if along is not None:
                    await along(tx, draft)
                return await drafts.rebase(tx, draft, base.number, changed, member.name, now)
        except DraftMoved:
            raise ItemMoved(await self.at_hand(member)) from None

    async def _draft(self, tx: Transaction, member: Member, work: Work, title: str, now: datetime) -> Draft:
        if work.draft is not None:
            return work.draft
        await drafts.lock_hands(tx, member.id)
        if await drafts.at_hand(tx, member.id) is not None:
            raise DraftMoved
        draft = await drafts.make(tx, title, work.live.number, member.name, now)
        await drafts.take_up(tx, member.id, draft.id)
        return draft

    async def read(self, work: Work) -> Reading:
        """Return all problems of the knowledge as it is in ``work``, and the library unless one of them is an error."""
        digest = await in_thread(lambda: work.digest)
        if self._read is None or self._read[0] != digest:
            self._read = (digest, await in_thread(lambda: trees.read(work.tree, today=self._now().date())))
        return self._read[1]

    async def _work(self, draft: Draft | None, changed: Mapping[str, Any]) -> Work:
        live = await self.archive.newest()
        if draft is None:
            return Work(live, live.tree)
        base = live if draft.base == live.number else await self.archive.at(draft.base)
        tree = _with(base.tree, changed)
        if base is live:
            return Work(live, tree, draft)
        merged = merge(base.tree, tree, live.tree)
        return Work(live, merged.tree, draft, merged.conflicts, (base, tree) if merged.conflicts else None)


def _changed(base: Standing, tree: Tree) -> Mapping[str, Any]:
    return {file: tree.get(file) for file in trees.changed_files(base.tree, tree)}


def _with(tree: Tree, changed: Mapping[str, Any]) -> Tree:
    return trees.put_all(tree, {(file, ()): value for file, value in changed.items()})

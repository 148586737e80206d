"""Publishing: the one way by which a draft becomes the edition that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import clock
from bot.editing import differences
from bot.editing.drafting import Drafting, Work
from bot.editing.files import Reading
from bot.editing.foureyes import FourEyes, Reason
from bot.editing.merging import Conflict
from bot.editing.outcomes import Change
from bot.editing.problems import Problem
from bot.model.staff import Action, Member
from bot.store import agreements, audit, drafts, editions
from bot.store.agreements import Agreement
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.drafts import DraftMoved, State
from bot.store.editions import Edition, OutdatedParent
from bot.store.packing import pack
from bot.threads import in_thread

#: Characters of the sentence that says why an edition was published, or why a question may be lost.
LONGEST_NOTE = 1000

#: How often it is tried when somebody else publishes at the same time.
_ATTEMPTS = 3


class Tried(Protocol):
    """What trials must tell: `bot.editing.trials.Trials`."""

    async def losses(self, work: Work) -> tuple[Change, ...] | None:
        """Return the golden questions that would be lost by publishing exactly this; None when that is not known yet."""
        ...

    async def ask(self, work: Work, member: Member) -> object:
        """See to it that it becomes known."""
        ...


class PublishRefusal(Exception):  # noqa: N818 - a word of the house
    """A draft was not published; nothing was changed."""


class NoRight(PublishRefusal):
    """They may not publish."""


class Moved(PublishRefusal):
    """The draft is another one than its page had shown."""


class Outrun(PublishRefusal):
    """Others published again and again meanwhile."""


class NothingChanged(PublishRefusal):
    """The draft says what the newest edition says."""


class NoteTooLong(PublishRefusal):
    """The sentence is longer than `LONGEST_NOTE`."""


class NoWhy(PublishRefusal):
    """Who agrees to a loss must say why."""


@dataclass(eq=False)
class Contradicted(PublishRefusal):
    """Others changed the same places meanwhile, and nobody has decided about them."""

    conflicts: tuple[Conflict, ...]


@dataclass(eq=False)
class Faulty(PublishRefusal):
    """The knowledge would have errors."""

    errors: tuple[Problem, ...]


@dataclass(eq=False)
class SecondEyes(PublishRefusal):
    """Somebody must publish who has not worked on the draft."""

    reasons: tuple[Reason, ...]


class Untried(PublishRefusal):
    """It is not known yet what would change; that is being found out now."""


@dataclass(eq=False)
class Lost(PublishRefusal):
    """Golden questions would be lost, and nobody else has agreed to that."""

    losses: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft as it is judged before it is published: all that could keep it back, and what was agreed to."""

    work: Work
    reading: Reading
    reasons: tuple[Reason, ...]
    losses: tuple[Change, ...] | None
    agreed: tuple[Agreement, ...]

    def refusal(self, member: Member) -> PublishRefusal | None:
        """Return what keeps ``member`` from publishing it, if anything does."""
        draft = self.work.draft
        if not member.may(Action.PUBLISH):
            return NoRight()
        if self.work.conflicts:
            return Contradicted(self.work.conflicts)
        if self.reading.library is None:
            return Faulty(self.reading.errors)
        if self.reasons and draft is not None and member.name in draft.editors:
            return SecondEyes(self.reasons)
        if self.losses is None:
            return Untried()
        return Lost(self.losses) if self.losses and not self.agreed else None


class Publishing:
    """Judges drafts, and publishes them. One for a process."""

    def __init__(
        self,
        db: Database,
        bell: Bell,
        drafting: Drafting,
        trials: Tried,
        policy: FourEyes,
        *,
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db, self._bell, self._drafting, self._trials, self._policy, self._now = db, bell, drafting, trials, policy, clock

    async def judge(self, work: Work) -> Ready:
        """Return what there is to say about publishing the draft of ``work`` as it is now."""
        reading = await self._drafting.read(work)
        changed = await in_thread(lambda: differences.of(work.live.tree, work.tree))
        reasons = self._policy.reasons([each.item for each in changed], work.live.library)
        sound = reading.library is not None and not work.conflicts
        losses = await self._trials.losses(work) if sound and work.draft is not None else None
        return Ready(work, reading, tuple(reasons), losses, await self._agreed(work) if losses else ())

    async def publish(self, member: Member, draft_id: str, version: int, note: str) -> Edition:
        """Publish a draft as ``member`` saw it, and return the edition that it became.

        ``version`` is that of the draft that the page had shown; ``note`` says why, the draft's title where it is empty. When
        somebody published meanwhile, the draft is put together with theirs and judged again. Raises a `PublishRefusal`, and
        `bot.editing.drafting.NoDraft` for one that is not open.
        """
        if not member.may(Action.PUBLISH):
            raise NoRight
        if len(note) > LONGEST_NOTE:
            raise NoteTooLong
        for _ in range(_ATTEMPTS):
            work = await self._drafting.of(draft_id)
            if work.draft is None or work.draft.version != version:
                raise Moved
            if not await in_thread(lambda work=work: differences.of(work.live.tree, work.tree)):  # type: ignore[misc]
                raise NothingChanged
            ready = await self.judge(work)
            refusal = ready.refusal(member)
            if isinstance(refusal, Untried):
                await self._trials.ask(work, member)
            if refusal is not None:
                raise refusal
            try:
                edition = await self._write(member, ready, note)
            except OutdatedParent:
                continue
            except DraftMoved:
                raise Moved from None
            self._bell.ring("edition")
            return edition
        raise Outrun

    async def agree(self, member: Member, draft_id: str, version: int, why: str) -> None:
        """Keep that ``member`` agrees to what would be lost by publishing a draft, and why.

        Raises a `PublishRefusal`: `SecondEyes` for who has worked on it; and `bot.editing.drafting.NoDraft`.
        """
        if not member.may(Action.PUBLISH):
            raise NoRight
        if not why.strip():
            raise NoWhy
        if len(why) > LONGEST_NOTE:
            raise NoteTooLong
        work = await self._drafting.of(draft_id)
        if work.draft is None or work.draft.version != version:
            raise Moved
        if member.name in work.draft.editors:
            raise SecondEyes(())
        digest, now = await in_thread(lambda: work.digest), self._now()
        async with self._db.write() as tx:
            if await agreements.put(tx, draft_id, digest, member.name, why, now):
                await audit.put(tx, member.name, "agree-to-loss", draft_id, now)

    async def _write(self, member: Member, ready: Ready, note: str) -> Edition:
        """Write the edition and end its draft. Raises `OutdatedParent` and `DraftMoved`, and has written nothing then."""
        work, library = ready.work, ready.reading.library
        if work.draft is None or library is None:  # `Ready.refusal` has seen to it
            raise Moved
        content, now = await in_thread(lambda: pack(library)), self._now()
        agreed = [(each.staff, each.why) for each in ready.agreed]
        async with self._db.write() as tx:
            edition = await editions.publish(
                tx,
                work.live.number,
                content,
                ready.reading.source_hash,
                now,
                note.strip() or work.draft.title,
                kind=work.draft.kind,
                published_by=member.name,
                draft_id=work.draft.id,
                agreed=agreed,
            )
            await drafts.end(tx, work.draft, State.PUBLISHED, now, edition.number)
            await audit.put(tx, member.name, "publish", str(edition.number), now, draft=work.draft.id)
        return edition

    async def _agreed(self, work: Work) -> tuple[Agreement, ...]:
        """Return what others than those who worked on the draft wrote about exactly this state of it."""
        if work.draft is None:
            return ()
        digest = await in_thread(lambda: work.digest)
        async with self._db.read() as tx:
            found = await agreements.of(tx, work.draft.id, digest)
        return tuple(each for each in found if each.staff not in work.draft.editors)

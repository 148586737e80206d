"""Editors at work on one library, for tests of what becomes of their drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.editing.drafting import Drafting, Work
from bot.editing.foureyes import FourEyes
from bot.editing.items import Item, Kind, Spot
from bot.editing.merging import Conflict
from bot.editing.outcomes import Change, Found, Outcome
from bot.editing.publishing import Publishing
from bot.editing.restoring import Restoring
from bot.editing.trials import Trials
from bot.model.library import Answer, Library
from bot.model.staff import Member, Role
from bot.store import editions, staff, trials
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.editions import Edition
from bot.store.packing import unpack
from tests.support.clock import Clock
from tests.support.editing import small_edition

DEBTS, EXAMPLES = Item(Kind.ANSWER, "debts/si"), Item(Kind.EXAMPLES, "debts")
FACTS = "facts/si/debts.yaml"
VALUE: Spot = (FACTS, ("facts", "late_months", "value"))
CONFIDENCE: Spot = (FACTS, ("confidence",))
CARE: Spot = ("crisis/violence-now.yaml", ("care", "sl"))
SAID: Spot = ("sl/debts.yaml", ("examples",))


@dataclass
class Office:
    """Editors at work on one library."""

    db: Database
    policy: str = ""
    now: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.bell = Bell(self.db)
        self.drafting = Drafting(self.db, clock=self.now)
        self.trials = Trials(self.db, self.bell, self.drafting, clock=self.now)
        self.restoring = Restoring(self.drafting)
        self.publishing = Publishing(self.db, self.bell, self.drafting, self.trials, FourEyes.of(self.policy), clock=self.now)

    async def hire(self, name: str, role: Role = Role.EDITOR) -> Member:
        async with self.db.write() as tx:
            return await staff.create(tx, name, role, "", self.now())

    async def draft(self, member: Member, values: Mapping[Spot, Any], title: str = "January") -> Work:
        """Put values into the draft that a member has at hand."""
        return await self.drafting.change(member, await self.drafting.at_hand(member), values, title)

    async def publish(self, member: Member, work: Work, note: str = "") -> Edition:
        assert work.draft is not None
        return await self.publishing.publish(member, work.draft.id, work.draft.version, note)

    async def value(self) -> str:
        """Return the fact as the newest edition has it."""
        async with self.db.read() as tx:
            newest = await editions.newest(tx)
        assert newest is not None
        return answer_of(unpack(newest), "si").facts["late_months"].value

    async def number(self) -> int:
        async with self.db.read() as tx:
            return await editions.newest_number(tx)

    async def found_out(self, work: Work, *lost: str) -> None:
        """Let a trial of just this draft have ended with these losses."""
        assert work.draft is not None
        outcome = Outcome("answer", ("debts",))
        found = Found(lost=tuple(Change("sl", outcome, Outcome("person"), "debts", text) for text in lost))
        told = (work.draft.id, work.digest, work.live.number, trials.State.DONE, "eva", self.now())
        async with self.db.write() as tx:
            await trials.put(tx, trials.Trial(*told, ended_at=self.now(), result=found.as_json()))


def values_of(conflict: Conflict) -> tuple[str, ...]:
    """Return what the fact was, is in the draft and is published."""
    return tuple(side["value"] for side in (conflict.base, conflict.ours, conflict.theirs))


def answer_of(library: Library, country: str) -> Answer:
    """Return the answer about debts."""
    answer = library.answer("debts", country)
    assert answer is not None
    return answer


def examples() -> list[str]:
    return [each.text for each in small_edition().examples if (each.label, each.language) == ("debts", "sl")]

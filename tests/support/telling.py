"""A house whose staff are told of waiting cases by real mail and in private chats that keep what they get."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Outgoing
from bot.model.schedule import Shift
from bot.model.staff import Role
from bot.model.turn import Turn
from bot.settings import Settings
from bot.store import desk_tables, shifts, staff, tables
from bot.work.escalation import EMAIL, TELEGRAM, Patience
from bot.work.post import Means, Notice, Post
from bot.work.telling import Teller
from tests.support.house import House
from tests.support.mail import MailServer
from tests.support.phrases import english
from tests.support.small_library import small_library

LIBRARY = small_library()
WEEK = "Mo-Fr 08:00-16:00"
URL = "https://info.example.org"


@dataclass
class Chat:
    """The private chats of staff."""

    told: list[tuple[str, Notice]] = field(default_factory=list)
    failure: Exception | None = None
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, notice: Notice, address: str) -> None:
        """Keep it, or refuse as told."""
        if self.failure is not None:
            raise self.failure
        self.told.append((address, notice))
        self.rung.set()


@dataclass
class Desk:
    """A house with a mail server and private chats, and residents who ask for a person at the info point in Ptuj."""

    house: House
    mail: MailServer
    chat: Chat = field(default_factory=Chat)

    def teller(self, means: Mapping[str, Means] | None = None, **options: Any) -> Teller:
        """Return the teller of a process."""
        usual: dict[str, Means] = {EMAIL: Post(self.mail.server, "desk@example.org", timeout=2), TELEGRAM: self.chat}
        patience = Patience.set_by(Settings())
        house = self.house
        return Teller(
            house.db,
            house.bell,
            english(),
            lambda: LIBRARY,
            usual if means is None else means,
            patience,
            url=URL,
            clock=house.clock,
            **options,
        )

    async def hire(self, name: str, role: Role = Role.STAFF, **entered: Any) -> str:
        """Add a member who entered where to be told, and return their id."""
        async with self.house.db.write() as tx:
            member = await staff.create(tx, name, role, "hash", self.house.now)
            await tx.execute(update(tables.staff).where(tables.staff.c.name == name).values(**entered))
        return member.id

    async def roster(self, staff_id: str, hours: str = WEEK, *, deputy: bool = False) -> None:
        """Write somebody into the roster."""
        async with self.house.db.write() as tx:
            points = frozenset({"ptuj"})
            await shifts.put(tx, Shift(f"s-{staff_id}-{deputy}", staff_id, points, "si", hours, deputy=deputy))

    async def waits(self, reason: Reason = Reason.ASKED) -> str:
        """Let a resident wait, and return the id of the case."""

        def think(conversation: Conversation, incoming: Incoming, _now: datetime) -> Turn:
            opening = CaseOpening(reason, "home-care", "ptuj")
            return Turn(incoming, conversation.put_in_line(), (Outgoing("soon", "sl"),), opens=opening)

        await self.house.hears("my secret trouble")
        await self.house.works(think)
        return (await self.house.case()).id

    async def states(self) -> dict[tuple[str, str, str], str]:
        """Return the state of all that was to be told, by (step, staff, means)."""
        row = desk_tables.told.c
        async with self.house.db.read() as tx:
            found = await tx.execute(select(row.step, row.staff, row.means, row.state))
            return {(each.step, each.staff, each.means): each.state for each in found}

"""The staff's group on a fake Telegram, with everything behind it that is real: receiving, thinking, sending, mirroring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.channels.telegram import client
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import Presses
from bot.dialogue.handoff import failure_reply
from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.case import Case, CaseOpening, Reason
from bot.model.library import Library
from bot.model.message import Outgoing
from bot.model.staff import Member, Role
from bot.settings import read
from bot.store import cases, conversations, entries, group_topics, link_codes, staff
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.group_topics import Topic
from bot.web.notewords import in_words, says_all
from bot.work.casework import Casework
from bot.work.closing import Closing
from bot.work.commit import OnStep, no_step
from bot.work.delivery import Delivery
from bot.work.groupdesk import GroupDesk
from bot.work.helpdesk import Helpdesk
from bot.work.mirror import Mirror
from bot.work.posts import Scribe
from bot.work.reception import Reception
from tests.fakes.telegram import FakeTelegram, Group
from tests.fakes.telegram_group import Thread
from tests.support.house import MONDAY
from tests.support.phrases import english
from tests.support.small_library import small_library

GROUP = -1001234567890
#: Telegram accounts of members of the group; that of a resident is any other number.
ANA, BORIS, STRANGER = 901, 902, 903
RESIDENT = 501


class Desk:
    """One installation whose staff have a group."""

    def __init__(self, db: Database, telegram: FakeTelegram) -> None:
        self.db = db
        self.now = MONDAY
        self.bell = Bell(db)
        self.telegram = telegram
        self.group = telegram.group = Group(GROUP, now=lambda: self.clock().timestamp())
        settings = read(
            {
                "INFOPOINT_TELEGRAM_TOKEN": telegram.token,
                "INFOPOINT_TELEGRAM_API_URL": telegram.url,
                "INFOPOINT_TELEGRAM_STAFF_GROUP": str(GROUP),
            }
        )
        self.index = Index(small_library(), None, None, 0.02)
        phrases = english()
        self.door = TelegramDoor(settings, db, self.bell, phrases)
        self.intake = Intake(db, self.bell, Presses(client.caller(settings)), str(GROUP))
        self.reception = Reception(
            db,
            self.bell,
            {"telegram": self.door.parse},
            lambda conversation, incoming, at: take_turn(conversation, incoming, self.index, phrases, at),
            lambda conversation: failure_reply(conversation, phrases),
            clock=self.clock,
        )
        self.delivery = Delivery(db, self.bell, {"telegram": self.door.sender}, clock=self.clock)
        self.casework = Casework(db, self.bell, phrases, clock=self.clock)
        self.helpdesk = Helpdesk(self.casework)
        self.closing = Closing(self.casework, self.library)
        self.desk = GroupDesk(self.casework, self.door.parse_group, self.door.hand, self.library)
        self.mirror = self.another_mirror()

    def library(self) -> Library:
        """Return the library."""
        return self.index.library

    def clock(self) -> datetime:
        """Tell the time of this installation."""
        return self.now

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def another_mirror(self, on_step: OnStep = no_step) -> Mirror:
        """Return the mirror of another process."""
        assert self.door.topics is not None
        scribe = Scribe(lambda: self.index.library, english(), in_words, says_all, "https://desk.example")
        return Mirror(self.db, self.bell, english(), self.door.topics, scribe, clock=self.clock, on_step=on_step)

    async def settle(self) -> None:
        """Work until nothing is left that can be done now."""
        steps: tuple[Callable[[], Awaitable[bool]], ...] = (
            self._receives,
            lambda: self.reception.step("worker"),
            lambda: self.delivery.step("telegram"),
            self.desk.step,
            self.mirror.step,
        )
        worked = True
        while worked:
            worked = any([await step() for step in steps])

    async def _receives(self) -> bool:
        pending, self.telegram.pending = self.telegram.pending, []
        await self.intake.keep([(int(update["update_id"]), update) for update in pending])
        return bool(pending)

    async def hire(
        self, name: str, account: int | None = None, points: frozenset[str] | None = None, role: Role = Role.STAFF
    ) -> Member:
        """Add a member, whose Telegram account is linked."""
        async with self.db.write() as tx:
            member = await staff.create(tx, name, role, "", self.now, points=points)
            if account is not None:
                await link_codes.use(tx, await link_codes.make(tx, member, self.now), str(account), self.now)
        return member

    async def calls(self, resident: int = RESIDENT) -> Case:
        """Let a resident call a person, and have all done about it."""
        self.telegram.press(resident, "human")
        await self.settle()
        return await self.case(resident)

    async def case(self, resident: int = RESIDENT) -> Case:
        """Return the open case of a resident."""
        async with self.db.read() as tx:
            conversation = await conversations.find(tx, "telegram", str(resident))
            assert conversation is not None
            found = await cases.of_conversation(tx, conversation.id)
        assert found is not None
        return found

    async def read(self, case: Case) -> Case:
        """Return a case as it stands now, also a closed one."""
        async with self.db.read() as tx:
            found = await cases.get(tx, case.id)
        assert found is not None
        return found

    async def topic(self, case: Case) -> Topic | None:
        """Return what is kept of the topic of a case."""
        async with self.db.read() as tx:
            return await group_topics.of_case(tx, case.id)

    def thread(self, case: Case) -> Thread:
        """Return the topic of a case as Telegram has it."""
        return self.group.topic(case.code)

    async def says(self, account: int, text: str, case: Case, **more: object) -> int:
        """Let somebody write in the topic of a case, and have all done about it; return the message's number."""
        number = self.telegram.in_group(account, text, self.thread(case).id, **more)
        await self.settle()
        return number

    async def writes(self, text: str, resident: int = RESIDENT) -> None:
        """Let a resident write, and have all done about it."""
        self.telegram.say(resident, text)
        await self.settle()

    def heard(self, resident: int = RESIDENT) -> list[str]:
        """Return what a resident has got."""
        return [message["text"] for message in self.telegram.sent(resident)]

    def last(self, case: Case) -> str:
        """Return what was posted last in the topic of a case."""
        return str(self.thread(case).posts[-1]["text"])


@asynccontextmanager
async def group_desk(db: Database) -> AsyncIterator[Desk]:
    """Open an installation with a fake Telegram of its own."""
    with FakeTelegram() as telegram:
        desk = Desk(db, telegram)
        try:
            yield desk
        finally:
            await desk.door.close()


async def opened(desk: Desk, address: str, reason: Reason = Reason.ASKED, *said: str) -> Case:
    """Open a case of somebody who has said something, without the way in."""
    async with desk.db.write() as tx:
        conversation = await conversations.ensure(tx, "telegram", address, desk.now)
        await entries.put_outgoing(tx, conversation.id, Outgoing(f"Greeting of {address}", "sl"), desk.now)
        case = await cases.open_or_raise(tx, conversation.id, CaseOpening(reason), desk.now)
    for text in said:
        await spoke(desk, case, text)
    return case


async def spoke(desk: Desk, case: Case, text: str) -> None:
    """Let the bot say something in a conversation."""
    async with desk.db.write() as tx:
        await entries.put_outgoing(tx, case.conversation_id, Outgoing(text, "sl"), desk.now)
        await cases.resident_waits(tx, case.conversation_id, desk.now)


async def mirrors(desk: Desk) -> int:
    """Mirror all that can be mirrored now and return how many things were done."""
    count = 0
    while await desk.mirror.step():
        count += 1
    return count

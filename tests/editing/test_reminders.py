"""Reminding those who look after topics: once a week, by real mail, on each database and from any number of processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import update

from bot.editing import layout, trees
from bot.editing.reminders import Reminders
from bot.model.library import Library
from bot.model.staff import Role
from bot.store import owners, staff, tables
from bot.store.database import Database
from bot.web.library.reminding import Letters
from bot.work.post import Post
from tests.support.clock import Clock
from tests.support.editing import put_up, small_tree
from tests.support.mail import MailServer, mail_server
from tests.support.phrases import english

URL = "https://info.example.org"
#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class Desk:
    """A database with an edition in which one answer was looked up long ago, a mail server and a clock."""

    db: Database
    mail: MailServer
    clock: Clock = field(default_factory=lambda: Clock(MONDAY))

    def process(self, **options: object) -> Reminders:
        """Return the reminders of a process."""
        post = Post(self.mail.server, "desk@example.org", timeout=2)
        return Reminders(self.db, post, Letters(english(), url=URL).write, clock=self.clock, **options)  # type: ignore[arg-type]

    async def hire(self, name: str, topic: str | None = None, role: Role = Role.EDITOR, **entered: object) -> str:
        """Add a member who can be written to, and give them a topic."""
        async with self.db.write() as tx:
            member = await staff.create(tx, name, role, "hash", self.clock())
            values = {"email": f"{name}@example.org", "language": "it", **entered}
            await tx.execute(update(tables.staff).where(tables.staff.c.id == member.id).values(**values))
            if topic is not None:
                await owners.entrust(tx, topic, member.id)
        return member.id


@cache
def _library() -> Library:
    tree = trees.put(small_tree(), layout.facts("debts", "si"), ("checked_on",), "2025-03-01")
    tree = trees.put(tree, layout.words("debts", "it"), ("wordings", "si", "behind"), "2026-11-20")
    found = trees.read(tree, today=MONDAY.date()).library
    assert found is not None
    return found


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """A desk on each database."""
    async with mail_server() as mail:
        await put_up(database, _library(), MONDAY)
        yield Desk(database, mail)


async def test_who_looks_after_a_topic_is_told_what_is_due_in_their_language(desk: Desk) -> None:
    await desk.hire("eva", "debts")
    assert await desk.process().step() == 1
    ((address, letter),) = desk.mail.letters
    assert address == "eva@example.org"
    assert letter["Subject"] == "2 tasks of your topics"
    assert letter["Content-Language"] == "it"
    text = letter.get_content()
    assert "Answers to look up: 1" in text
    assert "Wordings that are behind: 1" in text
    assert "(Slovenia): The last check holds no longer" in text
    assert f"{URL}/desk/tasks?who=mine" in text


async def test_of_two_processes_one_writes(desk: Desk) -> None:
    await desk.hire("eva", "debts")
    told = await asyncio.gather(desk.process().step(), desk.process().step())
    assert sum(told) == 1
    assert len(desk.mail.letters) == 1


async def test_it_is_written_once_a_week(desk: Desk) -> None:
    await desk.hire("eva", "debts")
    process = desk.process()
    assert [await process.step(), await process.step()] == [1, 0]
    desk.clock.later(hours=3)
    assert await process.step() == 0
    desk.clock.later(days=7)
    assert await process.step() == 1


@pytest.mark.parametrize("hours", [-4, 8, 24, 24 * 6])
async def test_it_is_written_on_mondays_by_day(desk: Desk, hours: int) -> None:
    await desk.hire("eva", "debts")
    desk.clock.later(hours=hours)
    assert await desk.process().step() == 0


async def test_who_has_nothing_due_is_left_alone(desk: Desk) -> None:
    await desk.hire("eva", "pension")
    await desk.hire("dora")
    process = desk.process()
    assert [await process.step(), await process.step()] == [0, 0]
    assert desk.mail.letters == []


@pytest.mark.parametrize(
    "entered", [{"email": None}, {"disabled_at": MONDAY}, {"role": Role.STAFF}], ids=["no address", "shut out", "edits no more"]
)
async def test_who_cannot_see_to_it_is_not_told(desk: Desk, entered: dict[str, object]) -> None:
    await desk.hire("eva", "debts", **entered)  # type: ignore[arg-type]
    assert await desk.process().step() == 0


async def test_what_could_not_be_sent_is_sent_later(desk: Desk) -> None:
    await desk.hire("eva", "debts")
    desk.mail.data = "451 later"
    process = desk.process()
    assert await process.step() == 0
    desk.mail.data = "250 OK"
    assert [await process.step(), await process.step()] == [1, 0]


async def test_an_address_that_takes_nothing_is_tried_once_a_week(desk: Desk) -> None:
    await desk.hire("eva", "debts")
    desk.mail.answers["eva@example.org"] = "550 nobody"
    process = desk.process()
    assert await process.step() == 0
    desk.mail.answers.clear()
    assert await process.step() == 0


async def test_many_tasks_are_named_in_part(desk: Desk) -> None:
    later = Clock(datetime(2027, 11, 22, 9, tzinfo=UTC))
    desk.clock = later
    await desk.hire("eva", "child-benefit")
    member = await desk.hire("dora", "debts")
    async with desk.db.write() as tx:
        for topic in ("pension", "home-care", "food-help"):
            await owners.entrust(tx, topic, member)
    assert await desk.process().step() == 2
    text = next(letter.get_content() for address, letter in desk.mail.letters if address == "dora@example.org")
    assert "– and " in text
    assert "more" in text


async def test_without_an_edition_the_loop_goes_on(database: Database) -> None:
    looked, times = asyncio.Event(), 0

    def clock() -> datetime:
        nonlocal times
        times += 1
        if times > 2:
            looked.set()
        return MONDAY

    async with mail_server() as mail:
        await Desk(database, mail).hire("eva", "debts")
        post = Post(mail.server, "desk@example.org", timeout=2)
        running = asyncio.create_task(
            Reminders(database, post, Letters(english(), url="").write, pause=timedelta(0), clock=clock).run()
        )
        await looked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert mail.letters == []

"""Reminding by e-mail, once a week, those who look after topics of what is due to be checked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

import structlog

from bot import clock
from bot.channels.contract import SendFailure
from bot.editing.archive import Archive
from bot.editing.shipping import is_open
from bot.editing.tasks import Task, tasks
from bot.editing.trees import Tree
from bot.language.hours import local
from bot.model.library import HOME, LANGUAGES
from bot.model.staff import Action, Member
from bot.store import editions, owners, reminders, shipped, staff
from bot.store.database import Database, StoreError
from bot.store.packing import NoLibraryError
from bot.threads import in_thread
from bot.work.post import Means, Notice

#: The day of the week and the hours in which it is written: a working morning, and the rest of the day to catch up with it.
MONDAY, BEGINS, ENDS = 0, 8, 18

#: Writes what somebody is told of their tasks, with the knowledge that those are about.
Write = Callable[[Member, Sequence[Task], Tree], Notice]

_log = structlog.get_logger(__name__)


class Reminders:
    """Looks every ``pause`` whether it is time. Any number of processes may; the database decides who writes to whom."""

    def __init__(
        self,
        db: Database,
        post: Means,
        write: Write,
        *,
        pause: timedelta = timedelta(minutes=15),
        clock: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db = db
        self._post = post
        self._write = write
        self._pause = pause
        self._clock = clock
        self._found: tuple[tuple[int, date, Mapping[str, str]], list[Task], Tree] | None = None

    async def run(self) -> None:
        """Remind until cancelled."""
        while True:
            try:
                await self.step()
            except (StoreError, NoLibraryError) as error:
                _log.warning("nobody could be reminded; trying again later", error=type(error).__name__)
            await asyncio.sleep(self._pause.total_seconds())

    async def step(self) -> int:
        """Write to those whose time it is, and return to how many.

        Who was written to this week is not again; what cannot be sent just now is tried again the same day.
        """
        now = self._clock()
        async with self._db.read() as tx:
            owned = await owners.of_topics(tx)
            theirs = [member for member in await staff.everyone(tx) if _is_time(member, now) and member.id in owned.values()]
            last = {member.id: await reminders.last(tx, member.id) for member in theirs}
        waiting = [member for member in theirs if _is_due(last[member.id], member, now)]
        if not waiting:
            self._found = None  # the knowledge is not kept in memory for the rest of the week
            return 0
        found, tree = await self._tasks(owned, now)
        mine = {member.id: [task for task in found if task.owner == member.id] for member in waiting}
        return sum([await self._tell(each, mine[each.id], tree, last[each.id], now) for each in waiting if mine[each.id]])

    async def _tell(self, member: Member, mine: Sequence[Task], tree: Tree, last: datetime | None, now: datetime) -> bool:
        async with self._db.write() as tx:
            if not await reminders.take(tx, member.id, last, now):
                return False
        try:
            await self._post.tell(self._write(member, mine, tree), member.email or "")
        except SendFailure as failure:
            _log.warning("somebody could not be reminded", failure=failure.detail)
            if not failure.permanent:
                async with self._db.write() as tx:
                    await reminders.give_back(tx, member.id, last, now)
            return False
        return True

    async def _tasks(self, owned: Mapping[str, str], now: datetime) -> tuple[list[Task], Tree]:
        """Return all tasks of the newest edition, found once for each state of things."""
        async with self._db.read() as tx:
            number = await editions.newest_number(tx)
            updates = await shipped.contradictions(tx)
        key = (number, now.date(), owned)
        if self._found is None or self._found[0] != key:
            tree = (await Archive(self._db).at(number)).tree
            spots = [(each.file, each.path) for each in updates if is_open(tree, each)]
            self._found = (key, await in_thread(lambda: tasks(tree, now.date(), owned, spots)), tree)
        return self._found[1], self._found[2]


def _is_time(member: Member, now: datetime) -> bool:
    """Tell whether a member can be written to, and it is Monday by day where their language is at home."""
    here = local(now, HOME[member.language or LANGUAGES[0]])
    return bool(member.email) and member.may(Action.EDIT) and here.weekday() == MONDAY and BEGINS <= here.hour < ENDS


def _is_due(last: datetime | None, member: Member, now: datetime) -> bool:
    here = local(now, HOME[member.language or LANGUAGES[0]])
    return last is None or last < datetime.combine(here.date(), time(), here.tzinfo)

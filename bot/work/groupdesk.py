"""The desk in a group: takes what staff write in topics and does it, and the codes that link their accounts.

Membership of the group is the right to read in it; whatever is done takes the rights of an account at the desk, looked at for
every single action. Who has none is not passed on.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from gettext import NullTranslations

import structlog

from bot.channels.contract import Unparseable
from bot.channels.topics import DESK, Hand, Linking, Spoken
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Library
from bot.store import audit, cases, conversations, group_topics, inbox, leases, link_codes, staff
from bot.store.bell import POLL
from bot.store.database import StoreError, Transaction
from bot.store.inbox import Received
from bot.vitals import new_owner
from bot.work import groupwords
from bot.work.casework import Casework, Refusal
from bot.work.commit import Moved
from bot.work.groupacts import AlreadyDone, GroupActs, Said

#: How long one process is the only one that takes what is written there, unless it prolongs that.
LEASE = timedelta(seconds=20)

#: What failed so often is set aside.
MAX_TRIES = 3

#: So many wrong codes in so long, and no further one is looked at.
MOST_CODES, CODES_WITHIN = 5, timedelta(minutes=15)

#: How long somebody without an account is not told again that they have none.
TOLD_FOR = timedelta(hours=1)

#: Reads what is kept of the group. Raises `Unparseable`.
ParseGroup = Callable[[Received], Spoken | Linking | None]

_LEASE = "group-desk"

_log = structlog.get_logger(__name__)


class Hopeless(Exception):  # noqa: N818 - a word of the house
    """A message has been begun too often: it may be what ends the process."""


class GroupDesk:
    """The one worker, among all processes, for what staff write where residents do not."""

    def __init__(self, casework: Casework, parse: ParseGroup, hand: Hand, library: Callable[[], Library]) -> None:
        self._db = casework.db
        self._bell = casework.bell
        self._phrases: Phrases = casework.phrases
        self._clock = casework.clock
        self._acts = GroupActs(casework, library)
        self._parse = parse
        self._hand = hand
        self._owner = new_owner()

    async def run(self) -> None:
        """Work until cancelled, then let another process do so."""
        try:
            while True:
                seen = self._bell.count(DESK)
                try:
                    worked = await self.step()
                except StoreError as error:
                    _log.warning("the database did not do its part; trying again", error=str(error))
                    worked = False
                if not worked:
                    await self._bell.wait(DESK, POLL, seen)
        finally:
            with suppress(StoreError):
                await self._stand_down()

    async def step(self) -> bool:
        """Take one message, if there is one, and tell whether there was."""
        now = self._clock()
        async with self._db.read() as tx:
            if not await inbox.has_due(tx, DESK, now):
                return False
        async with self._db.write() as tx:
            if not await leases.take(tx, _LEASE, self._owner, now, LEASE):
                return False
            received = await inbox.begin(tx, DESK, now)
        if received is None:
            return False
        # Gathered, as the letters of delivery are, so that no message stops those behind it.
        (outcome,) = await asyncio.gather(self._handle(received, now), return_exceptions=True)
        if isinstance(outcome, StoreError):
            raise outcome
        if isinstance(outcome, Exception):
            await self._failed(received, outcome, now)
        return True

    async def _handle(self, received: Received, now: datetime) -> None:
        if received.tries > MAX_TRIES:
            raise Hopeless
        try:
            parsed = self._parse(received)
        except Unparseable as error:
            _log.warning("a message of staff cannot be read; set aside", sequence=received.sequence, **_what(error))
            await self._finish(received, inbox.State.ASIDE, "unparseable")
            return
        match parsed:
            case Linking():
                await self._link(received, parsed, now)
            case Spoken():
                await self._spoken(received, parsed, now)
            case None:
                await self._finish(received)

    async def _link(self, received: Received, linking: Linking, now: datetime) -> None:
        """Link an account, or count a wrong code. What is answered never tells which part was wrong."""
        subject = f"link:{linking.user}"
        async with self._db.write() as tx:
            tried = await staff.failed_at(tx, subject, now - CODES_WITHIN)
            member = None
            if len(tried) < MOST_CODES:
                member = await link_codes.use(tx, linking.code, linking.user, now)
                if member is None:
                    await staff.note_failure(tx, subject, now)
            if member is not None:
                await staff.clear_failures(tx, subject)
                await audit.put(tx, member.name, "link-telegram", member.name, now)
            if not await inbox.finish(tx, received.sequence, erase=True):
                raise AlreadyDone
        language = (member.language if member is not None else None) or linking.language or LANGUAGES[0]
        say = self._phrases.into(language)
        done = groupwords.not_linked(say) if member is None else groupwords.is_linked(member.name, say)
        await self._hand.tell(linking.chat, done)

    async def _spoken(self, received: Received, spoken: Spoken, now: datetime) -> None:
        async with self._db.read() as tx:
            topic = await group_topics.of_thread(tx, spoken.thread)
            case = None if topic is None else await cases.get(tx, topic.case_id)
            if case is not None:
                conversation = await conversations.get(tx, case.conversation_id)
            member = None if spoken.user is None else await link_codes.linked(tx, spoken.user)
        if case is None:
            await self._finish(received)  # the group may talk as it likes outside the topics of cases
            return
        if member is None:
            await self._stranger(received, spoken, conversation.language, now)
            return
        say = self._phrases.into(_language(member.language, conversation.language))
        said = Said(received.sequence, spoken, member, case, conversation)
        if spoken.command == "help":
            await self._answer(received, spoken.thread, groupwords.help_text(say), now)
            return
        try:
            await self._acts.do(said, say)
        except (Refusal, Moved) as refusal:
            async with self._db.read() as tx:
                case = await cases.get(tx, case.id) or case
            await self._answer(received, spoken.thread, f"{member.name}: {groupwords.words(refusal, case, say)}", now)
        except AlreadyDone:
            return
        else:
            await self._hand.noticed(spoken.message)

    async def _stranger(self, received: Received, spoken: Spoken, language: str | None, now: datetime) -> None:
        """Tell somebody without an account that nothing of theirs is passed on: once in an hour."""
        subject = f"stranger:{spoken.user or 'hidden'}"
        async with self._db.write() as tx:
            if not await inbox.finish(tx, received.sequence, erase=True):
                return
            if not await staff.failed_at(tx, subject, now - TOLD_FOR):
                await staff.note_failure(tx, subject, now)
                say = self._phrases.into(_language(None, language))
                await group_topics.put_line(tx, spoken.thread, groupwords.stranger(say), now)
        self._bell.ring("entry")

    async def _answer(self, received: Received, thread: str, text: str, now: datetime) -> None:
        """Have something said in the topic, and be done with the message."""
        async with self._db.write() as tx:
            if await inbox.finish(tx, received.sequence, erase=True):
                await group_topics.put_line(tx, thread, text, now)
        self._bell.ring("entry")

    async def _finish(self, received: Received, state: inbox.State = inbox.State.DONE, trouble: str | None = None) -> None:
        async with self._db.write() as tx:
            await inbox.finish(tx, received.sequence, state, trouble, erase=True)

    async def _failed(self, received: Received, error: Exception, now: datetime) -> None:
        """Have a message tried again later; after the last attempt say in its topic that it was not done."""
        _log.error("a message of staff failed", sequence=received.sequence, tries=received.tries, **_what(error))
        async with self._db.write() as tx:
            if received.tries < MAX_TRIES:
                pause = timedelta(seconds=2**received.tries)
                await inbox.postpone(tx, received.sequence, now + pause, type(error).__name__)
                return
            await inbox.finish(tx, received.sequence, inbox.State.ASIDE, "failed", erase=True)
            await self._own_up(tx, received.address, now)
        self._bell.ring("entry")

    async def _own_up(self, tx: Transaction, thread: str, now: datetime) -> None:
        topic = await group_topics.of_thread(tx, thread)
        if topic is not None:
            say: NullTranslations = self._phrases.into(LANGUAGES[0])
            await group_topics.put_line(tx, thread, groupwords.failed(say), now)

    async def _stand_down(self) -> None:
        async with self._db.write() as tx:
            await leases.release(tx, _LEASE, self._owner)


def _language(own: str | None, spoken: str | None) -> str:
    return next((language for language in (own, spoken) if language in LANGUAGES), LANGUAGES[0])


def _what(error: BaseException) -> dict[str, str]:
    """Return what may be logged of an error: its kind and where it arose. Its message may quote somebody."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "where": where}

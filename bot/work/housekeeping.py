"""Housekeeping: deletes what nobody needs any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import now as clock_now
from bot.store import (
    audit,
    case_records,
    conversations,
    drafts,
    invitations,
    leases,
    provider_links,
    questions,
    sessions,
    staff,
    suggestions,
    told,
)
from bot.store.database import Database, StoreError

#: How long failed attempts to sign in are remembered; longer than anything that counts them looks back.
FAILURES_KEPT = timedelta(days=1)

#: How long it is remembered that somebody was told of what is over by now; longer than they are told of anything ahead.
TOLD_KEPT = timedelta(days=30)

#: How long it is remembered who read or changed what: so long that a complaint of last year can still be looked into.
AUDIT_KEPT = timedelta(days=730)

#: How long it is kept what was asked: a year, so that a month can be held against the same one of the year before.
QUESTIONS_KEPT = timedelta(days=366)

#: How long a suggestion is kept that was decided on, and what residents said is wrong even when nobody has decided.
SUGGESTIONS_KEPT = timedelta(days=366)

#: How long a draft that was published or discarded can still be looked into; what was published stands in its edition for good.
DRAFTS_KEPT = timedelta(days=90)

#: How long a link of an office that is over can still be looked into.
LINKS_KEPT = timedelta(days=30)

_log = structlog.get_logger(__name__)


class Housekeeping:
    """Tidies at the start and then every ``pause``. Any number of processes may do it at once."""

    def __init__(
        self,
        db: Database,
        *,
        pause: timedelta = timedelta(minutes=10),
        clock: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._pause = pause
        self._clock = clock

    async def run(self) -> None:
        """Tidy until cancelled."""
        while True:
            try:
                await self.tidy()
            except StoreError as error:
                _log.warning("housekeeping did not come through; trying again later", error=str(error))
            await asyncio.sleep(self._pause.total_seconds())

    async def tidy(self) -> dict[str, int]:
        """Delete what is over and return how much of each."""
        now = self._clock()
        async with self._db.write() as tx:
            gone = {
                "sessions": await sessions.delete_expired(tx, now),
                "signin_failures": await staff.delete_old_failures(tx, now - FAILURES_KEPT),
                "invitations": await invitations.delete_over(tx, now),
                "provider_links": await provider_links.delete_over(tx, now - LINKS_KEPT),
                "leases": await leases.delete_expired(tx, now),
                "conversations": await conversations.delete_expired(tx, now),
                "told": await told.delete_before(tx, now - TOLD_KEPT),
                "drafts": await drafts.delete_ended(tx, now - DRAFTS_KEPT),
                "audit": await audit.delete_before(tx, now - AUDIT_KEPT),
                "questions": await questions.delete_before(tx, now - QUESTIONS_KEPT),
                "case_records": await case_records.delete_before(tx, now - QUESTIONS_KEPT),
                "suggestions": await suggestions.delete_before(tx, now - SUGGESTIONS_KEPT),
            }
        await self._db.settle()
        return gone

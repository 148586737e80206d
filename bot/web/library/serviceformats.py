"""The formats of the field on the page for import and export: CPSV-AP and HSDS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from gettext import NullTranslations

from bot.editing.drafting import Drafting, Work
from bot.editing.exchange import apart, cpsv_write, hsds_write, placing
from bot.editing.exchange.adopting import Choice, Origin, adopt
from bot.editing.exchange.gathering import Gathered, gather
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.services import (
    DRAFT_HAS_ERRORS,
    MANY_OF_OTHERS,
    Remark,
    Service,
    Told,
    Unreadable,
    only,
    shortened,
)
from bot.editing.problems import Severity
from bot.language.phrases import Phrases
from bot.model.library import COUNTRIES, Library
from bot.threads import in_thread
from bot.web.library.formats import Brought, Outlook, Unplaced, Wish, Written

#: More services than one page can ask about.
_MOST_UNPLACED = 200


class _Services:
    """What both formats have in common: the same services, and files that either can be in."""

    def __init__(self, drafting: Drafting, phrases: Phrases, now: Callable[[], datetime], *, public_url: str = "") -> None:
        self._drafting, self._phrases, self._now, self._url = drafting, phrases, now, public_url
        self._free = asyncio.Semaphore(1)  # one file at a time: each may take much memory

    async def look(self, brought: Brought, work: Work, today: date, reader: str) -> Outlook:  # noqa: ARG002 - the protocol's
        """Return what a file would change of our own answers, and the answers that services of others would become."""
        async with self._free:
            told = await apart.read(brought.content, brought.language, brought.country)
        library = await self._library(work) or work.live.library
        return await in_thread(lambda: self._outlook(told, brought, work, library, today))

    def _outlook(self, told: Told, brought: Brought, work: Work, library: Library, today: date) -> Outlook:
        ours = placing.changes(told.directory, library, self._phrases, self._now())
        others = placing.foreign(told.directory, library)
        choices = {id_: Choice(each.topic, each.where, each.group) for id_, each in brought.placements.items()}
        foreign = adopt(only(told.directory, others), choices, work.tree, Origin(brought.name, today))
        remarks = [*told.remarks, *ours.remarks, *foreign.remarks]
        if len(others) > _MOST_UNPLACED:
            counts = {"count": str(len(others)), "most": str(_MOST_UNPLACED)}
            remarks.insert(0, Remark(Severity.WARNING, "", "", MANY_OF_OTHERS, counts))
        unplaced = tuple(_unplaced(service, brought.language) for service in others[:_MOST_UNPLACED])
        return Outlook(Proposal({**ours.values, **foreign.values}, tuple(remarks)), unplaced)

    async def _gathered(self, work: Work, wish: Wish) -> Gathered:
        """Return the services that are wanted. Raises `Unreadable` while the draft has errors."""
        library = await self._library(work)
        if library is None:
            raise Unreadable(DRAFT_HAS_ERRORS)
        country = wish.scope if wish.scope in COUNTRIES else None
        gathered = await in_thread(lambda: gather(library, self._phrases, self._now(), country=country, public_url=self._url))
        if country is not None or wish.scope in {"all", "open"}:
            return gathered
        services = [each for each in gathered.directory.services.values() if each.identifier.partition("/")[0] == wish.scope]
        return Gathered(only(gathered.directory, services), gathered.remarks)

    async def _library(self, work: Work) -> Library | None:
        if work.tree is work.live.tree:
            return work.live.library
        return (await self._drafting.read(work)).library


class Cpsv(_Services):
    """CPSV-AP 3.2, by which public services are described in Europe."""

    key = "cpsv"
    suffixes = (".jsonld", ".rdf", ".ttl", ".xml")

    def name(self, say: NullTranslations) -> str:
        """Return what it is called."""
        return say.gettext("European public services (CPSV-AP)")

    async def export(self, work: Work, wish: Wish) -> Written:
        """Return the services with all their languages."""
        gathered = await self._gathered(work, wish)
        made = await in_thread(lambda: cpsv_write.write(gathered.directory))
        name = f"infopoint-{wish.scope}-{work.live.number}.jsonld"
        return Written(name, "application/ld+json", made.content, (*gathered.remarks, *made.remarks))


class Hsds(_Services):
    """HSDS 3.1, by which directories of services are exchanged."""

    key = "hsds"
    suffixes = (".json",)

    def name(self, say: NullTranslations) -> str:
        """Return what it is called."""
        return say.gettext("Directories of services (Open Referral HSDS), one language in a file")

    async def export(self, work: Work, wish: Wish) -> Written:
        """Return the services in one language."""
        gathered = await self._gathered(work, wish)
        made = await in_thread(lambda: hsds_write.write(gathered.directory, wish.language, self._now()))
        name = f"infopoint-{wish.scope}-{wish.language}-{work.live.number}.json"
        return Written(name, "application/json", made.content, (*gathered.remarks, *made.remarks))


def _unplaced(service: Service, language: str) -> Unplaced:
    def one(texts: dict[str, str]) -> str:
        return texts.get(language) or next(iter(texts.values()), "")

    about = one(dict(service.descriptions)) or one(dict(service.who))
    return Unplaced(service.id, shortened(one(dict(service.names)) or service.identifier or service.id), shortened(about, 300))

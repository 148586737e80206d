"""The formats of the page for import and export: each writes a file of the knowledge, and says what a file would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from gettext import NullTranslations
from typing import Protocol

from bot.editing.drafting import Work
from bot.editing.exchange import books, sheets
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.rows import Row
from bot.editing.exchange.services import Remark
from bot.editing.exchange.sheetreading import problems_told, proposed
from bot.editing.exchange.sheets import Scope, Words
from bot.editing.items import Item, Kind
from bot.model.library import LANGUAGES
from bot.threads import in_thread
from bot.web.library.naming import item_name
from bot.web.library.placenames import place_name
from bot.web.pages import language_name


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported: ``scope`` is ``all``, ``open`` (behind or missing in a language), a country or a topic's id.

    ``reader`` is the language of the editor.
    """

    reader: str
    say: NullTranslations
    scope: str = "all"
    examples: bool = False
    language: str = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class Written:
    """A file to be given out, and what had to be left out of it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an editor wants a service of somebody else: a topic and a country. A new topic needs a ``group``."""

    topic: str
    where: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that an editor brought, with what they said of it.

    ``language`` is that of texts which do not say theirs, ``country`` where the phones are that have no country's number, and
    ``placements`` where each service of somebody else goes, by its id.
    """

    name: str
    content: bytes = field(repr=False)
    language: str = LANGUAGES[0]
    country: str = "si"
    placements: Mapping[str, Placement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A service of somebody else that an editor is asked to place: its id, and what it says of itself."""

    id: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a file would change, and the services in it that are nobody's here."""

    proposal: Proposal
    unplaced: tuple[Unplaced, ...] = ()


class Format(Protocol):
    """A format by its ``key``. ``suffixes`` are the ends of names by which a file is taken to be in it."""

    @property
    def key(self) -> str:
        """What it is called in forms and addresses."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The ends of the names of its files."""

    def name(self, say: NullTranslations) -> str:
        """Return what it is called."""

    async def export(self, work: Work, wish: Wish) -> Written:
        """Return the knowledge as an editor sees it in this format."""

    async def look(self, brought: Brought, work: Work, today: date, reader: str) -> Outlook:
        """Return what a file would change. Raises `bot.editing.exchange.services.Unreadable`."""


class Spreadsheet:
    """The spreadsheet for translators and offices."""

    key = "xlsx"
    suffixes = (".xlsx",)
    _TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def name(self, say: NullTranslations) -> str:
        """Return what it is called."""
        return say.gettext("Spreadsheet (Excel, LibreOffice)")

    async def export(self, work: Work, wish: Wish) -> Written:
        """Return the workbook."""
        scope = Scope(lambda item: _is_in(item, wish.scope), examples=wish.examples, only_open=wish.scope == "open")
        made = await in_thread(lambda: sheets.sheets(work.tree, _words(work, wish), scope))
        content = await books.write(made, {"version": sheets.VERSION, "edition": str(work.live.number)})
        return Written(f"infopoint-{wish.scope}-{work.live.number}.xlsx", self._TYPE, content)

    async def look(self, brought: Brought, work: Work, today: date, reader: str) -> Outlook:  # noqa: ARG002 - the protocol's
        """Return what the workbook would change."""
        read, about = await books.read(brought.content)
        proposal = await in_thread(lambda: proposed(read, about, work.tree, today))
        if not proposal.values:
            return Outlook(proposal)
        problems = await in_thread(lambda: problems_told(proposal, work.tree, today))
        return Outlook(Proposal(proposal.values, (*proposal.remarks, *problems), proposal.places))


def _words(work: Work, wish: Wish) -> Words:
    def part(row: Row) -> str:
        file, path = row.spots[wish.reader]
        return place_name(file, path, row.item, wish.reader, wish.say).partition(" · ")[2] or row.part

    return Words(
        wish.say,
        lambda item: item_name(work.tree, item, wish.reader, wish.say),
        part,
        lambda code: language_name(code, wish.reader),
    )


def _is_in(item: Item, scope: str) -> bool:
    """Tell whether an item belongs to what is wanted."""
    if scope in {"all", "open"}:
        return True
    if scope in item.name.split("/"):
        return True
    where = item.name.rpartition("/")[2]
    return item.kind is Kind.ANSWER and scope in where.split("-")

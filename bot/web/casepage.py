"""The page of one case: the whole conversation, why the assistant did what it did, and what can be done now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from starlette.responses import HTMLResponse

from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import cases, conversations, entries, turns
from bot.store.database import Database
from bot.store.entries import Entry
from bot.store.readers import of_case
from bot.web import transcript
from bot.web.attachments import opening
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.line import WaitingLine, title
from bot.web.links import links
from bot.web.pages import Pages
from bot.web.panels import File, Panel
from bot.web.parts import part_of
from bot.web.reading import Reading
from bot.web.rows import channel_name, place_name, reason_name
from bot.web.sessions import Me
from bot.web.why import Explainer

_ID = re.compile(r"[0-9a-f]{32}")
#: The longest conversation that is shown whole.
_MOST_ENTRIES = 300


class CasePage:
    """Draws the page of a case and the parts of it that change."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        pages: Pages,
        line: WaitingLine,
        reading: Reading,
        panels: Mapping[str, Panel] = MappingProxyType({}),
    ) -> None:
        self.panels = panels
        self._db = db
        self._phrases = phrases
        self._library = library
        self._pages = pages
        self._line = line
        self._reading = reading

    async def read(self, case_id: str, me: Me) -> File | None:
        """Return the case with its conversation; None when there is no such case (any more), or none that ``me`` may read.

        Whatever shows a case to somebody gets it from here, so here it is written down that they read it.
        """
        file = await self._find(case_id, me)
        if file is not None:
            await self._reading.note(me, "read", file.case.code)
        return file

    async def _find(self, case_id: str, me: Me) -> File | None:
        if not _ID.fullmatch(case_id):
            return None
        async with self._db.read() as tx:
            case = await cases.get(tx, case_id)
            if case is None:
                return None
            readers = await of_case(tx, case_id) if case.confidential else frozenset[str]()
            if not me.member.may_with(Action.READ, case, readers):
                return None
            conversation = await conversations.get(tx, case.conversation_id)
            part = await part_of(tx, case, me.member)
            latest = await entries.latest(tx, conversation.id, notes=True, limit=_MOST_ENTRIES)
            said = tuple(entry for entry in latest if part.shows(entry.at))
            turned = await turns.of_conversation(tx, conversation.id)
            understood = {number: turn for number, turn in turned.items() if part.shows(turn.at)}
            linked, cut = await links(tx, case, me.member), len(latest) == _MOST_ENTRIES
            return File(case, conversation, said, understood, readers, linked, cut, part.hidden)

    async def page(
        self, me: Me, file: File, kept: Kept = NOTHING_KEPT, *, problem: str = "", invalid: str = "", status: int = 200
    ) -> HTMLResponse:
        """Return the whole page; ``kept`` is shown again in the fields, with the ``problem`` that kept it from going out.

        ``invalid`` names the field that is at fault, if one is.
        """
        say, library, case = self._phrases.into(me.language), self._library(), file.case
        alert, waiting, crises = await self._line.alert(me)
        heading = self.heading(me, file)
        return self._pages.page(
            "case.html",
            me.language,
            status=status,
            me=me,
            token=me.token,
            alert=alert,
            title=title(f"{heading} · {case.code}", waiting, crises),
            heading=heading,
            case=case,
            conversation=file.conversation,
            reason=reason_name(case.reason, say),
            place=place_name(file.conversation.place, library, me.language),
            channel=channel_name(file.conversation.channel, say),
            seen=file.seen,
            entries=self.entries(me, file, new_after=kept.seen),
            cut=file.cut,
            status_part=self.status(me, file),
            may_reply=file.allows(me, Action.REPLY),
            panels={name: await panel.show(me, file, kept) for name, panel in self.panels.items()},
            most=MAX_CHARACTERS,
            problem=problem,
            invalid=invalid,
            typed=kept.typed,
            noted=kept.noted,
        )

    def heading(self, me: Me, file: File) -> str:
        """Return what the case is about."""
        say = self._phrases.into(me.language)
        about = Explainer(self._library(), say, me.language).about(file.case, file.verdicts)
        return about or reason_name(file.case.reason, say)

    def entries(self, me: Me, file: File, *, after: int = 0, new_after: int | None = None) -> str:
        """Return the HTML of the lines after sequence ``after``; those after ``new_after`` are marked as new."""
        return self.drawn(me, file, [entry for entry in file.said if entry.sequence > after], new_after=new_after)

    def drawn(self, me: Me, file: File, said: Sequence[Entry], *, new_after: int | None = None) -> str:
        """Return the HTML of lines of the conversation."""
        say = self._phrases.into(me.language)
        explainer = Explainer(self._library(), say, me.language)
        lines = transcript.lines(said, file.understood, explainer, say, new_after=new_after)
        opens = {entry.sequence: opening(entry, say) for entry in said if entry.attachment}
        return self._pages.fragment("part_entries.html", me.language, entries=lines, case=file.case, opens=opens)

    def status(self, me: Me, file: File) -> str:
        """Return the HTML that tells in whose hands the case is."""
        values: dict[str, Any] = {"me": me, "file": file, "case": file.case, "conversation": file.conversation}
        say = self._phrases.into(me.language)
        linked = {"links": file.links, "channel_of": lambda link: channel_name(link.linked.channel, say)}
        return self._pages.fragment("part_status.html", me.language, **values, **linked)

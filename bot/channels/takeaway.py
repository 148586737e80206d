"""The file with everything that is kept of a resident: a page to read, the same for programs, and what was attached."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.clock import now as clock_now
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.attached import Enclosure
from bot.model.days_kept import USUAL, DaysKept
from bot.model.library import HOME, LANGUAGES, Library
from bot.model.message import Author, Kind
from bot.store import attachments, mydata
from bot.store.database import Database
from bot.store.entries import Entry
from bot.store.mydata import Kept, KeptFile
from bot.threads import in_thread

#: What the file is called, and what it is.
NAME, ZIP = "my-data.zip", "application/zip"

#: As many bytes of files go into one, so that every channel takes it and no process is filled by it. Telegram takes 50 MB:
#: https://core.telegram.org/bots/api#senddocument
MOST_BYTES = 40_000_000

_HARMLESS = re.compile(r"[^\w.() -]")


class Takeaway:
    """Packs what is kept. ``library`` gives the live library, for the names of what the house knows by ids."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        days_kept: DaysKept = USUAL,
        *,
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._days = days_kept
        self._now = now

    async def pack(self, conversation_id: str) -> tuple[Enclosure, bytes] | None:
        """Return the file and what it holds, as it is kept nowhere; None when the conversation is no more."""
        async with self._db.read() as tx:
            kept = await mydata.of(tx, conversation_id)
            if kept is None:
                return None
            taken, left = _fitting(kept.files)
            contents: dict[str, bytes] = {}
            for name, file in taken.items():
                found = await attachments.get(tx, file.enclosure.id)
                contents |= {} if found is None else {name: found.content}
        made_at, library = self._now(), self._library()
        telling = _Telling(kept, library, made_at, {file.enclosure.id: name for name, file in taken.items()})
        return Enclosure("", NAME, ZIP), await in_thread(partial(self._packed, telling, left, contents))

    def _packed(self, telling: _Telling, left: tuple[KeptFile, ...], contents: Mapping[str, bytes]) -> bytes:
        return _zipped(self._page(telling, left), telling.plain(left), contents)

    def _page(self, telling: _Telling, left: tuple[KeptFile, ...]) -> str:
        language = telling.language
        environment = _environment(self._phrases, language)
        environment.filters["moment"] = lambda at: formats.moment(at, language, HOME[language])
        return environment.get_template("my-data.html").render(
            language=language, told=telling, kept=telling.kept, days=self._days, left=left
        )


def _environment(phrases: Phrases, language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(phrases.into(language), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return environment


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is kept, in words. ``paths`` are the places of files beside the page, by id."""

    kept: Kept
    library: Library
    made_at: datetime
    paths: Mapping[str, str]

    @property
    def language(self) -> str:
        return self.kept.conversation.language or LANGUAGES[0]

    def language_name(self, code: str) -> str:
        return str(Locale(self.language).languages.get(code, code))

    def topic(self, identifier: str | None) -> str:
        found = self.library.topics.get(identifier or "")
        return (identifier or "") if found is None else found.names[self.language]

    def place(self, identifier: str | None) -> str:
        found = self.library.places.get(identifier or "")
        return (identifier or "") if found is None else found.names.get(self.language, found.name)

    def point(self, identifier: str | None) -> str:
        found = self.library.points.get(identifier or "")
        return (identifier or "") if found is None else found.name(self.language)

    def path(self, line: Entry) -> str:
        return "" if line.file is None else self.paths.get(line.file.id, "")

    @property
    def topics(self) -> Iterator[tuple[datetime, str]]:
        """When which topic was understood."""
        for each in self.kept.understood.values():
            if each.verdict is not None and each.verdict.topic is not None:
                yield each.at, self.topic(each.verdict.topic)

    def plain(self, left: tuple[KeptFile, ...]) -> dict[str, Any]:
        """Return all of it as values that can be written as JSON."""
        kept, its = self.kept, self.kept.conversation
        return {
            "made_at": self.made_at,
            "conversation": {
                "channel": its.channel,
                "address": its.address,
                "language": its.language,
                "country": its.country,
                "place": its.place,
                "lives_in": its.lives_in,
                "situation": its.situation,
                "topics": list(its.asked),
                "asked_back": None if its.pending is None else {"about": its.pending.asked, "kept": its.pending.text},
                "crisis_shown": its.crisis_shown,
                "crisis_shown_at": its.crisis_shown_at,
                "discreet": its.discreet,
                "started_at": kept.started_at,
                "changed_at": kept.changed_at,
            },
            "messages": [self._message(line) for line in kept.lines],
            "understood": [
                {
                    "at": each.at,
                    "kind": each.verdict and each.verdict.kind,
                    "topic": each.verdict and each.verdict.topic,
                    "crisis": each.verdict and each.verdict.crisis,
                    "languages": each.guess and [list(pair) for pair in each.guess.ranked],
                }
                for each in kept.understood.values()
            ],
            "cases": [
                {
                    "code": case.code,
                    "state": case.state,
                    "reason": case.reason,
                    "topic": case.topic,
                    "info_point": case.point,
                    "confidential": case.confidential,
                    "opened_at": case.opened_at,
                    "closed_at": case.closed_at,
                    "outcome": case.outcome,
                    "helped": case.helped,
                }
                for case in kept.cases
            ],
            "call_backs": [
                {
                    "kind": call.contact.kind,
                    "value": call.contact.value,
                    "asked_at": call.asked_at,
                    "done_at": call.done_at,
                    "tries": [{"at": each.at, "reached": each.reached} for each in call.tries],
                }
                for call in kept.calls
            ],
            "votes": [
                {"at": each.at, "topic": each.topic, "country": each.country, "helpful": each.helpful} for each in kept.votes
            ],
            "questions_without_persons": [
                {"at": each.at, "text": each.text, "language": each.language, "topic": each.topic, "kind": each.kind}
                for each in kept.questions
            ],
            "said_to_be_wrong": [
                {"at": each.made_at, "text": each.suggested.question, "about": each.suggested.item, "state": each.state}
                for each in kept.suggestions
            ],
            "not_worked_on": [{"at": each.at, "sent": each.payload} for each in kept.arrived],
            "files_left_out": [each.enclosure.name for each in left],
            "internal_notes": kept.notes,
        }

    def _message(self, line: Entry) -> dict[str, Any]:
        said: dict[str, Any] = {"at": line.at, "author": _AUTHORS[line.author], "text": line.text}
        said |= {"pressed": line.press} if line.press else {}
        said |= {"kind": line.kind} if line.kind != Kind.TEXT else {}
        said |= {"earlier": list(line.earlier)} if line.earlier and line.author is Author.RESIDENT else {}
        said |= {"withdrawn_at": line.withdrawn_at} if line.withdrawn_at else {}
        said |= {"file": self.path(line) or line.file.name} if line.file else {}
        return said


_AUTHORS = {Author.RESIDENT: "you", Author.BOT: "automatic assistant", Author.STAFF: "a person at the information point"}


def _fitting(files: tuple[KeptFile, ...]) -> tuple[dict[str, KeptFile], tuple[KeptFile, ...]]:
    """Return the files that go along, by the places where they will lie, and those for which there is no room."""
    taken: dict[str, KeptFile] = {}
    left: list[KeptFile] = []
    room = MOST_BYTES
    for number, file in enumerate(files, start=1):
        if file.size > room:
            left.append(file)
            continue
        room -= file.size
        taken[f"files/{number} {_HARMLESS.sub('_', file.enclosure.name)}"] = file
    return taken, tuple(left)


def _zipped(page: str, plain: Mapping[str, Any], contents: Mapping[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("my-data.html", page)
        packed.writestr("my-data.json", json.dumps(plain, ensure_ascii=False, indent=1, default=_written))
        for name, content in contents.items():
            packed.writestr(name, content, zipfile.ZIP_STORED)  # pictures and PDFs are packed in themselves
    return written.getvalue()


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

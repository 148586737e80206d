"""What is kept of a resident, in words and as plain values, for the file that `bot.channels.takeaway` packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale

from bot.model.library import LANGUAGES, Library
from bot.model.message import Author, Kind
from bot.store.entries import Entry
from bot.store.mydata import Kept, KeptFile
from bot.store.suggestions import Kind as Whose


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is kept, in words for people and as plain values. ``paths`` are the places of files beside the page, by id."""

    kept: Kept
    library: Library
    made_at: datetime
    paths: Mapping[str, str]

    @property
    def language(self) -> str:
        """The language that it is told in."""
        return self.kept.conversation.language or LANGUAGES[0]

    def language_name(self, code: str) -> str:
        """Return what a language is called."""
        return str(Locale(self.language).languages.get(code, code))

    def topic(self, identifier: str | None) -> str:
        """Return the name of a topic; its id when nobody knows it any more."""
        found = self.library.topics.get(identifier or "")
        return (identifier or "") if found is None else found.names[self.language]

    def place(self, identifier: str | None) -> str:
        """Return the name of a place; its id when nobody knows it any more."""
        found = self.library.places.get(identifier or "")
        return (identifier or "") if found is None else found.names.get(self.language, found.name)

    def point(self, identifier: str | None) -> str:
        """Return the name of an info point; its id when nobody knows it any more."""
        found = self.library.points.get(identifier or "")
        return (identifier or "") if found is None else found.name(self.language)

    def path(self, line: Entry) -> str:
        """Return where the file of a line lies beside the page; empty when it does not."""
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
                if each.suggested.kind is not Whose.STAFF
            ],
            "passed_to_editors": [
                {"at": each.made_at, "text": each.suggested.question, "answer": each.suggested.answer}
                for each in kept.suggestions
                if each.suggested.kind is Whose.STAFF
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
        said |= {"file": self.path(line) or line.file.name} if line.file and not line.withdrawn_at else {}
        return said


_AUTHORS = {Author.RESIDENT: "you", Author.BOT: "automatic assistant", Author.STAFF: "a person at the information point"}

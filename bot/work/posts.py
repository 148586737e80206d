"""What the staff's group reads: the name of a topic, what stands on top of it, and each line of the transcript. Plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations

from bot.channels.contract import WEB
from bot.language.phrases import Phrases
from bot.model.case import Case
from bot.model.library import HOME, LANGUAGES, Library
from bot.model.message import Author, Kind
from bot.store.entries import Entry
from bot.store.group_topics import Standing

#: The longest name that a topic may have: https://core.telegram.org/bots/api#createforumtopic
LONGEST_NAME = 128

#: In front of the name of a topic in which somebody is in danger. A sign, since a colour is not seen by all.
CRISIS_SIGN = "❗"

#: Says in words what a line is besides its text, such as a photo, given the name of the info point that it is about.
Aside = Callable[[Entry, str, NullTranslations], str]

#: Tells whether those words say all, so that the text is not to be shown.
SaysAll = Callable[[Entry], bool]

_COMMAND = re.compile(r"(?<![^\s(\[{\"'])/(?=\w)")
_LANGUAGE_OF = {country: language for language, country in HOME.items()}


class Scribe:
    """Writes for the group. ``library`` gives the live one; ``desk`` is the address of the desk, empty where none is known."""

    def __init__(self, library: Callable[[], Library], phrases: Phrases, aside: Aside, says_all: SaysAll, desk: str = "") -> None:
        self._library = library
        self._phrases = phrases
        self._aside = aside
        self._says_all = says_all
        self._desk = desk

    def language(self, case: Case, spoken: str | None) -> str:
        """Return the language of a topic: that of the country of its info point, else that of the resident."""
        point = self._library().points.get(case.point or "")
        home = _LANGUAGE_OF.get(point.country) if point is not None else None
        return home or (spoken if spoken in LANGUAGES else LANGUAGES[0])

    def say(self, standing: Standing, case: Case) -> NullTranslations:
        """Return the phrases in the language of a topic."""
        return self._phrases.into(self.language(case, standing.language))

    def name(self, standing: Standing, case: Case) -> str:
        """Return the name of a topic: the code, the place and what is asked about, and nothing that the resident wrote.

        A list of topics is seen by who looks over a shoulder, so it tells no sensitive subject.
        """
        language, library = self.language(case, standing.language), self._library()
        place, topic = library.places.get(standing.place or ""), library.topics.get(case.topic or "")
        parts = [f"{CRISIS_SIGN} {case.code}" if case.urgent else case.code]
        parts += [place.names.get(language, place.name)] if place is not None else []
        parts += [topic.names[language]] if topic is not None and not topic.sensitive and language in topic.names else []
        return " · ".join(parts)[:LONGEST_NAME]

    def heading(self, standing: Standing, case: Case) -> str:
        """Return what stands on top of a topic."""
        say, library = self.say(standing, case), self._library()
        point = library.points.get(case.point or "")
        lines = [say.gettext("Case %(code)s") % {"code": case.code}]
        if case.urgent:
            crisis = say.gettext("Crisis")
            lines[0] = f"{CRISIS_SIGN} {lines[0]} · {crisis}"
        if point is not None:
            name = point.name(self.language(case, standing.language))
            lines.append(say.gettext("Info point: %(name)s") % {"name": name})
        channel = say.gettext("Web chat") if standing.channel == WEB else standing.channel.capitalize()
        lines.append(say.gettext("The resident writes here: %(channel)s") % {"channel": channel})
        lines.append(say.gettext("Write /claim to take the case, /help to see what can be done here."))
        if self._desk:
            lines.append(f"{self._desk}/desk/case/{case.id}")
        return "\n".join(lines)

    def holder(self, standing: Standing, case: Case, before: str | None) -> str:
        """Return the line that tells who has the case now; ``before`` is who was told to have it."""
        say = self.say(standing, case)
        if case.claimed_by is not None:
            return say.gettext("%(who)s has this case now.") % {"who": case.claimed_by}
        return say.gettext("%(who)s has put the case back: it waits again.") % {"who": before}

    def taken_out(self, code: str, say: NullTranslations) -> str:
        """Return what the group reads when a case is no longer shown there."""
        return say.gettext("Case %(code)s is no longer shown in this group. It is worked on at the desk.") % {"code": code}

    def line(self, entry: Entry, standing: Standing, case: Case, labels: Mapping[str, str]) -> str:
        """Return one line of the transcript. ``labels`` are the words on the buttons, by what they carry."""
        say = self.say(standing, case)
        who, text = _who(entry, say), "" if self._says_all(entry) else _text(entry, labels)
        about = self._library().points.get(entry.text)
        point = "" if about is None else about.name(self.language(case, standing.language))
        aside = self._aside(entry, point, say)
        if entry.author is Author.NOTE and aside:
            note = say.gettext("Note")
            return "\n".join(part for part in (f"{note}: {aside}", text) if part)
        return "\n".join(part for part in (_headed(who, aside or _changed(entry, say)), text) if part)


def labels(said: Sequence[Entry]) -> dict[str, str]:
    """Return the words on the buttons that stand under lines, by what they carry."""
    return {button.press: button.label for entry in said for row in entry.buttons for button in row}


def _who(entry: Entry, say: NullTranslations) -> str:
    match entry.author:
        case Author.RESIDENT:
            return say.gettext("Resident")
        case Author.BOT:
            return say.gettext("Assistant")
        case Author.STAFF:
            return entry.staff or say.gettext("Staff")
        case Author.NOTE:
            return say.gettext("Note by %(who)s") % {"who": entry.staff} if entry.staff else say.gettext("Note")


def _headed(who: str, aside: str) -> str:
    return f"{who} ({aside}):" if aside else f"{who}:"


def _changed(entry: Entry, say: NullTranslations) -> str:
    """Return in words what became of a line after it was said."""
    if entry.withdrawn_at is not None:
        return say.gettext("withdrawn")
    return say.gettext("changed") if entry.edited_at is not None else ""


def _text(entry: Entry, known: Mapping[str, str]) -> str:
    if entry.kind == Kind.PRESS and not entry.text:
        return known.get(entry.press, "")
    under = " ".join(f"[{button.label}]" for row in entry.buttons for button in row)
    file = f"[{entry.file.name}]" if entry.file is not None else ""
    said = _told(entry.text) if entry.author is Author.RESIDENT else entry.text
    return "\n".join(part for part in (said, file, under) if part)


def _told(text: str) -> str:
    """Return what a resident wrote so that it can be nothing else in the group.

    Telegram makes a command of a word behind a slash, which whoever touches it sends; and further lines could pass for those
    that stand there for staff.
    """
    return _COMMAND.sub("/\u2060", text).replace("\n", "\n│ ")

"""A conversation as staff read it: who said what, and what the assistant made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from markupsafe import Markup

from bot.channels.webchat.markup import formatted, plain
from bot.model.attached import Enclosure
from bot.model.message import Author, Kind
from bot.store import entries
from bot.store.entries import Entry
from bot.store.turns import Understood
from bot.web import casenotes
from bot.web.why import Explainer, Why


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript. ``aside`` says in the reader's own language what is no text, such as a photo.

    ``earlier`` is what it said before it was changed or withdrawn, oldest first.
    """

    sequence: int
    author: Author
    name: str
    at: datetime
    said: Markup
    aside: str
    language: str
    urgent: bool
    is_new: bool
    buttons: tuple[str, ...]
    why: tuple[Why, ...]
    file: Enclosure | None = None
    earlier: tuple[Markup, ...] = ()
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None


def lines(
    said: Iterable[Entry],
    understood: Mapping[int, Understood],
    explainer: Explainer,
    say: NullTranslations,
    *,
    new_after: int | None,
) -> list[Line]:
    """Return the lines for ``said``; those after sequence ``new_after`` are marked as new, with None no line is."""
    return [
        _line(entry, understood, explainer, say, is_new=new_after is not None and entry.sequence > new_after) for entry in said
    ]


def question(said: Sequence[Entry], understood: Mapping[int, Understood]) -> Entry | None:
    """Return the last thing that a resident said which was more than a greeting, thanks or the wish for a person.

    When there was nothing more than that, it is the last thing they said; None when they said nothing.
    """
    return question_among(said, {number for number, turn in understood.items() if turn.is_act})


def question_among(said: Sequence[Entry], acts: Collection[int]) -> Entry | None:
    """Return the same, given the turns that were acts."""
    theirs = [entry for entry in reversed(said) if entry.author is Author.RESIDENT]
    return next((entry for entry in theirs if entry.text and not _is_act(entry, acts)), next(iter(theirs), None))


def excerpt(text: str, most: int = 90) -> str:
    """Return the beginning of ``text`` in one line of at most ``most`` characters, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return f"{flat[: most - 1].rsplit(' ', 1)[0]}…"


def aside(entry: Entry, say: NullTranslations) -> str:
    """Return in words what a line is besides its text; empty when it is text only."""
    if entry.kind == Kind.TEXT and entry.file is not None:
        return say.gettext("sent a photo") if entry.file.is_picture else say.gettext("sent a file")
    return {
        Kind.PRESS: say.gettext("pressed a button"),
        Kind.COMMAND: say.gettext("gave a command"),
        Kind.LOCATION: say.gettext("shared a location"),
        Kind.VOICE: say.gettext("sent a voice message"),
        Kind.PHOTO: say.gettext("sent a photo"),
        Kind.STICKER: say.gettext("sent a sticker"),
        Kind.FILE: say.gettext("sent a file"),
        Kind.EDIT: say.gettext("changed a message"),
        Kind.UNREADABLE: say.gettext("sent something that the program cannot read"),
        # The same word for what the resident did and for a message that met it.
        Kind.BLOCKED: say.gettext("The resident blocked us."),
        Kind.RETURNED: say.gettext("The resident unblocked us."),
        entries.SEND_FAILED: say.gettext("A message could not be delivered."),
        entries.PUT_BACK: say.gettext("%(who)s can no longer use the desk, so the case is back in the line.")
        % {"who": entry.text},
        entries.NOT_EDITED: say.gettext("A message could not be changed; the resident sees it as it was."),
        entries.NOT_WITHDRAWN: say.gettext("A message could not be withdrawn; the resident may still see it."),
        entries.TAKEN_OVER: say.gettext("%(who)s took the case over from %(whom)s.") % {"who": entry.staff, "whom": entry.text},
        entries.CALL_BACK: say.gettext("The resident asks to be called back:"),
        entries.CALL_REACHED: say.gettext("Called back and reached:"),
        entries.CALL_MISSED: say.gettext("Called back and did not reach:"),
        entries.CALL_GIVEN_UP: say.gettext("Will not be called back any more:"),
    }.get(entry.kind, "")


def _is_act(entry: Entry, acts: Collection[int]) -> bool:
    return entry.kind in (Kind.PRESS, Kind.COMMAND) or entry.turn in acts


def _line(
    entry: Entry, understood: Mapping[int, Understood], explainer: Explainer, say: NullTranslations, *, is_new: bool
) -> Line:
    turn = understood.get(entry.turn) if entry.turn is not None and entry.author is Author.RESIDENT else None
    verdict = turn.verdict if turn else None
    return Line(
        sequence=entry.sequence,
        author=entry.author,
        name=entry.staff or "",
        at=entry.at,
        said=_said(entry),
        aside=aside(entry, say) or casenotes.told(entry, explainer.point(entry.text), say),
        language=entry.language or "",
        urgent=entry.urgent,
        is_new=is_new,
        buttons=tuple(button.label for row in entry.buttons for button in row),
        file=entry.file,
        earlier=tuple(plain(text) for text in entry.earlier if text),
        edited_at=entry.edited_at,
        withdrawn_at=entry.withdrawn_at,
        why=tuple(explainer.explain(verdict, turn.guess, relayed=turn.relayed)) if verdict and turn else (),
    )


def _said(entry: Entry) -> Markup:
    if entry.author in (Author.BOT, Author.STAFF):
        return formatted(entry.text, entry.calls)
    if not entry.text or entry.kind in (entries.PUT_BACK, entries.TAKEN_OVER) or casenotes.is_told(entry):
        return Markup()  # the aside says it all
    return plain(entry.text)

"""What became of a case, in words: the notes that the program leaves in the transcript, and how cases end."""

from __future__ import annotations

from gettext import NullTranslations

from bot.model.case import Event, Outcome
from bot.store.entries import Entry

_EVENTS = frozenset(Event)


def is_told(entry: Entry) -> bool:
    """Tell whether a line is a note that its kind tells in words."""
    return entry.kind in _EVENTS


def told(entry: Entry, point: str, say: NullTranslations) -> str:
    """Return such a note in words, empty for any other line. ``point`` is the name of the info point that it is about."""
    if not is_told(entry):
        return ""
    sentence = _closed(entry, say) if entry.kind == Event.CLOSED else _sentence(Event(entry.kind), by=entry.staff, say=say)
    return sentence % {"who": entry.staff or "", "whom": entry.text, "point": point}


def _sentence(event: Event, *, by: str | None, say: NullTranslations) -> str:
    opened = say.gettext("The case is open again.") if by is None else say.gettext("%(who)s opened the case again.")
    return {
        Event.HANDED_ON: say.gettext("%(who)s handed the case on to %(whom)s."),
        Event.MOVED: say.gettext("%(who)s handed the case on to the info point %(point)s."),
        Event.CONSENT_ASKED: say.gettext("%(who)s had the resident asked whether the case may go to the info point %(point)s."),
        Event.CONSENTED: say.gettext("The resident agreed, and the case went to the info point %(point)s."),
        Event.CONSENT_REFUSED: say.gettext("The resident does not want the case to go to the info point %(point)s."),
        Event.UNANSWERED: say.gettext("%(whom)s did not answer for a long time, so the case is back in the line."),
        Event.REOPENED: opened,
        Event.HELPED: say.gettext("The resident said that it helped."),
        Event.NOT_HELPED: say.gettext("The resident said that it did not help."),
        Event.GUARDED: say.gettext("%(who)s made the case confidential. It can be read by: %(whom)s."),
        Event.UNGUARDED: say.gettext("%(who)s ended that the case is confidential."),
    }[event]


def _closed(entry: Entry, say: NullTranslations) -> str:
    if entry.text == Outcome.SILENT:
        return say.gettext("Nothing was said for a long time, so the case was closed by itself.")
    outcome = outcome_name(Outcome(entry.text), say).replace("%", "%%")
    return say.gettext("%(who)s closed the case:") + " " + outcome


def outcome_name(outcome: Outcome, say: NullTranslations) -> str:
    """Return in words how a case ended."""
    match outcome:
        case Outcome.ANSWERED:
            return say.gettext("Answered")
        case Outcome.REFERRED:
            return say.gettext("Referred to an office")
        case Outcome.NOT_OURS:
            return say.gettext("Not our subject")
        case Outcome.UNREACHED:
            return say.gettext("Could not be reached")
        case Outcome.ABUSE:
            return say.gettext("Abuse")
        case Outcome.SILENT:
            return say.gettext("Fell silent")

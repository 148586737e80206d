"""Lines of a transcript that are no text, or not only, in words for whoever shows them elsewhere than on the desk's pages."""

from __future__ import annotations

from gettext import NullTranslations

from bot.store import entries
from bot.store.entries import Entry
from bot.web import casenotes
from bot.web.transcript import aside


def in_words(entry: Entry, point: str, say: NullTranslations) -> str:
    """Return in words what a line is besides its text; ``point`` is the name of the info point that it is about, if any."""
    return aside(entry, say) or casenotes.told(entry, point, say)


def says_all(entry: Entry) -> bool:
    """Tell whether those words say all, so that the text is not to be shown: it is a name or a word for the program."""
    return casenotes.is_told(entry) or entry.kind in (entries.PUT_BACK, entries.TAKEN_OVER, entries.SEND_FAILED)

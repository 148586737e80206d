"""Text as YAML writes it: plain where it may be, in quotes where it must.

`bot.editing.documents` reads every scalar as text, so that numbers and days need no quotes. Words that another reader would take
for yes, no or nothing get some. The rules of what may stand plain are those of YAML 1.1, section 9.1.3, a little narrower.
"""

from __future__ import annotations

import re

#: What another reader takes for yes, no or nothing, and the merge key.
_TAKEN_FOR_ELSE = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "="})

#: What must be written as an escape: all that YAML calls not printable, and whatever ends a line or hides at its start.
_HIDDEN = re.compile("[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_NO_BEGINNING = frozenset("?:,[]{}#&*!|>'\"%@`")
_BREAKS_PLAIN = re.compile(r": |:$| #")
_BREAKS_FLOW = re.compile(r"[,\[\]{}?]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(text: str, *, in_flow: bool = False) -> str:
    """Return ``text`` on one line as YAML reads it back; ``in_flow`` between braces or brackets."""
    return text if _may_stand_plain(text, in_flow=in_flow) else quoted(text)


def quoted(text: str, quotes: str = '"') -> str:
    """Return ``text`` in ``quotes`` if they serve: double ones are not put where single ones spare an escape."""
    if _HIDDEN.search(text):
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if quotes == "'" or "\\" in text or '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def lines_of(text: str) -> list[str] | None:
    """Return the lines of ``text`` where they can be written one below the other (``|-``); None where they cannot."""
    lines = text.split("\n")
    fit = all(line == line.strip(" ") and not _HIDDEN.search(line) for line in lines)
    return lines if fit and len(lines) > 1 and lines[0] and lines[-1] else None


def _may_stand_plain(text: str, *, in_flow: bool) -> bool:
    if text.lower() in _TAKEN_FOR_ELSE or text != text.strip(" ") or text[0] in _NO_BEGINNING:
        return False
    if text.startswith("...") or (text[0] == "-" and not text[1:2].isalnum()):
        return False
    if in_flow and _BREAKS_FLOW.search(text):
        return False
    return not _BREAKS_PLAIN.search(text) and not _HIDDEN.search(text)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _HIDDEN.match(character):
        return character
    return f"\\x{ord(character):02x}" if ord(character) <= 0xFF else f"\\u{ord(character):04x}"  # noqa: PLR2004 - one byte

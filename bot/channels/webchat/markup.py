"""Plain text of a message to HTML: paragraphs, lists, and links that can be followed or dialled. Everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup, escape

_BULLET = re.compile(r"[–•*-] +")
_WEB = r"https?://[^\s<>\"'«»]+"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
#: An international number; national ones are links only where the message says that they are to be dialled.
_PHONE = r"(?<![\w+])\+\d[\d \u00a0()/-]{5,}\d"
#: The dialogue names its commands as they are typed; those that are pages of ours can be followed here.
_PAGE = r"(?<![\w/.])/(?:privacy|mydata)(?![\w/])"
#: What closes a sentence and is not part of the address before it.
_AFTER_ADDRESS = ".,;:!?…”"
#: "(0)" is read out in some countries and never dialled after a country code.
UNDIALLED = re.compile(r"\(0\)|[^\d+]")


def formatted(text: str, calls: Sequence[str] = ()) -> Markup:
    """Return a message of ours as HTML.

    Blank lines part paragraphs; lines that begin with a dash or a dot become a list; addresses on the web, mail addresses,
    ``/privacy`` and the like, international phone numbers and each of ``calls`` become links. No other link can come about.
    """
    return _blocks(text, _linker(calls))


def plain(text: str) -> Markup:
    """Return what a resident typed as HTML: its paragraphs and lines, nothing else."""
    paragraphs = (paragraph.split("\n") for paragraph in text.split("\n\n") if paragraph)
    return Markup("").join(_paragraph([escape(line) for line in lines]) for lines in paragraphs)


def within_frame(body: Markup, root: str) -> Markup:
    """Return a message of ours as it is shown in the frame of another site.

    Its links to our pages lead to those under ``root``, all others to a window of their own: few sites let themselves be shown
    in a frame. What is looked for comes from `_link` alone, since every other "<" is escaped.
    """
    moved = body.replace(Markup('<a href="/'), Markup(f'<a href="{root}/'))  # noqa: S704 - a path of ours
    return moved.replace(Markup('<a href="http'), Markup('<a target="_blank" href="http'))


def _blocks(text: str, pattern: re.Pattern[str]) -> Markup:
    parts: list[Markup] = []
    for paragraph in text.split("\n\n"):
        for is_list, lines in groupby(paragraph.split("\n"), key=lambda line: _BULLET.match(line) is not None):
            if is_list:
                parts.append(_list([_linked(_BULLET.sub("", line, count=1), pattern) for line in lines]))
            else:
                parts.append(_paragraph([_linked(line, pattern) for line in lines]))
    return Markup("").join(parts)


def _paragraph(lines: Sequence[Markup]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _list(items: Sequence[Markup]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in items))


def _linker(calls: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of everything that becomes a link; the longest call first, so that 116 does not cut 116 123."""
    longest_first = sorted({call for call in calls if call.strip()}, key=len, reverse=True)
    dialled = "|".join(re.escape(call) for call in longest_first) or r"(?!)"
    return re.compile(rf"(?P<web>{_WEB})|(?P<mail>{_MAIL})|(?P<page>{_PAGE})|(?P<call>(?<![\w+])(?:{dialled})(?!\w)|{_PHONE})")


def _linked(line: str, pattern: re.Pattern[str]) -> Markup:
    return Markup("").join(_pieces(line, pattern))


def _pieces(line: str, pattern: re.Pattern[str]) -> Iterator[Markup]:
    done = 0
    for match in pattern.finditer(line):
        shown = _address(match.group()) if match.lastgroup == "web" else match.group()
        yield escape(line[done : match.start()])
        yield _link(match.lastgroup or "", shown)
        done = match.start() + len(shown)
    yield escape(line[done:])


def _link(kind: str, shown: str) -> Markup:
    if kind == "web":
        # Another site must not learn that its visitor comes from a social service.
        label = shown.split("://", 1)[1].rstrip("/")
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(shown, label)
    if kind == "page":
        return Markup('<a href="{}">{}</a>').format(shown, shown)
    if kind == "mail":
        return Markup('<a href="mailto:{}">{}</a>').format(shown, shown)
    return Markup('<a class="call" href="tel:{}">{}</a>').format(UNDIALLED.sub("", shown), shown)


def _address(found: str) -> str:
    """Return a web address without the punctuation of the sentence around it; a bracket stays when it was opened inside."""
    address = found.rstrip(_AFTER_ADDRESS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_AFTER_ADDRESS)
    return address

"""Cutting a long text into messages that Telegram takes, where a reader would pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.language.text import sentences

#: The longest message: https://core.telegram.org/bots/api#sendmessage, counted in UTF-16 units as Telegram's apps do.
LIMIT = 4096

#: How a text is taken apart and what joins the pieces again, the best place for a cut first.
_LEVELS: tuple[tuple[Callable[[str], Sequence[str]], str], ...] = (
    (lambda text: text.split("\n\n"), "\n\n"),
    (str.splitlines, "\n"),
    (sentences, " "),
    (str.split, " "),
    (list, ""),
)


def length(text: str) -> int:
    """Return the length of ``text`` in UTF-16 units: an emoji counts two."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Return ``text`` as parts of at most ``limit`` UTF-16 units, cut between paragraphs, else lines, else sentences, else words.

    Nothing but white space at the cuts is lost. A blank text has no parts.
    """
    return [part.strip() for part in _pack(text, limit, 0) if part.strip()]


def _pack(text: str, limit: int, level: int) -> Iterator[str]:
    if length(text) <= limit:
        yield text
        return
    take_apart, joint = _LEVELS[level]
    packed = ""
    for piece in take_apart(text):
        longer = f"{packed}{joint}{piece}" if packed else piece
        if length(longer) <= limit:
            packed = longer
            continue
        if packed:
            yield packed
        # A piece that is too long alone is cut at the next level; what is left of it begins the next part.
        *whole, packed = list(_pack(piece, limit, level + 1)) or [""]
        yield from whole
    if packed:
        yield packed

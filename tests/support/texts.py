"""Texts of every kind, for what must hold whatever is typed."""

from __future__ import annotations

from hypothesis import strategies as st

#: How many seconds of processor time a verdict may take. The longest text takes a quarter of one and an ordinary one a fiftieth:
#: what this finds out is a text that takes a hundred times as long as others.
IN_TIME = 3.0
#: As long as what somebody might paste who wants to do harm.
_ENORMOUS = 100_000
_SOUP = st.text(st.characters(codec=None), max_size=300)
_TYPED = (
    "kje dobim pokojnino oskrbovalko v občini prosim ho perso il lavoro l'asilo è chiuso gdje mogu dobiti žalbu đak "
    "останах без работа къде да намеря помощ kyde da namerq rabota ubil se bom mi picchia aiuto 112 2026"
)
_WORDS = st.sampled_from(_TYPED.split())
_ODD = st.sampled_from(
    [
        *("\x00", "\x1b[2J", "\ud800", "\udfff", "\u202e", "\u200d", "\ufeff", "\U0010ffff", "\n", "\r\n", "  ", "\u2028"),
        *("'", "’", "1", "-", "?!…", "👍", "👩‍👩‍👧‍👦", "é" * 50, "Z" + "\u0351\u036b\u0343" * 9, "ﷺ", "𝒑𝒆𝒏𝒔", "ъ", "й", "İ", "ß"),
        *("%(name)s", "{emergency}", "<b>", "\\", "a" * 500, "ъ" * 500, "6t4q" * 50),
    ]
)
_MIXED = st.lists(_WORDS | _ODD, max_size=30).map(" ".join)


def _repeated(piece: str) -> str:
    return (piece * (_ENORMOUS // len(piece) + 1))[:_ENORMOUS]


_LONG = st.builds(
    lambda pieces, glue: _repeated(glue.join(pieces) + glue or " "),
    st.lists(_WORDS | _ODD | st.text(st.characters(codec=None), max_size=3), min_size=1, max_size=6),
    st.sampled_from(["", " ", "\n", ". "]),
)

#: Unicode soup, ordinary words mixed with oddities, and both at enormous length.
ANY_TEXT = _SOUP | _MIXED | _LONG

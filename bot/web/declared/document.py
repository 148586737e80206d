"""A document as plain values, which one template shows on the screen, on paper and in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    points: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, the headings of its columns, and its rows. A cell is a text, or `BLANK`."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]


#: A cell of a table that is to be filled in.
BLANK = None


@dataclass(frozen=True, slots=True)
class Blanks:
    """What only the controller knows: labels, each with a line to write on."""

    labels: Sequence[str]


Part = Text | Points | Grid | Blanks


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``note`` says what it is and on which day it was made."""

    title: str
    note: str
    sections: Sequence[Section]

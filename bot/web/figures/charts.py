"""Charts as SVG that stand on the page: bars with words and numbers beside them, so that nothing is told by colour alone.

The table with the same numbers stands below each; a screen reader is given the title and the description. No style is written
into the picture: the stylesheet knows its parts by their classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

#: Units of the picture; it is as wide as the page lets it be.
_WIDTH, _ROW, _LABEL, _NUMBER, _BAR = 600, 34, 220, 60, 20
_HEIGHT, _FOOT = 160, 26
#: A hidden count is drawn so wide, in a pattern of its own.
_HIDDEN = 8
#: About so many letters of a label fit.
_LETTERS = 25


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, its count (None: hidden), and the count as it is written."""

    label: str
    count: int | None
    written: str


def bars(rows: Sequence[Bar], title: str, description: str) -> Markup:
    """Return horizontal bars, a row each, as wide as their counts against the largest."""
    most = max((row.count or 0 for row in rows), default=0)
    room = _WIDTH - _LABEL - _NUMBER
    drawn = []
    for at, row in enumerate(rows):
        top = at * _ROW
        width = _HIDDEN if row.count is None else round(room * row.count / most, 1) if most else 0
        drawn.append(
            Markup(
                '<text class="label" x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}"></rect>'
                '<text class="number" x="{}" y="{}">{}</text>'
            ).format(
                _LABEL - 10,
                top + _BAR,
                _short(row.label),
                "veiled" if row.count is None else "bar",
                _LABEL,
                top + 5,
                width,
                _BAR,
                _LABEL + width + 8,
                top + _BAR,
                row.written,
            )
        )
    return _picture(Markup("").join(drawn), max(len(rows), 1) * _ROW, title, description)


def columns(rows: Sequence[Bar], title: str, description: str) -> Markup:
    """Return upright bars from left to right, the first and the last labelled, and the largest with its number."""
    most = max((row.count or 0 for row in rows), default=0)
    step = _WIDTH / max(len(rows), 1)
    room = _HEIGHT - _FOOT - 20
    drawn = []
    for at, row in enumerate(rows):
        height = _HIDDEN if row.count is None else round(room * row.count / most, 1) if most else 0
        top = _HEIGHT - _FOOT - height
        shape = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>')
        kind = "veiled" if row.count is None else "bar"
        drawn.append(
            shape.format(kind, round(at * step + 1, 1), round(top, 1), round(max(step - 2, 1), 1), height, row.label, row.written)
        )
        if row.count == most and most and all(each.count != most for each in rows[:at]):
            anchor = "start" if at < len(rows) / 2 else "end"
            place = at * step if anchor == "start" else (at + 1) * step
            number = Markup('<text class="number" x="{}" y="{}" text-anchor="{}">{}</text>')
            drawn.append(number.format(round(place, 1), round(top - 6, 1), anchor, row.written))
    ends = [(0, "start", rows[0].label), (_WIDTH, "end", rows[-1].label)] if rows else []
    label = Markup('<text class="label" x="{}" y="{}" text-anchor="{}">{}</text>')
    drawn += [label.format(place, _HEIGHT - 6, anchor, text) for place, anchor, text in ends]
    base = Markup('<line class="base" x1="0" x2="{}" y1="{}" y2="{}"></line>').format(_WIDTH, _HEIGHT - _FOOT, _HEIGHT - _FOOT)
    return _picture(base + Markup("").join(drawn), _HEIGHT, title, description)


def _short(label: str) -> str:
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"


def _picture(inside: Markup, height: int, title: str, description: str) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(_WIDTH, height, f"{title}. {description}", title, description, inside)

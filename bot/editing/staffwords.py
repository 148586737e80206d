"""The words of staff made ready for an answer: what changes by itself becomes a fact, so that it is written once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.model.library import FactKind

#: The name of the source that stands for staff, in the facts of an answer.
SOURCE = "staff"

_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_MONEY = re.compile(
    r"""(?:(?:€|EUR)\s?)?  # before the amount, or behind it
    (?<![\d.,])(\d{1,3}(?:[. \u00a0]\d{3})+|\d{1,7})(?:[.,](\d{1,2}))?(?!\d|[.,]\d)
    \s?(€|EUR\b|eur\w{0,3}\b|evr\w{0,3}\b|евро\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:\s?(?:г\.|г|god\.|godine|leta))?(?!\d)")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3})(?:,(\d{1,2}))?\s?%")


@dataclass(frozen=True, slots=True)
class _Seen:
    begins: int
    ends: int
    kind: FactKind
    value: str


def with_facts(text: str, today: date, taken: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Return ``text`` in one paragraph with names of facts in place of what could be recognised, and those facts by name.

    Recognised are amounts in euros, percentages, days with their year and addresses of pages, which the four languages write
    alike; other numbers stay, for the checks to point at. ``taken`` are names that mean something already.
    """
    text = " ".join(text.split()).replace("{", "(").replace("}", ")")
    pieces: list[str] = []
    facts: dict[str, Any] = {}
    end = 0
    for seen in sorted(_apart(_seen(text)), key=lambda each: each.begins):
        name = _name(seen.kind, {*taken, *facts})
        facts[name] = _fact(seen, today)
        pieces += [text[end : seen.begins], f"{{{name}}}"]
        end = seen.ends
    return "".join([*pieces, text[end:]]), facts


def source(today: date) -> dict[str, str]:
    """Return the source that stands for staff. Its page is still to be found: the checks ask for a whole address."""
    return {"record": "info point, staff", "url": "https://", "date": today.isoformat()}


def _seen(text: str) -> Iterator[_Seen]:
    yield from (_Seen(*match.span(), FactKind.URL, match.group()) for match in _URL.finditer(text))
    for match in _DATE.finditer(text):
        day, month, year = (int(each) for each in match.groups())
        try:
            yield _Seen(*match.span(), FactKind.DATE, date(year, month, day).isoformat())
        except ValueError:  # "31. 2. 2026" is left for somebody to look at
            continue
    yield from (_Seen(*match.span(), FactKind.PERCENT, _number(*match.groups())) for match in _PERCENT.finditer(text))
    for match in _MONEY.finditer(text):
        whole, cents, unit = match.groups()
        if unit or match.group()[0] in "€Ee":
            yield _Seen(*_trimmed(match), FactKind.MONEY, _number(whole, cents))


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.start() + len(match.group().rstrip())


def _number(whole: str, part: str | None) -> str:
    plain = re.sub(r"\D", "", whole)
    return str(Decimal(f"{plain}.{part}")) if part else plain


def _apart(found: Iterator[_Seen]) -> list[_Seen]:
    taken: list[_Seen] = []
    for each in found:
        if all(each.ends <= other.begins or other.ends <= each.begins for other in taken):
            taken.append(each)
    return taken


def _name(kind: FactKind, taken: Collection[str]) -> str:
    stem = {FactKind.MONEY: "amount", FactKind.DATE: "day", FactKind.PERCENT: "share"}.get(kind, "page")
    names = (stem if number == 1 else f"{stem}_{number}" for number in range(1, 1000))
    return next(each for each in names if each not in taken)


def _fact(seen: _Seen, today: date) -> dict[str, str]:
    fact = {"kind": str(seen.kind), "value": seen.value, "source": SOURCE}
    yearly = seen.kind in (FactKind.MONEY, FactKind.PERCENT)
    return fact | ({"valid_for": str(today.year)} if yearly else {})

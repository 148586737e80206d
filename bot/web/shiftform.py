"""The form of a shift: who, at which info points, when, as a deputy or not, and for how long it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from gettext import NullTranslations

from bot.clock import new_id
from bot.language import formats
from bot.language.hours import ZONES, local
from bot.model.library import Point
from bot.model.schedule import Shift
from bot.model.staff import Action, Member
from bot.web import closureform, weekform
from bot.web.closureform import UnreadableDate
from bot.web.weekform import UnreadableHours

POINT = "point:"


class NoShift(ValueError):  # noqa: N818 - a word of the house
    """What was typed is no shift; ``what`` is at fault: staff, points, rights, hours, or validity."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Choices:
    """Who can be on duty, and the points that whoever fills the form in may plan for."""

    members: Sequence[Member]
    points: Mapping[str, Point]


def able(members: Sequence[Member]) -> list[Member]:
    """Return those who answer residents, by name."""
    return sorted((each for each in members if each.may(Action.REPLY)), key=lambda each: each.name)


def read(form: Mapping[str, str], choices: Choices, shift_id: str = "") -> Shift:
    """Return the shift that a form asks for. Raises `NoShift`, or `UnreadableHours` for its hours."""
    member = next((each for each in choices.members if each.id == form.get("staff")), None)
    if member is None:
        raise NoShift("staff")
    points = [point for point in choices.points.values() if form.get(POINT + point.id)]
    if not points:
        raise NoShift("points")
    if not all(member.serves(point.id) for point in points):
        raise NoShift("rights")
    hours = weekform.read(form)
    if hours is None:
        raise NoShift("hours")
    country = points[0].country
    try:
        begins, ends = _day(form.get("first", ""), country, 0), _day(form.get("last", ""), country, 1)
    except (UnreadableDate, OverflowError):
        raise NoShift("validity") from None
    if begins is not None and ends is not None and begins >= ends:
        raise NoShift("validity")
    held = frozenset(point.id for point in points)
    return Shift(shift_id or new_id(), member.id, held, country, hours, deputy=bool(form.get("deputy")), begins=begins, ends=ends)


def filled(shift: Shift) -> dict[str, str]:
    """Return the fields of a shift that is kept, besides its hours."""
    fields = {"staff": shift.staff, "deputy": "1" if shift.deputy else ""} | {POINT + point: "1" for point in shift.points}
    first, last = _days(shift)
    return fields | {name: day.isoformat() for name, day in (("first", first), ("last", last)) if day is not None}


def validity(shift: Shift, language: str) -> tuple[str, str]:
    """Return the first and the last day on which a shift holds, written out; empty where it is open."""
    first, last = ("" if day is None else formats.day(day, language) for day in _days(shift))
    return first, last


def mark(shift: Shift | None) -> str:
    """Return what tells one version of a shift from another, for a hidden field."""
    if shift is None:
        return ""
    said = (shift.staff, sorted(shift.points), shift.hours, shift.deputy, str(shift.begins), str(shift.ends))
    return hashlib.sha256(repr(said).encode()).hexdigest()


def words(problem: NoShift | UnreadableHours, language: str, say: NullTranslations) -> str:
    """Return the sentence that says what is wrong."""
    if isinstance(problem, UnreadableHours):
        return weekform.words(problem, language, say)
    return {
        "staff": say.gettext("Choose who is on duty."),
        "points": say.gettext("Choose at least one info point."),
        "rights": say.gettext("This person has no rights at one of these info points. An admin can give them."),
        "hours": say.gettext("Enter at least one interval."),
    }.get(problem.what, say.gettext("The first and the last day cannot be right."))


def _days(shift: Shift) -> tuple[date | None, date | None]:
    first = None if shift.begins is None else local(shift.begins, shift.country).date()
    last = None if shift.ends is None else local(shift.ends, shift.country).date() - timedelta(days=1)
    return first, last


def _day(text: str, country: str, more: int) -> datetime | None:
    """Return when the day begins that is written, ``more`` days later; None for an empty field."""
    if not text.strip():
        return None
    return datetime.combine(closureform.day(text) + timedelta(days=more), time(), ZONES[country])

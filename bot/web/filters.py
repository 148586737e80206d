"""Which cases of the line somebody wants to see. It stands in the address of the page, and its stream obeys the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode

from bot.model.case import CaseState
from bot.model.library import LANGUAGES, Point
from bot.model.staff import Member
from bot.store.cases import Waiting
from bot.work.later import is_put_off


class View(StrEnum):
    """A part of the line, by who must do something."""

    ALL = "all"
    UNCLAIMED = "unclaimed"
    MINE = "mine"
    RESIDENT = "resident"  # claimed and answered: the resident is to write
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted: a view, and the cases of one info point or one language, None for those of all."""

    view: View = View.ALL
    point: str | None = None
    language: str | None = None

    @property
    def query(self) -> str:
        """Return it as the address holds it, with its question mark; empty when it leaves nothing out."""
        parts = {"view": self.view if self.view is not View.ALL else "", "point": self.point, "language": self.language}
        fields = {name: value for name, value in parts.items() if value}
        return f"?{urlencode(fields)}" if fields else ""

    def of(self, view: View) -> Filter:
        """Return the same for another view."""
        return replace(self, view=view)

    def keeps(self, each: Waiting) -> bool:
        """Tell whether a case is one of the info point and the language wanted. What belongs to no point is everybody's."""
        of_point = self.point is None or each.case.point in (None, self.point)
        return of_point and self.language in (None, each.language)


def read(query: Mapping[str, str], points: Mapping[str, str]) -> Filter:
    """Return what an address asks for; ``points`` are those to choose from. What is not known to us asks for nothing."""
    view, point, language = (query.get(name, "") for name in ("view", "point", "language"))
    return Filter(
        View(view) if view in set(View) else View.ALL,
        point if point in points else None,
        language if language in LANGUAGES else None,
    )


def points_of(member: Member, points: Mapping[str, Point], language: str) -> Mapping[str, str]:
    """Return the names in ``language`` of the info points that ``member`` has rights at, by id, in the order of their names."""
    names = {point.id: point.name(language) for point in points.values() if member.serves(point.id)}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def views_of(each: Waiting, me: str, now: datetime) -> frozenset[View]:
    """Return the views that a case of the line belongs to, for the member named ``me``."""
    case = each.case
    if case.state is CaseState.WAITING:
        return frozenset({View.ALL, View.UNCLAIMED})
    if is_put_off(case, now):
        return frozenset({View.ALL, View.LATER})
    views = {View.ALL}
    if case.claimed_by == me:
        views.add(View.MINE)
    if each.waiting_since is None:
        views.add(View.RESIDENT)
    return frozenset(views)

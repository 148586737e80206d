"""Four eyes: what nobody may publish who has worked on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.editing import layout
from bot.editing.items import Item, Kind
from bot.model.library import COUNTRIES, Library


class Why(StrEnum):
    """Why a second pair of eyes is needed."""

    CRISIS = "crisis"  # what is said to somebody in danger, and how such is recognised
    ALWAYS = "always"  # the operator wants it for everything
    POINT = "point"  # the operator wants it for what residents of an info point are told
    UNKNOWN = "unknown"  # the operator named an info point that there is not: nobody can tell what was meant


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change needs a second pair of eyes. ``point`` is the info point whose residents are told it, or was named."""

    why: Why
    point: str = ""


@dataclass(frozen=True, slots=True)
class FourEyes:
    """What the operator wants: everything, or what belongs to some info points. Crises need it always."""

    everything: bool = False
    points: tuple[str, ...] = ()

    @classmethod
    def of(cls, setting: str) -> FourEyes:
        """Return what the setting ``INFOPOINT_FOUR_EYES`` says."""
        names = tuple(dict.fromkeys(name.strip() for name in setting.split(",") if name.strip()))
        return cls(everything=True) if names == ("all",) else cls(points=names)

    def reasons(self, changed: Iterable[Item | None], library: Library) -> list[Reason]:
        """Return why a change of these items of ``library`` needs a second pair of eyes; nothing when it needs none.

        None stands for what belongs to no item.
        """
        found = dict.fromkeys(reason for item in changed for reason in self._of(item, library))
        return list(found)

    def _of(self, item: Item | None, library: Library) -> Iterator[Reason]:
        if item is not None and _is_about_crises(item):
            yield Reason(Why.CRISIS)
        if self.everything:
            yield Reason(Why.ALWAYS)
        for name in self.points:
            point = library.points.get(name)
            if point is None:
                yield Reason(Why.UNKNOWN, name)
            elif (
                item is None or item == Item(Kind.POINT, name) or not {*point.countries, point.country}.isdisjoint(_told_in(item))
            ):
                yield Reason(Why.POINT, name)


def _is_about_crises(item: Item) -> bool:
    return item.kind in {Kind.CRISIS, Kind.LINE} or item == Item(Kind.SAID, layout.NOT_CRISIS)


def _told_in(item: Item | None) -> tuple[str, ...]:
    """Return the countries whose residents are told what stands in an item."""
    if item is None:
        return COUNTRIES
    match item.kind:
        case Kind.ANSWER:
            return tuple(item.name.partition("/")[2].split("-"))
        case Kind.OFFICE:
            return (item.name.partition("/")[0],)
        case Kind.SHARED:
            return COUNTRIES if item.name == layout.COMMON else (item.name,)
        case Kind.TOPIC | Kind.EXAMPLES | Kind.SITUATION | Kind.PLACE | Kind.ACT | Kind.SAID:
            return COUNTRIES  # names, overviews and what is understood are the same for everybody
        case _:
            return ()

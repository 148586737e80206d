"""When an info point answers and who is on duty there, and what the dialogue needs to know of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """A time in which an info point is closed although its hours say otherwise, from ``begins`` up to ``ends`` (aware)."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an info point answers.

    ``hours`` is an OSM ``opening_hours`` string, None where nobody has entered any; ``country`` gives the time zone and the
    public holidays. ``holidays`` are the local ones besides those, as ``MM-DD`` (the day of the town's patron).
    """

    country: str
    hours: str | None = None
    closures: tuple[Closure, ...] = ()
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody is on duty, at which info points. ``hours`` is an OSM string in the time of ``country``.

    ``deputy``: who is told when nobody on duty answers. ``begins`` and ``ends`` bound the shift's validity, None openly.
    """

    id: str
    staff: str
    points: frozenset[str]
    country: str
    hours: str
    deputy: bool = False
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskState:
    """What the dialogue knows of the desk: ``schedules`` by info point, and how many cases wait ``in_line`` at each."""

    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    in_line: Mapping[str | None, int] = field(default_factory=dict)


NOTHING_KNOWN = DeskState()

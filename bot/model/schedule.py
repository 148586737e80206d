"""When an info point answers and who is on duty there, and what the dialogue needs to know of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile


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
class InLine:
    """Who waits for staff: a conversation, and the info point that its case belongs to (None is everybody's)."""

    conversation_id: str
    point: str | None


@dataclass(frozen=True, slots=True)
class DeskState:
    """What the dialogue knows of the desk: ``schedules`` by info point, and those who are ``in_line``, first come first."""

    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    in_line: tuple[InLine, ...] = ()

    def before(self, conversation_id: str, point: str | None) -> int:
        """Return how many stand at ``point`` before a conversation; all of them when it does not stand there itself yet."""
        ahead = list(takewhile(lambda each: each.conversation_id != conversation_id, self.in_line))
        return sum(point is None or each.point in (None, point) for each in ahead)


NOTHING_KNOWN = DeskState()

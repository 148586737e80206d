"""Who and what there is at the desk of a test: members of staff, residents, and their cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.contract import PULLED
from bot.model.case import CaseState

#: Who works here, and the info points that their rights hold at; None is all.
MEMBERS: Mapping[str, frozenset[str] | None] = {
    "Ana": frozenset({"ptuj"}),
    "Boris": frozenset({"ptuj", "celje"}),
    "Cilka": frozenset({"dalgopol"}),
    "Dana": None,
}
COUNTRIES = {"ptuj": "si", "celje": "si", "dalgopol": "bg"}


@dataclass
class File:
    """A case. ``readers`` are those who may read it while it is confidential, nobody when it is not."""

    id: str
    resident: str
    point: str | None
    state: CaseState = CaseState.WAITING
    holder: str | None = None
    readers: frozenset[str] = frozenset()
    offered: str | None = None
    offered_reader: str = ""
    later: datetime | None = None
    helped: bool | None = None

    def has(self, name: str) -> bool:
        """Tell whether somebody has it."""
        return self.state is CaseState.CLAIMED and self.holder == name

    def may_read(self, name: str) -> bool:
        """Tell whether somebody may read it."""
        if self.has(name):
            return True
        return name in able_at(self.point) and (not self.readers or name in self.readers)

    def goes_into_line(self, point: str | None) -> None:
        """Wait at an info point for whoever takes it."""
        self.state, self.holder, self.point, self.offered, self.later = CaseState.WAITING, None, point, None, None

    def is_taken(self, name: str) -> None:
        """Be somebody's."""
        self.state, self.holder = CaseState.CLAIMED, name


@dataclass
class Person:
    """A resident: the channel, the lines that they and staff wrote (who, text), whether they blocked us,
    and the last line that was looked at."""

    address: str
    channel: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False
    looked_at: int = 0

    @property
    def is_sent_to(self) -> bool:
        """Tell whether what is said to them is sent, and not fetched by their page."""
        return self.channel not in PULLED


def able_at(point: str | None) -> frozenset[str]:
    """Return who answers residents at an info point; what belongs to none is everybody's."""
    return frozenset(name for name, points in MEMBERS.items() if points is None or point is None or point in points)

"""The parts of a conversation: which case each line of it belongs to, where a resident had several, one after the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.model.case import Case


@dataclass(frozen=True, slots=True)
class Parts:
    """A conversation as somebody may see it: ``cases`` are all that it had, ``hidden`` the ids of those they may not read.

    What was said while a case was open belongs to it, and so does what led to it: all that was said with the assistant since
    the case before was closed.
    """

    cases: Collection[Case] = ()
    hidden: frozenset[str] = frozenset()

    def shows(self, at: datetime) -> bool:
        """Tell whether what was said at a moment may be seen."""
        if not self.hidden:
            return True
        open_then = [case for case in self.cases if case.opened_at <= at and (case.closed_at is None or at <= case.closed_at)]
        if open_then:  # one that was opened again stood open around those that came in between
            latest = max(case.opened_at for case in open_then)
            return any(case.id not in self.hidden for case in open_then if case.opened_at == latest)
        to_come = [case for case in self.cases if case.opened_at > at]
        return not to_come or min(to_come, key=lambda case: case.opened_at).id not in self.hidden


#: Of a conversation that never had more than one case.
WHOLE = Parts()

"""A case: a conversation that staff must see to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a person is needed, most urgent first."""

    CRISIS = "crisis"
    ASKED = "asked"
    NOT_HELPFUL = "not-helpful"
    NOT_COVERED = "not-covered"
    ATTACHMENT = "attachment"
    FAILURE = "failure"  # the program could not handle a message; a person must


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseOpening:
    """What a turn asks for: open a case, or raise the open one when this reason is more urgent."""

    reason: Reason
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation in front of staff. ``code`` can be read out at a counter; ``claimed_by`` is a staff name."""

    id: str
    code: str
    conversation_id: str
    reason: Reason
    state: CaseState
    opened_at: datetime
    topic: str | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def urgent(self) -> bool:
        """Tell whether it goes to the top of the line."""
        return self.reason is Reason.CRISIS

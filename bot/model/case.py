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


class Outcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    REFERRED = "referred"  # to an office, which the resident was told
    NOT_OURS = "not-ours"
    UNREACHED = "unreached"  # nobody could be reached
    ABUSE = "abuse"
    SILENT = "silent"  # closed by the program: the resident said nothing more for a long time


class Event(StrEnum):
    """What became of a case, told to staff in a note of this kind.

    The note's text is a colleague's name, an info point or an outcome; who did it stands beside it, nobody for the program.
    """

    HANDED_ON = "handed-on"
    MOVED = "moved"
    CONSENT_ASKED = "consent-asked"
    CONSENTED = "consented"
    CONSENT_REFUSED = "consent-refused"
    UNANSWERED = "unanswered"
    CLOSED = "closed"
    REOPENED = "reopened"
    HELPED = "helped"
    NOT_HELPED = "not-helped"
    GUARDED = "guarded"
    UNGUARDED = "unguarded"


@dataclass(frozen=True, slots=True)
class CaseOpening:
    """What a turn asks for: open a case, or raise the open one when this reason is more urgent.

    ``point`` is the info point that it belongs to, ``promised_at`` when the resident was told that somebody will answer,
    ``continues`` the id of the case that the resident goes on with here, having told its code.
    """

    reason: Reason
    topic: str | None = None
    point: str | None = None
    promised_at: datetime | None = None
    continues: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation in front of staff. ``code`` can be read out at a counter; ``claimed_by`` is a staff name.

    ``point`` is the info point that it belongs to; None is everybody's. ``promised_at`` is when the resident was told that
    somebody will answer. A ``confidential`` case is read by those named alone. ``later_until``: who has it put it off until
    then. ``continues`` is the id of the case that a resident goes on with elsewhere, having told its code. ``outcome`` and
    ``closed_by`` tell how it ended, ``closed_by`` being None when the program closed it; ``helped`` is what the resident said
    to that, ``waiting_since`` when they began to wait for staff to speak, None while they need not. ``offered_to`` is the info
    point of another country that the resident was asked about, ``offered_by`` who asked,
    and ``offered_reader`` who is to read it there while it is confidential.
    """

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
    point: str | None = None
    promised_at: datetime | None = None
    waiting_since: datetime | None = None
    confidential: bool = False
    later_until: datetime | None = None
    continues: str | None = None
    outcome: Outcome | None = None
    closed_by: str | None = None
    helped: bool | None = None
    offered_to: str | None = None
    offered_by: str | None = None
    offered_reader: str | None = None

    @property
    def urgent(self) -> bool:
        """Tell whether it goes to the top of the line."""
        return self.reason is Reason.CRISIS

"""Where somebody wants to be reached who asked for a call back, and what came of the tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ContactKind(StrEnum):
    """How somebody can be reached."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number (E.164, such as ``+38641234567``) or an e-mail address."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Try:
    """One try to reach somebody, by ``staff`` (a name)."""

    staff: str
    reached: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class CallBack:
    """A wish to be called back or written to. It is open until ``done_at``: they were reached, or staff gave up."""

    id: str
    case_id: str
    conversation_id: str
    contact: Contact
    asked_at: datetime
    done_at: datetime | None = None
    tries: tuple[Try, ...] = ()

"""What residents are told of how their words are treated: how long they are kept, which housekeeping keeps to, and who reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DaysKept:
    """Days: of a conversation after its last word, of figures in which nobody can be told, and of copies in backups.

    ``encoder`` is the host of another service that each message is sent to, to be understood; empty where none is.
    """

    conversations: int = 30
    figures: int = 366
    backups: int = 30
    encoder: str = ""


#: What holds where an operator has set nothing else.
USUAL = DaysKept()

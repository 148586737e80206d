"""How long what residents say is kept, in days: residents are told these numbers, and housekeeping keeps to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DaysKept:
    """Days: of a conversation after its last word, of figures in which nobody can be told, and of copies in backups."""

    conversations: int = 30
    figures: int = 366
    backups: int = 30


#: What holds where an operator has set nothing else.
USUAL = DaysKept()

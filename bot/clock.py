"""The only source of the time and of new identifiers."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

#: Letters and digits that cannot be mistaken for one another when a code is read out at a counter.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a new random identifier of 32 hexadecimal characters."""
    return uuid.uuid4().hex


def new_code(length: int = 6) -> str:
    """Return a code of ``length`` characters that a person can read out, such as ``K7PM4X``."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))

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


def new_code(length: int = 8) -> str:
    """Return a code of ``length`` characters (at least three) that a person can read out, such as ``K7PM4XQT``.

    Between two letters it has a digit, so that no word and no amount is taken for one. Of eight characters there are
    24² · (32⁶ - 24⁶), about 508 thousand million.
    """
    letters, inside = CODE_ALPHABET[:-8], ""
    while inside.isalpha() or not inside:
        inside = "".join(secrets.choice(CODE_ALPHABET) for _ in range(length - 2))
    return f"{secrets.choice(letters)}{inside}{secrets.choice(letters)}"

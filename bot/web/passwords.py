"""Passwords of staff: kept as argon2id hashes with the library's own parameters, which follow RFC 9106."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
#: A longer password is cut by no one, but refused: hashing a megabyte is a way to keep a server busy.
LONGEST = 256
_FEWEST_DIFFERENT = 5

_HASHER = PasswordHasher()


class WeakPasswordError(ValueError):
    """The password would be guessed; the message says what it takes."""


def check_strength(password: str, name: str) -> None:
    """Refuse a ``password`` for ``name`` that would be guessed.

    Length is asked for, not kinds of characters, as NIST SP 800-63B advises. Raises `WeakPasswordError`.
    """
    if len(password) < SHORTEST:
        raise WeakPasswordError(f"A password has at least {SHORTEST} characters; a few words in a row are easy to remember.")
    if len(password) > LONGEST:
        raise WeakPasswordError(f"A password has at most {LONGEST} characters.")
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise WeakPasswordError(f"A password has at least {_FEWEST_DIFFERENT} different characters.")
    if name.casefold() in password.casefold():
        raise WeakPasswordError("A password does not contain the name that it opens.")


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``. Takes about 0.2 s and 64 MB, so call it in a thread."""
    return _HASHER.hash(_composed(password))


def is_right(password: str, kept_hash: str | None) -> bool:
    """Tell whether ``password`` belongs to ``kept_hash``. Takes about 0.2 s and 64 MB, so call it in a thread.

    None stands for an account that there is not: it takes the same time and is never right, so that nobody learns from a
    watch which names exist.
    """
    # Made before the first comparison of any kind, so that the first unknown name takes no longer than a known one.
    decoy = _decoy()
    try:
        matches = _HASHER.verify(decoy if kept_hash is None else kept_hash, _composed(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept_hash is not None


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_hex())


def _composed(password: str) -> bytes:
    """One keyboard sends č as one character, another as two; both are the same password."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", errors="surrogatepass")

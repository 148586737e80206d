"""Passwords of staff: kept as argon2id hashes with the library's own parameters, which follow RFC 9106."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import cache
from gettext import NullTranslations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.concurrency import run_in_threadpool

SHORTEST = 12
#: A longer password is cut by no one, but refused: hashing a megabyte is a way to keep a server busy.
LONGEST = 256
_FEWEST_DIFFERENT = 5

#: Hashing takes 64 MB and a processor each time: so many at once, and so many more in the queue before we say "later".
_AT_ONCE = 2
_QUEUE = 20

_HASHER = PasswordHasher()


class Weakness(StrEnum):
    """Why a password would be guessed, or cannot be taken."""

    SHORT = "short"
    LONG = "long"
    UNIFORM = "uniform"
    NAMED = "named"


class WeakPasswordError(ValueError):
    """The password would be guessed; the message says what it takes, in English for operators."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(advice(weakness, NullTranslations()))
        self.weakness = weakness


class BusyError(Exception):
    """Too many passwords are looked at just now."""


def advice(weakness: Weakness, say: NullTranslations) -> str:
    """Return what a password takes, in one sentence."""
    match weakness:
        case Weakness.SHORT:
            return say.gettext("A password has at least %(least)s characters; a few words in a row are easy to remember.") % {
                "least": SHORTEST
            }
        case Weakness.LONG:
            return say.gettext("A password has at most %(most)s characters.") % {"most": LONGEST}
        case Weakness.UNIFORM:
            return say.gettext("A password has at least %(least)s different characters.") % {"least": _FEWEST_DIFFERENT}
        case Weakness.NAMED:
            return say.gettext("A password does not contain the name that it opens.")


def check_strength(password: str, name: str) -> None:
    """Refuse a ``password`` for ``name`` that would be guessed.

    Length is asked for, not kinds of characters, as NIST SP 800-63B advises. Raises `WeakPasswordError`.
    """
    if len(password) < SHORTEST:
        raise WeakPasswordError(Weakness.SHORT)
    if len(password) > LONGEST:
        raise WeakPasswordError(Weakness.LONG)
    if len(set(password)) < _FEWEST_DIFFERENT:
        raise WeakPasswordError(Weakness.UNIFORM)
    if name.casefold() in password.casefold():
        raise WeakPasswordError(Weakness.NAMED)


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


class Hashing:
    """Hashes and compares passwords in threads, a few at a time, whoever asks."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._queued = 0

    async def is_right(self, password: str, kept_hash: str | None) -> bool:
        """Tell what `is_right` tells. Raises `BusyError`."""
        async with self._turn():
            return await run_in_threadpool(is_right, password, kept_hash)

    async def hash(self, password: str) -> str:
        """Return what `hash_password` returns. Raises `BusyError`."""
        async with self._turn():
            return await run_in_threadpool(hash_password, password)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._queued >= _QUEUE:
            raise BusyError
        self._queued += 1
        try:
            async with self._slots:
                yield
        finally:
            self._queued -= 1


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_hex())


def _composed(password: str) -> bytes:
    """One keyboard sends č as one character, another as two; both are the same password."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", errors="surrogatepass")

"""The seal on what residents wrote: AES-256-GCM, with the id of its key before each sealed value.

AES-GCM and not Fernet: a sealed value says by itself which key opens it, files need no base64, and an entry of 500 characters is
sealed in 3 microseconds and opened in 5, instead of 9 and 10. Each value has a random nonce of its own; one key must not seal
more than 2 ** 32 values (NIST SP 800-38D, 8.3), which takes a thousand years of 10,000 values a day.

A sealed text is ``sealed:<id>:`` and base64 of nonce, cipher text and tag; sealed bytes have the same beginning and no base64.
What is not sealed is kept as it is, except that a plain value which begins as if it were gets ``sealed:plain:`` before it.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from binascii import b2a_base64
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from bot.store.errors import StoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "sealed:"
#: Characters before the sealed part, by which SQL counts what a key sealed.
HEAD = len("sealed:12345678:")

_PLAIN = f"{MARK}plain:"
_KEY, _NONCE, _ID = 32, 12, 8
#: A key as it is written down: 32 bytes in URL-safe base 64.
_WRITTEN = 44

#: Seconds between two looks for keys that came after the start.
LOOK = 1.0


class WrongKey(StoreError, ValueError):  # noqa: N818 - a word of the house
    """What was given as a key is none; the message does not quote it."""


class Sealed(StoreError):  # noqa: N818 - a word of the house
    """What is kept cannot be read, for want of the key that is named by its id."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of an installation, the newest first: the newest seals, each opens what it sealed.

    ``former`` are the ids of those that were removed when nothing took them any more: whoever still has only these sees by them
    that the present ones are of the same installation.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    former: frozenset[str] = field(default=frozenset(), compare=False)
    ids: tuple[str, ...] = field(init=False)
    _ciphers: dict[str, AESGCM] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - `infopoint --help` takes no cipher

        if not self.keys or any(len(key) != _KEY for key in self.keys):
            raise WrongKey(f"a key for sealing has {_KEY} bytes")
        object.__setattr__(self, "ids", tuple(map(id_of, self.keys)))
        object.__setattr__(self, "_ciphers", {name: AESGCM(key) for name, key in zip(self.ids, self.keys, strict=True)})

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read keys as `written` writes them, the newest first, with commas or line ends between. Raises `WrongKey`."""
        found = [_key(each) for line in text.splitlines() for each in line.split(",") if each.strip()]
        return cls(tuple(dict.fromkeys(found)))

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return self.ids[0]

    def seal(self, plain: bytes) -> bytes:
        """Return nonce, cipher text and tag by the newest key."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._ciphers[self.newest].encrypt(nonce, plain, self.newest.encode())

    def unseal(self, name: str, sealed: bytes) -> bytes:
        """Return what the key named ``name`` sealed. Raises `Sealed` when it is not here, or did not seal that."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        if name not in self._ciphers:
            raise Sealed(f"what is kept is sealed with the key {name}, which is not there")
        try:
            return self._ciphers[name].decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise Sealed(f"something that is sealed with the key {name} was damaged or changed") from None


class Sealer:
    """Seals and opens the values of one database. Without keys it writes plainly, and opens what is plain alone.

    ``again`` reads the keys once more, since another process may have made a new one: before something is sealed, and when a
    value is met that none of the present ones opens, for each key once a second at most. So a second after a key was made
    everybody seals with it, and `infopoint keys rotate` can rely on that.
    """

    def __init__(self, ring: Keyring | None = None, again: Callable[[], Keyring | None] | None = None) -> None:
        self.ring = ring
        self._again = again
        self._looked: dict[str, float] = {}

    def seal_text(self, plain: str) -> str:
        """Return what is kept of a text."""
        self._look()
        if self.ring is None:
            return f"{_PLAIN}{plain}" if plain.startswith(MARK) else plain
        return f"{MARK}{self.ring.newest}:{b2a_base64(self.ring.seal(plain.encode()), newline=False).decode()}"

    def open_text(self, kept: str) -> str:
        """Return the text of which ``kept`` is kept. Raises `Sealed`."""
        return self.opened(kept)[0]

    def opened(self, kept: str) -> tuple[str, bool]:
        """Return the text of which ``kept`` is kept, and whether it was sealed. Raises `Sealed`."""
        if not kept.startswith(MARK):
            return kept, False
        if kept.startswith(_PLAIN):
            return kept.removeprefix(_PLAIN), False
        name = kept[len(MARK) : HEAD - 1]
        try:
            sealed = b64decode(kept[HEAD:], validate=True)
        except NotBase64:
            raise Sealed("something that is sealed was damaged") from None
        return self._open(name, sealed).decode(), True

    def seal_bytes(self, plain: bytes) -> bytes:
        """Return what is kept of bytes."""
        self._look()
        if self.ring is None:
            return _PLAIN.encode() + plain if plain.startswith(MARK.encode()) else plain
        return f"{MARK}{self.ring.newest}:".encode() + self.ring.seal(plain)

    def open_bytes(self, kept: bytes) -> bytes:
        """Return the bytes of which ``kept`` is kept. Raises `Sealed`."""
        if not kept.startswith(MARK.encode()):
            return kept
        if kept.startswith(_PLAIN.encode()):
            return kept.removeprefix(_PLAIN.encode())
        return self._open(kept[len(MARK) : HEAD - 1].decode("ascii", "replace"), kept[HEAD:])

    def lacks(self, needed: Collection[str]) -> frozenset[str]:
        """Return which of these keys are not here, having looked again for them."""
        for name in needed:
            if self.ring is None or name not in self.ring.ids:
                self._look(name)
        return frozenset(needed) - frozenset(() if self.ring is None else self.ring.ids)

    def _open(self, name: str, sealed: bytes) -> bytes:
        if self.ring is None or name not in self.ring.ids:
            self._look(name)
        if self.ring is None:
            raise Sealed(f"what is kept is sealed with the key {name}, and no key was given")
        return self.ring.unseal(name, sealed)

    def _look(self, missing: str = "") -> None:
        """Read the keys again, if that was not done just now for the same reason: ``missing``, or to seal."""
        now = time.monotonic()
        if self._again is None or now < self._looked.get(missing, float("-inf")) + LOOK:
            return
        self._looked = {"": now, missing: now}
        try:
            found = self._again()
        except StoreError:  # the next look may find it mended
            return
        if found is not None and (self.ring is None or {*found.ids, *found.former} & set(self.ring.ids)):
            self.ring = found  # keys that have nothing to do with the present ones are a slip of somebody's


def sealer_of(dialect: Any) -> Sealer:  # noqa: ANN401 - a dialect of any driver, to which `Database` gave its sealer
    """Return the sealer of the database that a statement is for; one without keys where none was given."""
    found = getattr(dialect, _PLACE, None)
    return found if isinstance(found, Sealer) else Sealer()


def entrust(dialect: Any, sealer: Sealer) -> None:  # noqa: ANN401 - as above
    """Let the columns of a database's tables find its sealer."""
    setattr(dialect, _PLACE, sealer)


#: Where a dialect, of which each engine has its own, carries the sealer: a column's type is told nothing else of its database.
_PLACE = "infopoint_sealer"


def id_of(key: bytes) -> str:
    """Return the id of a key, which tells nothing of it."""
    return hashlib.sha256(key).hexdigest()[:_ID]


def new_key() -> bytes:
    """Return a new key."""
    return secrets.token_bytes(_KEY)


def written(keys: Sequence[bytes]) -> list[str]:
    """Return keys as `Keyring.parse` reads them. Secret."""
    return [urlsafe_b64encode(key).decode() for key in keys]


def _key(text: str) -> bytes:
    text = text.strip()
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text.isascii() else b""
    except NotBase64:
        key = b""
    if len(key) != _KEY or len(text.rstrip("=")) != _WRITTEN - 1:
        raise WrongKey(f"a key for sealing is {_WRITTEN} characters, as `infopoint keys new --print` prints it")
    return key

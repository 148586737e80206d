"""Column types that mean the same on SQLite and PostgreSQL, and the cleaning of what both must be able to hold."""

from __future__ import annotations

import json
import math
from base64 import b32encode
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.store.sealing import Sealed, sealer_of

#: Payloads nested deeper than this are cut there: no channel sends such, and neither driver should meet one.
MAX_DEPTH = 50

#: A rising number. SQLite numbers rows by itself only under the exact type INTEGER.
Sequence = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is refused: nobody could say which moment it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's signature
        """Turn an aware moment into UTC. Raises ValueError on a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's signature
        """Return an aware moment; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedText(TypeDecorator[str]):
    """A text that is sealed with the newest key of the database (`bot.store.sealing`), and opened with whichever sealed it.

    The same text is sealed differently each time: no statement can compare a sealed column with anything but NULL. Sealed is
    whatever holds words or files of residents, what staff say to them, by what else they can be reached, and secrets of staff
    that open more than a hash does. Left plain:

    - the address of a resident on a channel, and the ids of messages there: a statement has to find them, and a message that
      comes twice must be known again;
    - what was understood (language, country, place, topic, verdict): figures and the line of the desk count and order by it. It
      holds no word of the resident;
    - what staff write for everybody: the knowledge, drafts, saved replies, names, the audit log.

    What was written before there was a key is read as it stands.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal a text."""
        return None if value is None else sealer_of(dialect).seal_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open a text. Raises `bot.store.sealing.Sealed`."""
        return None if value is None else sealer_of(dialect).open_text(value)


class SealedString(SealedText):
    """`SealedText` in a column that was a ``String`` before it was sealed."""

    impl = String
    cache_ok = True


class SealedSecret(SealedString):
    """A secret for second steps of sign-in, in base 32. One that cannot be opened is read as another one, which nobody knows.

    So the member is there still, and cannot be signed in as but with a recovery code.
    """

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open a secret."""
        try:
            return super().process_result_value(value, dialect)
        except Sealed:
            return b32encode(token_bytes(20)).decode()


class SealedJSON(TypeDecorator[Any]):
    """Decoded JSON that is sealed, as in `SealedText`. None is NULL.

    What is kept is JSON still, a string that holds the sealed text, so that the column is of the type that it had before.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - JSON is anything
        """Seal a value. Without a key it is kept as it is, so that statements of operators can look into it."""
        if value is None:
            return None
        sealer = sealer_of(dialect)
        if sealer.ring is None and not isinstance(value, str):
            return value
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return sealer.seal_text(plain) if sealer.ring is not None else sealer.seal_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - JSON is anything
        """Open a value. Raises `bot.store.sealing.Sealed`."""
        if not isinstance(value, str):
            return value
        opened, is_sealed = sealer_of(dialect).opened(value)
        return json.loads(opened) if is_sealed else opened


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed, as in `SealedText`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal bytes."""
        return None if value is None else sealer_of(dialect).seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open bytes. Raises `bot.store.sealing.Sealed`."""
        return None if value is None else sealer_of(dialect).open_bytes(value)


def storable_text(text: str) -> str:
    """Return ``text`` without NUL (PostgreSQL refuses it) and lone surrogates (both drivers do)."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def storable(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
    """Return decoded JSON with every string and key made storable, and without NaN or infinity, which JSON does not know."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {storable_text(str(key)): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    return value

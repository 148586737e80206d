"""Private links by which an office reads, confirms and corrects what is said of it: tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from bot.store import edit_tables
from bot.store.columns import storable_text
from bot.store.database import Transaction

_link = edit_tables.provider_link

#: How long a link is good for.
LASTING = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """A link of ``office`` (``<country>/<office>``). ``id`` names it without opening anything; ``used_at`` is the last use."""

    id: str
    office: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


async def make(tx: Transaction, office: str, by: str, now: datetime) -> str:
    """Return the token of a new link; one that the office had before is void."""
    its = (_link.c.office == storable_text(office)) & _link.c.ended_at.is_(None)
    await tx.execute(update(_link).where(its).values(ended_at=now))
    token = secrets.token_urlsafe(32)
    values = {"token_hash": hashed(token), "office": storable_text(office), "made_by": storable_text(by)}
    await tx.execute(insert(_link).values(**values, made_at=now, expires_at=now + LASTING))
    return token


async def find(tx: Transaction, token: str, now: datetime) -> ProviderLink | None:
    """Return the link of a token; None when it is unknown, ended or over."""
    row = (await tx.execute(select(_link).where(_link.c.token_hash == hashed(token), _open_at(now)))).one_or_none()
    return None if row is None else _read(row)


async def use(tx: Transaction, link_id: str, now: datetime) -> bool:
    """Note that a link was used; False when it is ended or over by now."""
    return (await tx.execute(update(_link).where(_link.c.token_hash == link_id, _open_at(now)).values(used_at=now))).rowcount == 1


async def end(tx: Transaction, office: str, now: datetime) -> bool:
    """End the link of an office; False when it has none that is open."""
    its = (_link.c.office == storable_text(office)) & _open_at(now)
    return (await tx.execute(update(_link).where(its).values(ended_at=now))).rowcount > 0


async def open_ones(tx: Transaction, now: datetime) -> Mapping[str, ProviderLink]:
    """Return the links that somebody can still use, by office."""
    rows = await tx.execute(select(_link).where(_open_at(now)).order_by(_link.c.made_at, _link.c.token_hash))
    return {row.office: _read(row) for row in rows}


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _open_at(now: datetime) -> ColumnElement[bool]:
    return _link.c.ended_at.is_(None) & (_link.c.expires_at > now)


def _read(row: Row[Any]) -> ProviderLink:
    return ProviderLink(row.token_hash, row.office, row.made_by, row.made_at, row.expires_at, row.used_at)

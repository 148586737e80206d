"""Installations whose residents' words are sealed, and what is kept in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import opening
from bot.clock import now
from bot.model.message import Outgoing
from bot.settings import Settings
from bot.store import conversations, entries, keys
from bot.store.database import Database, StoreError
from bot.store.sealing import Keyring, written

OURS = written([b"o" * 32])[0]
ID = Keyring((b"o" * 32,)).newest


def _settings(url: str, folder: Path, **more: Any) -> Settings:
    return Settings(database_url=SecretStr(url), key_file=folder / "keys" / "key", **more)


async def _start(settings: Settings) -> Database:
    """Open the database as `infopoint run` does."""
    db = opening.database(settings)
    try:
        await opening.unlock(db, settings, make=True)
    except StoreError:
        await db.close()
        raise
    return db


async def _say(db: Database, said: str, address: str = "ana") -> None:
    async with db.write() as tx:
        conversation = await conversations.ensure(tx, "web", address, now())
        await entries.put_outgoing(tx, conversation.id, Outgoing(said, "sl"), now())


async def _said(db: Database, address: str = "ana") -> list[str]:
    async with db.read() as tx:
        found = await conversations.find(tx, "web", address)
        return [] if found is None else [line.text for line in await entries.since(tx, found.id)]


async def _counts(db: Database) -> dict[str, int]:
    async with db.read() as tx:
        return dict(await keys.count(tx))


def _quiet(_: object) -> None:
    """Show no progress."""

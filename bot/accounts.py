"""The accounts of the desk, as the command line keeps them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import clock
from bot.language.text import has_content
from bot.model.staff import Role
from bot.settings import Settings
from bot.store import staff
from bot.store.database import Database, Transaction
from bot.web import passwords
from bot.work.helpdesk import put_back_all

#: As long as the field of the sign-in page takes.
LONGEST_NAME = 100


class AccountError(Exception):
    """The account cannot be made or found; the message says why."""


async def add(settings: Settings, name: str, role: str, password: str) -> str:
    """Make an account and return a line that says so; the name is tidied first. Raises `AccountError`."""
    name = staff.written(name)
    if not has_content(name):
        raise AccountError("A name is needed, with at least one letter or digit.")
    if len(name) > LONGEST_NAME:
        raise AccountError(f"A name has at most {LONGEST_NAME} characters.")
    try:
        passwords.check_strength(password, name)
        async with _writing(settings) as tx:
            await staff.create(tx, name, Role(role), passwords.hash_password(password), clock.now())
    except (passwords.WeakPasswordError, staff.NameTaken) as error:
        raise AccountError(str(error)) from None
    return f"{name} can sign in at the desk now."


async def listed(settings: Settings) -> str:
    """Return one line for each account."""
    async with _writing(settings) as tx:
        everyone = await staff.everyone(tx)
    lines = [f"{member.name}  {member.role}{'  (disabled)' if member.disabled_at else ''}" for member in everyone]
    return "\n".join(lines) or "Nobody has an account yet: infopoint staff add NAME"


async def disable(settings: Settings, name: str) -> str:
    """Shut a member out; the cases that they had wait for somebody else from then on. Raises `AccountError`."""
    name, now = staff.written(name), clock.now()
    async with _writing(settings) as tx:
        found = await staff.disable(tx, name, now)
        back = await put_back_all(tx, name, now) if found else 0
    line = f"{name} is shut out."
    if back:
        line += f" {back} {'case is' if back == 1 else 'cases are'} back in the waiting line."
    return _told(name, found, line)


async def enable(settings: Settings, name: str) -> str:
    """Let a member in again. Raises `AccountError`."""
    async with _writing(settings) as tx:
        found = await staff.enable(tx, name)
    return _told(name, found, f"{name} can sign in again.")


def _told(name: str, found: bool, line: str) -> str:
    if not found:
        raise AccountError(f"There is nobody named {name}.")
    return line


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Transaction]:
    db = Database.open(settings.database_url.get_secret_value())
    try:
        await db.migrate()
        async with db.write() as tx:
            yield tx
    finally:
        await db.close()

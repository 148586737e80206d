"""The hands of those who go the way of the canaries: browsers without scripts, and what a test does to the database itself."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
from argon2 import PasswordHasher
from sqlalchemy import text

from bot import clock
from bot.channels.contract import WEB
from bot.model.staff import Role
from bot.store import drafts, inbox, staff
from bot.store.database import Database
from bot.store.sealing import Keyring
from tests.support.forms import Form
from tests.support.program import KEY, PASSWORD, Program

RING = Keyring.parse(KEY)

_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Browser(httpx.Client):
    """A browser without scripts."""

    def __init__(self, program: Program, **headers: str) -> None:
        super().__init__(
            base_url=program.url,
            follow_redirects=True,
            timeout=60,
            headers={"Accept-Language": "bg", "Connection": "close", **headers},
        )

    def hidden(self, path: str, form: str = "") -> dict[str, str]:
        """Return what the form of a page carries along."""
        return Form(self.get(path).text, form).fields

    def fill(self, page: str, form: str, **fields: str) -> httpx.Response:
        """Send a form of a page of the desk with ``fields`` filled in."""
        token = re.search(r'name="token" value="([^"]+)"', self.get(page).text)
        assert token is not None, page
        return self.post(form, data={"token": token[1], **fields})


class Resident(Browser):
    """Somebody who writes on the web page."""

    def say(self, text: str = "", *, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
        """Send a text, a press of a button or a file, and return the page with what came back."""
        form = re.search(r'name="id" value="([^"]+)"', self.get("/").text)
        assert form is not None
        data = {"id": form[1], "lang": "", "text": text, **fields}
        return self.post("/message", data=data, files=None if file is None else {"file": file})

    def presses(self, prefix: str) -> httpx.Response:
        """Press the last button whose payload begins so."""
        found = [html.unescape(each) for each in re.findall(r'name="press" value="([^"]+)"', self.get("/").text)]
        return self.say(press=[each for each in found if each.startswith(prefix)][-1])


async def move_in(url: str) -> None:
    """Let Ana answer residents and Eva edit."""
    db = Database.open(url)
    async with db.write() as tx:
        for name, role in (("ana", Role.STAFF), ("eva", Role.EDITOR)):
            member = await staff.create(tx, name, role, _HASHED, clock.now())
            await staff.set_notices(tx, member.id, "sl", f"{name}@example.org")
    await db.close()


async def put(url: str, payload: dict[str, Any]) -> None:
    """Have something come in as a channel would store it that nobody can read."""
    db = Database.open(url, RING)
    async with db.write() as tx:
        await inbox.put(tx, WEB, clock.new_id(), "a" * 64, payload)
    await db.close()


async def make_draft(url: str) -> str:
    """Begin a draft of Eva's and return its id."""
    db = Database.open(url, RING)
    async with db.write() as tx:
        made = await drafts.make(tx, "draft", 1, "eva", clock.now())
    await db.close()
    return made.id


async def rename(url: str, table: str, to: str) -> None:
    """Take a table away, or bring it back: a fault that nobody foresaw."""
    db = Database.open(url)
    async with db.write() as tx:
        await tx.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))
    await db.close()

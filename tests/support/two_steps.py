"""People who sign in by two steps: Ana has a second factor, Cilka is an admin without one, Boris goes without."""

from __future__ import annotations

import html
import re

import httpx

from bot.model.staff import Role
from bot.store import audit, second_factor
from tests.support.desk import PASSWORD, SECRET, House, field_of

CODES = ["AAAA-BBBB-CCCC", "DDDD-EEEE-FFFF"]


async def move_in(desk: House) -> None:
    """Let Ana, Boris and Cilka work here."""
    ana = await desk.hire("ana")
    await desk.hire("boris")
    cilka = await desk.hire("cilka", Role.ADMIN)
    async with desk.db.write() as tx:
        await second_factor.keep(tx, ana.id, SECRET)
        await second_factor.put_recovery(tx, ana.id, CODES)
        await second_factor.remove(tx, cilka.id)


async def half(desk: House, name: str = "ana", **fields: str) -> tuple[httpx.AsyncClient, httpx.Response]:
    """Return a browser in which the password was typed, and what came of it."""
    browser = desk.browser()
    return browser, await browser.post("/desk/signin", data={"name": name, "password": PASSWORD, **fields})


async def show(browser: httpx.AsyncClient, code: str, **fields: str) -> httpx.Response:
    """Type a code into the page that asks for one."""
    page = await browser.get("/desk/signin/code")
    token = field_of(page.text, "token")
    return await browser.post("/desk/signin/code", data={"token": token, "code": code, "next": "/desk", **fields})


async def logged(desk: House) -> list[tuple[str, str]]:
    """Return who did what by the audit log, in order."""
    async with desk.db.read() as tx:
        return [(act.staff, act.action) for act in reversed(await audit.latest(tx))]


def typed_hidden(page: str, name: str) -> str:
    """Return what a page carries along unseen."""
    found = re.search(rf'<textarea name="{name}" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1))

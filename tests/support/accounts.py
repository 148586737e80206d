"""The page of all accounts, as an admin fills it in."""

from __future__ import annotations

import httpx

from bot.model.staff import Member
from bot.store import staff
from tests.support.desk import House, field_of


async def member(desk: House, name: str) -> Member:
    """Return the account of that name."""
    async with desk.db.read() as tx:
        found = await staff.find(tx, name)
    assert found is not None
    return found


async def post(desk: House, browser: httpx.AsyncClient, form: str, who: str = "", **fields: str) -> httpx.Response:
    """Fill in one of the forms of the page, as it stands for ``who``."""
    token = field_of((await browser.get("/desk/people")).text, "token")
    about = {"who": (await member(desk, who)).id} if who else {}
    return await browser.post(f"/desk/people/{form}", data={"token": token, **about, **fields})

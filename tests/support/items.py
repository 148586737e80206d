"""The pages of the library's items, filled in as a browser would."""

from __future__ import annotations

import httpx

from bot.editing.drafting import Drafting, Work
from bot.editing.items import Item, spots
from bot.store import staff
from bot.web.library.fields import Field, FieldKind
from tests.support.desk import House
from tests.support.forms import Form


def address(item: Item, page: str = "item") -> str:
    """Return the address of a page of an item."""
    return f"/desk/library/{page}/{item.kind}/{item.name}"


def name_of(file: str, *path: str) -> str:
    """Return the name of the box of a place."""
    return Field((file, path), FieldKind.TEXT, "").name


def at(item: Item, *path: str) -> str:
    """Return the name of the box of a place below the first spot of an item."""
    (file, start), *_ = spots(item)
    return name_of(file, *map(str, start), *path)


async def form_of(browser: httpx.AsyncClient, item: Item) -> dict[str, str]:
    """Return the form of an item as its page shows it now."""
    page = await browser.get(address(item))
    assert page.status_code == 200, page.text
    return Form(page.text, "item").fields


async def save(browser: httpx.AsyncClient, item: Item, **typed: str) -> httpx.Response:
    """Fill in some fields of the page of an item as it is now, and save."""
    return await browser.post(address(item), data={**await form_of(browser, item), **typed, "do": "save"})


async def work_of(desk: House, name: str = "eva") -> Work:
    """Return the knowledge as somebody sees it."""
    async with desk.db.read() as tx:
        member = await staff.find(tx, name)
    assert member is not None
    return await Drafting(desk.db).at_hand(member)

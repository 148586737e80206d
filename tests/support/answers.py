"""The page of an answer, filled in as a browser would."""

from __future__ import annotations

import html

import httpx

from bot.editing import layout
from bot.web.library.fields import Field, FieldKind
from tests.support.forms import Form

PAGE = "/desk/library/item/answer/child-benefit/si"
FACTS = layout.facts("child-benefit", "si")


def at(*path: str) -> str:
    """Return the name of the box of a place of the facts."""
    return Field((FACTS, path), FieldKind.TEXT, "").name


def said(language: str, part: str) -> str:
    """Return the name of the box of a part of a wording."""
    return Field((layout.words("child-benefit", language), ("wordings", "si", part)), FieldKind.TEXT, "").name


async def form_of(browser: httpx.AsyncClient, page: str = PAGE) -> dict[str, str]:
    """Return the form as the page shows it now."""
    answer = await browser.get(page)
    assert answer.status_code == 200, answer.text
    return dict(Form(answer.text, "answer").fields)


async def send(browser: httpx.AsyncClient, do: str = "save", page: str = PAGE, **typed: str) -> httpx.Response:
    """Fill in some fields of the page as it is now."""
    return await browser.post(page, data={**await form_of(browser, page), **typed, "do": do})


def box(page: str, name: str) -> str:
    """Return the part of a page that belongs to a box."""
    return html.unescape(page[page.index(f'id="{name}-box"') :].split('<div class="box', 1)[0])

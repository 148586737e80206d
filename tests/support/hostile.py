"""A house in which everything that anybody can write is hostile, and whose settings hold secrets."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from bot.model.library import LANGUAGES, Library
from bot.model.staff import Role
from bot.store import provider_links, replies
from bot.store.replies import Draft
from tests.support.desk import House, fill_in, house
from tests.support.editing import put_up
from tests.support.small_library import small_library

#: What would be an element, close an attribute, a script or a comment, were it ever taken for markup.
HOSTILE = "Zgubil sem <b id=xss>\"'><img src=x onerror=alert(1)></script><!--{{7*7}}${7*7}#{7*7}"
SECRETS = {
    "telegram_webhook_secret": "the-secret-of-the-webhook",
    "encoder_key": "the-key-of-the-encoder",
    "metrics_token": "the-token-of-the-metrics",
    "smtp_url": "smtp://desk:the-word-of-the-mail@localhost:25",
}
OFFICE = "si/employment-ptuj"


def hostile_library() -> Library:
    """Return the small library, in which every name and every text that an editor or an office can write is hostile."""
    library = small_library()
    everywhere = dict.fromkeys(LANGUAGES, HOSTILE)
    wording: dict[str, Any] = {
        "title": HOSTILE,
        "button": HOSTILE,
        "what": HOSTILE,
        "who": HOSTILE,
        "note": HOSTILE,
        "do": (HOSTILE,),
    }
    return replace(
        library,
        topics={name: replace(topic, names=everywhere) for name, topic in library.topics.items()},
        answers={
            name: replace(answer, wordings={code: replace(each, **wording) for code, each in answer.wordings.items()})
            for name, answer in library.answers.items()
        },
        offices={name: replace(office, names=everywhere, address=HOSTILE) for name, office in library.offices.items()},
        points={name: replace(point, names=everywhere, address=HOSTILE) for name, point in library.points.items()},
    )


@asynccontextmanager
async def opened_at(path: Path, library: Library) -> AsyncIterator[House]:
    """Open a house with an admin at the desk, and secrets in its settings."""
    secrets: dict[str, Any] = dict(SECRETS)
    async with house(path, library=library, mail_from="desk@example.org", **secrets) as opened:
        await opened.hire("hana", Role.ADMIN)
        await put_up(opened.db, opened.library, opened.now())
        yield opened


async def known(desk: House) -> dict[str, str]:
    """Return what the addresses of the site are filled in with: what there is, so that pages and not refusals are looked at."""
    async with desk.db.write() as tx:
        link = await provider_links.make(tx, OFFICE, "hana", desk.now())
        reply = await replies.make(tx, Draft("Pozdrav", None, {"sl": "Pozdravljeni."}), "hana", desk.now())
    return {
        "case_id": (await desk.case()).id,
        "sequence": "1",
        "point": "ptuj",
        "topic": "food-help",
        "where": "si",
        "language": "sl",
        "token": link,
        "number": "1",
        "reply_id": reply,
        "id": reply,
    }


async def furnish(desk: House, hana: httpx.AsyncClient) -> dict[str, str]:
    """Have hostile text in every place where somebody writes something that another reads."""
    await desk.write(f"rad bi govoril s človekom {HOSTILE}")
    names = await known(desk)
    await fill_in(hana, names["case_id"], "claim")
    await fill_in(hana, names["case_id"], "reply", text=HOSTILE)
    await fill_in(hana, names["case_id"], "note", note=HOSTILE)
    async with desk.db.write() as tx:
        names["reply_id"] = names["id"] = await replies.make(tx, Draft(HOSTILE, None, {"sl": HOSTILE}), "hana", desk.now())
    await hana.post("/wrong/sl/food-help/si", data={"about": "other", "words": HOSTILE})
    page = (await hana.get(f"/office/{names['token']}")).text
    shown = {name: html.unescape(value) for name, value in re.findall(r'name="(was_\w+)" value="([^"]*)"', page)}
    typed = {name.removeprefix("was_"): value for name, value in shown.items()} | {"address": HOSTILE[:80], "note": HOSTILE}
    await hana.post(f"/office/{names['token']}", data={**shown, **typed, "do": "change", "language": "sl"})
    return names

"""The residents' page with the smallest worker behind it, whose replies show everything that a message can hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from bot.channels.contract import WEB
from bot.channels.limits import Limits
from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.parse import parse
from bot.model.conversation import Conversation
from bot.model.message import Author, Button, Incoming, Outgoing
from bot.model.turn import Turn
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from bot.web.security import SecurityHeaders
from bot.work.apart import Apart
from bot.work.reception import Reception
from tests.support.empty import empty
from tests.support.phrases import english
from tests.support.serving import Open

EXAMPLES = {
    "sl": ("Zgubil sem službo. Kaj zdaj?", "Kje dobim pomoč na domu?", "Kdo pomaga s hrano?"),
    "it": ("Ho perso il lavoro. Che cosa posso fare?",),
}

ANSWER = Outgoing(
    "Prijavite se kot brezposelna oseba.\n\n– prijava: https://www.ess.gov.si/ (po spletu)\n– pisno: gp@ess.gov.si\n"
    "– osebno na uradu za delo\n\nPokličete lahko 080 20 55 ali +386 5 330 40 00.",
    "sl",
    buttons=(
        (Button("To mi je pomagalo", "helpful:job/si"), Button("To ni to", "missed:job/si")),
        (Button("Pogovor s človekom", "human"),),
    ),
    calls=("080 20 55",),
)
CRISIS = Outgoing(
    "Žal mi je, da vam je tako hudo. Niste sami.\n\n– 112 – nujna pomoč\n– 116 123 – zaupni telefon, vsak dan",
    "sl",
    calls=("112", "116 123"),
    urgent=True,
)


def think(conversation: Conversation, incoming: Incoming, _now: datetime) -> Turn:
    """Decide by a word in the text, as the dialogue would by understanding it."""
    outgoings = _replies(incoming)
    after = conversation.speaking(outgoings[0].language)
    return Turn(incoming, after, outgoings, forget=incoming.press == "forget")


def _replies(incoming: Incoming) -> tuple[Outgoing, ...]:
    if incoming.press == "forget":
        return (Outgoing("Vse je izbrisano.", "sl"),)
    if "človek" in incoming.text or incoming.press == "human":
        return (Outgoing("Dober dan, tukaj Ana. Kako vam lahko pomagam?", "sl", Author.STAFF),)
    if "umreti" in incoming.text:
        return (CRISIS,)
    if "lavoro" in incoming.text:
        return (Outgoing("Iscriviti al centro per l'impiego.", "it"),)
    if "služb" in incoming.text:
        return (Outgoing("Sem samodejni pomočnik informacijske točke.", "sl"), ANSWER)
    return (Outgoing(f"Razumem: {incoming.text}", "sl"),)


def apologise(conversation: Conversation) -> tuple[Conversation, Outgoing]:
    """Fail the test: nothing here is meant to go wrong three times."""
    raise AssertionError(conversation.id)


def webchat_at(path: Path | str, *, public_url: str = "", answering: bool = True, limits: Limits | None = None) -> Open:
    """Return what opens the page over a database, a file or a whole address; unless ``answering`` nobody works behind it."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        db = Database.open(path if isinstance(path, str) else empty(path))
        bell = Bell(db)
        patience = 2.0 if answering else 0.1
        settings = Settings(public_url=public_url)
        chat = WebChat(db, bell, english(), settings, examples=EXAMPLES, patience=patience, tidy=Apart(), limits=limits)
        reception = Reception(db, bell, {WEB: parse}, think, apologise)
        worker = asyncio.create_task(reception.run() if answering else asyncio.sleep(0))
        guards = [Middleware(SecurityHeaders, https=False)]
        try:
            yield Starlette(routes=chat.routes, middleware=guards)
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
            await db.close()

    return opening

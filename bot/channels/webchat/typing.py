"""That somebody is typing: rung by the bell, shown for a few seconds, and never stored."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.contract import WEB
from bot.channels.webchat import visitor
from bot.store import conversations
from bot.store.bell import Bell
from bot.store.database import Database, Unavailable


def resident_types(conversation_id: str) -> str:
    """Return the name that rings while the resident of a conversation types."""
    return f"typing:{conversation_id}"


def staff_types(conversation_id: str) -> str:
    """Return the name that rings while staff type a reply in a conversation."""
    return f"staff-typing:{conversation_id}"


async def answer(db: Database, bell: Bell, request: Request) -> Response:
    """Tell staff that the resident is typing. Nothing of it is stored, and who has written nothing yet tells nobody."""
    cookie = visitor.cookie_of(request)
    if cookie is not None:
        with suppress(Unavailable):
            async with db.read() as tx:
                conversation = await conversations.find(tx, WEB, visitor.address_of(cookie))
            if conversation is not None:
                bell.ring(resident_types(conversation.id))
    return Response(status_code=204)

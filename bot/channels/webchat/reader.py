"""For whom a page is drawn: what is known of the language of a request."""

from __future__ import annotations

from starlette.requests import Request

from bot.channels.webchat import visitor
from bot.channels.webchat.pages import Reader
from bot.channels.webchat.transcript import Seen
from bot.model.library import LANGUAGES


def reader_of(request: Request, seen: Seen) -> Reader:
    """Return whom the page is for: the language picked, else that of the conversation, else the browser's, else the first."""
    chosen, browser = visitor.chosen_language(request), visitor.browser_language(request)
    spoken = seen.conversation.language if seen.conversation else None
    return Reader(
        language=chosen or spoken or browser or LANGUAGES[0],
        chosen=chosen,
        hint=chosen or browser,
        known=visitor.cookie_of(request) is not None,
        root=visitor.root_of(request),
        discreet=seen.conversation is not None and seen.conversation.discreet,
    )

"""Pages that say what went wrong, in the reader's language, without anything of the inside."""

from __future__ import annotations

from gettext import NullTranslations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from bot.language.phrases import Phrases
from bot.web.carrying import to_copy
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.pages import Pages, reader_language
from bot.web.sessions import desk_language


class ErrorPages:
    """Answers with a page for a status code, or with JSON where JSON was asked for."""

    def __init__(self, pages: Pages, phrases: Phrases) -> None:
        self._pages = pages
        self._phrases = phrases

    def refuse(self, scope: Scope, status: int, kept: Kept = NOTHING_KEPT) -> Response:
        """Return the page for ``status`` to the request of ``scope``; ``kept`` is shown on it, to be copied."""
        request = Request(scope)
        if request.headers.get("accept", "").startswith("application/json"):
            return JSONResponse({"status": status}, status_code=status)
        of_desk = scope["path"].startswith("/desk")
        language = desk_language(request) if of_desk else reader_language(request)
        heading, advice = _words(status, self._phrases.into(language))
        return self._pages.page(
            "error.html",
            language,
            status=status,
            heading=heading,
            advice=advice,
            kept=to_copy(kept),
            number=scope.get("state", {}).get("request_id") if status >= 500 else None,  # noqa: PLR2004 - HTTP's server errors
            back="/desk" if of_desk else "/",
        )

    async def on_http_exception(self, request: Request, error: Exception) -> Response:
        """Answer what a page refused with `HTTPException`; its detail is for the log of a developer, not for a reader."""
        if not isinstance(error, HTTPException):
            raise error
        response = self.refuse(request.scope, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def on_unavailable(self, request: Request, _: Exception) -> Response:
        """Answer when the database cannot be reached or is too busy."""
        return self.refuse(request.scope, 503)


def _words(status: int, say: NullTranslations) -> tuple[str, str]:
    match status:
        case 403:
            return say.gettext("This was not accepted"), say.gettext(
                "The form came from another site or from a page that is out of date. Open the page again and repeat it."
            )
        case 404:
            return say.gettext("There is no such page"), say.gettext("The address may be mistyped, or what it showed is gone.")
        case 405:
            return say.gettext("This page cannot do that"), say.gettext("Go back and use the buttons on the page.")
        case 413:
            return say.gettext("This is too long"), say.gettext("Go back and send a shorter text or a smaller file.")
        case 429:
            return say.gettext("Too much at once"), say.gettext("Wait a minute, then try again.")
        case _ if status >= 500:  # noqa: PLR2004 - HTTP's server errors
            return say.gettext("Something went wrong here"), say.gettext(
                "It is our fault and has been noted. Try again in a moment; nothing that you sent before is lost."
            )
        case _:
            return say.gettext("This request was not understood"), say.gettext("Go back and use the buttons on the page.")

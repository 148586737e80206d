"""The declarations at the desk, for admins, and as files of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from gettext import NullTranslations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat.pages import STATIC as COMMON_STATIC
from bot.channels.webchat.visitor import chosen_language
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.settings import Settings
from bot.web.declared.assessment import assessment
from bot.web.declared.document import Document
from bot.web.declared.installation import Installation
from bot.web.declared.record import record
from bot.web.inside import Inside
from bot.web.pages import STATIC, Pages
from bot.web.sessions import Me

RECORD, ASSESSMENT = "/desk/record", "/desk/record/assessment"

#: Makes a document for an installation, in the language of the phrases, as of a day.
Make = Callable[[Installation, NullTranslations, str, date], Document]

_MADE: dict[str, Make] = {RECORD: record, ASSESSMENT: assessment}


class DeclaredPages:
    """The pages. They tell nothing of residents, only what the program does and how it is set.

    The document is in the language of the desk, or in the one that is asked for (``lang``).
    """

    def __init__(self, settings: Settings, phrases: Phrases, pages: Pages, inside: Inside, now: Callable[[], datetime]) -> None:
        self._installation, self._phrases, self._pages = Installation(settings), phrases, pages
        self._inside, self._now = inside, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(at, self._inside.shown(self._page, Action.READ_AUDIT), methods=["GET"]) for at in _MADE]

    async def _page(self, request: Request, me: Me) -> Response:
        at, say = request.url.path, self._phrases.into(me.language)
        language = chosen_language(request) or me.language
        document = _MADE[at](self._installation, self._phrases.into(language), language, self._now().date())
        written = self._pages.fragment("part_declared.html", language, document=document)
        others = {RECORD: say.gettext("Record of processing"), ASSESSMENT: say.gettext("Impact assessment")}
        return await self._inside.page(
            me, "declared.html", others[at], written=written, written_in=language, at=at, others=others
        )


def as_file(make: Make, settings: Settings, phrases: Phrases, language: str, now: datetime) -> str:
    """Return a document as HTML that stands alone: its style is within it, and it asks for nothing else."""
    document = make(Installation(settings), phrases.into(language), language, now.date())
    files = (COMMON_STATIC / "base.css", STATIC / "declared.css")
    sheets = [Markup(file.read_text("utf-8")) for file in files]  # noqa: S704 - our own files
    return str(Pages(phrases, lambda: now).fragment("declared_file.html", language, document=document, sheets=sheets))

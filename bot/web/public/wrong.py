"""A form for everybody: something is wrong with this answer. No session, no cookie, and no trace of who wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.dialogue.crisis import EMERGENCY, help_lines
from bot.dialogue.wrong import MOST_CHARACTERS
from bot.language.masking import masked
from bot.language.phrases import Phrases
from bot.language.text import clean, has_content
from bot.matching.index import Index
from bot.model.library import LANGUAGES, Answer, Library
from bot.model.turn import WrongAbout
from bot.model.verdict import VerdictKind
from bot.store.database import Database
from bot.web import forms
from bot.web.pages import Pages
from bot.web.public.crowd import Crowd, CrowdedError
from bot.web.suggestwords import about_names
from bot.work import wrongs

PATH = "/wrong"
#: A field that no person sees and programs fill in.
TRAP = "website"


class PublicWrong:
    """Shows the form and keeps what is written into it, masked and so much an hour."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        pages: Pages,
        library: Callable[[], Library],
        index: Callable[[], Index],
        now: Callable[[], datetime],
        crowd: Crowd | None = None,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._library = library
        self._index = index
        self._now = now
        self._crowd = crowd or Crowd()

    def routes(self) -> list[Route]:
        """Return the routes."""
        path = f"{PATH}/{{language}}/{{topic}}/{{where}}"
        return [Route(path, self._page, methods=["GET"]), Route(path, self._take, methods=["POST"])]

    async def _page(self, request: Request) -> Response:
        return self._form(request)

    async def _take(self, request: Request) -> Response:
        form = await forms.read(request)
        language, given = self._known(request)
        say = self._phrases.into(language)
        about, words = form.get("about", ""), form.get("words", "").strip()
        if form.get(TRAP):
            return self._thanks(request)
        if about not in set(WrongAbout):
            return self._form(request, form, say.gettext("Choose what is wrong."), status=422)
        if len(words) > MOST_CHARACTERS:
            problem = say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": MOST_CHARACTERS}
            return self._form(request, form, problem, status=422)
        index = self._index()
        too_much = say.gettext("So much was written just now that no more can be kept. Please try again later.")
        try:
            has_words = has_content(words)
            verdict = await self._crowd.decided(lambda: index.decide(words, language=language)) if has_words else None
        except CrowdedError:
            return self._form(request, form, too_much, status=429)
        if verdict is not None and verdict.kind is VerdictKind.CRISIS:
            return self._thanks(request, str(verdict.crisis))  # of this nothing is kept: it is no matter for editors
        said = wrongs.said(given.topic, given.where, language, WrongAbout(about), masked(clean(words)))
        async with self._db.write() as tx:
            taken = await wrongs.take_from_page(tx, said, self._now())
        if not taken:
            return self._form(request, form, too_much, status=429)
        return self._thanks(request)

    def _known(self, request: Request) -> tuple[str, Answer]:
        """Return the language and the answer that the address names. Raises `HTTPException` (404)."""
        language = request.path_params["language"]
        given = self._library().answer(request.path_params["topic"], request.path_params["where"])
        if language not in LANGUAGES or given is None:
            raise HTTPException(404)
        return language, given

    def _form(
        self, request: Request, form: Mapping[str, str] = MappingProxyType({}), problem: str = "", *, status: int = 200
    ) -> Response:
        return self._show(request, status=status, form=form, problem=problem, is_taken=False, crisis="", lines=())

    def _thanks(self, request: Request, crisis: str = "") -> Response:
        _, given = self._known(request)
        lines = help_lines(self._library(), crisis, given.country) if crisis else ()
        return self._show(request, form={}, problem="", is_taken=True, crisis=crisis, lines=lines)

    def _show(self, request: Request, *, status: int = 200, **values: object) -> Response:
        language, given = self._known(request)
        library, say = self._library(), self._phrases.into(language)
        wording = given.wordings.get(language) or next(iter(given.wordings.values()))
        crisis = library.crises.get(str(values["crisis"]))
        values["crisis"] = None if crisis is None else crisis.care[language]
        values["advice"] = "" if crisis is None else crisis.advice[language].replace("{emergency}", EMERGENCY)
        return self._pages.page(
            "pub_wrong.html",
            language,
            status=status,
            addresses={each: f"{PATH}/{each}/{given.topic}/{given.where}" for each in LANGUAGES},
            known_address=False,
            action=f"{PATH}/{language}/{given.topic}/{given.where}",
            answer=f"/answers/{language}/{given.topic}/{given.where}",
            heading=wording.title,
            places=[library.places[each].names[language] for each in (given.lives, given.country) if each],
            about=about_names(say),
            most=MOST_CHARACTERS,
            trap=TRAP,
            **values,
        )

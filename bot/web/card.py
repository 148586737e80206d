"""The card for the counter: of any approved answer, and of a case. A page to print, and the same as PDF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Answer, Library
from bot.model.staff import Action
from bot.web.casepage import CasePage
from bot.web.inside import Inside
from bot.web.offering import country_of, likeliest
from bot.web.panels import File
from bot.web.printing.card import Card, Wish, default_languages, make
from bot.web.printing.pdf import PAPERS, Press, PrintingFailure
from bot.web.savedtexts import SavedTexts, point_of
from bot.web.sessions import Me


class Cards:
    """The pages of cards. In their addresses stand topics, countries and languages, never what a resident said."""

    def __init__(
        self,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        case_page: CasePage,
        saved: SavedTexts,
        press: Press | None = None,
    ) -> None:
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._case_page = case_page
        self._saved = saved
        self._press = press or Press()
        self._log: Any = structlog.get_logger("web")

    def routes(self) -> list[Route]:
        """Return the routes."""
        answer, case = "/desk/card/{topic}/{where}", "/desk/case/{case_id}/card"
        found = {answer: (Action.SEARCH, self._of_answer), case: (Action.READ, self._of_case)}
        return [
            Route(f"{path}{end}", self._inside.shown(show, right), methods=["GET"])
            for path, (right, show) in found.items()
            for end in ("", "/pdf")
        ]

    async def _of_answer(self, request: Request, me: Me) -> Response:
        given = self._given(f"{request.path_params['topic']}/{request.path_params['where']}")
        if given is None:
            raise HTTPException(404)
        own = me.member.points
        point = request.query_params.get("point", next(iter(own)) if own is not None and len(own) == 1 else "")
        return await self._card(request, me, given, point=point)

    async def _of_case(self, request: Request, me: Me) -> Response:
        file = await self._case_page.read(request.path_params["case_id"], me)
        if file is None:
            raise HTTPException(404)
        given = self._given(request.query_params.get("answer", "")) or next(iter(self._choices(file)), None)
        return await self._card(request, me, given, point=point_of(file.case, me.member) or "", file=file)

    async def _card(self, request: Request, me: Me, given: Answer | None, *, point: str, file: File | None = None) -> Response:
        saved = await self._saved.read()
        paper = request.query_params.get("paper", "")
        paper = paper if paper in PAPERS else PAPERS[0]
        if given is None:
            return await self._page(me, None, paper, point=point, file=file)
        wish = Wish(
            given,
            _languages(request, given, file),
            None if file is None else file.conversation.place,
            saved.point(point),
            saved.schedules.get(point),
            "" if file is None else file.case.code,
        )
        card = make(wish, saved.library, self._phrases, saved.now)
        if request.url.path.endswith("/pdf"):
            return await self._pdf(card, paper, given)
        return await self._page(me, card, paper, point=point, file=file, given=given)

    async def _pdf(self, card: Card, paper: str, given: Answer) -> Response:
        try:
            made = await self._press.pdf(card, paper)
        except PrintingFailure as failure:
            self._log.warning("a card could not be printed", detail=failure.detail)
            raise HTTPException(503) from None
        name = f"{given.topic}-{given.where}-{'-'.join(card.languages)}.pdf"
        # Shown by the browser, which has a button to print; our own file, made of approved texts.
        return Response(made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})

    async def _page(
        self, me: Me, card: Card | None, paper: str, *, point: str, file: File | None, given: Answer | None = None
    ) -> Response:
        library = self._library()
        at = f"/desk/case/{file.case.id}/card" if file is not None else ""
        if given is not None and file is None:
            at = f"/desk/card/{given.topic}/{given.where}"
        points = {each.id: each.name(me.language) for each in library.points.values() if me.member.serves(each.id)}
        return await self._inside.page(
            me,
            "card.html",
            self._phrases.into(me.language).gettext("Card for the counter"),
            card=card,
            at=at,
            answer="" if given is None else f"{given.topic}/{given.where}",
            file=file,
            paper=paper,
            papers=PAPERS,
            point=point,
            points=points,
            answers={} if file is None else self._names(me, file, given),
        )

    def _names(self, me: Me, file: File, given: Answer | None) -> dict[str, tuple[str, str]]:
        """Return the answers that the card of a case may be about: the name of the topic, and for where the answer is."""
        library = self._library()
        country = country_of(file.conversation, library) if given is None else given.country
        first = [*([] if given is None else [given]), *self._choices(file)]
        others = (library.answer(topic, country) for topic in sorted(library.topics))
        found = {f"{each.topic}/{each.where}": each for each in (*first, *others) if each is not None and each.wordings}
        return {key: (library.topics[each.topic].names[me.language], each.where) for key, each in found.items()}

    def _choices(self, file: File) -> list[Answer]:
        """Return the answers that the resident most likely needs, for the border that they live across first."""
        library, conversation = self._library(), file.conversation
        country = country_of(conversation, library)
        wheres = [f"{conversation.lives_in}-{country}", country]
        keys = [f"{topic}/{where}" for topic in likeliest(file.case, file.verdicts, library) for where in wheres]
        if not file.hidden:  # else it may be what was asked in a case that is not theirs to read
            keys.append(f"{conversation.topic}/{conversation.topic_country}")
        return [given for key in dict.fromkeys(keys) if (given := self._given(key)) is not None]

    def _given(self, key: str) -> Answer | None:
        given = self._library().answers.get(key)
        return given if given is not None and given.wordings else None


def _languages(request: Request, given: Answer, file: File | None) -> tuple[str, ...]:
    """Return the languages that were chosen, else those of the resident and the office; the same one twice is one."""
    first, second = (request.query_params.get(name, "") for name in ("first", "second"))
    if first in LANGUAGES and second in LANGUAGES:
        return tuple(dict.fromkeys((first, second)))
    resident = file.conversation.language if file is not None else first
    return default_languages(given, resident if resident in LANGUAGES else None)

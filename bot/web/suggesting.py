"""The page of suggestions: what staff say the assistant should have known, for editors to decide on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS, clean
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import audit, suggestions
from bot.store.database import Database
from bot.store.suggestions import State, Suggestion
from bot.web.inside import Inside
from bot.web.sessions import Me
from bot.web.why import Explainer

_PATH = "/desk/suggestions"
_ID = re.compile(r"[0-9a-f]{32}")
#: How many of those decided on are shown.
_DECIDED = 20


class Suggestions:
    """Shows the suggestions and takes what an editor decides. One belongs to an info point, as rights do."""

    def __init__(
        self, db: Database, phrases: Phrases, library: Callable[[], Library], inside: Inside, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right = Action.KEEP_SUGGESTIONS
        return [
            Route(_PATH, self._inside.shown(self._page, right), methods=["GET"]),
            Route(f"{_PATH}/{{id}}", self._inside.posted(self._decide, self._again, _PATH, right, keeps=True), methods=["POST"]),
            Route(f"{_PATH}/{{id}}", self._inside.shown(_astray, right), methods=["GET"]),
        ]

    async def _page(self, _: Request, me: Me) -> Response:
        return await self._show(me)

    async def _decide(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        say = self._phrases.into(me.language)
        identifier, why = request.path_params["id"], clean(form.get("why", ""))
        state = form.get("state", "")
        if not _ID.fullmatch(identifier) or state not in (State.DONE, State.DECLINED):
            raise HTTPException(404)
        if state == State.DECLINED and not why:
            problem = say.gettext("Say in a few words why you decline this.")
            return await self._show(me, form, problem, at=identifier, status=422)
        if len(form.get("why", "").strip()) > MAX_CHARACTERS:
            problem = say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": MAX_CHARACTERS}
            return await self._show(me, form, problem, at=identifier, status=422)
        now = self._now()
        async with self._db.write() as tx:
            found = await suggestions.get(tx, identifier)
            if found is None or not me.member.serves(found.suggested.point):
                raise HTTPException(404)
            decided = await suggestions.decide(tx, identifier, State(state), me.name, why, now)
            if decided is not None:
                await audit.put(tx, me.name, "decide-suggestion", found.suggested.topic or "-", now, state=state)
        if decided is None:
            problem = say.gettext("%(who)s has decided on this meanwhile.") % {"who": found.decided_by}
            return await self._show(me, form, problem, status=409)
        return RedirectResponse(_PATH, status_code=303)

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, form, problem, at=request.path_params["id"], status=403)

    async def _show(
        self,
        me: Me,
        form: Mapping[str, str] = MappingProxyType({}),
        problem: str = "",
        *,
        at: str = "",
        status: int = 200,
    ) -> Response:
        """Return the page; ``problem`` is what kept ``form`` from being taken, ``at`` the suggestion that it was sent for."""
        say = self._phrases.into(me.language)
        async with self._db.read() as tx:
            waiting = await suggestions.in_state(tx, State.OPEN)
            decided = [*await suggestions.in_state(tx, State.DONE, _DECIDED)]
            decided += await suggestions.in_state(tx, State.DECLINED, _DECIDED)
        decided.sort(key=lambda each: each.decided_at or each.made_at, reverse=True)
        return await self._inside.page(
            me,
            "suggestions.html",
            say.gettext("Suggestions"),
            status=status,
            waiting=self._theirs(waiting, me),
            decided=self._theirs(decided, me)[:_DECIDED],
            explainer=Explainer(self._library(), say, me.language),
            problem=problem,
            at=at,
            why=form.get("why", ""),
        )

    def _theirs(self, found: list[Suggestion], me: Me) -> list[Suggestion]:
        return [each for each in found if me.member.serves(each.suggested.point)]


async def _astray(_: Request, __: Me) -> Response:
    """Lead who opens the address of a form back to the page."""
    return RedirectResponse(_PATH, status_code=303)

"""The page of suggestions: what staff, residents and offices say, for editors to take up or to decline."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import accepting
from bot.editing.drafting import Drafting, ItemMoved
from bot.language import formats
from bot.language.masking import masked
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS, clean
from bot.model.library import LANGUAGES, Library
from bot.model.staff import Action
from bot.store import audit, suggestions
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from bot.store.suggestions import Kind, State, Suggestion
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.sessions import Me
from bot.web.suggestwords import kind_names, shown
from bot.web.why import Explainer

_PATH = "/desk/suggestions"
_ID = re.compile(r"[0-9a-f]{32}")
#: How many of those decided on are shown.
_DECIDED = 20
_ACCEPT = "accept"
_TRIES = 3


class _Decided(Exception):  # noqa: N818 - a word of the house
    """Somebody has decided on the suggestion meanwhile."""


class Suggestions:
    """Shows the suggestions and takes what an editor decides. One belongs to an info point, as rights do."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        drafting: Drafting,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._drafting = drafting
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right = Action.KEEP_SUGGESTIONS
        return [
            Route(_PATH, self._inside.shown(self._page, right), methods=["GET"]),
            Route(f"{_PATH}/{{id}}", self._inside.posted(self._decide, self._again, _PATH, right, keeps=True), methods=["POST"]),
            Route(f"{_PATH}/{{id}}", self._inside.shown(_astray, right), methods=["GET"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        return await self._show(me, request.query_params)

    async def _decide(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        say = self._phrases.into(me.language)
        identifier, why = request.path_params["id"], clean(form.get("why", ""))
        state = form.get("state", "")
        if not _ID.fullmatch(identifier) or state not in (State.DONE, State.DECLINED, _ACCEPT):
            raise HTTPException(404)
        if state == State.DECLINED and not why:
            problem = say.gettext("Say in a few words why you decline this.")
            return await self._show(me, form, problem, at=identifier, status=422)
        if len(form.get("why", "").strip()) > MAX_CHARACTERS:
            problem = say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": MAX_CHARACTERS}
            return await self._show(me, form, problem, at=identifier, status=422)
        why = await in_thread(partial(masked, why))  # it is kept as long as the suggestion
        async with self._db.read() as tx:
            found = await suggestions.get(tx, identifier)
        if found is None or not me.member.serves(found.suggested.point):
            raise HTTPException(404)
        try:
            if state == _ACCEPT:
                return await self._accept(me, form, found, why)
            async with self._db.write() as tx:
                await self._note(tx, me, found, State(state), why)
        except _Decided:
            problem = say.gettext("%(who)s has decided on this meanwhile.") % {"who": await self._decided_by(identifier)}
            return await self._show(me, form, problem, status=409)
        return RedirectResponse(_address(form), status_code=303)

    async def _accept(self, me: Me, form: Mapping[str, str], found: Suggestion, why: str) -> Response:
        """Put what is suggested into the draft at hand, and show once more what only words say. Raises `_Decided`."""
        say = self._phrases.into(me.language)
        if not me.may(Action.EDIT) or found.suggested.kind is Kind.STAFF:
            raise HTTPException(404)

        async def along(tx: Transaction, draft: Draft) -> None:
            await self._note(tx, me, found, State.DONE, why, draft.id)

        work = await self._drafting.at_hand(me.member)
        title = say.gettext("Suggestions, %(day)s") % {"day": formats.day(self._now().date(), me.language)}
        for _try in range(_TRIES):
            if not accepting.is_there(work.tree, found.suggested):
                problem = say.gettext("What this is about is no longer in the library. Decline it, with a word why.")
                return await self._show(me, form, problem, at=found.id, status=409)
            try:
                values = accepting.values(work.tree, found.suggested, found.made_at.date())
                await self._drafting.change(me.member, work, values, title, along=along)
            except ItemMoved as moved:
                work = moved.work
                continue
            needs_page = bool(found.suggested.question) or not values or accepting.in_words(found.suggested.change or {})
            return RedirectResponse(_address(form, taken=found.id if needs_page else ""), status_code=303)
        problem = say.gettext("Somebody else is changing the same draft. Try again in a moment.")
        return await self._show(me, form, problem, at=found.id, status=409)

    async def _note(
        self, tx: Transaction, me: Me, found: Suggestion, state: State, why: str, draft_id: str | None = None
    ) -> None:
        """Write down what was decided. Raises `_Decided`."""
        now, about = self._now(), found.suggested.topic or found.suggested.item or "-"
        if await suggestions.decide(tx, found.id, state, me.name, why, now, draft_id=draft_id) is None:
            raise _Decided
        await audit.put(tx, me.name, "decide-suggestion", about, now, state=state)

    async def _decided_by(self, identifier: str) -> str:
        async with self._db.read() as tx:
            found = await suggestions.get(tx, identifier)
        return "" if found is None else found.decided_by or ""

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
        say, library = self._phrases.into(me.language), self._library()
        kind, language = _filters(form)
        async with self._db.read() as tx:
            waiting = await suggestions.in_state(tx, State.OPEN, kind=kind, language=language)
            decided = [*await suggestions.in_state(tx, State.DONE, _DECIDED, kind=kind, language=language)]
            decided += await suggestions.in_state(tx, State.DECLINED, _DECIDED, kind=kind, language=language)
        decided.sort(key=lambda each: each.decided_at or each.made_at, reverse=True)
        return await self._inside.page(
            me,
            "suggestions.html",
            say.gettext("Suggestions"),
            status=status,
            waiting=[shown(each, library, me.language, say) for each in self._theirs(waiting, me)],
            decided=[shown(each, library, me.language, say) for each in self._theirs(decided, me)[:_DECIDED]],
            # What only words say is still to be done, on the page that it is about: so it stands on top once more.
            taken=[shown(each, library, me.language, say) for each in self._theirs(decided, me) if each.id == form.get("taken")],
            explainer=Explainer(library, say, me.language),
            kinds=kind_names(say),
            kind=kind or "",
            of_language=language or "",
            problem=problem,
            at=at,
            why=form.get("why", ""),
        )

    def _theirs(self, found: list[Suggestion], me: Me) -> list[Suggestion]:
        return [each for each in found if me.member.serves(each.suggested.point)]


def _filters(form: Mapping[str, str]) -> tuple[Kind | None, str | None]:
    """Return whose suggestions are asked for and in which language; None for all."""
    kind, language = form.get("kind", ""), form.get("language", "")
    return Kind(kind) if kind in set(Kind) else None, language if language in LANGUAGES else None


def _address(form: Mapping[str, str], *, taken: str = "") -> str:
    kind, language = _filters(form)
    wanted = (("kind", kind), ("language", language), ("taken", taken))
    query = urlencode({name: value for name, value in wanted if value})
    return f"{_PATH}?{query}" if query else _PATH


async def _astray(_: Request, __: Me) -> Response:
    """Lead who opens the address of a form back to the page."""
    return RedirectResponse(_PATH, status_code=303)

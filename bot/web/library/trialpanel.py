"""What would change if a draft were published: asked for by a button, found out in the background, told in tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing.drafting import Drafting, NoDraft, Work
from bot.editing.outcomes import Found, Some
from bot.editing.trials import HasErrors, State, Trial, Trials
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store import questions
from bot.store.database import Database
from bot.web.inside import Inside
from bot.web.library.drafts import PATH, draft_id
from bot.web.library.outcomewords import Teller, Told
from bot.web.pages import Pages
from bot.web.sessions import Me


class TrialPanel:
    """Asks for trials, and shows them: on the draft's page, and on a page of their own that renews itself."""

    def __init__(self, db: Database, phrases: Phrases, pages: Pages, inside: Inside, drafting: Drafting, trials: Trials) -> None:
        self._db, self._phrases, self._pages, self._inside = db, phrases, pages, inside
        self._drafting, self._trials = drafting, trials

    def routes(self) -> list[Route]:
        """Return the routes."""
        path = f"{PATH}/{{id}}/trial"
        return [
            Route(path, self._inside.shown(self._show, Action.EDIT), methods=["GET"]),
            Route(path, self._inside.posted(self._ask, self._again, "", Action.EDIT), methods=["POST"]),
        ]

    async def __call__(self, me: Me, work: Work) -> Markup:
        """Return the part of the draft's page."""
        return self._pages.fragment("lib_trial.html", me.language, **await self._values(me, work))

    async def _show(self, request: Request, me: Me) -> Response:
        return await self._page(me, await self._work(request))

    async def _ask(self, request: Request, me: Me, _: Mapping[str, str]) -> Response:
        work = await self._work(request)
        try:
            trial = await self._trials.ask(work, me.member)
        except HasErrors:
            problem = self._phrases.into(me.language).gettext("Put right first what the page of the draft lists.")
            return await self._page(me, work, problem, status=422)
        address = f"{PATH}/{draft_id(request)}"
        # What takes its time has a page that renews itself; the draft's own holds forms, in which somebody may be writing.
        return RedirectResponse(f"{address}/trial" if trial.is_open else f"{address}#trial", status_code=303)

    async def _again(self, request: Request, me: Me, _: Mapping[str, str], problem: str) -> Response:
        return await self._page(me, await self._work(request), problem, status=403)

    async def _page(self, me: Me, work: Work, problem: str = "", status: int = 200) -> Response:
        values = await self._values(me, work)
        name = self._phrases.into(me.language).gettext("What would change")
        title = "" if work.draft is None else work.draft.title
        return await self._inside.page(
            me, "lib_trial_page.html", name, status=status, tab=PATH, draft_title=title, problem=problem, **_but_token(values)
        )

    async def _work(self, request: Request) -> Work:
        try:
            return await self._drafting.of(draft_id(request))
        except NoDraft:
            raise HTTPException(404) from None

    async def _values(self, me: Me, work: Work) -> dict[str, Any]:
        """Return what the template shows."""
        say = self._phrases.into(me.language)
        trial = await self._trials.of(work)
        found = None if trial is None else trial.found
        return {
            "draft_id": "" if work.draft is None else work.draft.id,
            "token": me.token,
            "trial": trial,
            "is_open": trial is not None and trial.is_open,
            "has_failed": trial is not None and trial.state is State.FAILED and not trial.outdated,
            "stage": "" if trial is None else _stage(trial, say),
            "told": None if found is None else await self._told(me, work, found, say),
        }

    async def _told(self, me: Me, work: Work, found: Found, say: NullTranslations) -> Told:
        turns = {
            change.turn
            for some in (*found.moved, *found.unanswered, *found.answered)
            for change in some.first
            if change.turn is not None
        }
        async with self._db.read() as tx:
            asked = await questions.get_many(tx, turns) if turns else []
        hidden = {each.turn for each in asked if not me.member.serves(each.point)}
        found = replace(
            found,
            moved=_but(found.moved, hidden),
            unanswered=_but(found.unanswered, hidden),
            answered=_but(found.answered, hidden),
        )
        live = work.live.library
        draft = (await self._drafting.read(work)).library or live
        return Teller(live, draft, me.language, say).told(found, {each.turn: each.text for each in asked})


def _but(groups: tuple[Some, ...], hidden: Collection[int]) -> tuple[Some, ...]:
    """Return questions of residents, those of ``hidden`` only counted: they were asked where the reader has no rights."""
    return tuple(replace(some, first=tuple(each for each in some.first if each.turn not in hidden)) for some in groups)


def _but_token(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the part without what every page of the desk is given anyway."""
    return {name: value for name, value in values.items() if name != "token"}


def _stage(trial: Trial, say: NullTranslations) -> str:
    """Return in words what is being done."""
    if trial.state is State.ASKED or trial.stage in {None, "waiting"}:
        return say.gettext("Waiting for other work to end.")
    if trial.stage == "deciding":
        return say.gettext("Asking the questions, once as it is published and once as the draft has it.")
    return say.gettext("Learning from the ways in which residents ask. This takes a minute or two.")

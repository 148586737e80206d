"""The list of drafts: what is being worked on, by whom, and what waits for somebody to publish it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import differences
from bot.editing.drafting import Drafting, NoDraft
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.model.staff import Action
from bot.store import audit, drafts
from bot.store.database import Database
from bot.store.drafts import Draft, DraftMoved, State
from bot.threads import in_thread
from bot.web import forms
from bot.web.inside import Inside
from bot.web.library.publishwords import moved
from bot.web.sessions import Me

PATH = "/desk/drafts"
LONGEST_TITLE = 200
_ID = re.compile(r"[0-9a-f]{32}")
#: How many of those that ended are shown.
_ENDED = 10
#: Editions that are opened to look into old drafts: each takes some tenths of a second.
_BASES = 4


@dataclass(frozen=True, slots=True)
class Open:
    """An open draft: how many items it changes, and at how many places others have published something else.

    ``items`` is None where that was not looked for.
    """

    draft: Draft
    items: int | None
    conflicts: int
    at_hand: bool


class DraftList:
    """Shows the drafts, and does with them what needs no look inside: take up, lay aside, rename, discard."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        self._db, self._phrases, self._inside, self._drafting, self._now = db, phrases, inside, drafting, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        one, right = f"{PATH}/{{id}}", Action.EDIT
        posts = {"take-up": self._take_up, "lay-aside": self._lay_aside, "rename": self._rename, "discard": self._discard}
        return [
            Route(PATH, self._inside.shown(self._list, right), methods=["GET"]),
            Route(f"{one}/discard", self._inside.shown(self._ask, right), methods=["GET"]),
            *(
                Route(f"{one}/{name}", self._inside.posted(post, self._again, "", right, keeps=True), methods=["POST"])
                for name, post in posts.items()
            ),
            *(
                Route(f"{one}/{name}", self._inside.shown(_astray, right), methods=["GET"])
                for name in ("take-up", "lay-aside", "rename")
            ),
        ]

    async def show(self, me: Me, problem: str = "", *, typed: str = "", status: int = 200, done: str = "") -> Response:
        """Return the list; ``problem`` is what was refused, ``typed`` what was written into a form that came too late."""
        async with self._db.read() as tx:
            found = await drafts.in_state(tx, State.OPEN)
            mine = await drafts.at_hand(tx, me.member.id)
            ended = [*await drafts.in_state(tx, State.PUBLISHED, _ENDED), *await drafts.in_state(tx, State.DISCARDED, _ENDED)]
        bases = list(dict.fromkeys(draft.base for draft in sorted(found, key=lambda draft: -draft.base)))[:_BASES]
        shown = [each for each in [await self._opened(draft, mine, bases) for draft in found] if each is not None]
        return await self._inside.page(
            me,
            "lib_drafts.html",
            self._phrases.into(me.language).gettext("Drafts"),
            status=status,
            tab=PATH,
            waiting=[each for each in shown if each.draft.asked_by is not None],
            drafts=[each for each in shown if each.draft.asked_by is None],
            ended=sorted(ended, key=lambda draft: draft.changed_at, reverse=True)[:_ENDED],
            problem=problem,
            typed=typed,
            done=done,
        )

    async def _opened(self, draft: Draft, mine: Draft | None, bases: Collection[int]) -> Open | None:
        at_hand = mine is not None and mine.id == draft.id
        if draft.base not in bases:
            return Open(draft, None, 0, at_hand)
        try:
            work = await self._drafting.of(draft.id)
        except NoDraft:  # it ended a moment ago
            return None
        items = await in_thread(lambda: differences.items_of(work.live.tree, work.tree))
        return Open(draft, len(items), len(work.conflicts), at_hand)

    async def _list(self, request: Request, me: Me) -> Response:
        return await self.show(me, done=request.query_params.get("done", ""))

    async def _take_up(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        async with self._db.write() as tx:
            draft = await drafts.get(tx, draft_id(request))
            if draft is None or draft.state is not State.OPEN:
                raise HTTPException(404)
            await drafts.take_up(tx, me.member.id, draft.id)
        return _back(form, draft.id)

    async def _lay_aside(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        async with self._db.write() as tx:
            await drafts.take_up(tx, me.member.id, None)
        return _back(form, draft_id(request))

    async def _rename(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        say, title = self._phrases.into(me.language), " ".join(clean(form.get("title", "")).split())
        if not title:
            return await self.show(me, say.gettext("A draft needs a name."), status=422)
        if len(title) > LONGEST_TITLE:
            problem = say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": LONGEST_TITLE}
            return await self.show(me, problem, typed=title, status=422)
        draft = await self._seen(request, form)
        if draft is None:
            return await self._late(request, me, typed=title)
        try:
            async with self._db.write() as tx:
                await drafts.rename(tx, draft, title, self._now())
        except DraftMoved:
            return await self._late(request, me, typed=title)
        return _back(form, draft.id)

    async def _ask(self, request: Request, me: Me) -> Response:
        try:
            work = await self._drafting.of(draft_id(request))
        except NoDraft:
            raise HTTPException(404) from None
        items = await in_thread(lambda: differences.items_of(work.live.tree, work.tree))
        name = self._phrases.into(me.language).gettext("Discard a draft")
        return await self._inside.page(me, "lib_draft_discard.html", name, tab=PATH, draft=work.draft, items=len(items))

    async def _discard(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        draft = await self._seen(request, form)
        if draft is None:
            return await self._late(request, me)
        now = self._now()
        try:
            async with self._db.write() as tx:
                await drafts.end(tx, draft, State.DISCARDED, now)
                await audit.put(tx, me.name, "discard-draft", draft.id, now)
        except DraftMoved:
            return await self._late(request, me)
        return RedirectResponse(f"{PATH}?done=discarded", status_code=303)

    async def _again(self, _: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self.show(me, problem, typed=form.get("title", ""), status=403)

    async def _late(self, request: Request, me: Me, *, typed: str = "") -> Response:
        """Tell that the draft is another one by now, or none."""
        async with self._db.read() as tx:
            draft = await drafts.get(tx, draft_id(request))
        return await self.show(me, late(draft, self._phrases, me), typed=typed, status=409)

    async def _seen(self, request: Request, form: Mapping[str, str]) -> Draft | None:
        """Return the open draft of an address if it is still the one that the page had shown."""
        version = forms.number(form, "version")
        async with self._db.read() as tx:
            draft = await drafts.get(tx, draft_id(request))
        if draft is None:
            raise HTTPException(404)
        return draft if draft.state is State.OPEN and draft.version == version else None


def late(draft: Draft | None, phrases: Phrases, me: Me) -> str:
    """Return in words that a form came too late: what became of its draft meanwhile."""
    say = phrases.into(me.language)
    if draft is not None and draft.state is State.PUBLISHED:
        return say.gettext("The draft “%(title)s” was published meanwhile.") % {"title": draft.title}
    if draft is not None and draft.state is State.DISCARDED:
        return say.gettext("The draft “%(title)s” was discarded meanwhile.") % {"title": draft.title}
    return moved(say)


def draft_id(request: Request) -> str:
    """Return the id in the address of a draft's page; 404 for what is none."""
    given: str = request.path_params["id"]
    if not _ID.fullmatch(given):
        raise HTTPException(404)
    return given


def _back(form: Mapping[str, str], its: str) -> Response:
    return RedirectResponse(PATH if form.get("back") == "list" else f"{PATH}/{its}", status_code=303)


async def _astray(request: Request, _: Me) -> Response:
    """Lead who opens the address of a form back to the draft."""
    return RedirectResponse(f"{PATH}/{draft_id(request)}", status_code=303)

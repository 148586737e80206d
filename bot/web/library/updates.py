"""The page of what updates of the program say otherwise than editors do: seen side by side, and decided place by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import trees
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.items import Spot, item_at
from bot.editing.merging import Conflict
from bot.editing.shipping import is_open
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store import shipped
from bot.store.database import Database
from bot.store.shipped import Contradiction
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.differences import Choice, Reader, address_of
from bot.web.sessions import Me

PATH = "/desk/updates"

#: Places on one page; the rest follow when these are decided.
ON_A_PAGE = 30

_CHOICE = "choice-"
_NO_FORM: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shown:
    """A place to decide about. ``key`` names it in forms; ``in_draft`` tells that the draft at hand has taken the update's."""

    key: str
    choice: Choice
    address: str
    in_draft: bool


class UpdatesPage:
    """Shows where updates say otherwise, and takes what is decided."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting) -> None:
        self._db, self._phrases, self._inside, self._drafting = db, phrases, inside, drafting

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._page, Action.EDIT), methods=["GET"]),
            Route(PATH, self._inside.posted(self._decide, self._again, PATH, Action.EDIT), methods=["POST"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        return await self._show(me, done=request.query_params.get("done") == "1")

    async def _again(self, _: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, form, problem, status=403)

    async def _decide(self, _: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Keep ours where that was chosen, and put theirs into the draft at hand where it was not."""
        say = self._phrases.into(me.language)
        work = await self._drafting.at_hand(me.member)
        there = {_key(each): each for each in await self._open(work)}
        chosen = {name.removeprefix(_CHOICE): side for name, side in form.items() if name.startswith(_CHOICE)}
        if not chosen:
            return await self._show(me, form, say.gettext("Choose for at least one place what is to hold."), status=422)
        if not set(chosen) <= set(there):
            problem = say.gettext("Somebody has decided about some of this meanwhile. Look at what is left.")
            return await self._show(me, form, problem, status=409)
        theirs: dict[Spot, Any] = {
            (each.file, each.path): each.theirs for key, each in there.items() if chosen.get(key) == "theirs"
        }
        try:
            if theirs:
                await self._drafting.change(me.member, work, theirs, say.gettext("From an update of the program"))
        except ItemMoved:
            problem = say.gettext("Somebody else is changing the same draft. Try again in a moment.")
            return await self._show(me, form, problem, status=409)
        async with self._db.write() as tx:
            for key, side in chosen.items():
                if side == "ours":
                    await shipped.settle(tx, there[key].file, there[key].path)
        return RedirectResponse(f"{PATH}?done=1", status_code=303)

    async def _open(self, work: Work) -> list[Contradiction]:
        async with self._db.read() as tx:
            found = await shipped.contradictions(tx)
        return [each for each in found if is_open(work.live.tree, each)]

    async def _show(
        self, me: Me, form: Mapping[str, str] = _NO_FORM, problem: str = "", *, done: bool = False, status: int = 200
    ) -> Response:
        say = self._phrases.into(me.language)
        work = await self._drafting.at_hand(me.member)
        found = await self._open(work)
        reader = Reader(say, me.language, work.live.tree, work.tree)
        shown = await in_thread(lambda: _shown(found[:ON_A_PAGE], reader, work))
        title = say.gettext("What updates say otherwise")
        return await self._inside.page(
            me,
            "lib_updates.html",
            title,
            status=status,
            problem=problem,
            done=done,
            work=work,
            shown=shown,
            count=len(found),
            chosen=form,
        )


def _shown(found: Sequence[Contradiction], reader: Reader, work: Work) -> list[Shown]:
    choices = reader.conflicts(Conflict(each.file, each.path, each.base, each.ours, each.theirs) for each in found)
    return [
        Shown(
            _key(each),
            choice,
            address_of(item) if (item := item_at(each.file, each.path)) else "",
            trees.get(work.tree, each.file, each.path) == each.theirs,
        )
        for each, choice in zip(found, choices, strict=True)
    ]


def _key(each: Contradiction) -> str:
    """Return what names a contradiction in forms: another one when the files say something else again."""
    return trees.digest([each.file, list(each.path), each.theirs])[:16]

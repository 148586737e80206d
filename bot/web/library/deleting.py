"""Taking an item of the library away, in the draft: refused with what names it, as the checks tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import trees
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.items import Item, Kind, items, stamp
from bot.editing.problems import Problem
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library import itempage, uses
from bot.web.library.boxes import remark
from bot.web.library.naming import item_name, kind_name
from bot.web.library.scene import upper_first
from bot.web.sessions import Me

PATH = "/desk/library/delete"


class Deletions:
    """The page that asks before it takes something away, and says what speaks against it."""

    def __init__(self, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        found = []
        for kind in sorted(itempage.DELETABLE):
            path = f"{PATH}/{kind}/{{name:path}}"
            posted = self._inside.posted(self._delete, self._again, "", Action.EDIT)
            found.append(Route(path, self._inside.shown(self._ask, Action.EDIT), methods=["GET"]))
            found.append(Route(path, posted, methods=["POST"]))
        return found

    async def _ask(self, request: Request, me: Me) -> Response:
        return await self._draw(me, _item(request), await self._drafting.at_hand(me.member))

    async def _again(self, request: Request, me: Me, _: Mapping[str, str], problem: str) -> Response:
        return await self._draw(me, _item(request), await self._drafting.at_hand(me.member), problem, status=403)

    async def _delete(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        item, work, say = _item(request), await self._drafting.at_hand(me.member), self._phrases.into(me.language)
        if item not in set(items(work.tree)):
            raise HTTPException(404)
        if stamp(work.tree, item) != form.get("stamp"):
            problem = say.gettext("It was changed meanwhile. Look at it once more.")
            return await self._draw(me, item, work, problem, status=409)
        if await self._against(item, work):
            problem = say.gettext("It cannot be deleted while other entries need it.")
            return await self._draw(me, item, work, problem, status=409)
        title = say.gettext("Changes by %(name)s") % {"name": me.name}
        try:
            await self._drafting.change(me.member, work, uses.taken_away(work.tree, item), title)
        except ItemMoved as moved:
            problem = say.gettext("Somebody else is saving at the same time. Nothing was deleted.")
            return await self._draw(me, item, moved.work, problem, status=409)
        return RedirectResponse("/desk/library", status_code=303)

    async def _against(self, item: Item, work: Work) -> list[tuple[Item | None, Problem]]:
        """Return the errors that there would be without ``item`` and are not there now."""
        before, today = await self._drafting.read(work), self._now().date()
        after = await in_thread(lambda: trees.read(uses.without(work.tree, item), today=today))
        return uses.in_the_way(before, after)

    async def _draw(self, me: Me, item: Item, work: Work, problem: str = "", status: int = 200) -> Response:
        if item not in set(items(work.tree)):
            raise HTTPException(404)
        say = self._phrases.into(me.language)
        against = [
            (other, "" if other is None else upper_first(item_name(work.tree, other, me.language, say)), remark(each, say).text)
            for other, each in await self._against(item, work)
        ]
        return await self._inside.page(
            me,
            "lib_delete.html",
            upper_first(item_name(work.tree, item, me.language, say)),
            status=status,
            item=item,
            kind=kind_name(item.kind, say),
            path=f"{PATH}/{item.kind}/{item.name}",
            stamp=stamp(work.tree, item),
            against=against,
            problem=problem,
            work=work,
        )


def _item(request: Request) -> Item:
    kind = request.url.path.removeprefix(f"{PATH}/").partition("/")[0]
    return Item(Kind(kind), request.path_params["name"])

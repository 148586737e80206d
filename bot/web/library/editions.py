"""The history: every edition, who published it, when and why, what it changed, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import differences
from bot.editing.drafting import Drafting
from bot.editing.items import Item
from bot.editing.restoring import NothingToRestore, Restoring
from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store import editions
from bot.store.database import Database
from bot.store.editions import Edition, Kind
from bot.store.packing import NoLibraryError
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.differences import ITEMS_ON_A_PAGE, Reader, Shown
from bot.web.library.drafts import PATH as DRAFTS
from bot.web.library.naming import item_name
from bot.web.sessions import Me

PATH = "/desk/editions"
_ON_A_PAGE = 30
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class Editions:
    """Shows the history, and makes drafts that go back."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting) -> None:
        self._db, self._phrases, self._inside, self._drafting = db, phrases, inside, drafting
        self._restoring = Restoring(drafting)

    def routes(self) -> list[Route]:
        """Return the routes."""
        one, right = f"{PATH}/{{number}}", Action.EDIT
        return [
            Route(PATH, self._inside.shown(self._list, right), methods=["GET"]),
            Route(one, self._inside.shown(self._open, right), methods=["GET"]),
            *(
                Route(f"{one}/{name}", self._inside.posted(self._go_back, self._again, "", right), methods=["POST"])
                for name in ("undo", "restore")
            ),
            *(Route(f"{one}/{name}", self._inside.shown(self._astray, right), methods=["GET"]) for name in ("undo", "restore")),
        ]

    async def _list(self, request: Request, me: Me) -> Response:
        given = request.query_params.get("before", "")
        before = int(given) if _NUMBER.fullmatch(given) else None
        async with self._db.read() as tx:
            found = await editions.history(tx, before=before, limit=_ON_A_PAGE + 1)
        say = self._phrases.into(me.language)
        return await self._inside.page(
            me,
            "lib_editions.html",
            say.gettext("History"),
            tab=PATH,
            editions=[(each, kind_name(each.kind, say)) for each in found[:_ON_A_PAGE]],
            older=found[_ON_A_PAGE - 1].number if len(found) > _ON_A_PAGE else None,
            is_first_page=before is None,
        )

    async def _open(self, request: Request, me: Me) -> Response:
        return await self._show(request, me)

    async def _astray(self, request: Request, _: Me) -> Response:
        """Lead who opens the address of a form back to the edition."""
        return RedirectResponse(f"{PATH}/{_number(request)}", status_code=303)

    async def _again(self, request: Request, me: Me, _: Mapping[str, str], problem: str) -> Response:
        return await self._show(request, me, problem, status=403)

    async def _go_back(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Make a draft that undoes the edition, or restores it, all or one item of it."""
        number, say = _number(request), self._phrases.into(me.language)
        item = Item.of(form["item"]) if form.get("item") else None
        if form.get("item") and item is None:
            raise HTTPException(400)
        undo = request.url.path.endswith("/undo")
        await self._edition(number)
        go_back = self._restoring.undo if undo else self._restoring.restore
        try:
            title = await self._title(number, item, me.language, say, undo=undo)
            draft = await go_back(me.member, number, title, item)
        except NoLibraryError:  # the first has none before it
            raise HTTPException(404) from None
        except NothingToRestore:
            return await self._show(request, me, say.gettext("There is nothing to take back: it is so already."), status=409)
        return RedirectResponse(f"{DRAFTS}/{draft.id}", status_code=303)

    async def _title(self, number: int, item: Item | None, language: str, say: NullTranslations, *, undo: bool) -> str:
        """Return what the draft is called."""
        if item is None:
            whole = say.gettext("Undo edition %(number)s") if undo else say.gettext("Back to edition %(number)s")
            return whole % {"number": number}
        tree = (await self._drafting.archive.at(number)).tree
        one = say.gettext("%(item)s: as before edition %(number)s") if undo else say.gettext("%(item)s: as in edition %(number)s")
        return one % {"item": item_name(tree, item, language, say), "number": number}

    async def _show(self, request: Request, me: Me, problem: str = "", *, status: int = 200) -> Response:
        number, say = _number(request), self._phrases.into(me.language)
        edition = await self._edition(number)
        async with self._db.read() as tx:
            newest = await editions.newest_number(tx)
        given = request.query_params.get("page", "")
        page = int(given) if _NUMBER.fullmatch(given) else 1
        total, changes = await self._changes(number, page, me, say) if number > 1 else (0, [])
        return await self._inside.page(
            me,
            "lib_edition.html",
            say.gettext("Edition %(number)s") % {"number": number},
            status=status,
            tab=PATH,
            edition=edition,
            kind=kind_name(edition.kind, say),
            is_newest=number == newest,
            total=total,
            changes=changes,
            page=page,
            pages=-(-total // ITEMS_ON_A_PAGE),
            problem=problem,
            done=request.query_params.get("done", ""),
        )

    async def _changes(self, number: int, page: int, me: Me, say: NullTranslations) -> tuple[int, list[Shown]]:
        """Return how many items the edition changed, and those of a page in words."""
        try:
            before, after = await self._drafting.archive.at(number - 1), await self._drafting.archive.at(number)
        except NoLibraryError:  # it is damaged, or of another version of the program: the history is shown all the same
            return 0, []

        def read() -> tuple[int, list[Shown]]:
            found = differences.of(before.tree, after.tree)
            reader = Reader(say, me.language, before.tree, after.tree)
            return len(found), reader.changes(found[(page - 1) * ITEMS_ON_A_PAGE : page * ITEMS_ON_A_PAGE])

        return await in_thread(read)

    async def _edition(self, number: int) -> Edition:
        """Return an edition without its content; 404 where there is none."""
        async with self._db.read() as tx:
            found = await editions.history(tx, before=number + 1, limit=1)
        if not found or found[0].number != number:
            raise HTTPException(404)
        return found[0]


def kind_name(kind: Kind, say: NullTranslations) -> str:
    """Return how an edition came about, in words."""
    return {
        Kind.SHIPPED: say.gettext("came with the program"),
        Kind.EDITED: say.gettext("edited"),
        Kind.RESTORED: say.gettext("an earlier state restored"),
        Kind.IMPORTED: say.gettext("imported"),
    }[kind]


def _number(request: Request) -> int:
    given = request.path_params["number"]
    if not _NUMBER.fullmatch(given):
        raise HTTPException(404)
    return int(given)

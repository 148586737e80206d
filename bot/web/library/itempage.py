"""The pages of offices, places, info points, situations, help lines, crises, shared facts, and of what residents say besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout, trees
from bot.editing.drafting import Drafting, ItemMoved, Undecided, Work
from bot.editing.items import Item, Kind, Spot, items
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.library import COUNTRIES
from bot.model.staff import Action
from bot.model.verdict import Act
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library import saidfields, sharedfields
from bot.web.library.boxes import Reader
from bot.web.library.fields import Plain, Read, read
from bot.web.library.itemshown import Page, Tried, drawn, sections
from bot.web.library.naming import item_name, kind_name
from bot.web.library.scene import Scene, upper_first
from bot.web.library.tidying import put, tidied
from bot.web.library.trying import TooSlow, Trying
from bot.web.library.undecided import undecided
from bot.web.sessions import Me

PATH = "/desk/library/item"
#: The kinds of item that have their page here, and of those what can be made new and deleted.
KINDS = (Kind.OFFICE, Kind.PLACE, Kind.POINT, Kind.SITUATION, Kind.LINE, Kind.CRISIS, Kind.SHARED, Kind.ACT, Kind.SAID)
DELETABLE = frozenset({Kind.OFFICE, Kind.PLACE, Kind.POINT, Kind.SITUATION, Kind.LINE})
#: What has its page also while nothing is entered.
_ALWAYS = frozenset(
    {
        *(Item(Kind.SHARED, owner) for owner in (*COUNTRIES, layout.COMMON)),
        *(Item(Kind.ACT, act) for act in Act),
    }
)
_UNREADABLE, _CONFLICT, _OUTDATED = 422, 409, 403

_Form = Mapping[str, str]


class ItemPages:
    """Shows an item of the library in a form and saves it into the draft at hand."""

    def __init__(
        self, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime], trying: Trying | None = None
    ) -> None:
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting
        self._now = now
        self._trying = trying or Trying()

    def routes(self) -> list[Route]:
        """Return the routes."""
        found = []
        for kind in KINDS:
            path = f"{PATH}/{kind}/{{name:path}}"
            found.append(Route(path, self._inside.shown(self._show, Action.EDIT), methods=["GET"]))
            posted = self._inside.posted(self._post, self._again, "", Action.EDIT, keeps=True)
            found.append(Route(path, posted, methods=["POST"]))
        return found

    async def _show(self, request: Request, me: Me) -> Response:
        say = self._phrases.into(me.language)
        note = (
            say.gettext("Saved in your draft. Residents see it once it is published.") if "saved" in request.query_params else ""
        )
        return await self._draw(me, _item(request), await self._drafting.at_hand(me.member), Page(note=note))

    async def _again(self, request: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._draw(
            me, _item(request), await self._drafting.at_hand(me.member), Page(form, problem=problem, status=_OUTDATED)
        )

    async def _post(self, request: Request, me: Me, form: _Form) -> Response:
        item, work, say = _item(request), await self._drafting.at_hand(me.member), self._phrases.into(me.language)
        if form.get("back"):
            note = say.gettext("What you had typed is back in its fields. It is not saved yet.")
            return await self._draw(me, item, work, Page(form, note=note))
        if form.get("do") == "look" or sharedfields.is_adding(form):
            return await self._look(me, item, work, form)
        if form.get("do") == "try" and item.kind is Kind.CRISIS:
            tried = await self._try(me, item, work, form)
            return await self._draw(me, item, work, Page(form, tried=tried))
        return await self._save(me, item, work, form)

    async def _look(self, me: Me, item: Item, work: Work, form: _Form) -> Response:
        """Show how it would be, with what the checks say of it, and save nothing."""
        self._standing(item, work)
        found, today = self._read(me, item, work, form), self._now().date()
        planned = put(work.tree, tidied(item, work.tree, found.values))
        problems = (await in_thread(lambda: trees.read(planned, today=today))).problems if found.values else None
        note = self._phrases.into(me.language).gettext("Nothing has been saved yet.")
        return await self._draw(me, item, work, Page(form, found, note=note, planned=planned, problems=problems))

    async def _save(self, me: Me, item: Item, work: Work, form: _Form) -> Response:
        say = self._phrases.into(me.language)
        for last in (False, True):
            self._standing(item, work)
            found = self._read(me, item, work, form)
            if found.wrong:
                problem = say.gettext("It is not saved yet. Look at what is marked below.")
                return await self._draw(me, item, work, Page(form, found, problem, status=_UNREADABLE))
            if found.clashes:
                problem = say.gettext(
                    "Somebody else has changed the same meanwhile; it stands beside what you typed. Save again to replace theirs."
                )
                return await self._draw(me, item, work, Page(form, found, problem, status=_CONFLICT))
            try:
                await self._change(me, item, work, found.values)
            except Undecided:
                return await self._draw(me, item, work, Page(form, found, undecided(say), status=_CONFLICT))
            except ItemMoved as moved:
                if last:
                    problem = say.gettext("Somebody else is saving at the same time. Nothing is lost: save again.")
                    return await self._draw(me, item, moved.work, Page(form, found, problem, status=_CONFLICT))
                work = moved.work
            else:
                break
        return RedirectResponse(f"{PATH}/{item.kind}/{item.name}?saved=1", status_code=303)

    async def _change(self, me: Me, item: Item, work: Work, values: Mapping[Spot, Plain]) -> None:
        if values:
            title = self._phrases.into(me.language).gettext("Changes by %(name)s") % {"name": me.name}
            await self._drafting.change(me.member, work, tidied(item, work.tree, values), title)

    def _read(self, me: Me, item: Item, work: Work, form: _Form) -> Read:
        fields = [each for section in sections(item, Scene(work.tree, self._reader(me), form)) for each in section.fields]
        return read(fields, form, work.tree, self._phrases.into(me.language), me.language)

    def _reader(self, me: Me) -> Reader:
        return Reader(me.language, self._phrases.into(me.language), self._now().date())

    @staticmethod
    def _standing(item: Item, work: Work) -> None:
        """Raise `HTTPException` (404) where neither the draft nor anything else knows the item."""
        if item not in _ALWAYS and item not in set(items(work.tree)):
            raise HTTPException(404)

    async def _try(self, me: Me, item: Item, work: Work, form: _Form) -> Tried:
        """Try the typed patterns of this kind, and those of the other kinds as they stand."""
        text = form.get("sentence", "")[:MAX_CHARACTERS]
        scene = Scene(work.tree, self._reader(me), form)
        known = saidfields.patterns(item, scene, self._read(me, item, work, form))
        if not text.strip():
            return Tried("")
        try:
            found = await self._trying(text, [pattern for _, pattern in known])
        except TooSlow:
            return Tried(text, too_slow=True)
        return Tried(text, tuple(known[place] for place in found))

    async def _draw(self, me: Me, item: Item, work: Work, page: Page) -> Response:
        self._standing(item, work)
        say = self._phrases.into(me.language)
        problems = (await self._drafting.read(work)).problems if page.problems is None else page.problems
        shown = await in_thread(lambda: drawn(item, work, page, self._reader(me), problems))
        return await self._inside.page(
            me,
            "lib_item.html",
            upper_first(item_name(work.tree, item, me.language, say)),
            status=page.status,
            item=item,
            kind=kind_name(item.kind, say),
            path=f"{PATH}/{item.kind}/{item.name}",
            work=work,
            page=page,
            deletable=item.kind in DELETABLE,
            adds=sharedfields.adding(page.form) if item.kind is Kind.SHARED else {},
            **shown,
        )


def _item(request: Request) -> Item:
    kind = request.url.path.removeprefix(f"{PATH}/").partition("/")[0]
    return Item(Kind(kind), request.path_params["name"])

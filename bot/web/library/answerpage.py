"""The page of an answer: its facts once, its wordings side by side, and how residents will read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Drafting, ItemMoved, Undecided, Work
from bot.editing.files import Reading
from bot.editing.items import Item, Kind, item_at
from bot.editing.problems import Severity
from bot.editing.trees import Tree, get
from bot.language.phrases import Phrases
from bot.language.text import fold
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, Library
from bot.model.staff import Action
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library import answershown
from bot.web.library.answerfields import Place, described, next_source, source_options
from bot.web.library.answerplan import NEW_FACT, NEW_SOURCE, Plan, copied, planned
from bot.web.library.boxes import Reader
from bot.web.library.kinds import fact_kinds
from bot.web.library.naming import home_of, item_name, spoken, topic_name, where_name
from bot.web.library.preview import Preview, Seen
from bot.web.library.undecided import undecided
from bot.web.pages import Pages
from bot.web.sessions import Me

ITEM = "/desk/library/item/answer/{topic}/{where}"
#: So often somebody else may be faster before an editor is asked to look.
_TRIES = 3
_FINE = 200
_NOTHING: Mapping[str, str] = MappingProxyType({})


class AnswerPage:
    """Shows an answer and saves what an editor makes of it into the draft at hand."""

    def __init__(
        self,
        phrases: Phrases,
        pages: Pages,
        inside: Inside,
        drafting: Drafting,
        preview: Preview,
        now: Callable[[], datetime],
    ) -> None:
        self._phrases = phrases
        self._pages = pages
        self._inside = inside
        self._drafting = drafting
        self._preview = preview
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right, shown = Action.EDIT, ITEM.replace("/item/", "/preview/")
        return [
            Route(ITEM, self._inside.shown(self._open, right), methods=["GET"]),
            Route(ITEM, self._inside.posted(self._send, self._again, "", right, keeps=True), methods=["POST"]),
            Route(shown, self._inside.posted(self._renew, self._stale, "/desk/library", right), methods=["POST"]),
        ]

    async def _open(self, request: Request, me: Me) -> Response:
        work = await self._drafting.at_hand(me.member)
        return await self._show(me, work, self._place(request, me, work.tree), saved="saved" in request.query_params)

    async def _send(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        work = await self._drafting.at_hand(me.member)
        place, do = self._place(request, me, work.tree), form.get("do", "")
        if do in {f"copy-{language}" for language in LANGUAGES} and form.get(f"from-{do[5:]}") in LANGUAGES:
            language = do.removeprefix("copy-")
            fields = described(place, work.tree, form)
            form = copied(place, fields, work.tree, form, language, form[f"from-{language}"])
        if form.get("back") or do != "save":
            return await self._show(me, work, place, form)
        title = place.say.gettext("Changes by %(name)s") % {"name": me.name}
        for _ in range(_TRIES):
            plan = planned(place, work.tree, form, self._now().date())
            if not plan.ready:
                return await self._show(me, work, place, form, status=409 if plan.read.clashes else 422)
            if not plan.values:
                break
            try:
                await self._drafting.change(me.member, work, plan.values, title)
            except Undecided:
                return await self._show(me, work, place, form, problem=undecided(place.say), status=409)
            except ItemMoved as moved:
                work = moved.work
                self._place(request, me, work.tree)
                continue
            break
        else:
            problem = place.say.gettext("Somebody else is saving at the same time. Nothing is lost: save again.")
            return await self._show(me, work, place, form, problem=problem, status=409)
        return RedirectResponse(f"{request.url.path}?saved=1", status_code=303)

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        work = await self._drafting.at_hand(me.member)
        return await self._show(me, work, self._place(request, me, work.tree), form, problem=problem, status=403)

    async def _renew(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Return the preview of what is typed, alone."""
        work = await self._drafting.at_hand(me.member)
        place = self._place(request, me, work.tree)
        known, today = (await self._drafting.read(work)).library or work.live.library, self._now().date()
        seen = await in_thread(
            lambda: self._seen(known, planned(place, work.tree, form, today).tree, place, form.get("town", ""))
        )
        values = {"seen": seen, "shown_first": me.language}
        return Response(self._pages.fragment("lib_part_preview.html", me.language, **values), media_type="text/html")

    async def _stale(self, request: Request, me: Me, form: Mapping[str, str], _: str) -> Response:
        """Show the preview all the same: it changes nothing."""
        return await self._renew(request, me, form)

    def _place(self, request: Request, me: Me, tree: Tree) -> Place:
        """Return the answer of an address; 404 for none."""
        topic, where = request.path_params["topic"], request.path_params["where"]
        if where not in (*COUNTRIES, *PAIRS) or layout.facts(topic, where) not in tree:
            raise HTTPException(404)
        return Place(topic, where, me.language, self._phrases.into(me.language))

    def _seen(self, known: Library, tree: Tree, place: Place, town: str) -> list[Seen]:
        """Return how the answer reads to somebody from ``town``, the id of a place or empty."""
        return self._preview.of_answer(tree, known, place.topic, place.where, town if town in known.places else None)

    async def _show(
        self,
        me: Me,
        work: Work,
        place: Place,
        form: Mapping[str, str] | None = None,
        *,
        problem: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> Response:
        """Return the page; ``form`` is what was typed and not saved."""
        reading = await self._drafting.read(work)
        drawn = await in_thread(lambda: self._drawn(work, place, form, reading, status))
        return await self._inside.page(
            me, "lib_answer.html", status=status, work=work, problem=problem, saved=saved, unsaved=form is not None, **drawn
        )

    def _drawn(self, work: Work, place: Place, form: Mapping[str, str] | None, reading: Reading, status: int) -> dict[str, Any]:
        """Return what the page shows that takes a while to find."""
        say, item, today = place.say, Item(Kind.ANSWER, f"{place.topic}/{place.where}"), self._now().date()
        plan = None if form is None else planned(place, work.tree, form, today)
        typed = work.tree if plan is None else plan.tree
        fields = described(place, work.tree, {}) if plan is None else plan.fields
        found, known = reading.problems, reading.library or work.live.library
        its = [spoken(each, work.tree, place.language, say) for each in found if item_at(each.file, each.path) == item]
        read, reader, given = None if plan is None else plan.read, Reader(place.language, say, today), form or _NOTHING
        sources = get(work.tree, place.file, ("sources",)) or {}
        return {
            "name": item_name(work.tree, item, place.language, say),
            "item": item,
            "topic": place.topic,
            "topic_name": topic_name(work.tree, place.topic, place.language),
            "where": place.where,
            "home": home_of(place.where),
            "answer": answershown.shown(place, work, reader, fields, typed, form, read, its),
            "added": {name: given.get(name, "") for name in (*NEW_FACT, *NEW_SOURCE)},
            "wrong": {} if plan is None else _told(plan, status),
            "clashes": plan is not None and bool(plan.read.clashes),
            "refused": plan is not None and status != _FINE and not plan.ready,
            "errors_elsewhere": sum(each.severity is Severity.ERROR and item_at(each.file, each.path) != item for each in found),
            "seen": self._seen(known, typed, place, given.get("town", "")),
            "town": given.get("town", ""),
            "towns": _towns(known, place),
            "shown_first": place.language,
            "others": _others(work.tree, place),
            "kinds": list(fact_kinds(say).items()),
            "sources": source_options(sources, next_source(sources), say),
        }


def _told(plan: Plan, status: int) -> Mapping[str, str]:
    """Return what is wrong with what is added; a preview tells nothing of it."""
    return plan.wrong if status != _FINE else {}


def _towns(known: Library, place: Place) -> list[tuple[str, str]]:
    """Return the places where somebody who reads the answer may be, by name."""
    countries = place.where.split("-")
    names = {each.id: each.names.get(place.language) or each.name for each in known.places.values() if each.country in countries}
    return sorted(
        ((its, name) for its, name in names.items() if known.places[its].kind != "country"), key=lambda pair: fold(pair[1])
    )


def _others(tree: Tree, place: Place) -> list[tuple[str, str]]:
    """Return the other answers to the topic, with their names."""
    wheres = [each for each in (*COUNTRIES, *PAIRS) if each != place.where and layout.facts(place.topic, each) in tree]
    return [(each, where_name(each, place.language, place.say)) for each in wheres]

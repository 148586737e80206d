"""Making an office, a place, an info point, a situation or a help line: in the draft, with what is known of it at first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.items import Item, Kind, Spot, items
from bot.language.bulgarian import to_latin
from bot.language.phrases import Phrases
from bot.language.text import clean, fold
from bot.model.library import COUNTRIES
from bot.model.staff import Action
from bot.web.inside import Inside
from bot.web.library import itempage
from bot.web.library.naming import item_name, kind_name
from bot.web.sessions import Me

PATH = "/desk/library/new"
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
#: A button's payload holds the id of what it leads to.
LONGEST_ID = 50
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why nothing was made: a sentence, the field it belongs to, and what is there already."""

    field: str = ""
    words: str = ""
    there: Item | None = None


@dataclass(frozen=True, slots=True)
class _New:
    """What is to be made: the item and what stands at its places at first."""

    item: Item
    values: Mapping[Spot, Any] = field(default_factory=dict)


class NewItems:
    """The pages on which something new is made. An id comes from the name, and is not taken yet."""

    def __init__(self, phrases: Phrases, inside: Inside, drafting: Drafting) -> None:
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting

    def routes(self) -> list[Route]:
        """Return the routes."""
        found = []
        for kind in sorted(itempage.DELETABLE):
            path = f"{PATH}/{kind}"
            posted = self._inside.posted(self._make, self._again, "", Action.EDIT, keeps=True)
            found.append(Route(path, self._inside.shown(self._show, Action.EDIT), methods=["GET"]))
            found.append(Route(path, posted, methods=["POST"]))
        return found

    async def _show(self, request: Request, me: Me) -> Response:
        return await self._draw(me, _kind(request), await self._drafting.at_hand(me.member), {})

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        work = await self._drafting.at_hand(me.member)
        return await self._draw(me, _kind(request), work, form, _Refused(words=problem), status=403)

    async def _make(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        kind, work, say = _kind(request), await self._drafting.at_hand(me.member), self._phrases.into(me.language)
        if form.get("back"):
            return await self._draw(me, kind, work, form)
        made = _made(kind, form, work, me.language, say)
        if isinstance(made, _Refused):
            return await self._draw(me, kind, work, form, made, status=422)
        try:
            await self._drafting.change(me.member, work, made.values, say.gettext("Changes by %(name)s") % {"name": me.name})
        except ItemMoved as moved:
            refused = _Refused(words=say.gettext("Somebody else is saving at the same time. Nothing is lost: save again."))
            return await self._draw(me, kind, moved.work, form, refused, status=409)
        return RedirectResponse(f"{itempage.PATH}/{kind}/{made.item.name}?saved=1", status_code=303)

    async def _draw(
        self, me: Me, kind: Kind, work: Work, form: Mapping[str, str], refused: _Refused | None = None, status: int = 200
    ) -> Response:
        say, there = self._phrases.into(me.language), refused.there if refused is not None else None
        return await self._inside.page(
            me,
            "lib_new.html",
            say.gettext("New: %(kind)s") % {"kind": kind_name(kind, say)},
            status=status,
            kind=kind,
            path=f"{PATH}/{kind}",
            work=work,
            form=form,
            refused=refused,
            there=None if there is None else (there, item_name(work.tree, there, me.language, say)),
            countries=COUNTRIES,
            longest=LONGEST_NAME,
        )


def id_from(name: str) -> str:
    """Return the id that something called ``name`` gets: small Latin letters, digits and hyphens."""
    return _NOT_IN_IDS.sub("-", fold(to_latin(name))).strip("-")[:LONGEST_ID].strip("-")


def _kind(request: Request) -> Kind:
    return Kind(request.url.path.removeprefix(f"{PATH}/"))


def _made(kind: Kind, form: Mapping[str, str], work: Work, language: str, say: NullTranslations) -> _New | _Refused:
    """Return what a form asks for, or why it cannot be made."""
    name, country = " ".join(clean(form.get("name", "")).split()), form.get("country", "")
    number = " ".join(clean(form.get("number", "")).split())
    identifier = id_from(f"{number} {country}" if kind is Kind.LINE else name)
    if not name or not identifier or len(name) > LONGEST_NAME:
        return _Refused("name", say.gettext("Write a name, in letters, of at most %(most)s characters.") % {"most": LONGEST_NAME})
    if kind is Kind.LINE and not id_from(number):
        return _Refused("number", say.gettext("Write the number to call."))
    if kind is not Kind.SITUATION and country not in COUNTRIES:
        return _Refused("country", say.gettext("Choose a country."))
    there = next((item for item in items(work.tree) if item.kind is kind and item.name.rpartition("/")[2] == identifier), None)
    if there is not None:
        words = say.gettext("There is one of that name already. Open it, or write a name that tells the two apart.")
        return _Refused("number" if kind is Kind.LINE else "name", words, there)
    return _first(kind, identifier, country, language, name, number)


def _first(kind: Kind, name: str, country: str, language: str, called: str, number: str) -> _New:
    """Return a new item with what is known of it; what is missing is told by the checks on its page."""
    match kind:
        case Kind.OFFICE:
            office: dict[str, Any] = {"kinds": [], "names": {language: called}, "area": [], "source": {}}
            return _New(Item(kind, f"{country}/{name}"), {(layout.offices(country), (name,)): office})
        case Kind.PLACE:
            place = {"country": country, "kind": "settlement", "name": called, "names": {language: called}, "forms": {}}
            return _New(Item(kind, name), {(layout.PLACES, (name,)): place})
        case Kind.POINT:
            point = {
                "names": {language: called},
                "countries": [country],
                "area": [],
                "languages": [],
                "source": {},
                "country": country,
            }
            return _New(Item(kind, name), {(layout.POINTS, (name,)): point})
        case Kind.LINE:
            line = {"country": country, "number": number, "crises": [], "names": {language: called}, "source": {}}
            return _New(Item(kind, name), {(layout.LINES, (name,)): line})
        case Kind.SITUATION:
            words = {"name": called, "examples": []}
            told: Spot = (layout.situation_words(language), (name,))
            return _New(Item(kind, name), {(layout.situation(name), ()): {"topics": []}, told: words})
        case _:
            raise HTTPException(404)

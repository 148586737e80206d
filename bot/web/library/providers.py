"""The page of the private links by which offices read, confirm and correct what residents are told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.contract import SendFailure
from bot.language import formats
from bot.language.phrases import Phrases
from bot.language.text import fold
from bot.model.library import COUNTRIES, Library, Office
from bot.model.staff import Action
from bot.store import audit, provider_links
from bot.store.database import Database
from bot.store.provider_links import LASTING, ProviderLink
from bot.web.finding import LONGEST
from bot.web.inside import Inside
from bot.web.public import office as office_page
from bot.web.sessions import Me
from bot.work.post import Means, Notice

PATH = "/desk/providers"
#: So many offices are shown at once.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An office as it is shown; ``item`` is ``<country>/<office>``, ``link`` its open one."""

    office: Office
    item: str
    name: str
    link: ProviderLink | None


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: it is told once. ``letter`` can be copied; ``sent_to`` is where it went by itself."""

    row: Row
    url: str
    letter: Notice
    sent_to: str = ""


class Providers:
    """Makes, sends and ends the links. ``post`` is the mail server, where there is one; ``base`` the public address."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        inside: Inside,
        now: Callable[[], datetime],
        *,
        post: Means | None,
        base: str,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._inside = inside
        self._now = now
        self._post = post
        self._base = base

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._page, Action.EDIT), methods=["GET"]),
            Route(PATH, self._inside.posted(self._do, self._again, PATH, Action.EDIT), methods=["POST"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        return await self._show(me, request.query_params)

    async def _again(self, _: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, form, problem, status=403)

    async def _do(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Do what the button of an office says: ``make`` a link, ``send`` one, or ``end`` it."""
        done = next((name for name in ("make", "send", "end") if form.get(name)), "")
        item = form.get(done, "")
        office = self._library().offices.get(item.partition("/")[2])
        if office is None or item != _item(office):
            raise HTTPException(404)
        if done == "end":
            async with self._db.write() as tx:
                if await provider_links.end(tx, item, self._now()):
                    await audit.put(tx, me.name, "end-provider-link", item, self._now())
            return RedirectResponse(PATH, status_code=303)
        if done == "send" and (self._post is None or not office.email):
            raise HTTPException(404)
        async with self._db.write() as tx:
            token = await provider_links.make(tx, item, me.name, self._now())
            await audit.put(tx, me.name, "make-provider-link", item, self._now())
        url = office_page.address(self._base or str(request.base_url), token)
        made = Made(self._row(office, me.language, {}), url, self._letter(office, url))
        return await self._send(me, form, made) if done == "send" else await self._show(me, form, made=made)

    async def _send(self, me: Me, form: Mapping[str, str], made: Made) -> Response:
        """Send a letter; if that fails its link is shown all the same, to be sent by hand."""
        email = made.row.office.email or ""
        try:
            if self._post is not None:
                await self._post.tell(made.letter, email)
        except SendFailure:
            say = self._phrases.into(me.language)
            problem = say.gettext("The e-mail could not be sent. Copy the text below and send it yourself.")
            return await self._show(me, form, problem, made=made, status=502)
        return await self._show(me, form, made=Made(made.row, made.url, made.letter, email))

    def _letter(self, office: Office, url: str) -> Notice:
        """Return what an office is written, in the language of its country."""
        language = office_page.at_home(office.country)
        say = self._phrases.into(language)
        until = formats.day((self._now() + LASTING).date(), language)
        lines = [
            say.gettext("Good day,"),
            say.gettext("our information point tells residents about your office: %(office)s.")
            % {"office": _name(office, language)},
            say.gettext("Please look whether all of it is correct, and correct what is not. It takes two minutes:"),
            url,
            say.gettext("You need no account. The link is for your office alone and holds until %(day)s.") % {"day": until},
            say.gettext("Thank you for helping."),
        ]
        return Notice(say.gettext("Is what we tell residents about you correct?"), "\n\n".join(lines), language)

    async def _show(
        self,
        me: Me,
        form: Mapping[str, str] = MappingProxyType({}),
        problem: str = "",
        *,
        made: Made | None = None,
        status: int = 200,
    ) -> Response:
        say = self._phrases.into(me.language)
        async with self._db.read() as tx:
            links = await provider_links.open_ones(tx, self._now())
        words, country = form.get("q", "")[:LONGEST], form.get("country", "")
        rows = [self._row(office, me.language, links) for office in self._library().offices.values()]
        found = [row for row in rows if _fits(row, fold(words).split(), country)]
        found.sort(key=lambda row: (row.link is None, row.name.casefold(), row.item))
        return await self._inside.page(
            me,
            "lib_providers.html",
            say.gettext("Links for offices"),
            status=status,
            problem=problem,
            made=made,
            rows=found[:_MOST],
            count=len(found),
            words=words,
            longest=LONGEST,
            country=country,
            countries=COUNTRIES,
            can_send=self._post is not None,
        )

    def _row(self, office: Office, language: str, links: Mapping[str, ProviderLink]) -> Row:
        return Row(office, _item(office), _name(office, language), links.get(_item(office)))


def _fits(row: Row, sought: list[str], country: str) -> bool:
    names = fold(" ".join([*row.office.names.values(), row.office.address or "", row.office.id]))
    return country in ("", row.office.country) and all(word in names for word in sought)


def _item(office: Office) -> str:
    return f"{office.country}/{office.id}"


def _name(office: Office, language: str) -> str:
    return office.names.get(language) or next(iter(office.names.values()))

"""The page of an office behind its private link: what residents are told of it, confirmed by one press or corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.dialogue import answers, offices
from bot.language.hours import HoursError
from bot.language.phrases import Phrases
from bot.language.weekly import weekly
from bot.model.library import HOME, LANGUAGES, Library, Office
from bot.store import provider_links, staff, suggestions
from bot.store.database import Database
from bot.store.provider_links import ProviderLink
from bot.store.suggestions import Kind, State, Suggested
from bot.threads import in_thread
from bot.web import forms
from bot.web.pages import Pages
from bot.web.public import officeform
from bot.web.public.officeform import WAS
from bot.web.sessions import desk_language
from bot.web.suggestwords import field_names

PATH = "/office"
#: So often a day something can be sent by one link.
MOST_A_DAY = 20
_DAY = timedelta(days=1)
_HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


def address(base: str, token: str) -> str:
    """Return the link that an office is sent; ``base`` is the address of this server."""
    return f"{base.rstrip('/')}{PATH}/{token}"


def at_home(country: str) -> str:
    """Return the language that an office in ``country`` is written to in."""
    return next(language for language, home in HOME.items() if home == country)


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that sends people to an office, as residents read it."""

    title: str
    text: str
    language: str


class OfficePages:
    """Shows an office what is said of it, and takes what it says to that. Whoever holds the link is the office."""

    def __init__(
        self, db: Database, phrases: Phrases, pages: Pages, library: Callable[[], Library], now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._pages = pages
        self._library = library
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        path = f"{PATH}/{{token}}"
        return [Route(path, self._page, methods=["GET"]), Route(path, self._take, methods=["POST"])]

    async def _page(self, request: Request) -> Response:
        link, office = await self._known(request)
        if link is None or office is None:
            return self._over(request)
        return await self._show(request, office, is_sent="sent" in request.query_params)

    async def _take(self, request: Request) -> Response:
        form = await forms.read(request)
        link, office = await self._known(request)
        if link is None or office is None:
            return self._over(request)
        language = _language(form.get("language", ""), office)
        say = self._phrases.into(language)
        if form.get("do") == "correct":
            wanted = officeform.Corrections({}, "")
        else:
            wanted = officeform.read(form, office.country, say)
            if wanted.problems:
                problem = say.gettext("Something cannot be taken as it is; it is named beside the field.")
                return await self._show(request, office, form, problem, problems=wanted.problems, status=422)
            if not wanted.change and not wanted.note:
                problem = say.gettext("You have changed nothing. If all is correct, press “All of this is correct”.")
                return await self._show(request, office, form, problem, status=422)
        item = f"office:{link.office}"
        said = Suggested(wanted.note, "", None, office.country, language, kind=Kind.PROVIDER, item=item, change=wanted.change)
        if not await self._keep(link, said):
            problem = say.gettext("So much was sent today that no more can be kept. Please come back tomorrow.")
            return await self._show(request, office, form, problem, status=429)
        return RedirectResponse(f"{request.url.path}?sent=1&lang={language}", status_code=303, headers=_HEADERS)

    async def _keep(self, link: ProviderLink, said: Suggested) -> bool:
        """Keep what an office says, once if it says the same twice; False when that is too much for one day."""
        now, subject = self._now(), f"office:{link.id}"
        async with self._db.write() as tx:
            if len(await staff.failed_at(tx, subject, now - _DAY)) >= MOST_A_DAY or not await provider_links.use(
                tx, link.id, now
            ):
                return False
            await staff.note_failure(tx, subject, now)
            waiting = await suggestions.in_state(tx, State.OPEN, kind=Kind.PROVIDER)
            if all(each.suggested != said for each in waiting):
                await suggestions.put(tx, said, "", now)
        return True

    async def _known(self, request: Request) -> tuple[ProviderLink | None, Office | None]:
        async with self._db.read() as tx:
            link = await provider_links.find(tx, request.path_params["token"], self._now())
        office = None if link is None else self._library().offices.get(link.office.partition("/")[2])
        return link, office

    async def _show(
        self,
        request: Request,
        office: Office,
        form: Mapping[str, str] = MappingProxyType({}),
        problem: str = "",
        *,
        problems: Mapping[str, str] = MappingProxyType({}),
        status: int = 200,
        is_sent: bool = False,
    ) -> Response:
        language = _language(form.get("language") or request.query_params.get("lang", ""), office)
        say, now = self._phrases.into(language), self._now()
        fields = officeform.entered(office)
        page = self._pages.page(
            "pub_office.html",
            language,
            status=status,
            name=office.names.get(language) or next(iter(office.names.values())),
            entry=offices.write(office, language, say, now).text,
            week=_week(office, language, now),
            labels=field_names(say),
            fields={name: form.get(name, value) for name, value in fields.items()},
            was={WAS + name: form.get(WAS + name, value) for name, value in fields.items()},
            longest=officeform.LONGEST,
            note=form.get("note", ""),
            longest_note=officeform.LONGEST_NOTE,
            problem=problem,
            problems=problems,
            is_sent=is_sent,
            answers=await in_thread(lambda: self._answers(office, language, now)),
        )
        page.headers.update(_HEADERS)
        return page

    def _answers(self, office: Office, language: str, now: datetime) -> list[Read]:
        """Return the answers that send people to the office, each for a place where they read of it."""
        library, found = self._library(), []
        for given in library.answers.values():
            if office.country not in (given.country, given.lives) or not given.wordings:
                continue
            places = [place for place in (office.place, *office.area) if place is not None and place in library.places]
            place = next((each for each in places if office in offices.offices_for(given, each, library)), None)
            if place is not None:
                worded = answers.worded_in(given, language)
                text = answers.write(given, worded, self._phrases.into(worded), library, place, now).text
                found.append(Read(given.wordings[worded].title, text, worded))
        return sorted(found, key=lambda each: each.title.casefold())

    def _over(self, request: Request) -> Response:
        page = self._pages.page("pub_office_over.html", desk_language(request), status=404)
        page.headers.update(_HEADERS)
        return page


def _language(wanted: str, office: Office) -> str:
    return wanted if wanted in LANGUAGES else at_home(office.country)


def _week(office: Office, language: str, now: datetime) -> tuple[str, ...]:
    if not office.hours:
        return ()
    try:
        return weekly(office.hours, office.country, language, now.date())
    except HoursError:  # as an edition of old may hold
        return (office.hours,)

"""Approved answers as pages for everybody: to read, to print, to link to, and to be found. No cookie, no script."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.channels.webchat.markup import formatted
from bot.dialogue.buttons import LANGUAGE_NAMES
from bot.dialogue.offices import offices_for, place_would_help
from bot.dialogue.offices import write as write_office
from bot.dialogue.texts import parts
from bot.language.phrases import Phrases
from bot.language.text import clean, fold
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, Answer, Library
from bot.web import forms
from bot.web.finding import LONGEST
from bot.web.library.naming import group_names, where_name
from bot.web.pages import Pages, reader_language
from bot.web.public import groups, structured
from bot.web.public.crowd import Crowd, CrowdedError

PATH = "/answers"
#: Seconds for which a page may be shown again without asking: an editor's change is seen by everybody within a minute.
_FRESH = 60
#: More than a search engine takes in one file are not listed.
_MOST_ADDRESSES = 50_000

Where = str


class PublicAnswers:
    """The list of answers in a language, and a page for each.

    ``base`` is the public address of this server, if it has one; ``find`` returns the topics that some words mean, the likeliest
    first; ``report`` is where it is said that something is wrong.
    """

    def __init__(
        self,
        phrases: Phrases,
        pages: Pages,
        library: Callable[[], Library],
        now: Callable[[], datetime],
        *,
        base: str,
        find: Callable[[str], Sequence[str]] = lambda _: (),
        report: str | None = None,
        crowd: Crowd | None = None,
    ) -> None:
        self._phrases = phrases
        self._pages = pages
        self._library = library
        self._now = now
        self._base = base.rstrip("/")
        self._find = find
        self._report = report
        self._crowd = crowd or Crowd()

    def routes(self) -> list[Route]:
        """Return the routes; a list for search engines only where the public address is known."""
        listed = [Route("/sitemap.xml", self._sitemap), Route("/robots.txt", self._robots)] if self._base else []
        return [
            Route(PATH, _choose),
            Route(f"{PATH}/{{language}}", self._list, methods=["GET"]),
            Route(f"{PATH}/{{language}}", self._search, methods=["POST"]),
            Route(f"{PATH}/{{language}}/{{topic}}/{{where}}", self._answer),
            *listed,
        ]

    async def _list(self, request: Request) -> Response:
        language, library = _language(request), self._library()
        return self._kept(request, self._listed(language, _grouped(library, language)))

    async def _search(self, request: Request) -> Response:
        """Show what fits some words. They come by a form, so that they stand in no address, and nothing keeps the page."""
        language, library = _language(request), self._library()
        searched = clean((await forms.read(request)).get("q", ""))[:LONGEST]
        try:
            found = await self._crowd.decided(lambda: self._find(searched))
        except CrowdedError:
            problem = self._phrases.into(language).gettext("Wait a minute, then try again.")
            page = self._listed(language, _grouped(library, language), searched=searched, problem=problem)
            page.status_code = 429
        else:
            fitting = [topic for topic in found if _wheres(topic, library)]
            page = self._listed(language, [("", fitting)] if fitting else [], searched=searched)
        page.headers["Cache-Control"] = "no-store"
        return page

    def _listed(self, language: str, shown: list[tuple[str, list[str]]], searched: str = "", problem: str = "") -> Response:
        library, say = self._library(), self._phrases.into(language)
        return self._drawn(
            "pub_list.html",
            language,
            address=PATH + "/{language}",
            groups=shown,
            names=group_names(say),
            library=library,
            wheres={topic: _wheres(topic, library) for _, topics in shown for topic in topics},
            searched=searched,
            problem=problem,
            countries=_countries(library, language, say),
        )

    async def _answer(self, request: Request) -> Response:
        language, library = _language(request), self._library()
        topic, where = request.path_params["topic"], request.path_params["where"]
        given = library.answers.get(f"{topic}/{where}")
        if given is None or not given.wordings:
            raise HTTPException(404)
        say, now = self._phrases.into(language), self._now()
        its = parts(given, language, self._phrases, library, now)
        place = request.query_params.get("place", "")
        chosen = place if place in _towns(given, library) else None
        offices = offices_for(given, chosen, library)
        written = [write_office(office, language, say, now) for office in offices]
        address = f"{PATH}/{language}/{topic}/{where}"
        data = structured.described(given, its, offices, library, self._base + address)
        page = self._drawn(
            "pub_answer.html",
            language,
            address=f"{PATH}/{{language}}/{topic}/{where}",
            given=given,
            its=its,
            library=library,
            topic=library.topics[topic],
            told=_told(given, its.language, language, say),
            places=[library.places[each].names[language] for each in (given.lives, given.country) if each],
            paragraphs={name: formatted(getattr(its, name)) for name in ("about", "cost", "time", "note")},
            steps={name: [formatted(line) for line in getattr(its, name)] for name in ("do", "bring")},
            offices=[formatted(each.text, each.calls) for each in written],
            towns=_town_names(given, library, language) if place_would_help(given, None, library) else {},
            chosen=chosen,
            others=[each for each in _wheres(topic, library) if each != where],
            countries=_countries(library, language, say),
            related=_related(given, library),
            pages=[formatted(page) for page in its.pages],
            data=structured.script(data),
            report=None if self._report is None else f"{self._report}/{language}/{topic}/{where}",
        )
        return self._kept(request, page)

    def _drawn(self, template: str, language: str, *, address: str, **values: Any) -> Response:  # noqa: ANN401 - values are the template's business
        """Return a page; ``address`` is its own with ``{language}`` in it."""
        addresses = {each: self._base + address.replace("{language}", each) for each in LANGUAGES}
        page = self._pages.page(template, language, addresses=addresses, known_address=bool(self._base), **values)
        page.headers["Content-Language"] = language
        return page

    def _kept(self, request: Request, page: Response) -> Response:
        """Return a page that caches may keep for a moment, or 304 to whoever has it."""
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:20]}"'
        page.headers.update({"ETag": tag, "Cache-Control": f"public, max-age={_FRESH}"})
        if tag in request.headers.get("if-none-match", ""):
            kept = {name: page.headers[name] for name in ("ETag", "Cache-Control", "Content-Language")}
            return Response(status_code=304, headers=kept)
        return page

    async def _sitemap(self, _: Request) -> Response:
        library = self._library()
        lines = []
        for answer in library.answers.values():
            for language in answer.wordings:
                at = f"{self._base}{PATH}/{language}/{answer.topic}/{answer.where}"
                lines.append(Markup("<url><loc>{}</loc><lastmod>{}</lastmod></url>").format(at, answer.checked_on.isoformat()))
        listed = Markup("\n").join(lines[:_MOST_ADDRESSES])
        text = Markup('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}\n</urlset>').format(listed)
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', media_type="application/xml")

    async def _robots(self, _: Request) -> Response:
        lines = ["User-agent: *", f"Allow: {PATH}", "Disallow: /", f"Sitemap: {self._base}/sitemap.xml"]
        return PlainTextResponse("\n".join(lines) + "\n")


async def _choose(request: Request) -> Response:
    """Lead to the list in the reader's language."""
    address = f"{PATH}/{reader_language(request)}"
    return RedirectResponse(address, status_code=302, headers={"Vary": "Accept-Language", "Cache-Control": "private"})


def _language(request: Request) -> str:
    language = str(request.path_params["language"])
    if language not in LANGUAGES:
        raise HTTPException(404)
    return language


def _grouped(library: Library, language: str) -> list[tuple[str, list[str]]]:
    """Return all topics that have an answer, by group."""
    return groups.grouped([topic for topic in library.topics if _wheres(topic, library)], library, language)


def _wheres(topic: str, library: Library) -> list[Where]:
    """Return the countries and pairs of countries that have an answer to a topic."""
    found = ((where, library.answer(topic, where)) for where in (*COUNTRIES, *PAIRS))
    return [where for where, answer in found if answer is not None and answer.wordings]


def _told(given: Answer, tongue: str, language: str, say: NullTranslations) -> str:
    """Return that the text stands in another language, where it does."""
    if tongue == language or not given.wordings:
        return ""
    notice = say.gettext("This answer is not in English yet. Here is the checked text in another language (%(language)s):")
    return notice % {"language": LANGUAGE_NAMES[tongue]}


def _countries(library: Library, language: str, say: NullTranslations) -> Mapping[Where, str]:
    """Return what the countries and pairs of countries are called."""
    names = {code: library.places[code].names.get(language, code) for code in COUNTRIES if code in library.places}
    return names | {pair: where_name(pair, language, say) for pair in PAIRS}


def _related(given: Answer, library: Library) -> Mapping[str, Where]:
    """Return the topics that are near, each with where its answer is read: as near as it gets to where this one holds."""
    found: dict[str, Where] = {}
    for topic in library.topics[given.topic].related:
        wheres = _wheres(topic, library)
        near = [where for where in (given.where, given.country) if where in wheres]
        if wheres:
            found[topic] = [*near, *wheres][0]
    return found


def _towns(given: Answer, library: Library) -> list[str]:
    return [place.id for place in library.places.values() if place.country == given.country and place.kind == "settlement"]


def _town_names(given: Answer, library: Library, language: str) -> Mapping[str, str]:
    named = {each: library.places[each].names.get(language, library.places[each].name) for each in _towns(given, library)}
    return dict(sorted(named.items(), key=lambda pair: fold(pair[1])))

"""Pages from templates, in the language of the reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from bot.channels import templates
from bot.channels.webchat.pages import STATIC as COMMON_STATIC
from bot.channels.webchat.visitor import browser_language, chosen_language
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.web import times

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


class Pages:
    """Renders templates; one environment for each language, since a template that was loaded keeps the phrases it was given."""

    def __init__(self, phrases: Phrases, now: Callable[[], datetime]) -> None:
        self._environments: Mapping[str, Environment] = {language: _environment(phrases, language, now) for language in LANGUAGES}

    def page(self, template: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - values are the template's business
        """Return the page ``template`` filled with ``values`` in ``language``."""
        return HTMLResponse(self.fragment(template, language, **values), status_code=status)

    def fragment(self, template: str, language: str, **values: Any) -> Markup:  # noqa: ANN401 - the same
        """Return the HTML of ``template`` filled with ``values`` in ``language``."""
        return Markup(self._environments[language].get_template(template).render(values))  # noqa: S704 - templates escape


def reader_language(connection: HTTPConnection) -> str:
    """Return the language of a reader who has not signed in: the query's ``lang``, else the browser's, else the first."""
    return chosen_language(connection) or browser_language(connection) or LANGUAGES[0]


def language_name(code: str | None, language: str) -> str:
    """Return the name of the language ``code`` in ``language``; empty for None and for what CLDR does not know."""
    return str(Locale(language).languages.get(code or "", code or ""))


def country_name(code: str | None, language: str) -> str:
    """Return the name of the country ``code`` in ``language``; empty for None."""
    return str(Locale(language).territories.get((code or "").upper(), ""))


def _environment(phrases: Phrases, language: str, now: Callable[[], datetime]) -> Environment:
    environment = templates.environment(_HERE / "templates", phrases, language)
    environment.globals.update(language=language, languages=LANGUAGES, static=_versioned())
    environment.filters.update(
        ago=lambda moment: times.waiting(moment, now(), language),
        moment=lambda moment: times.moment(moment, now(), language),
        coming=lambda moment: times.coming(moment, now(), language),
        iso=lambda moment: moment.isoformat(timespec="seconds"),
        day=lambda day: _day(day, language),
        upper_first=_upper_first,
        language_name=lambda code: language_name(code, language),
        own_language_name=lambda code: _upper_first(language_name(code, code)),
        country_name=lambda code: country_name(code, language),
    )
    return environment


def _versioned() -> Callable[[str], str]:
    """Return what turns a file's name into its address, which changes with its content: no browser keeps an old one."""
    addresses = {
        file.name: f"{prefix}/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
        for prefix, folder in (("/static/chat", COMMON_STATIC), ("/desk/static", STATIC))
        for file in folder.iterdir()
    }
    return addresses.__getitem__


def _day(day: date | str, language: str) -> str:
    """Return a day in words; one that stands in the knowledge as text, too, and what is none as it stands."""
    try:
        return formats.day(date.fromisoformat(day) if isinstance(day, str) else day, language)
    except ValueError:
        return str(day)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]

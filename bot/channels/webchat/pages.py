"""The residents' pages from their templates. A message is drawn by one template, for the page and for the stream alike."""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.channels import templates
from bot.channels.webchat.form import Fault
from bot.channels.webchat.markup import UNDIALLED, within_frame
from bot.channels.webchat.visitor import new_token
from bot.language.formats import clock_time
from bot.language.hours import local
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.attached import Enclosure
from bot.model.library import HOME, LANGUAGES
from bot.model.message import Author, Button

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

#: The emergency number of the whole European Union.
_EMERGENCY = "112"
_EMERGENCY_CALL = Markup('<a class="call" href="tel:{0}">{0}</a>').format(_EMERGENCY)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as it is drawn: ``body`` is HTML, ``buttons`` the rows that can still be pressed, ``file`` came with it."""

    sequence: int
    author: Author
    language: str
    body: Markup
    at: datetime
    buttons: tuple[tuple[Button, ...], ...] = ()
    urgent: bool = False
    file: Enclosure | None = None
    is_edited: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is drawn.

    ``language`` is that of the page; ``chosen`` the one picked at its top and carried on in links; ``hint`` the one that
    goes with a message: chosen, or the browser's, but never a mere default. ``known`` tells that there is a cookie.
    ``discreet``: somebody else may use the device. ``root`` stands before the paths of all pages, and is not empty in the frame
    of another site.
    """

    language: str
    chosen: str | None
    hint: str | None
    known: bool
    root: str = ""
    discreet: bool = False

    @property
    def home(self) -> str:
        """The path of the page with the conversation."""
        return self.root or "/"

    @property
    def after_first(self) -> str:
        """Where the first message leads: in a frame to a page that looks whether the browser has kept the cookie."""
        if not self.root:
            return f"{self.home}{self.query}"
        return f"{self.root}?kept=no" + (f"&lang={self.chosen}" if self.chosen else "")

    @property
    def query(self) -> str:
        """What carries the chosen language to the next page."""
        return f"?lang={self.chosen}" if self.chosen else ""


class Pages:
    """Draws the pages. One environment for each language, since compiled templates keep the phrases they were given."""

    def __init__(self, phrases: Phrases, now: Callable[[], datetime]) -> None:
        self._now = now
        self._environments: Mapping[str, Environment] = {language: _environment(phrases, language) for language in LANGUAGES}

    def page(self, template: str, reader: Reader, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - values are the template's business
        """Return the page ``template`` filled with ``values``. It holds one-time ids, so no cache may keep it."""
        html = self._render(template, reader.language, reader, known=reader.known, **values)
        return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store", "Content-Language": reader.language})

    def message(self, bubble: Bubble, reader: Reader) -> Markup:
        """Return one message, all of it in the language of the message, its time in that of the reader's country."""
        moment = _moment(bubble.at, self._now(), reader.language)
        body = within_frame(bubble.body, reader.root) if reader.root else bubble.body
        return Markup(self._render("entry.html", bubble.language, reader, entry=bubble, body=body, moment=moment))  # noqa: S704 - the template escapes

    def neutral(self, reader: Reader) -> HTMLResponse:
        """Return the page of who left at once: a calendar, which tells nobody anything."""
        language = reader.language
        today = local(self._now(), HOME[language]).date()
        locale = Locale(language)
        return self.page(
            "left.html",
            reader,
            today=_upper_first(format_date(today, "full", locale=language)),
            number=today.day,
            week_days=[
                (locale.days["stand-alone"]["wide"][day], get_day_names("abbreviated", "stand-alone", language)[day])
                for day in range(7)
            ],
            weeks=calendar.Calendar().monthdayscalendar(today.year, today.month),
        )

    def fault(self, fault: Fault, reader: Reader) -> str:
        """Return the sentence that tells what is wrong with a form, as text."""
        return Markup(self._render("fault.html", reader.language, reader, fault=fault)).unescape().strip()  # noqa: S704 - text

    def _render(self, template: str, language: str, reader: Reader, **values: Any) -> str:  # noqa: ANN401 - the same
        def hidden(form_id: str = "") -> Markup:
            return Markup('<input type="hidden" name="id" value="{}"><input type="hidden" name="lang" value="{}">').format(
                form_id or new_token(), reader.hint or ""
            )

        today = local(self._now(), HOME[language]).date()
        named = {"query": reader.query, "chosen": reader.chosen or "", "root": reader.root, "home": reader.home}
        named["month"] = _upper_first(format_date(today, "LLLL y", locale=language))
        return (
            self._environments[language].get_template(template).render(values, hidden=hidden, discreet=reader.discreet, **named)
        )


def _environment(phrases: Phrases, language: str) -> Environment:
    environment = templates.environment(_HERE / "templates", phrases, language)
    environment.globals.update(
        language=language,
        languages=LANGUAGES,
        most=MAX_CHARACTERS,
        static=_versioned(STATIC.iterdir()),
        emergency=_EMERGENCY,
        emergency_call=_EMERGENCY_CALL,
    )
    environment.filters.update(
        iso=lambda at: at.isoformat(timespec="seconds"),
        dialled=lambda phone: UNDIALLED.sub("", phone),
        own_language_name=lambda code: _upper_first(Locale(code).languages[code]),
    )
    return environment


def _versioned(files: Iterable[Path]) -> Callable[[str], str]:
    """Return what turns a file's name into its address, which changes with its content: no browser keeps an old one."""
    addresses = {file.name: f"/static/chat/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}" for file in files}
    return addresses.__getitem__


def _moment(at: datetime, now: datetime, language: str) -> str:
    """Return the time of day, with the day before it unless that is today, in the time of the reader's own country."""
    here = local(at, HOME[language])
    time = clock_time(here, language)
    if here.date() == local(now, HOME[language]).date():
        return time
    return f"{format_skeleton('MMMd', here, locale=language)}, {time}"


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]

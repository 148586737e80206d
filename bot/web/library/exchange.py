"""The page for import and export: files for translators, for offices, and for the directories of others.

A file that is brought is only looked at first. What it would change becomes a draft when the editor says so, and never more
than a draft.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import differences
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.exchange.services import Unreadable
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.model.attached import LARGEST
from bot.model.library import COUNTRIES, HOME, LANGUAGES
from bot.model.staff import Action
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library import naming
from bot.web.library.formats import Brought, Format, Outlook, Placement, Wish
from bot.web.library.leftout import left_out
from bot.web.sessions import Me

PATH = "/desk/exchange"
#: A file of more bytes does not travel along in the form of the report; it is chosen again.
_CARRIED = 600_000
#: How many lines of a report are shown.
_SHOWN = 500
_LONGEST_NAME = 120
_MEGABYTE = 1024 * 1024

_Form = Mapping[str, str]


class ExchangePage:
    """Gives out files of the knowledge as the editor sees it, and takes files in."""

    def __init__(
        self, phrases: Phrases, inside: Inside, drafting: Drafting, formats: Sequence[Format], now: Callable[[], datetime]
    ) -> None:
        self._phrases, self._inside, self._drafting, self._now = phrases, inside, drafting, now
        self._formats = {each.key: each for each in formats}

    def routes(self) -> list[Route]:
        """Return the routes."""
        right = Action.EDIT
        return [
            Route(PATH, self._inside.shown(self._page, right), methods=["GET"]),
            Route(f"{PATH}/file", self._inside.shown(self._file, right), methods=["GET"]),
            Route(f"{PATH}/read", self._inside.posted(self._read, self._again, PATH, right, takes_file=True), methods=["POST"]),
            Route(f"{PATH}/read", _astray, methods=["GET"]),
        ]

    async def _page(self, _: Request, me: Me) -> Response:
        return await self._draw(me)

    async def _again(self, _: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._draw(me, form, problem=problem, status=403)

    async def _file(self, request: Request, me: Me) -> Response:
        asked = request.query_params
        chosen = self._formats.get(asked.get("format", ""))
        work = await self._drafting.at_hand(me.member)
        scope = asked.get("scope", "all")
        if chosen is None or scope not in self._scopes(work, me):
            raise HTTPException(404)
        language = asked.get("language", "")
        wish = Wish(
            me.language,
            self._phrases.into(me.language),
            scope,
            examples=asked.get("examples") == "1",
            language=language if language in LANGUAGES else me.language,
        )
        try:
            made = await chosen.export(work, wish)
        except Unreadable as refused:
            say = self._phrases.into(me.language)
            return await self._draw(me, problem=say.gettext(refused.template) % refused.values, status=422)
        if made.remarks and asked.get("told") != "1":
            return await left_out(self._inside, self._phrases, work.tree, request, me, made)
        headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return Response(made.content, media_type=made.media_type, headers=headers)

    async def _read(self, request: Request, me: Me, form: _Form) -> Response:
        say = self._phrases.into(me.language)
        try:
            brought = _brought(request, form, me)
        except (ValueError, binascii.Error):
            raise HTTPException(400) from None
        if brought is None:
            return await self._draw(me, form, problem=say.gettext("Choose a file first."), at="file", status=422)
        if len(brought.content) > LARGEST:
            problem = say.gettext("This file is too large. Please send one of at most %(most)s MB.") % {
                "most": LARGEST // _MEGABYTE
            }
            return await self._draw(me, form, problem=problem, at="file", status=413)
        chosen = self._formats.get(form.get("format", "")) or self._format_of(brought.name)
        if chosen is None:
            problem = say.gettext("Files of this kind are not taken: %(name)s") % {"name": brought.name}
            return await self._draw(me, form, problem=problem, at="file", status=422)
        work = await self._drafting.at_hand(me.member)
        try:
            outlook = await chosen.look(brought, work, self._now().date(), me.language)
        except Unreadable as refused:
            problem = say.gettext(refused.template) % refused.values
            return await self._draw(me, form, problem=upper_first(problem), at="file", status=422)
        if form.get("do") == "draft" and outlook.proposal.values:
            return await self._draft(me, work, brought, chosen, outlook)
        return await self._report(me, work, brought, chosen, outlook)

    async def _draft(self, me: Me, work: Work, brought: Brought, chosen: Format, outlook: Outlook) -> Response:
        say = self._phrases.into(me.language)
        title = say.gettext("Import of %(file)s") % {"file": brought.name}
        try:
            changed = await self._drafting.change(me.member, work, outlook.proposal.values, title)
        except ItemMoved as moved:
            problem = say.gettext("Somebody else changed the draft meanwhile. This is what the file would change now.")
            again = await chosen.look(brought, moved.work, self._now().date(), me.language)
            return await self._report(me, moved.work, brought, chosen, again, problem=problem, status=409)
        if changed.draft is None:
            raise HTTPException(409)
        return RedirectResponse(f"/desk/drafts/{changed.draft.id}", status_code=303)

    async def _report(
        self,
        me: Me,
        work: Work,
        brought: Brought,
        chosen: Format,
        outlook: Outlook,
        *,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        say = self._phrases.into(me.language)
        after = outlook.proposal.applied(work.tree)
        found = await in_thread(lambda: differences.of(work.tree, after))
        remarks = sorted(outlook.proposal.remarks, key=lambda each: _GRAVEST.index(each.severity.value))
        carried = base64.b64encode(brought.content).decode() if len(brought.content) <= _CARRIED else ""
        return await self._inside.page(
            me,
            "lib_report.html",
            say.gettext("What the file would change"),
            tab=PATH,
            brought=brought,
            format=chosen,
            carried=carried,
            count=len(outlook.proposal.values),
            items=[(naming.item_name(after, each.item, me.language, say), len(each.differences)) for each in found if each.item][
                :_SHOWN
            ],
            remarks=[(each, say.gettext(each.template) % each.values) for each in remarks[:_SHOWN]],
            untold=max(0, len(remarks) - _SHOWN),
            unplaced=outlook.unplaced,
            topics=_topics(work, me.language),
            groups=naming.group_names(say),
            countries=COUNTRIES,
            problem=problem,
            status=status,
        )

    async def _draw(self, me: Me, form: _Form | None = None, *, problem: str = "", at: str = "", status: int = 200) -> Response:
        say = self._phrases.into(me.language)
        work = await self._drafting.at_hand(me.member)
        return await self._inside.page(
            me,
            "lib_exchange.html",
            say.gettext("Import and export"),
            status=status,
            tab=PATH,
            formats={key: each.name(say) for key, each in self._formats.items()},
            suffixes=",".join(suffix for each in self._formats.values() for suffix in each.suffixes),
            scopes=self._scopes(work, me),
            countries=COUNTRIES,
            form=form or {},
            home=HOME[me.language],
            draft=work.draft,
            problem=problem,
            at=at,
        )

    def _scopes(self, work: Work, me: Me) -> Mapping[str, str]:
        """Return what can be exported, by the word in the address: everything, what is open, a country, a topic."""
        say = self._phrases.into(me.language)
        whole = {"all": say.gettext("Everything"), "open": say.gettext("Only what is behind or missing in a language")}
        countries = {code: naming.where_name(code, me.language, say) for code in COUNTRIES}
        return whole | countries | _topics(work, me.language)

    def _format_of(self, name: str) -> Format | None:
        end = PurePosixPath(name.lower()).suffix
        return next((each for each in self._formats.values() if end in each.suffixes), None)


_GRAVEST = ("error", "warning", "note")


def _topics(work: Work, language: str) -> dict[str, str]:
    names = {topic: naming.topic_name(work.tree, topic, language) for topic in work.live.library.topics}
    return dict(sorted(names.items(), key=lambda pair: pair[1].lower()))


def _brought(request: Request, form: _Form, me: Me) -> Brought | None:
    """Return the file that was chosen, or that travelled along since it was; None when there is none. Raises `ValueError`."""
    upload = request.state.upload
    if upload is not None and upload.name:
        name, content = upload.name, upload.content
    elif form.get("carried"):
        name, content = form.get("name", ""), base64.b64decode(form["carried"], validate=True)
    else:
        return None
    language, country = form.get("language", ""), form.get("country", "")
    return Brought(
        clean(name.replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:] or "?",
        content,
        language if language in LANGUAGES else me.language,
        country if country in COUNTRIES else HOME[me.language],
        dict(_placements(form)),
    )


def _placements(form: _Form) -> list[tuple[str, Placement]]:
    """Return where the services go that were given a topic."""
    found = []
    for name, service in form.items():
        number = name.removeprefix("service-")
        topic = form.get(f"topic-{number}", "")
        if number != name and topic:
            new = clean(form.get(f"new-{number}", "")) if topic == "+" else ""
            placement = Placement(new or topic, form.get(f"where-{number}", ""), form.get(f"group-{number}", ""))
            found.append((service, placement))
    return found


def upper_first(text: str) -> str:
    """Return a sentence with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


async def _astray(_: Request) -> Response:
    """Lead who opens the address of a form back to the page."""
    return RedirectResponse(PATH, status_code=303)

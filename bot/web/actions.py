"""What staff do to a case by its forms. Whatever is refused, nothing typed is lost: it comes back with the reason."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from gettext import NullTranslations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.staff import Action
from bot.store.database import Unavailable
from bot.web import forms
from bot.web.casepage import CasePage
from bot.web.errors import ErrorPages
from bot.web.forms import Kept
from bot.web.panels import Acting, File, Form
from bot.web.refusals import FileLeft, NotAllowed, TooLong, Unsent, words
from bot.web.sessions import Me
from bot.web.signin import SignIn
from bot.work.casework import NoSuchCase, NothingSaid, Refusal
from bot.work.commit import Moved
from bot.work.helpdesk import Helpdesk

_ID = re.compile(r"[0-9a-f]{32}")


class Actions:
    """The forms of a case: take it, take it over, put it back, answer, note, and those of its panels."""

    def __init__(self, helpdesk: Helpdesk, phrases: Phrases, signin: SignIn, case_page: CasePage, errors: ErrorPages) -> None:
        self._errors = errors
        self._helpdesk = helpdesk
        self._phrases = phrases
        self._signin = signin
        self._case_page = case_page

    def routes(self) -> list[Route]:
        """Return the routes."""
        acts = {
            "claim": Acting(self._claim, Action.CLAIM),
            "takeover": Acting(self._take_over, Action.TAKE_OVER),
            "release": Acting(self._release, Action.REPLY),
            "reply": Acting(self._reply, Action.REPLY),
            "note": Acting(self._note, Action.NOTE, "note"),
        }
        for panel in self._case_page.panels.values():
            acts |= panel.acts()
        paths = {f"/desk/case/{{case_id}}/{name}": act for name, act in acts.items()}
        return [
            *(Route(path, self._endpoint(act), methods=["POST"]) for path, act in paths.items()),
            *(Route(path, _astray, methods=["GET"]) for path in paths),
        ]

    def _endpoint(self, acting: Acting) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            case_id = request.path_params["case_id"]
            if not _ID.fullmatch(case_id):
                raise HTTPException(404)
            form, upload = await forms.read_with_file(request) if acting.takes_file else (await forms.read(request), None)
            kept = Kept(form.get("text", ""), form.get("note", ""), fields=form, upload=upload)
            try:
                me = await self._signin.sessions.current(request, awake=True)
                if me is None:
                    return self._signin.ask(request, target=f"/desk/case/{case_id}", kept=kept)
                return await self._carry_out(acting, case_id, form, kept, me)
            except HTTPException as refused:
                return self._errors.refuse(request.scope, refused.status_code, kept)
            except Unavailable:
                return self._errors.refuse(request.scope, 503, kept)

        return endpoint

    async def _carry_out(self, acting: Acting, case_id: str, form: Form, kept: Kept, me: Me) -> Response:
        say = self._phrases.into(me.language)
        if not me.sent(form.get("token", "")):
            # A page from before the last sign-in, or a forgery: nothing is done, and a person sees the text again.
            problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
            return await self._case_page.page(me, await self._file(case_id, me), kept, problem=problem, status=403)
        before = await self._file(case_id, me)
        try:
            if not me.may(acting.right):
                raise NotAllowed  # by the role; what became of the case meanwhile is told by who carries it out
            left = await acting.act(case_id, form, kept, me)
        except NoSuchCase:
            raise HTTPException(404) from None
        except (Refusal, Moved) as refusal:
            file = await self._case_page.read(case_id, me) or before
            if isinstance(refusal, Moved):
                kept = replace(kept, seen=forms.number(form, "seen"))
            status, problem = self._words(refusal, file, say)
            invalid = acting.field if isinstance(refusal, NothingSaid | TooLong) else ""
            return await self._case_page.page(me, file, kept, problem=problem, invalid=invalid, status=status)
        if left:
            return await self._case_page.page(me, await self._file(case_id, me), left)
        if await self._case_page.read(case_id, me) is None:
            return RedirectResponse("/desk", status_code=303)  # handed on to where they have no rights
        return RedirectResponse(f"/desk/case/{case_id}#latest", status_code=303)

    def _words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str]:
        """Return the status code and the sentence for what was refused."""
        of_panels = (panel.words(refusal, file, say) for panel in self._case_page.panels.values())
        return next((told for told in of_panels if told is not None), None) or words(refusal, file, say)

    async def _file(self, case_id: str, me: Me) -> File:
        file = await self._case_page.read(case_id, me)
        if file is None:
            raise HTTPException(404)
        return file

    async def _claim(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        await self._helpdesk.claim(case_id, me.name)
        return kept

    async def _take_over(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._helpdesk.take_over(case_id, form.get("holder", ""), me.name)
        return kept

    async def _release(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        _check_sent(kept)
        await self._helpdesk.release(case_id, me.name)
        return kept

    async def _reply(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        if form.get("file"):
            raise FileLeft
        _check_length(kept.typed)
        await self._helpdesk.reply(case_id, forms.number(form, "version"), kept.typed, me.name)
        return replace(kept, typed="")

    async def _note(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        _check_length(kept.noted)
        await self._helpdesk.note(case_id, kept.noted, me.name)
        return replace(kept, noted="")


async def _astray(request: Request) -> Response:
    """Lead who opens the address of a form, as after an error on it, back to the case."""
    case_id = request.path_params["case_id"]
    if not _ID.fullmatch(case_id):
        raise HTTPException(404)
    return RedirectResponse(f"/desk/case/{case_id}", status_code=303)


def _check_length(text: str) -> None:
    if len(text.strip()) > MAX_CHARACTERS:
        raise TooLong


def _check_sent(kept: Kept) -> None:
    if kept:
        raise Unsent

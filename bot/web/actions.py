"""What staff do to a case by its forms. Whatever is refused, nothing typed is lost: it comes back with the reason."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from gettext import NullTranslations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.store.database import Unavailable
from bot.web import forms
from bot.web.casepage import CasePage, File
from bot.web.errors import ErrorPages
from bot.web.forms import Kept
from bot.web.sessions import Me
from bot.web.signin import SignIn
from bot.work.commit import Moved
from bot.work.helpdesk import AlreadyClaimed, Helpdesk, NoSuchCase, NothingSaid, NotYours, PutBack, Refusal, Unreachable

_ID = re.compile(r"[0-9a-f]{32}")

Form = Mapping[str, str]
#: Carries out one form and returns what is still typed and not sent.
_Act = Callable[[str, Form, Kept, Me], Awaitable[Kept]]


class _TooLong(Refusal):
    """A text is longer than a message can be."""


class _Unsent(Refusal):
    """Something is typed that would be lost."""


class Actions:
    """The forms of a case: take it, take it over, put it back, answer, note, close."""

    def __init__(self, helpdesk: Helpdesk, phrases: Phrases, signin: SignIn, case_page: CasePage, errors: ErrorPages) -> None:
        self._errors = errors
        self._helpdesk = helpdesk
        self._phrases = phrases
        self._signin = signin
        self._case_page = case_page

    def routes(self) -> list[Route]:
        """Return the routes."""
        acts = {
            "claim": self._claim,
            "takeover": self._take_over,
            "release": self._release,
            "reply": self._reply,
            "note": self._note,
            "close": self._close,
        }
        paths = {f"/desk/case/{{case_id}}/{name}": act for name, act in acts.items()}
        return [
            *(Route(path, self._endpoint(act), methods=["POST"]) for path, act in paths.items()),
            *(Route(path, _astray, methods=["GET"]) for path in paths),
        ]

    def _endpoint(self, act: _Act) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            case_id = request.path_params["case_id"]
            if not _ID.fullmatch(case_id):
                raise HTTPException(404)
            form = await forms.read(request)
            kept = Kept(form.get("text", ""), form.get("note", ""))
            try:
                me = await self._signin.sessions.current(request, awake=True)
                if me is None:
                    return self._signin.ask(request, target=f"/desk/case/{case_id}", kept=kept)
                return await self._carry_out(act, case_id, form, kept, me)
            except HTTPException as refused:
                return self._errors.refuse(request.scope, refused.status_code, kept)
            except Unavailable:
                return self._errors.refuse(request.scope, 503, kept)

        return endpoint

    async def _carry_out(self, act: _Act, case_id: str, form: Form, kept: Kept, me: Me) -> Response:
        say = self._phrases.into(me.language)
        if not me.sent(form.get("token", "")):
            # A page from before the last sign-in, or a forgery: nothing is done, and a person sees the text again.
            problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
            return await self._case_page.page(me, await self._file(case_id), kept, problem=problem, status=403)
        try:
            left = await act(case_id, form, kept, me)
        except NoSuchCase:
            raise HTTPException(404) from None
        except (Refusal, Moved) as refusal:
            file = await self._file(case_id)
            if isinstance(refusal, Moved):
                kept = replace(kept, seen=forms.number(form, "seen"))
            status, problem = _words(refusal, file, say)
            field = "note" if act == self._note else "text"
            invalid = field if isinstance(refusal, NothingSaid | _TooLong) else ""
            return await self._case_page.page(me, file, kept, problem=problem, invalid=invalid, status=status)
        if left:
            return await self._case_page.page(me, await self._file(case_id), left)
        return RedirectResponse(f"/desk/case/{case_id}#latest", status_code=303)

    async def _file(self, case_id: str) -> File:
        file = await self._case_page.read(case_id)
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
        _check_length(kept.typed)
        await self._helpdesk.reply(case_id, forms.number(form, "version"), kept.typed, me.name)
        return replace(kept, typed="")

    async def _note(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        _check_length(kept.noted)
        await self._helpdesk.note(case_id, kept.noted, me.name)
        return replace(kept, noted="")

    async def _close(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        _check_sent(kept)
        await self._helpdesk.close(case_id, me.name, forms.number(form, "version"))
        return kept


async def _astray(request: Request) -> Response:
    """Lead who opens the address of a form, as after an error on it, back to the case."""
    case_id = request.path_params["case_id"]
    if not _ID.fullmatch(case_id):
        raise HTTPException(404)
    return RedirectResponse(f"/desk/case/{case_id}", status_code=303)


def _check_length(text: str) -> None:
    if len(text.strip()) > MAX_CHARACTERS:
        raise _TooLong


def _check_sent(kept: Kept) -> None:
    if kept:
        raise _Unsent


def _words(refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str]:
    """Return the status code and the sentence for what was refused."""
    holder = file.case.claimed_by
    match refusal:
        case Moved():
            return 409, say.gettext(
                "Something was said while you were typing; it is marked as new. Read it, then send your text or change it."
            )
        case AlreadyClaimed(by=None):
            return 409, say.gettext("The case has been closed meanwhile.")
        case AlreadyClaimed(by=who):
            return 409, say.gettext("%(who)s was faster and has this case.") % {"who": who}
        case PutBack():
            return 409, say.gettext("The case has been put back into the line meanwhile. You can take it.")
        case NotYours() if holder is not None and file.case.state == "claimed":
            return 409, say.gettext("This case is with %(who)s now. What you typed was not sent.") % {"who": holder}
        case NotYours():
            return 409, say.gettext("You do not have this case now. What you typed was not sent.")
        case NothingSaid():
            return 422, say.gettext("There is nothing to send yet: type a text first.")
        case Unreachable():
            return 409, say.gettext("The resident has blocked us, so a reply cannot arrive.")
        case _TooLong():
            return 422, say.gettext("This is too long. At most %(most)s characters can be sent at once.") % {
                "most": MAX_CHARACTERS
            }
        case _:
            return 409, say.gettext("You have typed something that was not sent. Send it or delete it first.")

"""What the desk's own pages share: who may open them, whose forms they take, and what stands around them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.language.phrases import Phrases
from bot.model.staff import Action
from bot.store.database import Unavailable
from bot.web import forms
from bot.web.errors import ErrorPages
from bot.web.forms import NOTHING_KEPT, Kept
from bot.web.line import WaitingLine, title
from bot.web.pages import Pages
from bot.web.sessions import Me
from bot.web.signin import SignIn

#: Answers a request of somebody who is signed in.
Show = Callable[[Request, Me], Awaitable[Response]]
#: Carries out a form of somebody who is signed in.
Post = Callable[[Request, Me, Mapping[str, str]], Awaitable[Response]]
#: Shows the page of a form again, with a problem: that the form came from an outdated page.
Again = Callable[[Request, Me, Mapping[str, str], str], Awaitable[Response]]


class Inside:
    """Guards pages and their forms, and puts the bar of the desk above what they show."""

    def __init__(self, phrases: Phrases, pages: Pages, signin: SignIn, line: WaitingLine, errors: ErrorPages) -> None:
        self.signin = signin
        self._errors = errors
        self._phrases = phrases
        self._pages = pages
        self._line = line

    async def page(self, me: Me, template: str, name: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - values are the template's business
        """Return the page ``template``, which extends desk.html; ``name`` is what it is called."""
        alert, waiting, crises = await self._line.alert(me)
        about = {"me": me, "token": me.token, "alert": alert, "name": name, "title": title(name, waiting, crises)}
        return self._pages.page(template, me.language, status=status, **about, **values)

    def shown(self, show: Show, right: Action | None = None) -> Callable[[Request], Awaitable[Response]]:
        """Return ``show`` for those who are signed in and have a right; to others of the staff there is no such page."""

        async def endpoint(request: Request) -> Response:
            me = await self.signin.sessions.current(request, awake=True)
            if me is None:
                return self.signin.ask(request, target=request.url.path)
            _check(me, right)
            return await show(request, me)

        return endpoint

    def posted(
        self, post: Post, again: Again, target: str, right: Action | None = None, *, keeps: bool = False, takes_file: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return ``post`` for those who are signed in, have a right, and send a form of their own session.

        Who has no session is asked to sign in on the way to ``target`` (empty: the form's own address, where that is a page too).
        ``keeps`` says that what they typed is kept meanwhile, and shown to be copied whenever the form cannot be carried out at
        all. With ``takes_file`` the form may bring a file, which is in ``request.state.upload`` (None: none was chosen).
        """

        async def endpoint(request: Request) -> Response:
            form, request.state.upload = await forms.read_with_file(request) if takes_file else (await forms.read(request), None)
            kept = Kept(fields=form) if keeps else NOTHING_KEPT
            try:
                me = await self.signin.sessions.current(request, awake=True)
                if me is None:
                    return self.signin.ask(request, target=target or request.url.path, kept=kept)
                _check(me, right)
                if me.sent(form.get("token", "")):
                    return await post(request, me, form)
                say = self._phrases.into(me.language)
                problem = say.gettext("This page was from before you signed in. Look at it again, then repeat what you did.")
                return await again(request, me, form, problem)
            except HTTPException as refused:
                return self._errors.refuse(request.scope, refused.status_code, kept)
            except Unavailable:
                return self._errors.refuse(request.scope, 503, kept)

        return endpoint


def _check(me: Me, right: Action | None) -> None:
    if right is not None and not me.may(right):
        raise HTTPException(404)

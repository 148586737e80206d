"""Talk to the draft: a conversation as a resident would have it, held with the knowledge as a draft has it.

The page's own form carries all that was said so far; nothing of it is kept, and no case is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat.markup import formatted
from bot.editing.drafting import Drafting, NoDraft, Work
from bot.editing.outcomes import Outcome
from bot.editing.talking import Exchange, Listener, Said, Talks, talk
from bot.editing.trials import HasErrors
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS
from bot.model.library import LANGUAGES
from bot.model.message import Button, Outgoing
from bot.model.staff import Action
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.drafts import PATH, draft_id
from bot.web.library.outcomewords import Teller
from bot.web.sessions import Me

#: So many things are said in one conversation; then it is begun anew.
MOST_SAID = 30
_TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the assistant as a channel shows it: HTML for the web chat, text for Telegram; ``key`` is a wide key."""

    language: str
    body: Markup | str
    rows: tuple[tuple[Button, ...], ...] = ()
    key: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing said, what came back, and what the assistant took it for."""

    said: str
    bubbles: tuple[Bubble, ...]
    taken_for: str


class TalkPage:
    """Shows the conversation with a draft."""

    def __init__(self, phrases: Phrases, inside: Inside, drafting: Drafting, talks: Talks, now: Callable[[], datetime]) -> None:
        self._phrases, self._inside, self._drafting, self._talks, self._now = phrases, inside, drafting, talks, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        path = f"{PATH}/{{id}}/talk"
        return [
            Route(path, self._inside.shown(self._open, Action.EDIT), methods=["GET"]),
            Route(path, self._inside.posted(self._say, self._again, "", Action.EDIT, keeps=True), methods=["POST"]),
        ]

    async def _open(self, request: Request, me: Me) -> Response:
        return await self._page(request, me, {})

    async def _say(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        if form.get("do") == "anew":
            return await self._page(request, me, {name: form[name] for name in ("language", "channel") if name in form})
        said, new = list(_said_before(form)), Said(form.get("text", ""), form.get("press", ""))
        say, problem = self._phrases.into(me.language), ""
        if not new.press and not new.text.strip():
            # Who only switches the channel or the language says nothing.
            problem = "" if form.get("do") == "switch" else say.gettext("Write something first.")
        elif len(said) >= MOST_SAID:
            problem = say.gettext("This conversation is long enough. Begin it anew.")
        elif len(new.text) > MAX_CHARACTERS:
            told = say.gettext("This is too long. At most %(most)s characters can be sent at once.")
            problem = told % {"most": MAX_CHARACTERS}
        else:
            said.append(new)
            form = {name: value for name, value in form.items() if name != "text"}
        return await self._page(request, me, form, said, problem, status=422 if problem else 200)

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._page(request, me, form, list(_said_before(form)), problem, status=403)

    async def _page(
        self,
        request: Request,
        me: Me,
        form: Mapping[str, str],
        said: list[Said] | None = None,
        problem: str = "",
        *,
        status: int = 200,
    ) -> Response:
        work = await self._work(request)
        say = self._phrases.into(me.language)
        listener: Listener | None = None
        try:
            listener = await self._talks.listener(work)
        except HasErrors:
            problem = problem or say.gettext("You can talk to the draft once its errors are put right; its page lists them.")
        language = form.get("language", "") if form.get("language") in LANGUAGES else ""
        telegram = form.get("channel") == _TELEGRAM
        hint, now, said = language or None, self._now(), said or []
        shown: list[Shown] = []
        if listener is not None and said:
            index = listener.index
            exchanges = await in_thread(lambda: talk(index, self._phrases, said, hint, now))
            shown = await in_thread(lambda: [self._shown(each, listener, me, say, telegram=telegram) for each in exchanges])
        return await self._inside.page(
            me,
            "lib_talk.html",
            say.gettext("Talk to the draft"),
            status=status,
            tab=PATH,
            draft=work.draft,
            is_learned=listener is None or listener.is_learned,
            is_possible=listener is not None,
            is_full=len(said) >= MOST_SAID,
            shown=shown,
            said=said,
            typed=form.get("text", ""),
            chosen=language,
            telegram=telegram,
            problem=problem,
        )

    async def _work(self, request: Request) -> Work:
        try:
            return await self._drafting.of(draft_id(request))
        except NoDraft:
            raise HTTPException(404) from None

    def _shown(self, exchange: Exchange, listener: Listener, me: Me, say: NullTranslations, *, telegram: bool) -> Shown:
        library = listener.index.library
        teller = Teller(library, library, me.language, say)
        draw = self._on_telegram if telegram else _on_the_web
        bubbles = tuple(bubble for outgoing in exchange.outgoings for bubble in draw(outgoing))
        return Shown(exchange.said, bubbles, "" if exchange.verdict is None else teller.outcome(Outcome.of(exchange.verdict)))

    def _on_telegram(self, outgoing: Outgoing) -> Iterator[Bubble]:
        # Imported here: Telegram's library takes a second, and not every installation has it in use.
        from bot.channels.telegram.shown import shown  # noqa: PLC0415

        for part in shown(outgoing, self._phrases):
            rows = outgoing.buttons if part.rows else ()
            yield Bubble(outgoing.language, part.text, rows, part.key, outgoing.urgent)


def _on_the_web(outgoing: Outgoing) -> Iterator[Bubble]:
    yield Bubble(outgoing.language, formatted(outgoing.text, outgoing.calls), outgoing.buttons, urgent=outgoing.urgent)


def _said_before(form: Mapping[str, Any]) -> Iterator[Said]:
    """Yield what the form carries of the conversation."""
    for number in range(MOST_SAID):
        text, press = form.get(f"text-{number}", ""), form.get(f"press-{number}", "")
        if not text and not press:
            return
        yield Said(text[:MAX_CHARACTERS], press)

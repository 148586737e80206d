"""Learning from a closed case: what staff suggest that the assistant should have known becomes part of a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Along, Drafting, ItemMoved
from bot.editing.learning import Lesson, NewTopic, StaffAnswer, answer, learn, names_of
from bot.editing.trees import Tree
from bot.language import formats
from bot.language.masking import masked
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS, clean
from bot.model.library import HOME, LANGUAGES
from bot.model.staff import Action
from bot.store import audit, suggestions
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from bot.store.suggestions import Kind, State, Suggestion
from bot.threads import in_thread
from bot.web.finding import Finder
from bot.web.inside import Inside
from bot.web.library.learnform import Unfit, choice, chosen, counted, left_words
from bot.web.library.learning import PATH
from bot.web.sessions import Me

_ID = re.compile(r"[0-9a-f]{32}")
_TRIES = 3
_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Decided(Exception):  # noqa: N818 - a word of the house
    """Somebody has decided on the suggestion meanwhile."""


class LearnSuggestion:
    """Takes a suggestion of staff into the draft at hand; where its topic is not known, a page asks for it.

    The question becomes an example, or examples where an editor writes several lines; another way to ask may be written that is
    kept apart as a check question. The answer becomes the first wording in its language, unless there is one.
    """

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        inside: Inside,
        drafting: Drafting,
        finder: Finder,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._phrases, self._inside = db, phrases, inside
        self._drafting, self._finder, self._now = drafting, finder, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right, path = Action.EDIT, f"{PATH}/suggestion/{{id}}"
        return [
            Route(path, self._inside.shown(self._page, right), methods=["GET"]),
            Route(path, self._inside.posted(self._take, self._again, PATH, right, keeps=True), methods=["POST"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        return await self._show(me, await self._suggestion(request, me))

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, await self._suggestion(request, me), form, problem, status=403)

    async def _take(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Learn from the suggestion; a press on the page of suggestions, which asks no more, is enough where all is known."""
        say, found = self._phrases.into(me.language), await self._suggestion(request, me)
        work = await self._drafting.at_hand(me.member)
        if "do" not in form:
            topic, language = found.suggested.topic or "", found.suggested.language
            if layout.topic(topic) not in work.tree or language is None:
                return await self._show(me, found, form)
            form = {**form, "topic": topic, "language": language, "examples": found.suggested.question}
        title = say.gettext("Learned from cases, %(day)s") % {"day": formats.day(self._now().date(), me.language)}
        why = await in_thread(lambda: masked(clean(form.get("why", ""))[:MAX_CHARACTERS]))  # kept as long as the suggestion
        try:
            for _try in range(_TRIES):
                lesson = await self._lesson(me, form, found, work.tree)
                try:
                    done = await self._drafting.change(
                        me.member, work, lesson.values, title, along=self._noting(me, found, lesson, why)
                    )
                except ItemMoved as moved:
                    work = moved.work
                    continue
                query = urlencode({**counted(lesson), **({"wording": 1} if lesson.answered else {})})
                return RedirectResponse(f"/desk/drafts/{done.draft.id}" if done.draft else f"{PATH}?{query}", status_code=303)
        except Unfit as unfit:
            return await self._show(me, found, form, unfit.problem, field=unfit.field, status=422)
        except _Decided:
            problem = say.gettext("A colleague has decided on this meanwhile. Nothing was changed.")
            return await self._show(me, await self._suggestion(request, me), form, problem, status=409)
        problem = say.gettext("Somebody else is changing the same draft. Try again in a moment.")
        return await self._show(me, found, form, problem, status=409)

    async def _lesson(self, me: Me, form: Mapping[str, str], found: Suggestion, tree: Tree) -> Lesson:
        """Return what is to be learned. Raises `Unfit`."""
        say, said = self._phrases.into(me.language), found.suggested
        language = form.get("language", "")
        if language not in LANGUAGES:
            raise Unfit(say.gettext("Choose the language of the question."), "language")
        if max(len(form.get(name, "")) for name in ("examples", "check")) > MAX_CHARACTERS:
            raise Unfit(say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": MAX_CHARACTERS}, "")
        country = said.country or HOME[language]
        label: str | NewTopic = chosen(form, tree, say, country)
        check = clean(form.get("check", ""))
        # What staff wrote into a suggestion is one question, in however many lines; what an editor types here is one a line.
        texts = form.get("examples", "").splitlines() if "do" in form else [form.get("examples", "")]
        asked = [text for text in (*texts, check) if text.strip()]
        lesson = await in_thread(lambda: learn(tree, language, label, asked, golden=check))
        staff = StaffAnswer(said.answer, language, country)
        names = names_of(tree, lesson.values, lesson.topic)
        worded = answer(tree, lesson.topic, staff, self._now().date(), names)
        if not lesson.examples and lesson.golden is None and not worded:
            reasons = " ".join(left_words(each, say) for each in dict.fromkeys(lesson.left.values()))
            raise Unfit(f"{say.gettext('Nothing can be learned from these words.')} {reasons}", "examples")
        values = {**worded, **lesson.values}
        return Lesson(lesson.topic, values, lesson.left, lesson.examples, lesson.golden, answered=bool(worded))

    def _noting(self, me: Me, found: Suggestion, lesson: Lesson, why: str) -> Along:
        async def along(tx: Transaction, draft: Draft) -> None:
            now = self._now()
            if await suggestions.decide(tx, found.id, State.DONE, me.name, why, now, draft_id=draft.id) is None:
                raise _Decided
            await audit.put(tx, me.name, "learn", lesson.topic, now, state="case")

        return along

    async def _suggestion(self, request: Request, me: Me) -> Suggestion:
        identifier = request.path_params["id"]
        async with self._db.read() as tx:
            found = await suggestions.get(tx, identifier) if _ID.fullmatch(identifier) else None
        if found is None or found.suggested.kind is not Kind.STAFF or not me.member.serves(found.suggested.point):
            raise HTTPException(404)
        return found

    async def _show(
        self,
        me: Me,
        found: Suggestion,
        form: Mapping[str, str] = _NOTHING,
        problem: str = "",
        *,
        field: str = "",
        status: int = 200,
    ) -> Response:
        say, said = self._phrases.into(me.language), found.suggested
        work = await self._drafting.at_hand(me.member)
        likely = await in_thread(lambda: self._finder.find(said.question))
        language = form.get("language") or said.language or ""
        of_language = language if language in LANGUAGES else me.language
        return await self._inside.page(
            me,
            "lib_learning_suggestion.html",
            say.gettext("Learning"),
            status=status,
            work=work,
            found=found,
            is_open=found.state is State.OPEN,
            of_language=of_language,
            choice=choice(work.tree, filter(None, [said.topic, *likely.topics]), of_language, me.language, say),
            examples=form.get("examples", said.question),
            problem=problem,
            field=field,
            form=form,
        )

"""The page of one group of like questions, and what an editor makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Along, Drafting, ItemMoved, Work
from bot.editing.learning import Lesson, NewTopic, learn
from bot.editing.unanswered import Asked, Unanswered
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Action
from bot.store import audit, questions
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from bot.store.questions import Handled, Question
from bot.threads import in_thread
from bot.web.finding import Finder
from bot.web.inside import Inside
from bot.web.library.learnform import Unfit, choice, chosen, counted, left_words
from bot.web.library.learning import PATH, groups_of
from bot.web.library.naming import topic_name
from bot.web.rows import channel_name
from bot.web.sessions import Me

#: So many questions of a group are shown.
_QUESTIONS = 100
_TRIES = 3
_TICKED = "q:"
_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Meanwhile(Exception):  # noqa: N818 - a word of the house
    """Another editor has seen to some of the questions."""


@dataclass(frozen=True, slots=True)
class _At:
    """The group that a page is about: its language, and the question by which it is found."""

    language: str
    turn: int

    @property
    def address(self) -> str:
        """Its page."""
        return f"{PATH}/{self.language}/{self.turn}"


class LearningGroup:
    """Shows like questions and puts what is learned from them into the draft at hand."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        inside: Inside,
        drafting: Drafting,
        unanswered: Unanswered,
        finder: Finder,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._phrases, self._inside = db, phrases, inside
        self._drafting, self._unanswered, self._finder = drafting, unanswered, finder
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        right, one = Action.EDIT, f"{PATH}/{{language}}/{{turn:int}}"
        return [
            Route(one, self._inside.shown(self._group, right), methods=["GET"]),
            Route(one, self._inside.posted(self._take, self._again, PATH, right, keeps=True), methods=["POST"]),
        ]

    async def _group(self, request: Request, me: Me) -> Response:
        return await self._show(me, _at(request))

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, _at(request), form, problem, status=403)

    async def _take(self, request: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Do with the ticked questions what the pressed button says."""
        say, at = self._phrases.into(me.language), _at(request)
        async with self._db.read() as tx:
            found = await questions.get_many(tx, _ticked(form))
        theirs = [each for each in found if each.language == at.language and each.text and me.member.serves(each.point)]
        if not theirs:
            return await self._show(me, at, form, say.gettext("Tick the questions that you mean first."), status=422)
        try:
            match form.get("do", ""):
                case "done":
                    return await self._lay_aside(me, at, theirs)
                case "outside":
                    return await self._teach(me, at, form, theirs, Handled.NOT_OURS)
                case "learn":
                    return await self._teach(me, at, form, theirs, Handled.LEARNED)
                case _:
                    raise HTTPException(400)
        except Unfit as unfit:
            return await self._show(me, at, form, unfit.problem, field=unfit.field, status=422)
        except _Meanwhile:
            problem = say.gettext("A colleague has seen to some of these meanwhile. Nothing was changed; look at what is left.")
            return await self._show(me, at, form, problem, status=409)

    async def _lay_aside(self, me: Me, at: _At, theirs: Sequence[Question]) -> Response:
        async with self._db.write() as tx:
            await self._note(tx, me, theirs, Handled.DONE, "-")
        return _back(at, {"done": len(theirs)})

    async def _teach(self, me: Me, at: _At, form: Mapping[str, str], theirs: Sequence[Question], handled: Handled) -> Response:
        """Put the words of questions into the draft at hand. Raises `Unfit` and `_Meanwhile`."""
        say = self._phrases.into(me.language)
        texts = [each.text for each in theirs if each.text]
        golden = next((each.text for each in theirs if form.get("golden") == str(each.turn)), None)
        title = say.gettext("Learned from questions, %(day)s") % {"day": formats.day(self._now().date(), me.language)}
        work = await self._drafting.at_hand(me.member)
        for _try in range(_TRIES):
            ours = handled is Handled.LEARNED
            label: str | NewTopic = chosen(form, work.tree, say) if ours else layout.OUTSIDE
            lesson = await in_thread(
                lambda tree=work.tree, label=label: learn(tree, at.language, label, texts, golden=golden)  # type: ignore[misc]  # mypy loses the lambda's type
            )
            if not lesson.examples and lesson.golden is None:
                reasons = " ".join(left_words(each, say) for each in dict.fromkeys(lesson.left.values()))
                raise Unfit(f"{say.gettext('Nothing can be learned from these words.')} {reasons}", "")
            try:
                await self._drafting.change(
                    me.member, work, lesson.values, title, along=self._noting(me, theirs, handled, lesson)
                )
            except ItemMoved as moved:
                work = moved.work
                continue
            return _back(at, counted(lesson))
        raise Unfit(say.gettext("Somebody else is changing the same draft. Try again in a moment."), "")

    def _noting(self, me: Me, theirs: Sequence[Question], handled: Handled, lesson: Lesson) -> Along:
        async def along(tx: Transaction, draft: Draft) -> None:
            await self._note(tx, me, theirs, handled, lesson.topic, draft.id)

        return along

    async def _note(
        self, tx: Transaction, me: Me, theirs: Sequence[Question], handled: Handled, topic: str, draft_id: str | None = None
    ) -> None:
        """Write down what was made of questions. Raises `_Meanwhile`, which undoes all of it."""
        turns = {each.turn for each in theirs}
        if await questions.handle(tx, turns, handled, draft_id) != turns:
            raise _Meanwhile
        await audit.put(tx, me.name, "learn", topic, self._now(), state=handled, count=len(turns))

    async def _show(
        self,
        me: Me,
        at: _At,
        form: Mapping[str, str] = _NOTHING,
        problem: str = "",
        *,
        field: str = "",
        status: int = 200,
    ) -> Response:
        """Return the page of the group; where nothing is left of it, that is said in its place."""
        say = self._phrases.into(me.language)
        asked = await self._find(me, at, _ticked(form))
        work = await self._drafting.at_hand(me.member)
        likely = await self._likely(asked)
        return await self._inside.page(
            me,
            "lib_learning_group.html",
            say.gettext("Learning"),
            status=status if asked is not None or problem else 404,
            work=work,
            at=at,
            asked=asked,
            shown=() if asked is None else asked.questions[:_QUESTIONS],
            topic_names=_names(work, asked, me.language),
            choice=choice(work.tree, likely, at.language, me.language, say),
            problem=problem,
            field=field,
            form=form,
            channel=lambda name: channel_name(name, say),
            ticked=_ticked(form) if form else None,
        )

    async def _find(self, me: Me, at: _At, ticked: Collection[int]) -> Asked | None:
        """Return the group of the question, or else of one that was ticked, for others may have been seen to."""
        wanted = [at.turn, *sorted(ticked)]
        groups = {
            question.turn: each
            for each in await groups_of(self._unanswered, me.member, at.language)
            for question in each.questions
        }
        return next((groups[turn] for turn in wanted if turn in groups), None)

    async def _likely(self, asked: Asked | None) -> list[str]:
        """Return the topics that may be meant: what the assistant took the questions for, and what is found for the first."""
        if asked is None:
            return []
        decided = Counter(each.topic for each in asked.questions if each.topic)
        found = await in_thread(lambda: self._finder.find(asked.first.text or ""))
        return list(dict.fromkeys([*found.topics[:4], *(topic for topic, _ in decided.most_common(2))]))


def _at(request: Request) -> _At:
    language, turn = request.path_params["language"], request.path_params["turn"]
    if language not in LANGUAGES or turn >= 2**63:
        raise HTTPException(404)
    return _At(language, turn)


def _ticked(form: Mapping[str, str]) -> frozenset[int]:
    """Return the questions that are ticked in a form."""
    named = (name.removeprefix(_TICKED) for name in form if name.startswith(_TICKED))
    return frozenset(int(turn) for turn in named if turn.isascii() and turn.isdecimal() and len(turn) < 16)  # noqa: PLR2004 - what a 64-bit number can take


def _back(at: _At, numbers: Mapping[str, int]) -> Response:
    query = urlencode({"language": at.language, **numbers})
    return RedirectResponse(f"{PATH}?{query}", status_code=303)


def _names(work: Work, asked: Asked | None, language: str) -> dict[str, str]:
    topics = {each.topic for each in (() if asked is None else asked.questions) if each.topic}
    return {topic: topic_name(work.tree, topic, language) for topic in topics}

"""The list of what the assistant should have known, in groups of like questions, language by language."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.editing.drafting import Drafting
from bot.editing.unanswered import Asked, Unanswered
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.model.staff import Action, Member
from bot.store import questions
from bot.store.database import Database
from bot.web.inside import Inside
from bot.web.library.learnform import numbers
from bot.web.rows import channel_name
from bot.web.sessions import Me

PATH = "/desk/learning"
#: So many groups are shown on a page.
_GROUPS = 40
_PAGES = frozenset(map(str, range(1, 1000)))


class Learning:
    """Shows the groups. An editor sees the questions of their info points, and those of none."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting, unanswered: Unanswered) -> None:
        self._db, self._phrases, self._inside = db, phrases, inside
        self._drafting, self._unanswered = drafting, unanswered

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route(PATH, self._inside.shown(self._page, Action.EDIT), methods=["GET"])]

    async def _page(self, request: Request, me: Me) -> Response:
        say, given = self._phrases.into(me.language), request.query_params
        async with self._db.read() as tx:
            counts = await questions.count_unsettled(tx)
        language = given.get("language", "")
        if language not in LANGUAGES:
            preferred = (me.language, *LANGUAGES)
            language = next((each for each in preferred if counts.get(each)), preferred[0])
        groups = await groups_of(self._unanswered, me.member, language)
        last = max(1, -(-len(groups) // _GROUPS))
        page = min(last, int(given["page"]) if given.get("page") in _PAGES else 1)
        work = await self._drafting.at_hand(me.member)
        return await self._inside.page(
            me,
            "lib_learning.html",
            say.gettext("Learning"),
            work=work,
            of_language=language,
            counts=counts,
            groups=groups[(page - 1) * _GROUPS : page * _GROUPS],
            several=sum(len(each.questions) > 1 for each in groups),
            total=sum(len(each.questions) for each in groups),
            page_number=page,
            last_page=last,
            numbers=numbers(given),
            channel=lambda name: channel_name(name, say),
        )


async def groups_of(unanswered: Unanswered, member: Member, language: str) -> list[Asked]:
    """Return the groups of a language as far as ``member`` may see them, the largest first."""
    theirs = [
        Asked(tuple(question for question in each.questions if member.serves(question.point)))
        for each in await unanswered.groups(language)
    ]
    return sorted((each for each in theirs if each.questions), key=lambda each: -len(each.questions))

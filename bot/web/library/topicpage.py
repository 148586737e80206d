"""The page of a topic with its answers, and the page of how residents ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.checks.answers import WORDED
from bot.editing.drafting import Drafting, Work
from bot.editing.items import Item, Kind, item_at
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree, get
from bot.language.phrases import Phrases
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS
from bot.model.staff import Action
from bot.store import owners, staff
from bot.store.database import Database
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.boxes import Box, Remark
from bot.web.library.itempage import PATH, ItemPages
from bot.web.library.itemshown import Page, Part, drawn
from bot.web.library.naming import kind_name, topic_name, where_name
from bot.web.library.owning import editors
from bot.web.library.scene import upper_first
from bot.web.sessions import Me

KINDS = (Kind.TOPIC, Kind.EXAMPLES)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer to the topic in a table: ``states`` says by language "there", "behind", "missing" or nothing."""

    where: str
    name: str
    states: Mapping[str, str]
    errors: int


class TopicPages(ItemPages):
    """Shows topics, and how residents ask for them, in the form of all items."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        super().__init__(phrases, inside, drafting, now)
        self._db = db

    def routes(self) -> list[Route]:
        """Return the routes."""
        found = []
        for kind in KINDS:
            path = f"{PATH}/{kind}/{{name}}"
            found.append(Route(path, self._inside.shown(self._show, Action.EDIT), methods=["GET"]))
            posted = self._inside.posted(self._post, self._again, "", Action.EDIT, keeps=True)
            found.append(Route(path, posted, methods=["POST"]))
        return found

    @staticmethod
    def _standing(item: Item, work: Work) -> None:
        if layout.topic(item.name) not in work.tree:
            raise HTTPException(404)

    async def _draw(self, me: Me, item: Item, work: Work, page: Page) -> Response:
        self._standing(item, work)
        say = self._phrases.into(me.language)
        problems = (await self._drafting.read(work)).problems if page.problems is None else page.problems
        shown = await in_thread(lambda: drawn(item, work, page, self._reader(me), problems))
        if item.kind is Kind.EXAMPLES:
            parts: list[Part] = shown["parts"]
            shown["parts"] = [replace(part, boxes=tuple(_counted(box, work, say) for box in part.boxes)) for part in parts]
        async with self._db.read() as tx:
            everyone = await staff.everyone(tx) if item.kind is Kind.TOPIC else []
            owner = (await owners.of_topics(tx)).get(item.name, "") if item.kind is Kind.TOPIC else ""
        is_topic = item.kind is Kind.TOPIC
        return await self._inside.page(
            me,
            "lib_topic.html" if is_topic else "lib_examples.html",
            upper_first(topic_name(work.tree, item.name, me.language)),
            status=page.status,
            item=item,
            kind=kind_name(item.kind, say),
            path=f"{PATH}/{item.kind}/{item.name}",
            work=work,
            page=page,
            deletable=is_topic,
            adds={},
            answers=_answers(item.name, work.tree, problems, me.language, say),
            missing=[
                (where, where_name(where, me.language, say))
                for where in (*COUNTRIES, *PAIRS)
                if layout.facts(item.name, where) not in work.tree
            ],
            editors=editors(everyone),
            owner=owner,
            counts={
                language: len(get(work.tree, layout.words(item.name, language), ("examples",)) or ()) for language in LANGUAGES
            },
            **shown,
        )


def _counted(box: Box, work: Work, say: NullTranslations) -> Box:
    """Return a box with how many lines the draft adds and takes away in the place of all that are live."""
    if box.live is None:
        return box
    before, now = (set(get(tree, *box.field.spot) or ()) for tree in (work.live.tree, work.tree))
    told = say.gettext("In your draft %(new)s are new here, and %(gone)s are taken away.")
    words = told % {"new": len(now - before), "gone": len(before - now)}
    return replace(box, live=None, remarks=(*box.remarks, Remark(words, is_error=False)))


def _answers(topic: str, tree: Tree, problems: Iterable[Problem], language: str, say: NullTranslations) -> list[Told]:
    """Return the answers to a topic, those of countries first."""
    wrong = [item_at(each.file, each.path) for each in problems if each.severity is Severity.ERROR]
    return [
        Told(
            where,
            where_name(where, language, say),
            {code: _state(tree, topic, where, code) for code in LANGUAGES},
            wrong.count(Item(Kind.ANSWER, f"{topic}/{where}")),
        )
        for where in (*COUNTRIES, *PAIRS)
        if layout.facts(topic, where) in tree
    ]


def _state(tree: Tree, topic: str, where: str, language: str) -> str:
    wording: Any = get(tree, layout.words(topic, language), ("wordings", where))
    if wording:
        return "behind" if wording.get("behind") else "there"
    return "missing" if language in WORDED[where] else ""

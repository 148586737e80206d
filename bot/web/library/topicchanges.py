"""Making a topic or an answer, and taking one away with all that goes with it, in the draft at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import layout
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.items import Item, Kind
from bot.language.phrases import Phrases
from bot.language.text import clean, fold
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS
from bot.model.staff import Action
from bot.web.inside import Inside
from bot.web.library import going
from bot.web.library.naming import group_names, item_name, kind_name
from bot.web.library.newitem import id_from
from bot.web.library.scene import upper_first
from bot.web.sessions import Me

_NEW, _DELETE, _ITEM = "/desk/library/new", "/desk/library/delete", "/desk/library/item"
#: What fits on a button, which is where residents meet the name.
LONGEST_NAME = 30

_Form = Mapping[str, str]


class TopicChanges:
    """The pages on which topics and answers are made and deleted."""

    def __init__(self, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        shown, posted, right = self._inside.shown, self._inside.posted, Action.EDIT
        deleting = (f"{_DELETE}/topic/{{topic}}", f"{_DELETE}/answer/{{topic}}/{{where}}")
        return [
            Route(f"{_NEW}/topic", shown(self._blank, right), methods=["GET"]),
            Route(f"{_NEW}/topic", posted(self._make, self._again, "", right, keeps=True), methods=["POST"]),
            Route(f"{_NEW}/answer", shown(_to_list, right), methods=["GET"]),
            Route(f"{_NEW}/answer", posted(self._add, self._not_added, "/desk/library", right), methods=["POST"]),
            *(Route(path, shown(self._ask, right), methods=["GET"]) for path in deleting),
            *(Route(path, posted(self._delete, self._ask_again, "", right), methods=["POST"]) for path in deleting),
        ]

    # ---- a new topic

    async def _blank(self, _: Request, me: Me) -> Response:
        return await self._new(me, {})

    async def _again(self, _: Request, me: Me, form: _Form, problem: str) -> Response:
        return await self._new(me, form, {"": problem}, status=403)

    async def _make(self, _: Request, me: Me, form: _Form) -> Response:
        say, work = self._phrases.into(me.language), await self._drafting.at_hand(me.member)
        names = {language: " ".join(clean(form.get(f"name-{language}", "")).split()) for language in LANGUAGES}
        if form.get("back"):
            return await self._new(me, form)
        countries = [country for country in COUNTRIES if form.get(f"country-{country}")]
        wrong = {
            f"name-{language}": say.gettext("At most %(most)s characters fit on a button.") % {"most": LONGEST_NAME}
            for language, name in names.items()
            if len(name) > LONGEST_NAME
        }
        topic = id_from(names[me.language] or next(filter(None, names.values()), ""))
        if not topic:
            wrong[f"name-{me.language}"] = say.gettext("Write a name, in letters.")
        elif layout.topic(topic) in work.tree or topic in layout.NO_TOPICS:
            wrong[f"name-{me.language}"] = say.gettext("There is a topic of that name already.")
        if form.get("group") not in group_names(say):
            wrong["group"] = say.gettext("Choose a group.")
        if wrong:
            return await self._new(me, form, wrong, status=422)
        contract = {"group": form["group"], "countries": countries, "names": {code: name for code, name in names.items() if name}}
        try:
            await self._drafting.change(me.member, work, {(layout.topic(topic), ()): contract}, self._title(me))
        except ItemMoved:
            problem = say.gettext("Somebody else is saving at the same time. Nothing is lost: save again.")
            return await self._new(me, form, {"": problem}, status=409)
        return RedirectResponse(f"{_ITEM}/topic/{topic}?saved=1", status_code=303)

    async def _new(self, me: Me, form: _Form, wrong: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
        say = self._phrases.into(me.language)
        return await self._inside.page(
            me,
            "lib_new_topic.html",
            say.gettext("New: %(kind)s") % {"kind": kind_name(Kind.TOPIC, say)},
            status=status,
            work=await self._drafting.at_hand(me.member),
            form=form,
            wrong=wrong or {},
            groups=sorted(group_names(say).items(), key=lambda pair: fold(pair[1])),
            countries=COUNTRIES,
        )

    # ---- a new answer

    async def _add(self, _: Request, me: Me, form: _Form) -> Response:
        topic, where = form.get("topic", ""), form.get("where", "")
        work = await self._drafting.at_hand(me.member)
        if layout.topic(topic) not in work.tree or where not in (*COUNTRIES, *PAIRS):
            raise HTTPException(404)
        file = layout.facts(topic, where)
        if file not in work.tree:
            plain = {"confidence": "thin", "checked_on": self._now().date().isoformat(), "whom": []}
            try:
                await self._drafting.change(me.member, work, {(file, ()): plain}, self._title(me))
            except ItemMoved:
                return RedirectResponse(f"{_ITEM}/topic/{topic}", status_code=303)
        return RedirectResponse(f"{_ITEM}/answer/{topic}/{where}", status_code=303)

    async def _not_added(self, _: Request, __: Me, form: _Form, ___: str) -> Response:
        """Lead back to the topic, where the form is anew."""
        topic = form.get("topic", "")
        known = topic and id_from(topic) == topic
        return RedirectResponse(f"{_ITEM}/topic/{topic}" if known else "/desk/library", status_code=303)

    # ---- taking away

    async def _ask(self, request: Request, me: Me) -> Response:
        return await self._sure(me, _item(request), await self._drafting.at_hand(me.member))

    async def _ask_again(self, request: Request, me: Me, _: _Form, problem: str) -> Response:
        return await self._sure(me, _item(request), await self._drafting.at_hand(me.member), problem, status=403)

    async def _delete(self, request: Request, me: Me, form: _Form) -> Response:
        item, say, work = _item(request), self._phrases.into(me.language), await self._drafting.at_hand(me.member)
        gone = going.gone_with(work.tree, item)
        if going.stamp_of(work.tree, item) != form.get("stamp"):
            return await self._sure(me, item, work, say.gettext("It was changed meanwhile. Look at it once more."), status=409)
        try:
            await self._drafting.change(me.member, work, gone.values, self._title(me))
        except ItemMoved as moved:
            problem = say.gettext("Somebody else is saving at the same time. Nothing was deleted.")
            return await self._sure(me, item, moved.work, problem, status=409)
        topic = item.name.partition("/")[0]
        back = f"{_ITEM}/topic/{topic}" if item.kind is Kind.ANSWER else "/desk/library"
        return RedirectResponse(back, status_code=303)

    async def _sure(self, me: Me, item: Item, work: Work, problem: str = "", *, status: int = 200) -> Response:
        say, gone = self._phrases.into(me.language), going.gone_with(work.tree, item)
        return await self._inside.page(
            me,
            "lib_topic_delete.html",
            upper_first(item_name(work.tree, item, me.language, say)),
            status=status,
            item=item,
            kind=kind_name(item.kind, say),
            path=f"{_DELETE}/{item.kind}/{item.name}",
            stamp=going.stamp_of(work.tree, item),
            going=gone,
            answers=[item_name(work.tree, Item(Kind.ANSWER, f"{item.name}/{where}"), me.language, say) for where in gone.answers],
            named_by=[(each, upper_first(item_name(work.tree, each, me.language, say))) for each in gone.named_by],
            work=work,
            problem=problem,
        )

    def _title(self, me: Me) -> str:
        return self._phrases.into(me.language).gettext("Changes by %(name)s") % {"name": me.name}


async def _to_list(_: Request, __: Me) -> Response:
    return RedirectResponse("/desk/library", status_code=303)


def _item(request: Request) -> Item:
    topic, where = request.path_params["topic"], request.path_params.get("where")
    return Item(Kind.TOPIC, topic) if where is None else Item(Kind.ANSWER, f"{topic}/{where}")

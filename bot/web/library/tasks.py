"""The page of tasks: what needs attention so that the knowledge stays true, one's own first, confirmed by one press."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from gettext import NullTranslations
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing import confirming
from bot.editing.drafting import Drafting, ItemMoved, Work
from bot.editing.items import Item, Spot
from bot.editing.shipping import is_open
from bot.editing.tasks import Kind, Task, counts, tasks
from bot.language import formats
from bot.language.phrases import Phrases
from bot.model.library import COUNTRIES, LANGUAGES
from bot.model.staff import Action
from bot.store import owners, shipped, staff
from bot.store.database import Database
from bot.threads import in_thread
from bot.web.inside import Inside
from bot.web.library.naming import item_name
from bot.web.library.owning import editors, way_back
from bot.web.library.taskwords import kind_names, told
from bot.web.sessions import Me

PATH = "/desk/tasks"
#: So many are shown at once.
PAGE = 60
_TRIES = 3
_CHOSEN = "ok:"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tasks are shown; what is empty filters nothing. ``who`` is ``mine``, or empty for all."""

    kind: str = ""
    language: str = ""
    country: str = ""
    who: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Return the filters of a query or a form; what is none of ours is left out."""
        known: dict[str, Collection[str]] = {
            "kind": set(Kind),
            "language": set(LANGUAGES),
            "country": set(COUNTRIES),
            "who": {"mine"},
        }
        return cls(**{name: given.get(name, "") if given.get(name, "") in values else "" for name, values in known.items()})

    def address(self, **more: object) -> str:
        """Return the address of the page with these filters and ``more``."""
        held = {each.name: getattr(self, each.name) for each in fields(self)} | more
        query = urlencode({name: value for name, value in held.items() if value})
        return f"{PATH}?{query}" if query else PATH

    def shows(self, task: Task, me: str) -> bool:
        """Tell whether a task is among those asked for by the member with the id ``me``."""
        return (
            self.kind in ("", task.kind)
            and self.language in ("", task.language)
            and self.country in ("", task.country)
            and (not self.who or task.owner == me)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A task as it is shown. ``value`` names it in a form; ``owner`` is a name, empty for nobody's."""

    task: Task
    name: str
    told: str
    value: str
    owner: str


class TasksPage:
    """Shows the tasks and takes what is still correct."""

    def __init__(self, db: Database, phrases: Phrases, inside: Inside, drafting: Drafting, now: Callable[[], datetime]) -> None:
        self._db = db
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting
        self._now = now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._page, Action.EDIT), methods=["GET"]),
            Route(PATH, self._inside.posted(self._confirm, self._again, PATH, Action.EDIT), methods=["POST"]),
        ]

    async def _page(self, request: Request, me: Me) -> Response:
        return await self._show(me, request.query_params)

    async def _again(self, _: Request, me: Me, form: Mapping[str, str], problem: str) -> Response:
        return await self._show(me, form, problem, status=403)

    async def _confirm(self, _: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Confirm what was chosen: ``one`` by its own button, else all that are ticked; or that one wording is ``right``."""
        say = self._phrases.into(me.language)
        chosen = [form["one"]] if form.get("one") else [name.removeprefix(_CHOSEN) for name in form if name.startswith(_CHOSEN)]
        if not chosen and not form.get("right"):
            return await self._show(me, form, say.gettext("Tick what is still correct first."), status=422)
        named, only = _read(chosen)
        work = await self._drafting.at_hand(me.member)
        for _try in range(_TRIES):
            if form.get("right"):
                values = self._right(work, form["right"])
            else:
                values = await in_thread(lambda work=work: confirming.confirm(work, named, self._today(), only))  # type: ignore[misc]  # mypy loses the lambda's type
            if not values:
                problem = say.gettext("This is no longer there, or somebody has seen to it meanwhile.")
                return await self._show(me, form, problem, status=409)
            try:
                await self._drafting.change(me.member, work, values, self._title(me, say))
            except ItemMoved as moved:
                work = moved.work
                continue
            return RedirectResponse(way_back(form) or Filters.of(form).address(done=max(1, len(named))), status_code=303)
        problem = say.gettext("Somebody else is changing the same draft. Try again in a moment.")
        return await self._show(me, form, problem, status=409)

    def _right(self, work: Work, named: str) -> dict[Spot, object]:
        name, _, language = named.partition("|")
        item = Item.of(name)
        return {} if item is None or language not in LANGUAGES else confirming.right(work, item, language, self._today())

    def _title(self, me: Me, say: NullTranslations) -> str:
        return say.gettext("Still correct, %(day)s") % {"day": formats.day(self._today(), me.language)}

    def _today(self) -> date:
        return self._now().date()

    async def _show(self, me: Me, given: Mapping[str, str], problem: str = "", *, status: int = 200) -> Response:
        say, filters = self._phrases.into(me.language), Filters.of(given)
        async with self._db.read() as tx:
            everyone = await staff.everyone(tx)
            owned = await owners.of_topics(tx)
            updates = await shipped.contradictions(tx)
        work = await self._drafting.at_hand(me.member)
        said_otherwise = ((each.file, each.path) for each in updates if is_open(work.live.tree, each))
        spots = [*said_otherwise, *((each.file, each.path) for each in work.conflicts)]
        found = await in_thread(lambda: tasks(work.tree, self._today(), owned, spots))
        wanted = [task for task in found if filters.shows(task, me.member.id)]
        wanted.sort(key=lambda task: (task.owner != me.member.id, task.owner is not None))
        page, last = _page_number(given), max(1, -(-len(wanted) // PAGE))
        page = min(page, last)
        shown = wanted[(page - 1) * PAGE : page * PAGE]
        names = {member.id: member.name for member in everyone}
        topics = sorted({task.topic for task in found if task.topic} | set(owned) | _topics(work))
        return await self._inside.page(
            me,
            "lib_tasks.html",
            say.gettext("Tasks"),
            status=status,
            problem=problem,
            work=work,
            filters=filters,
            parts=_parts([self._row(task, work, me, names, say) for task in shown], me, say),
            count=len(wanted),
            mine=sum(task.owner == me.member.id for task in found),
            kinds=kind_names(say),
            counts=counts(found),
            countries=COUNTRIES,
            chosen={name.removeprefix(_CHOSEN) for name in given if name.startswith(_CHOSEN)},
            done=_number(given.get("done", "")),
            page_number=page,
            last_page=last,
            editors=editors(everyone),
            owned=_owned(owned, names, work, me, say),
            topics={topic: item_name(work.tree, _topic(topic), me.language, say) for topic in topics},
        )

    def _row(self, task: Task, work: Work, me: Me, names: Mapping[str, str], say: NullTranslations) -> Row:
        value = f"{task.item}#{','.join(task.facts)}" if task.facts else str(task.item)
        name = item_name(work.tree, task.item, me.language, say)
        return Row(task, name, told(task, me.language, say), value, names.get(task.owner or "", ""))


def _parts(rows: Iterable[Row], me: Me, say: NullTranslations) -> list[tuple[str, list[Row]]]:
    """Return the rows under their headings: one's own, those that are everybody's, those of colleagues."""
    mine: list[Row] = []
    everybodys: list[Row] = []
    others: list[Row] = []
    for row in rows:
        (mine if row.task.owner == me.member.id else others if row.task.owner else everybodys).append(row)
    headed = [(say.gettext("Yours"), mine), (say.gettext("Everybody's"), everybodys), (say.gettext("Of colleagues"), others)]
    return [(heading, found) for heading, found in headed if found]


def _read(chosen: Collection[str]) -> tuple[list[Item], confirming.Only]:
    """Return the items that are named, and for each the facts that alone are meant."""
    named: dict[Item, set[str]] = {}
    whole: set[Item] = set()
    for value in chosen:
        name, _, facts = value.partition("#")
        item = Item.of(name)
        if item is None or item.kind not in confirming.CONFIRMABLE:
            raise HTTPException(400)
        named.setdefault(item, set()).update(facts.split(",") if facts else ())
        if not facts:
            whole.add(item)
    return list(named), MappingProxyType({item: facts for item, facts in named.items() if item not in whole})


def _owned(
    owned: Mapping[str, str], names: Mapping[str, str], work: Work, me: Me, say: NullTranslations
) -> list[tuple[str, list[str]]]:
    """Return the names of those who look after topics, each with the names of theirs."""
    found: dict[str, list[str]] = {}
    for topic, member in owned.items():
        found.setdefault(names.get(member, member), []).append(item_name(work.tree, _topic(topic), me.language, say))
    return sorted((name, sorted(theirs)) for name, theirs in found.items())


def _topics(work: Work) -> set[str]:
    return {file.removeprefix("topics/").removesuffix(".yaml") for file in work.tree if file.startswith("topics/")}


def _topic(name: str) -> Item:
    found = Item.of(f"topic:{name}")
    assert found is not None  # noqa: S101 - a name stands behind the colon
    return found


def _page_number(given: Mapping[str, str]) -> int:
    return max(1, _number(given.get("page", "")))


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else 0  # noqa: PLR2004 - more are not there

"""The list of everything in the library: searched by words, narrowed by filters, with what needs attention told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.editing.drafting import Drafting, Work
from bot.editing.items import Item, Kind, item_at
from bot.editing.problems import Problem, Severity
from bot.editing.tasks import Kind as Why
from bot.editing.tasks import Task, tasks
from bot.language import formats
from bot.language.phrases import Phrases
from bot.language.text import fold
from bot.model.library import COUNTRIES, LANGUAGES
from bot.model.staff import Action
from bot.threads import in_thread
from bot.web.finding import LONGEST, Finder
from bot.web.inside import Inside
from bot.web.library import shelf
from bot.web.library.naming import group_names, item_name, kind_name
from bot.web.library.shelf import Entry, Wanted
from bot.web.sessions import Me

PATH = "/desk/library"
#: So many are shown at once.
PAGE = 50
_YES = "1"
#: Tasks that have a day.
_DATED = frozenset({Why.FACTS, Why.ANSWER, Why.OFFICE})
#: What can be made new, in the order of the buttons.
_NEW = (Kind.TOPIC, Kind.SITUATION, Kind.OFFICE, Kind.PLACE, Kind.POINT, Kind.LINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list.

    ``state`` is what the draft makes of it: "new", "changed", or nothing. ``due`` is when it is to be looked up again, or was;
    ``is_task`` tells whether anything is to be done about it.
    """

    item: Item
    name: str
    kind: str
    entry: Entry
    state: str
    errors: int
    warnings: int
    due: str = ""
    is_task: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """The list of one state of the knowledge; ``gone`` is what the draft takes away."""

    entries: Mapping[Item, Entry]
    changed: frozenset[Item]
    fresh: frozenset[Item]
    gone: tuple[Item, ...]


class Shelves:
    """The page of the list. It remembers what the newest edition holds, folded, so that a search takes milliseconds."""

    def __init__(self, phrases: Phrases, inside: Inside, drafting: Drafting, finder: Finder, now: Callable[[], datetime]) -> None:
        self._phrases = phrases
        self._inside = inside
        self._drafting = drafting
        self._finder = finder
        self._now = now
        self._live: tuple[int, dict[Item, Entry]] | None = None

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(PATH, self._inside.shown(self._list, Action.EDIT), methods=["GET"]),
            Route(PATH, self._inside.posted(self._look, self._again, PATH, Action.EDIT), methods=["POST"]),
        ]

    async def _list(self, request: Request, me: Me) -> Response:
        return await self._show(me, _wanted(request.query_params))

    async def _look(self, _: Request, me: Me, form: Mapping[str, str]) -> Response:
        """Search. Words go into no address, since an editor may look for what a resident wrote; filters alone do."""
        wanted = _wanted(form)
        if not wanted.words:
            return RedirectResponse(address(wanted), status_code=303)
        return await self._show(me, wanted)

    async def _again(self, request: Request, me: Me, form: Mapping[str, str], _: str) -> Response:
        """Search all the same: it changes nothing, whichever session the form is from."""
        return await self._look(request, me, form)

    async def _show(self, me: Me, wanted: Wanted) -> Response:
        say = self._phrases.into(me.language)
        work = await self._drafting.at_hand(me.member)
        problems = _by_item((await self._drafting.read(work)).problems)
        found, gone = await in_thread(lambda: self._found(work, wanted, problems, me.language))
        last = max(1, -(-len(found) // PAGE))
        page = min(wanted.page, last)
        shown = [
            replace(row, kind=kind_name(row.item.kind, say), name=item_name(work.tree, row.item, me.language, say))
            for row in found[(page - 1) * PAGE : page * PAGE]
        ]
        return await self._inside.page(
            me,
            "lib_list.html",
            say.gettext("Library"),
            work=work,
            wanted=wanted,
            rows=shown,
            count=len(found),
            page_number=page,
            last_page=last,
            longest=LONGEST,
            gone=[(item, item_name(work.live.tree, item, me.language, say)) for item in gone],
            kinds={kind: kind_name(kind, say) for kind in Kind},
            groups=sorted(group_names(say).items(), key=lambda pair: fold(pair[1])),
            countries=COUNTRIES,
            new=_NEW,
            at=lambda number: address(replace(wanted, page=number)),
        )

    def _found(
        self, work: Work, wanted: Wanted, problems: Mapping[Item, Counter[Severity]], language: str
    ) -> tuple[list[Row], tuple[Item, ...]]:
        """Return all rows that are wanted, in order, and what the draft takes away. Names follow for those that are shown."""
        known = self._known(work)
        say = self._phrases.into(language)
        due: dict[Item, Task] = {}
        for task in tasks(work.tree, self._now().date()):
            due.setdefault(task.item, task)
        rows = [
            _row(each, known, problems.get(each.item, Counter()), due.get(each.item), language) for each in known.entries.values()
        ]
        kept = [
            row
            for row in rows
            if shelf.matches(
                row.entry,
                wanted,
                needs_attention=bool(row.errors or row.warnings or row.entry.behind or row.is_task),
                is_changed=row.item in known.changed,
            )
        ]
        names = {row.item: fold(item_name(work.tree, row.item, language, say)) for row in kept}
        sought = fold(wanted.words).split()
        kinds = list(Kind)
        kept.sort(
            key=lambda row: (
                not (sought and all(word in names[row.item] for word in sought)),
                kinds.index(row.item.kind),
                names[row.item],
                row.item.name,
            )
        )
        return kept + self._meant(rows, kept, wanted), known.gone

    def _meant(self, rows: Iterable[Row], kept: Collection[Row], wanted: Wanted) -> list[Row]:
        """Return the topics that a resident who wrote these words may mean, which were not found by their letters."""
        if not wanted.words or wanted != Wanted(words=wanted.words, kind=wanted.kind, page=wanted.page):
            return []
        if wanted.kind not in ("", Kind.TOPIC):
            return []
        there = {row.item for row in kept}
        by_item = {row.item: row for row in rows}
        meant = [Item(Kind.TOPIC, topic) for topic in self._finder.find(wanted.words).topics]
        return [by_item[item] for item in meant if item in by_item and item not in there]

    def _known(self, work: Work) -> _Known:
        live = self._live
        if live is None or live[0] != work.live.number:
            live = self._live = (work.live.number, shelf.entries(work.live.tree))
        changed = work.changed
        if not changed:
            return _Known(live[1], frozenset(), frozenset(), ())
        now = shelf.renewed(live[1], work.tree, changed)
        fresh = frozenset(item for item in changed if item not in live[1])
        return _Known(now, frozenset(changed), fresh, tuple(item for item in changed if item not in now))


def address(wanted: Wanted) -> str:
    """Return the address of the list narrowed to what is wanted, its words left out."""
    ordinary = asdict(Wanted())
    query = {name: value for name, value in asdict(wanted).items() if value != ordinary[name] and name != "words"}
    return f"{PATH}?{urlencode(query)}" if query else PATH


def _wanted(given: Mapping[str, str]) -> Wanted:
    """Return what a query or a form asks for; what is unknown in it is left out."""
    known: dict[str, Collection[str]] = {
        "kind": set(Kind),
        "country": COUNTRIES,
        "has": LANGUAGES,
        "lacks": LANGUAGES,
        "attention": (_YES,),
        "changed": (_YES,),
    }
    texts = {each.name: given.get(each.name, "").strip()[:LONGEST] for each in fields(Wanted) if each.name != "page"}
    kept = {name: value for name, value in texts.items() if name not in known or value in known[name]}
    number = given.get("page", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 6  # noqa: PLR2004 - no list is so long
    return Wanted(**kept, page=max(1, int(number)) if is_number else 1)


def _by_item(problems: Iterable[Problem]) -> dict[Item, Counter[Severity]]:
    counts: dict[Item, Counter[Severity]] = {}
    for problem in problems:
        item = item_at(problem.file, problem.path)
        if item is not None:
            counts.setdefault(item, Counter())[problem.severity] += 1
    return counts


def _row(each: Entry, known: _Known, counts: Counter[Severity], task: Task | None, language: str) -> Row:
    state = "new" if each.item in known.fresh else "changed" if each.item in known.changed else ""
    day = None if task is None else task.due or task.since
    due = formats.day(day, language) if task is not None and day is not None and task.kind in _DATED else ""
    return Row(each.item, "", "", each, state, counts[Severity.ERROR], counts[Severity.WARNING], due, task is not None)

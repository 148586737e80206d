"""What changes from one state of the knowledge to another, as editors read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import NullTranslations
from urllib.parse import quote

from bot.editing.differences import Difference, ItemChange, Row, within
from bot.editing.items import Item, item_at
from bot.editing.merging import Conflict
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree
from bot.web.library.naming import item_name, kind_name
from bot.web.library.placenames import language_of, place_name

#: Items on one page, and lines of a list that are shown of one place: a restored edition may change thousands.
ITEMS_ON_A_PAGE = 40
_LINES = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in words. ``address`` is the page on which it is mended, empty where there is none."""

    grave: bool
    words: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Place:
    """One place that differs: what it is called, in which language its text is, and the text or the lines that differ.

    ``more`` counts the lines that are not shown.
    """

    name: str
    language: str | None
    rows: tuple[Row, ...]
    more: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class Shown:
    """What changes of one item. ``state`` is new, gone or changed; ``key`` names the item in forms."""

    key: str
    kind: str
    name: str
    address: str
    state: str
    places: tuple[Place, ...]
    problems: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A conflict: what the place is called, and what each side made of it. ``key`` names it in forms."""

    key: str
    name: str
    ours: tuple[Place, ...]
    theirs: tuple[Place, ...]


class Reader:
    """Puts differences into words, in ``language``. ``before`` and ``after`` give the names of things."""

    def __init__(self, say: NullTranslations, language: str, before: Tree, after: Tree) -> None:
        self._say, self._language, self._before, self._after = say, language, before, after

    def changes(self, found: Iterable[ItemChange], problems: Iterable[Problem] = ()) -> list[Shown]:
        """Return what changes, with the problems of the items that do."""
        by_item: dict[Item | None, list[Told]] = {}
        for problem in problems:
            by_item.setdefault(item_at(problem.file, problem.path), []).append(self.problem(problem))
        return [self._shown(each, tuple(by_item.get(each.item, ()))) for each in found]

    def problem(self, problem: Problem) -> Told:
        """Return a problem in words."""
        item = item_at(problem.file, problem.path)
        words = self._say.gettext(problem.template) % problem.values
        name = problem.file if item is None else self.name(item)
        return Told(problem.severity is Severity.ERROR, words, name, "" if item is None else address_of(item))

    def name(self, item: Item) -> str:
        """Return what an item is called, with its kind."""
        return f"{kind_name(item.kind, self._say)}: {self._called(item)}"

    def conflicts(self, found: Iterable[Conflict]) -> list[Choice]:
        """Return the places that were changed in two ways."""
        return [self._choice(number, conflict) for number, conflict in enumerate(found)]

    def _called(self, item: Item) -> str:
        now = item_name(self._after, item, self._language, self._say)
        then = item_name(self._before, item, self._language, self._say)
        return then if now in item.name else now  # what went has no name any more but its own short one

    def _shown(self, change: ItemChange, problems: tuple[Told, ...]) -> Shown:
        places = tuple(self._place(each, change.item) for each in change.differences)
        state = "new" if change.is_new else "gone" if change.is_gone else "changed"
        if change.item is None:
            return Shown("", self._say.gettext("File"), change.differences[0].file, "", state, places, problems)
        kind, name = kind_name(change.item.kind, self._say), self._called(change.item)
        return Shown(str(change.item), kind, name, address_of(change.item), state, places, problems)

    def _place(self, each: Difference, item: Item | None) -> Place:
        name = place_name(each.file, each.path, item, self._language, self._say)
        rows = each.rows[:_LINES]
        return Place(name, language_of(each.file, each.path), rows, len(each.rows) - len(rows), each)

    def _choice(self, number: int, conflict: Conflict) -> Choice:
        item, place = item_at(conflict.file, conflict.path), (conflict.file, conflict.path)
        name = place_name(*place, item, self._language, self._say)
        sides = (tuple(self._place(each, item) for each in within(*place, conflict.base, side)) for side in _sides(conflict))
        return Choice(str(number), name if item is None else f"{self.name(item)} · {name}", *sides)


def _sides(conflict: Conflict) -> tuple[object, object]:
    return conflict.ours, conflict.theirs


def address_of(item: Item) -> str:
    """Return the page on which an item is edited."""
    return f"/desk/library/item/{item.kind}/{quote(item.name)}"

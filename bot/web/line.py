"""The waiting line as staff see it: who waits, since when, what for, and who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations
from hashlib import sha256

from bot import clock
from bot.language.phrases import Phrases
from bot.model.case import CaseState
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import cases, readers, sessions
from bot.store.cases import Waiting
from bot.store.database import Database, Transaction
from bot.web.filters import Filter, View, points_of, views_of
from bot.web.pages import Pages
from bot.web.rows import Row, Rows, Sealed, gather
from bot.web.sessions import Me

_EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Pressing:
    """What calls for somebody: the HTML of the alert above every page, how many cases, and how many of them are a crisis.

    ``calls`` are those that a browser may ring for, each once: what of (``crisis``, ``case``, ``reply``, or ``due`` after it
    was put off) by a key that says nothing about anybody.
    """

    alert: str
    waiting: int
    crises: int
    calls: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """The line as it is sent: the title of the page, and the HTML of its parts by their ids."""

    title: str
    parts: Mapping[str, str]
    calls: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the line under its own heading."""

    id: str
    heading: str
    rows: Sequence[Row | Sealed]


@dataclass(frozen=True, slots=True)
class _Line:
    """The cases that somebody may read, in their order, and those of which they only may know that they wait."""

    open: Sequence[Waiting]
    sealed: Sequence[tuple[Waiting, Sealed]]


class WaitingLine:
    """Draws the waiting line."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        pages: Pages,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._pages = pages
        self._now = now

    def points(self, me: Me) -> Mapping[str, str]:
        """Return the names of the info points that ``me`` can choose between, by id."""
        return points_of(me.member, self._library().points, me.language)

    async def show(self, me: Me, wanted: Filter = _EVERYTHING) -> Shown:
        """Return the line as ``me`` sees it, or the part of it that is ``wanted``; a crisis that waits is in every part."""
        say, now = self._phrases.into(me.language), self._now()
        async with self._db.read() as tx:
            line = await _line(tx, me)
            kept = [each for each in line.open if wanted.keeps(each)]
            crises = [each for each in line.open if each.case.urgent and _is_pressing(each)]
            shown = [each for each in kept if each not in crises and wanted.view in views_of(each, me.name, now)]
            known = await gather(tx, [*crises, *shown], me.member, now)
            present = [name for name in await sessions.present(tx, now) if name != me.name]
        sealed = [pair for pair in line.sealed if wanted.language is None and wanted.keeps(pair[0])]
        rows = Rows(self._library(), say, me.language, me.name, now)

        def drawn(of: Iterable[Waiting], *, put_off: bool = False) -> list[Row]:
            return [rows.row(each, known, put_off=put_off) for each in of]

        sections = [Section("crises", say.gettext("Crisis"), drawn(crises))]
        for id_, heading, theirs in _parts(shown, sealed, me, wanted.view, now, say):
            hidden = [each for each in theirs if isinstance(each, Sealed)]
            seen = [each for each in theirs if isinstance(each, Waiting)]
            sections.append(Section(id_, heading, _in_order(drawn(seen, put_off=id_ == View.LATER), hidden)))
        pressing = self._pressing(line, me)
        values = {"me": me, "wanted": wanted, "sections": [each for each in sections if each.rows]}
        counts = [(wanted.of(view), name, _count(kept, sealed, view, me, now)) for view, name in _view_names(say)]
        return Shown(
            title=title(say.gettext("Waiting line"), pressing.waiting, pressing.crises),
            parts={
                "views": self._pages.fragment("part_views.html", me.language, wanted=wanted, views=counts),
                "line": self._pages.fragment("part_line.html", me.language, **values),
                "present": self._pages.fragment("part_present.html", me.language, present=present),
                "alert": pressing.alert,
            },
            calls=pressing.calls,
        )

    async def pressing(self, me: Me) -> Pressing:
        """Return what calls for ``me`` on any page.

        Pressing is whatever nobody has taken, and a crisis that somebody has while its resident waits for a word: whoever
        sees that nothing happens can take it over.
        """
        async with self._db.read() as tx:
            return self._pressing(await _line(tx, me), me)

    async def alert(self, me: Me) -> tuple[str, int, int]:
        """Return the HTML of the alert, how many cases are pressing, and how many of them are a crisis."""
        found = await self.pressing(me)
        return found.alert, found.waiting, found.crises

    def _pressing(self, line: _Line, me: Me) -> Pressing:
        pressing = [each for each in line.open if _is_pressing(each)]
        crises = [each.case for each in pressing if each.case.urgent]
        unknown = [each for each, _ in line.sealed if each.case.state is CaseState.WAITING]
        now = self._now()
        calls = {_key(each, kind): kind for each in line.open if (kind := _calls(each, me.name, now))}
        return Pressing(
            self._pages.fragment("part_alert.html", me.language, crises=crises),
            len(pressing) + len(unknown),
            len(crises),
            calls | {_key(each, "case"): "case" for each in unknown},
        )


def title(name: str, waiting: int, crises: int) -> str:
    """Return the title of a page with what waits before it: ``(! 3) name`` when somebody in a crisis is among the three."""
    if not waiting:
        return name
    return f"({'! ' if crises else ''}{waiting}) {name}"


async def _line(tx: Transaction, me: Me) -> _Line:
    line = await cases.line(tx)
    named = await readers.of_cases(tx, [each.case.id for each in line if each.case.confidential])
    may_read: list[Waiting] = []
    sealed: list[tuple[Waiting, Sealed]] = []
    for each in line:
        open_to = named.get(each.case.id, frozenset())
        if me.member.may_with(Action.READ, each.case, open_to):
            may_read.append(each)
        elif each.waiting_since is not None and me.member.may_with(Action.SEE, each.case, open_to):
            has_it = each.case.claimed_by
            names = sorted(open_to | {has_it} if has_it is not None else open_to)
            sealed.append((each, Sealed(_key(each, "sealed"), each.waiting_since, tuple(names))))
    return _Line(may_read, sealed)


def _parts(
    shown: Sequence[Waiting], sealed: Sequence[tuple[Waiting, Sealed]], me: Me, view: View, now: datetime, say: NullTranslations
) -> list[tuple[str, str, list[Waiting | Sealed]]]:
    """Return the cases by section: its id, its heading, its cases."""
    parts: dict[str, list[Waiting | Sealed]] = {"waiting": [], "mine": [], "others": [], View.LATER: []}
    for each in shown:
        if View.LATER in views_of(each, me.name, now):
            parts[View.LATER].append(each)
        else:
            parts[_with_whom(each, me.name)].append(each)
    for each, row in sealed:
        if view in views_of(each, "", now) & {View.ALL, View.UNCLAIMED}:
            parts[_with_whom(each, "")].append(row)
    headings = {
        "waiting": say.gettext("Waiting"),
        "mine": say.gettext("With you"),
        "others": say.gettext("With colleagues"),
        View.LATER: say.gettext("Put off until later"),
    }
    return [(id_, headings[id_], theirs) for id_, theirs in parts.items()]


def _with_whom(each: Waiting, me: str) -> str:
    if each.case.state is CaseState.WAITING:
        return "waiting"
    return "mine" if each.case.claimed_by == me else "others"


def _in_order(seen: Sequence[Row], hidden: Sequence[Sealed]) -> list[Row | Sealed]:
    """Return the rows by how long people have waited, a crisis first; of what is sealed only the time may be told."""

    def rank(row: Row | Sealed) -> tuple[bool, bool, datetime]:
        if isinstance(row, Sealed):
            return True, False, row.since
        return not row.case.urgent, row.since is None, row.since or row.case.opened_at

    return sorted([*seen, *hidden], key=rank)


def _view_names(say: NullTranslations) -> list[tuple[View, str]]:
    return [
        (View.ALL, say.pgettext("cases", "All")),
        (View.UNCLAIMED, say.pgettext("cases", "With nobody")),
        (View.MINE, say.gettext("With you")),
        (View.RESIDENT, say.pgettext("cases", "Answered")),
        (View.LATER, say.pgettext("cases", "Put off")),
    ]


def _count(kept: Sequence[Waiting], sealed: Sequence[tuple[Waiting, Sealed]], view: View, me: Me, now: datetime) -> int:
    unknown = sum(view in views_of(each, "", now) & {View.ALL, View.UNCLAIMED} for each, _ in sealed)
    return sum(view in views_of(each, me.name, now) for each in kept) + unknown


def _is_pressing(each: Waiting) -> bool:
    return each.case.state is CaseState.WAITING or (each.case.urgent and each.waiting_since is not None)


def _calls(each: Waiting, me: str, now: datetime) -> str:
    """Return what a browser of the member named ``me`` rings for, or nothing."""
    case, since = each.case, each.waiting_since
    if _is_pressing(each):
        return "crisis" if case.urgent else "case"
    if case.claimed_by == me and since is not None and case.claimed_at is not None and since > case.claimed_at:
        return "reply"
    return "due" if case.claimed_by == me and case.later_until is not None and case.later_until <= now else ""


def _key(each: Waiting, kind: str) -> str:
    return sha256(f"{each.case.id} {each.waiting_since} {each.case.later_until} {kind}".encode()).hexdigest()[:16]

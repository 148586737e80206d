"""The fields of the library's forms: where each stands in a tree, and what comes of it when a form is sent.

A page describes what it shows as a list of `Field`, draws it with `bot.web.library.boxes.shown` and reads it with `read`. Beside
each box goes the stamp of what it showed, hidden: a field that nobody touched is never written, so what somebody else saved
meanwhile stays; what both touched is a clash, shown before it is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Any

from bot.editing import trees
from bot.editing.items import Spot
from bot.editing.trees import Tree
from bot.web import weekform
from bot.web.library import entries
from bot.web.library.entries import LISTS, FieldKind, Plain, UnreadableEntry

#: Behind the name of a box: its stamp.
WAS = "was"


@dataclass(frozen=True, slots=True)
class Field:
    """One box of a form. ``label`` and ``help`` are in the reader's language already.

    ``options`` are the values to choose from with their words. ``language`` is what the text is written in, where it is prose.
    ``ordinary`` is the value that goes without saying ("365", "false"): it is left out. ``bare`` is what stands there when
    nothing is entered: nothing, or the empty list where a list must stand. ``country``: whose time and holidays hours are in.
    """

    spot: Spot
    kind: FieldKind
    label: str
    help: str = ""
    options: Sequence[tuple[str, str]] = ()
    language: str | None = None
    required: bool = False
    ordinary: str | None = None
    bare: tuple[()] | None = None
    country: str | None = None

    @property
    def name(self) -> str:
        """The name of the box in a form: the same wherever and whenever the place is shown."""
        file, path = self.spot
        return "f" + hashlib.sha256("\0".join([file, *map(str, path)]).encode()).hexdigest()[:10]

    def choice(self, value: str) -> str:
        """Return the name of the box to tick for ``value`` of several choices."""
        return f"{self.name}-{hashlib.sha256(value.encode()).hexdigest()[:10]}"

    def within(self, tree: Tree) -> Any:  # noqa: ANN401 - a tree holds plain values
        """Return what stands at the place of the field; what goes without saying where nothing does."""
        value = trees.get(tree, *self.spot)
        return self.ordinary if value is None else value

    def stamp(self, value: Any) -> str:  # noqa: ANN401 - as above
        """Return what tells one value of this field from another, however it is written."""
        return trees.digest(_settled(self, value))[:12]


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says.

    ``values`` are those to be written (None: taken away); ``wrong`` has a sentence for the name of each box that cannot be read,
    ``clashes`` the names of those that somebody else changed meanwhile too.
    """

    values: Mapping[Spot, Plain] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    clashes: frozenset[str] = frozenset()

    @property
    def ready(self) -> bool:
        """Tell whether all of it can be saved as it is."""
        return not self.wrong and not self.clashes


def read(fields: Iterable[Field], form: Mapping[str, str], tree: Tree, say: NullTranslations, language: str) -> Read:
    """Return what ``form`` changes of ``fields`` in ``tree``, which is how things stand now.

    A field whose stamp did not come was not on the page and is left alone.
    """
    values: dict[Spot, Plain] = {}
    wrong: dict[str, str] = {}
    clashes = set()
    for each in fields:
        was = form.get(f"{each.name}-{WAS}")
        if was is None:
            continue
        try:
            mine = entry(each, form)
        except UnreadableEntry as problem:
            if each.stamp(raw(each, form)) != was:
                wrong[each.name] = _words(each, problem, say, language)
            continue
        now = each.stamp(each.within(tree))
        if each.stamp(mine) in {was, now}:
            continue
        if now != was:
            clashes.add(each.name)
        values[each.spot] = _canonical(each, mine, each.within(tree))
    return Read(values, wrong, frozenset(clashes))


def entry(each: Field, form: Mapping[str, str]) -> Plain:
    """Return what ``form`` holds for a field. Raises `UnreadableEntry`."""
    if each.kind is FieldKind.CHOICES:
        ticked = entries.part(form, each.name)
        return [value for key, value in ticked.items() if key != WAS and each.choice(value) == f"{each.name}-{key}"] or None
    if each.kind is FieldKind.RANKED:
        return entries.read_ranked(form, each.name)
    if each.kind is FieldKind.HOURS:
        return entries.read_hours(form, each.name)
    return entries.read(each.kind, form.get(each.name, ""))


def raw(each: Field, form: Mapping[str, str]) -> str:
    """Return what stands in the box of one text, as it was typed."""
    name = each.name
    if each.kind is not FieldKind.HOURS:
        return form.get(name, "")
    return form.get(f"{name}-written", "") if form.get(f"{name}-how") == weekform.WRITTEN else ""


def _canonical(each: Field, value: Plain, now: Any) -> Plain:  # noqa: ANN401 - as above
    """Return ``value`` as the canonical form of a tree has it, without what goes without saying; choices that stay first."""
    if each.kind is FieldKind.CHOICES and isinstance(value, list):
        stood = now if isinstance(now, list) else []
        places = {
            option: place for place, option in enumerate([*stood, *(known for known, _ in each.options if known not in stood)])
        }
        value = sorted(value, key=lambda option: places.get(option, len(places)))
    if value is None or value == each.ordinary:
        return None if each.bare is None else []
    return value


def _settled(each: Field, value: Any) -> Any:  # noqa: ANN401 - as above
    """Return ``value`` as it would come back from its box: nobody seems to have touched what only looks different."""
    text = entries.written(each.kind, value)
    try:
        back = entries.settled_hours(text) if each.kind is FieldKind.HOURS else entries.read(each.kind, text)
    except UnreadableEntry:
        back = text
    if each.kind is FieldKind.CHOICES and isinstance(back, list):
        back = sorted(back)
    return None if back == each.ordinary else back


def elsewhere(fields: Iterable[Field], spots: Iterable[Spot]) -> list[Spot]:
    """Return which of ``spots`` (places of problems) belong to none of ``fields``: a page tells them above its form."""
    shown = [each.spot for each in fields]
    return [spot for spot in spots if not any(covers(place, spot) for place in shown)]


def covers(place: Spot, spot: Spot) -> bool:
    """Tell whether ``spot`` is ``place`` or below it."""
    return place[0] == spot[0] and tuple(spot[1][: len(place[1])]) == tuple(place[1])


def _words(each: Field, problem: UnreadableEntry, say: NullTranslations, language: str) -> str:
    if problem.hours is not None:
        return weekform.words(problem.hours, language, say)
    sentences: Mapping[FieldKind, Callable[[], str]] = {
        FieldKind.DATE: lambda: say.gettext("This is no date. Write day, month and year, such as 21. 11. 2026."),
        FieldKind.MONEY: lambda: say.gettext("This is no amount. Write it in figures, such as 1.250,50."),
        FieldKind.DEGREES: lambda: say.gettext("These are no degrees. Write them as a number, such as 45.9561."),
    }
    return sentences.get(each.kind, lambda: say.gettext("This is no number. Write it in figures."))()


__all__ = ["LISTS", "WAS", "Field", "FieldKind", "Plain", "Read", "covers", "elsewhere", "entry", "read"]

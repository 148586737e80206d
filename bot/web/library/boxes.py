"""The boxes of the library's forms as a template shows them (`box` in lib_part_field.html)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations
from typing import Any

from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree
from bot.language.hours import HoursError
from bot.language.hours import check as check_hours
from bot.model.schedule import Schedule
from bot.web import preview, weekform
from bot.web.library import entries
from bot.web.library.entries import FieldKind, UnreadableEntry
from bot.web.library.fields import WAS, Field, Read, covers, entry, raw
from bot.web.preview import ShownDay
from bot.web.weekform import HoursFields

#: Beyond so many, what there is to tick scrolls by itself.
MANY = 12
_CHOSEN = frozenset({FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.RANKED})
#: How many more can be chosen at once, where the order counts.
_EMPTY_RANKS = 3


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose. ``name`` is that of its own box to tick, where several can be chosen."""

    value: str
    label: str
    chosen: bool
    name: str


@dataclass(frozen=True, slots=True)
class Rank:
    """One of several boxes whose order counts: its name, and what is chosen in it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem of a place: a sentence, and whether it keeps an edition from being published."""

    text: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A box with everything that is told beside it.

    ``wrong`` says why what was typed cannot be read. ``live`` is what residents get today where the draft has something else, and
    ``theirs`` what somebody else saved meanwhile; None where there is nothing to tell, "" where there is nothing at that place.
    """

    field: Field
    value: str
    was: str
    options: tuple[Option, ...] = ()
    ranks: tuple[Rank, ...] = ()
    hours: HoursFields | None = None
    days: tuple[ShownDay, ...] = ()
    remarks: tuple[Remark, ...] = ()
    wrong: str = ""
    live: str | None = None
    theirs: str | None = None

    @property
    def name(self) -> str:
        """The name of the box in the form, and its id on the page."""
        return self.field.name

    @property
    def is_bad(self) -> bool:
        """Tell whether something is to be mended here."""
        return bool(self.wrong) or any(remark.is_error for remark in self.remarks)

    @property
    def error(self) -> str:
        """What is to be mended here, in a sentence; the first of several."""
        return self.wrong or next((remark.text for remark in self.remarks if remark.is_error), "")

    @property
    def anchor(self) -> str:
        """The id of what is to get the focus; of a group of boxes it is all of it."""
        return f"{self.name}-box" if self.field.kind in (FieldKind.CHOICES, FieldKind.RANKED) else self.name

    @property
    def is_day(self) -> bool:
        """Tell whether a field for dates can show what stands here; a browser would silently drop anything else."""
        try:
            return not self.value or date.fromisoformat(self.value).isoformat() == self.value
        except ValueError:
            return False

    @property
    def rows(self) -> int:
        """How many rows a box of several lines has."""
        long = sum(1 + len(line) // 70 for line in self.value.split("\n"))
        return max(3, min(long + 1, 24))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a form: their language, its phrases, and the day."""

    language: str
    say: NullTranslations
    today: date


def shown(
    fields: Iterable[Field],
    tree: Tree,
    reader: Reader,
    *,
    typed: Mapping[str, str] | None = None,
    read: Read | None = None,
    problems: Iterable[Problem] = (),
    live: Tree | None = None,
) -> list[Box]:
    """Return the box of each field, in their order.

    ``tree`` is how things stand now and ``live`` what residents are told; ``typed`` is a form that is shown again, and ``read``
    what came of it: the fields of its clashes show what somebody else saved, and may be sent again to replace that.
    """
    found = tuple(problems)
    return [_box(each, tree, reader, typed, read or Read(), found, live) for each in fields]


def _box(
    each: Field,
    tree: Tree,
    reader: Reader,
    typed: Mapping[str, str] | None,
    read: Read,
    problems: tuple[Problem, ...],
    live: Tree | None,
) -> Box:
    now = each.within(tree)
    stamp = each.stamp(now)
    form = typed if typed is not None and f"{each.name}-{WAS}" in typed and _touched(each, typed) else None
    clashes = each.name in read.clashes
    today = each.within(live) if live is not None else now
    value, options = _value(each, now, form), _options(each, now, form)
    return Box(
        each,
        value,
        # Only who is told what somebody else saved may replace it.
        stamp if form is None or clashes else form[f"{each.name}-{WAS}"],
        options,
        _ranks(each, now, form),
        _hours(each, now, form, reader),
        _days(each, now, form, reader),
        tuple(remark(problem, reader.say) for problem in problems if covers(each.spot, (problem.file, problem.path))),
        read.wrong.get(each.name, ""),
        in_words(each, today, reader) if each.stamp(today) != stamp else None,
        in_words(each, now, reader) if clashes else None,
    )


def _touched(each: Field, form: Mapping[str, str]) -> bool:
    """Tell whether somebody changed the field: one that nobody touched shows how things stand now."""
    try:
        return each.stamp(entry(each, form)) != form[f"{each.name}-{WAS}"]
    except UnreadableEntry:
        return each.stamp(raw(each, form)) != form[f"{each.name}-{WAS}"]


def _value(each: Field, now: Any, form: Mapping[str, str] | None) -> str:  # noqa: ANN401 - what stands in a tree
    return entries.written(each.kind, now) if form is None else form.get(each.name, "")


def _options(each: Field, now: Any, form: Mapping[str, str] | None) -> tuple[Option, ...]:  # noqa: ANN401 - as above
    if each.kind not in _CHOSEN:
        return ()
    chosen = _chosen(each, now, form)
    known = dict(each.options)
    # What stands there stays to be seen, and chosen, even when it is nothing that is known.
    known.update({value: value for value in chosen if value and value not in known})
    options = [Option(value, label, value in chosen, each.choice(value)) for value, label in known.items()]
    if each.kind is FieldKind.CHOICES and len(options) > MANY:
        options.sort(key=lambda option: not option.chosen)  # what is ticked is not to be searched for
    return tuple(options)


def _chosen(each: Field, now: Any, form: Mapping[str, str] | None) -> list[str]:  # noqa: ANN401 - as above
    held = now if form is None else (form.get(each.name, "") if each.kind is FieldKind.CHOICE else entry(each, form))
    return list(held) if isinstance(held, list) else [held or ""]


def _ranks(each: Field, now: Any, form: Mapping[str, str] | None) -> tuple[Rank, ...]:  # noqa: ANN401 - as above
    if each.kind is not FieldKind.RANKED:
        return ()
    chosen = [value for value in _chosen(each, now, form) if value]
    return tuple(Rank(f"{each.name}-{place}", value) for place, value in enumerate([*chosen, *[""] * _EMPTY_RANKS], start=1))


def _hours(each: Field, now: Any, form: Mapping[str, str] | None, reader: Reader) -> HoursFields | None:  # noqa: ANN401 - as above
    if each.kind is not FieldKind.HOURS:
        return None
    if form is None:
        return weekform.shown(now, reader.language)
    try:
        entry(each, form)
    except UnreadableEntry as problem:
        return weekform.typed(entries.part(form, each.name), reader.language, problem.hours)
    return weekform.typed(entries.part(form, each.name), reader.language)


def _days(each: Field, now: Any, form: Mapping[str, str] | None, reader: Reader) -> tuple[ShownDay, ...]:  # noqa: ANN401 - as above
    """Return the next seven days of hours that can be read."""
    if each.kind is not FieldKind.HOURS or each.country is None:
        return ()
    try:
        hours = now if form is None else entry(each, form)
        if not isinstance(hours, str):
            return ()
        check_hours(hours)
    except (UnreadableEntry, HoursError):
        return ()
    return tuple(preview.days(Schedule(each.country, hours), reader.today, reader.language, reader.say))


def remark(problem: Problem, say: NullTranslations) -> Remark:
    """Return what a problem says, in the language of ``say``."""
    return Remark(say.gettext(problem.template) % problem.values, problem.severity is Severity.ERROR)


def in_words(each: Field, value: Any, reader: Reader) -> str:  # noqa: ANN401 - as above
    """Return a value as it is told beside a box."""
    if each.kind is FieldKind.YES_NO:
        return reader.say.gettext("Yes") if value == "true" else reader.say.gettext("No")
    labels = dict(each.options)
    if isinstance(value, list) and labels:
        value = [labels.get(one, one) for one in value]
    elif isinstance(value, str):
        value = labels.get(value, value)
    return entries.in_words(each.kind, value, reader.language)

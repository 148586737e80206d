"""The fields of the library's forms: shown, filled in, read back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.editing import trees
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree
from bot.web.library import entries
from bot.web.library.boxes import Box, Reader, shown
from bot.web.library.fields import Field, FieldKind, Read, elsewhere, read
from bot.web.pages import Pages
from tests.support.forms import Form
from tests.support.phrases import english

_FILE = "offices/si.yaml"
_ID = "csd"
_SAY = english().into("sl")
_READER = Reader("sl", _SAY, date(2026, 11, 22))
_PAGES = Pages(english(), lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))

_ENTRY: dict[str, Any] = {
    "hours": "Mo,Tu,We,Th,Fr 08:00-12:00,13:00-16:00",
    "names": {"sl": "Center  za socialno delo", "bg": "Център"},
    "kinds": ["police", "court", "unheard-of"],
    "checked_on": "2026-11-21",
    "phones": ["05 307 40 40", "113"],
    "amount": "1234.50",
    "share": "12.5",
    "latitude": "45.9561",
    "days": "180",
    "note": "one\n\ntwo",
    "place": "tolmin",
    "email": "info@example.org",
    "url": "https://example.org/a,b",
    "phone": "+386 5 330 29 00",
    "area": ["tolmin", "kobarid"],
    "sensitive": "true",
    "topics": ["debts", "pension"],
    "patterns": [r"\bx  y\b", "z"],
}


def _field(kind: FieldKind, *path: str, **more: Any) -> Field:
    return Field((_FILE, (_ID, *path)), kind, " ".join(path), **more)


_FIELDS = [
    _field(FieldKind.HOURS, "hours", country="si"),
    _field(FieldKind.TEXT, "names", "sl", language="sl", help="As on its door"),
    _field(FieldKind.TEXT, "names", "bg", language="bg"),
    _field(FieldKind.CHOICES, "kinds", options=[("court", "Court"), ("police", "Police"), ("school", "School")]),
    _field(FieldKind.DATE, "checked_on", required=True),
    _field(FieldKind.PHONES, "phones"),
    _field(FieldKind.MONEY, "amount"),
    _field(FieldKind.NUMBER, "share"),
    _field(FieldKind.DEGREES, "latitude"),
    _field(FieldKind.NUMBER, "days", ordinary="365"),
    _field(FieldKind.PROSE, "note"),
    _field(FieldKind.CHOICE, "place", options=[("tolmin", "Tolmin"), ("bovec", "Bovec")]),
    _field(FieldKind.EMAIL, "email"),
    _field(FieldKind.LINK, "url"),
    _field(FieldKind.PHONE, "phone"),
    _field(FieldKind.LINES, "area", bare=()),
    _field(FieldKind.YES_NO, "sensitive", ordinary="false"),
    _field(FieldKind.RANKED, "topics", options=[("pension", "Pension"), ("debts", "Debts"), ("food-help", "Food")]),
    _field(FieldKind.PATTERNS, "patterns"),
]


def _html(boxes: list[Box]) -> str:
    template = '{% from "lib_part_field.html" import box with context %}{% for each in boxes %}{{ box(each) }}{% endfor %}'
    environment = _PAGES._environments["sl"]  # a macro has no page of its own
    return environment.from_string(template).render(boxes=boxes)


def _sent(tree: Tree) -> dict[str, str]:
    return Form(_html(shown(_FIELDS, tree, _READER))).fields


def _read(form: Mapping[str, str], tree: Tree) -> Read:
    return read(_FIELDS, form, tree, _SAY, "sl")


def _tree(**changed: Any) -> Tree:
    return {_FILE: {_ID: {**_ENTRY, **changed}}}


def _of(name: str) -> Field:
    return next(each for each in _FIELDS if each.spot[1][-1] == name)


def _box(name: str, boxes: list[Box]) -> Box:
    return next(each for each in boxes if each.field is _of(name))


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    assert _read(_sent(_tree()), _tree()) == Read()
    assert _read(_sent({}), {}) == Read()


def test_what_was_entered_into_an_empty_form_stands_there_as_in_a_file() -> None:
    form = _sent({}) | {name: value for name, value in _sent(_tree()).items() if not name.endswith("-was")}
    tree: Tree = {}
    for spot, value in _read(form, {}).values.items():
        tree = trees.put(tree, *spot, value)

    assert tree == _tree(
        hours="Mo-Fr 08:00-12:00,13:00-16:00",
        names={"sl": "Center za socialno delo", "bg": "Център"},
        kinds=["court", "police", "unheard-of"],
    )


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("checked_on", "2026-01-05", "2026-01-05"),
        ("checked_on", "5. 1. 2026", "2026-01-05"),
        ("checked_on", "05.01.2026 г.", "2026-01-05"),
        ("amount", "507,43", "507.43"),
        ("amount", "507.43 €", "507.43"),
        ("amount", "1.250", "1250"),
        ("amount", "1.250,5", "1250.5"),
        ("amount", "1,250,000.00", "1250000.00"),
        ("amount", "1 250,00 EUR", "1250.00"),
        ("amount", "0.125", "0.125"),
        ("share", "12,75", "12.75"),
        ("latitude", "45,1°", "45.1"),
        ("days", "365", None),
        ("days", "", None),
        ("note", " a \n\n b ", "a\n\n b"),
        ("place", "bovec", "bovec"),
        ("phones", "113\n\n 05  12 \n", ["113", "05 12"]),
        ("area", "", []),
        ("url", "example.org/x", "https://example.org/x"),
        ("url", "http://example.org", "http://example.org"),
        ("url", "no link", "no link"),
        ("email", "", None),
        ("sensitive", "", None),
    ],
)
def test_what_people_type_is_kept_in_one_way(name: str, typed: str, kept: str | list[str] | None) -> None:
    form = _sent(_tree()) | {_of(name).name: typed}

    assert _read(form, _tree()) == Read({_of(name).spot: kept})


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("checked_on", "31. 2. 2026", "no date"),
        ("checked_on", "yesterday", "no date"),
        ("amount", "about 500", "no amount"),
        ("amount", "1.2.3", "no amount"),
        ("share", "half", "no number"),
        ("latitude", "181", "no degrees"),
        ("latitude", "north", "no degrees"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_box_and_stays_there(name: str, typed: str, said: str) -> None:
    form = _sent(_tree()) | {_of(name).name: typed}
    found = _read(form, _tree())
    box = _box(name, shown(_FIELDS, _tree(), _READER, typed=form, read=found))

    assert not found.ready
    assert found.values == {}
    assert said in found.wrong[_of(name).name]
    assert (box.value, box.is_bad) == (typed, True)
    assert f'aria-describedby="{_of(name).name}-wrong"' in _html([box])
    assert Form(_html([box])).fields == {_of(name).name: typed, f"{_of(name).name}-was": form[f"{_of(name).name}-was"]}


def test_hours_are_entered_by_weekday_or_written_out() -> None:
    name = _of("hours").name
    by_day = _sent(_tree()) | {
        f"{name}-mo-1-from": "9",
        f"{name}-mo-1-until": "12.30",
        f"{name}-mo-2-from": "",
        f"{name}-mo-2-until": "",
    }
    written = _sent(_tree()) | {f"{name}-how": "osm", f"{name}-written": "Mo-Fr 22:00-02:00; PH off"}

    assert _read(by_day, _tree()).values == {_of("hours").spot: "Mo 09:00-12:30; Tu-Fr 08:00-12:00,13:00-16:00"}
    assert _read(written, _tree()).values == {_of("hours").spot: "Mo-Fr 22:00-02:00; PH off"}
    assert len(_box("hours", shown(_FIELDS, _tree(), _READER, typed=written)).days) == 7


def test_hours_that_end_before_they_begin_are_refused_and_stay_as_typed() -> None:
    name = _of("hours").name
    form = _sent(_tree()) | {f"{name}-tu-1-from": "12:00", f"{name}-tu-1-until": "08:00"}
    found = _read(form, _tree())
    box = _box("hours", shown(_FIELDS, _tree(), _READER, typed=form, read=found))

    assert list(found.wrong) == [name]
    assert box.hours is not None
    assert [day.wrong for day in box.hours.days] == [False, True, *[False] * 5]
    assert not box.days
    assert Form(_html([box])).fields[f"{name}-tu-1-from"] == "12:00"


def test_what_only_somebody_else_changed_is_theirs() -> None:
    form = _sent(_tree()) | {_of("email").name: "mine@example.org"}
    now = _tree(phone="112")

    assert _read(form, now) == Read({_of("email").spot: "mine@example.org"})
    assert _box("phone", shown(_FIELDS, now, _READER, typed=form)).value == "112"


def test_what_both_changed_is_shown_before_it_is_replaced() -> None:
    form = _sent(_tree()) | {_of("email").name: "mine@example.org"}
    now = _tree(email="theirs@example.org")
    found = _read(form, now)
    box = _box("email", shown(_FIELDS, now, _READER, typed=form, read=found))

    assert found.clashes == {_of("email").name}
    assert (box.value, box.theirs) == ("mine@example.org", "theirs@example.org")

    again = _read(Form(_html(shown(_FIELDS, now, _READER, typed=form, read=found))).fields, now)
    assert again == Read({_of("email").spot: "mine@example.org"})


def test_what_both_changed_in_the_same_way_is_no_clash() -> None:
    form = _sent(_tree()) | {_of("email").name: "same@example.org"}

    assert _read(form, _tree(email="same@example.org")) == Read()


def test_a_field_that_was_not_on_the_page_is_left_alone() -> None:
    assert _read({_of("email").name: "sneaked@example.org"}, _tree()) == Read()


def test_ticks_are_taken_away_and_added_and_unknown_ones_stay() -> None:
    kinds = _of("kinds")
    form = _sent(_tree()) | {kinds.choice("school"): "school"}
    del form[kinds.choice("court")]

    assert _read(form, _tree()).values == {kinds.spot: ["police", "unheard-of", "school"]}


def test_what_counts_by_its_order_is_put_into_another_order() -> None:
    topics = _of("topics")
    form = _sent(_tree()) | {f"{topics.name}-1": "food-help", f"{topics.name}-5": "debts", f"{topics.name}-4": "food-help"}

    assert _read(form, _tree()).values == {topics.spot: ["food-help", "pension", "debts"]}


def test_patterns_are_kept_letter_by_letter() -> None:
    patterns = _of("patterns")
    form = _sent(_tree()) | {patterns.name: "\\bx  y\\b\n\n a  b "}

    assert _read(form, _tree()).values == {patterns.spot: [r"\bx  y\b", "a  b"]}


def test_letters_are_composed_and_what_nobody_sees_goes() -> None:
    form = _sent(_tree()) | {_of("note").name: "c\u030cas\u200b \x00in\ufeff"}

    assert _read(form, _tree()).values == {_of("note").spot: "čas in"}


def test_a_tick_is_believed_only_in_its_own_box() -> None:
    form = _sent(_tree()) | {f"{_of('kinds').name}-0000000000": "school"}

    assert _read(form, _tree()) == Read()


def test_what_residents_are_told_today_stands_beside_what_the_draft_changed() -> None:
    live = _tree(checked_on="2025-03-01", kinds=["school"], sensitive=None)
    boxes = shown(_FIELDS, _tree(), _READER, live=live)

    told = {box.field.spot[1][-1]: box.live for box in boxes if box.live is not None}
    assert told == {"checked_on": "1. marca 2025", "kinds": "School", "sensitive": "No"}
    assert "1. marca 2025" in _html(boxes)


def test_problems_of_a_place_and_below_stand_beside_its_box() -> None:
    path = (_ID, "phones", 1)
    problems = [
        Problem(Severity.ERROR, _FILE, None, "'%(number)s' is no phone number", {"number": "05"}, path),
        Problem(Severity.WARNING, _FILE, None, "look here", {}, (_ID,)),
    ]
    boxes = shown(_FIELDS, _tree(), _READER, problems=problems)

    assert [remark.text for box in boxes for remark in box.remarks] == ["'05' is no phone number"]
    assert _box("phones", boxes).is_bad
    assert elsewhere(_FIELDS, [(each.file, each.path) for each in problems]) == [(_FILE, (_ID,))]


def test_the_language_of_a_text_is_marked() -> None:
    assert 'lang="bg"' in _html([_box("bg", shown(_FIELDS, _tree(), _READER))])


def test_what_cannot_be_a_date_or_hours_is_shown_as_it_stands() -> None:
    tree = _tree(checked_on="unknown", hours="whenever")
    boxes = shown(_FIELDS, tree, _READER, live=_tree(checked_on="some day"))

    assert _box("checked_on", boxes).value == "unknown"
    assert _box("checked_on", boxes).live == "some day"
    assert not _box("hours", boxes).days
    assert _read(_sent(tree), tree) == Read()


_TYPED = st.one_of(
    st.text(max_size=40),
    st.text("0123456789., \u00a0-+/()€\n", max_size=14),
    st.dates().map(str),
    st.sampled_from(["1.250,50", "5. 1. 2026", "example.org", "a@b.si", "true", "  x \n\n y"]),
)


@given(st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.HOURS]), _TYPED)
def test_whatever_is_read_reads_the_same_when_it_is_shown_again(kind: FieldKind, typed: str) -> None:
    with suppress(entries.UnreadableEntry):
        value = entries.read(kind, typed)
        assert entries.read(kind, entries.written(kind, value)) == value

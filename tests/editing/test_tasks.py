"""What needs attention, and what settles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from bot.editing import layout, trees
from bot.editing.archive import Standing
from bot.editing.confirming import confirm, right
from bot.editing.drafting import Work
from bot.editing.items import Item
from bot.editing.items import Kind as Sort
from bot.editing.tasks import Kind, Task, counts, tasks
from bot.editing.trees import Tree, get, put
from tests.support.editing import small_edition, small_tree

TODAY = date(2026, 11, 23)
DEBTS = Item(Sort.ANSWER, "debts/si")
SI = layout.shared("si")


def _work(tree: Tree) -> Work:
    return Work(Standing(1, small_edition(), tree), tree)


def _with(values: Mapping[tuple[str, tuple[str | int, ...]], Any], tree: Tree) -> Tree:
    for (file, path), value in values.items():
        tree = put(tree, file, path, value)
    return tree


def _settled(tree: Tree, today: date = TODAY) -> Tree:
    """Return the tree with everything looked up on ``today``."""
    found = [task.item for task in tasks(tree, today) if task.can_confirm]
    return _with(confirm(_work(tree), found, today), tree)


@cache
def _clean() -> Tree:
    """Return a tree in which nothing needs attention."""
    tree = _settled(small_tree())
    for task in tasks(tree, TODAY):
        if task.kind is Kind.UNREACHABLE:
            country, _, name = task.item.name.partition("/")
            tree = put(tree, layout.offices(country), (name, "address"), "Trg 1")
    assert tasks(tree, TODAY) == []
    return tree


def _only(tree: Tree, **options: Any) -> Task:
    (task,) = tasks(tree, TODAY, **options)
    return task


def _facts(topic: str, where: str) -> tuple[str, dict[str, Any]]:
    file = layout.facts(topic, where)
    return file, dict(get(small_tree(), file, ("facts",)))


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        ("2025-11-22", {"since": date(2026, 11, 22)}),
        ("2025-11-23", {"since": TODAY}),
        ("2025-11-24", {"due": date(2026, 11, 24)}),
        ("2025-12-23", {"due": date(2026, 12, 23)}),
        ("2025-12-24", None),
        ("soon", None),
    ],
)
def test_an_answer_is_due_from_a_month_before_its_check_grows_old(checked: str, expected: dict[str, Any] | None) -> None:
    tree = put(_clean(), layout.topic("debts"), ("fresh_days",), "365")
    tree = put(tree, layout.facts("debts", "si"), ("checked_on",), checked)
    found = [task for task in tasks(tree, TODAY) if task.kind is Kind.ANSWER]
    assert found == ([] if expected is None else [replace(Task(Kind.ANSWER, DEBTS, country="si", can_confirm=True), **expected)])


def test_a_topic_says_for_how_long_its_checks_hold() -> None:
    tree = put(_clean(), layout.topic("debts"), ("fresh_days",), "30")
    assert {task.item.name for task in tasks(tree, TODAY)} == {f"debts/{where}" for where in ("si", "it", "hr", "bg")}


def test_amounts_of_a_past_year_are_one_task_of_their_answer() -> None:
    file, facts = _facts("child-benefit", "si")
    yearly = [name for name, fact in facts.items() if fact.get("valid_for")]
    tree = _clean()
    for name in yearly:
        tree = put(tree, file, ("facts", name, "valid_for"), "2025")
    task = _only(tree)
    assert (task.kind, task.since, task.facts) == (Kind.FACTS, date(2025, 12, 31), tuple(yearly))
    assert task.can_confirm


def test_amounts_that_will_be_new_next_year_are_told_a_month_before_and_cannot_be_confirmed() -> None:
    tree = _settled(_clean(), date(2026, 12, 1))
    found = [task for task in tasks(tree, date(2026, 12, 1)) if task.kind is Kind.FACTS]
    assert found
    assert {(task.due, task.can_confirm) for task in found} == {(date(2026, 12, 31), False)}
    assert [task for task in tasks(_clean(), date(2026, 11, 30)) if task.kind is Kind.FACTS] == []


def test_a_shared_fact_that_was_looked_up_long_ago_is_a_task() -> None:
    name = next(iter(get(_clean(), SI, ("facts",))))
    tree = put(put(_clean(), SI, ("facts", name, "checked_on"), "2025-01-01"), SI, ("facts", name, "valid_for"), None)
    assert _only(tree) == Task(
        Kind.FACTS, Item(Sort.SHARED, "si"), since=date(2026, 1, 1), facts=(name,), country="si", can_confirm=True
    )


def test_a_wording_that_is_behind_is_a_task_of_its_language() -> None:
    tree = put(_clean(), layout.words("debts", "it"), ("wordings", "si", "behind"), "2026-11-20")
    assert _only(tree) == Task(Kind.BEHIND, DEBTS, "it", since=date(2026, 11, 20), country="si")


def test_a_language_without_a_wording_is_a_task() -> None:
    tree = put(_clean(), layout.words("debts", "hr"), ("wordings", "si"), None)
    assert _only(tree) == Task(Kind.MISSING, DEBTS, "hr", country="si")


def test_an_office_that_cannot_be_reached_is_a_task() -> None:
    name = next(iter(_clean()[layout.offices("si")]))
    tree = _clean()
    for way in ("phones", "email", "url", "address"):
        tree = put(tree, layout.offices("si"), (name, way), None)
    assert _only(tree) == Task(Kind.UNREACHABLE, Item(Sort.OFFICE, f"si/{name}"), country="si")


def test_a_line_that_nobody_has_phoned_is_a_task() -> None:
    name = next(iter(_clean()[layout.LINES]))
    tree = put(_clean(), layout.LINES, (name, "confirmed_on"), None)
    task = _only(tree)
    assert (task.kind, task.item) == (Kind.LINE, Item(Sort.LINE, name))


def test_what_was_changed_in_two_ways_is_a_task_for_each_item() -> None:
    file = layout.facts("debts", "si")
    spots = [(file, ("checked_on",)), (file, ("whom",)), ("README", ())]
    assert _only(_clean(), conflicts=spots) == Task(Kind.CONFLICT, DEBTS, country="si")


def test_a_task_belongs_to_who_looks_after_the_topic() -> None:
    tree = put(_clean(), layout.words("debts", "it"), ("wordings", "si", "behind"), "2026-11-20")
    assert _only(tree, owners={"debts": "m1", "pension": "m2"}).owner == "m1"
    assert _only(tree, owners={"pension": "m2"}).owner is None


def test_a_half_finished_draft_still_has_its_tasks() -> None:
    tree = put(_clean(), layout.facts("debts", "si"), ("facts",), {"amount": "no fact", "other": {"valid_for": "soon"}})
    tree = put(put(tree, layout.LINES, ("x",), "none"), layout.topic("debts"), ("fresh_days",), "9" * 9)
    tree = put(put(tree, layout.offices("it"), (), None), layout.facts("pension", "it"), (), "nothing")
    assert tasks(tree, TODAY) == []


def test_tasks_come_by_kind_and_the_one_overdue_longest_first() -> None:
    tree = put(_clean(), layout.facts("debts", "si"), ("checked_on",), "2025-01-02")
    tree = put(tree, layout.facts("pension", "it"), ("checked_on",), "2025-01-01")
    tree = put(tree, layout.words("debts", "hr"), ("wordings", "si"), None)
    found = tasks(tree, TODAY)
    assert [str(task.item) for task in found] == ["answer:debts/si", "answer:pension/it", "answer:debts/si"]
    assert counts(found) == {Kind.MISSING: 1, Kind.ANSWER: 2}


# ---- confirming


def test_an_answer_is_confirmed_with_its_facts_and_in_all_its_languages() -> None:
    values = confirm(_work(small_tree()), [DEBTS], TODAY)
    tree = _with(values, small_tree())
    assert get(tree, layout.facts("debts", "si"), ("checked_on",)) == "2026-11-23"
    for language in ("sl", "it", "hr"):
        assert get(tree, layout.words("debts", language), ("wordings", "si", "read_on")) == "2026-11-23"
    assert get(tree, layout.words("debts", "bg"), ("wordings", "si")) is None
    assert trees.read(tree, today=TODAY).library is not None


def test_an_answer_that_is_confirmed_leaves_no_new_warning() -> None:
    before = {(each.file, each.path) for each in trees.read(small_tree(), today=TODAY).problems}
    tree = _with(confirm(_work(small_tree()), [DEBTS, Item(Sort.SHARED, "si")], TODAY), small_tree())
    assert {(each.file, each.path) for each in trees.read(tree, today=TODAY).problems} <= before


def test_an_amount_of_a_past_year_is_confirmed_for_this_one() -> None:
    file, facts = _facts("child-benefit", "si")
    first, second, *_ = (name for name, fact in facts.items() if fact.get("valid_for"))
    tree = put(put(_clean(), file, ("facts", first, "valid_for"), "2025"), file, ("facts", second, "valid_for"), "2025")
    item = Item(Sort.ANSWER, "child-benefit/si")
    one = _with(confirm(_work(tree), [item], TODAY, {item: (first,)}), tree)
    assert get(one, file, ("facts", first, "valid_for")) == "2026"
    assert get(one, file, ("facts", second, "valid_for")) == "2025"
    assert get(one, file, ("checked_on",)) == get(tree, file, ("checked_on",))
    assert _only(one).facts == (second,)
    assert tasks(_with(confirm(_work(tree), [item], TODAY), tree), TODAY) == []


def test_a_wording_that_is_behind_is_not_confirmed_with_its_answer() -> None:
    words = layout.words("debts", "it")
    tree = put(
        put(_clean(), words, ("wordings", "si", "behind"), "2026-11-20"), words, ("wordings", "si", "read_on"), "2026-01-01"
    )
    after = _with(confirm(_work(tree), [DEBTS], TODAY), tree)
    assert get(after, words, ("wordings", "si", "behind")) == "2026-11-20"
    assert get(after, words, ("wordings", "si", "read_on")) == "2026-01-01"
    settled = _with(right(_work(tree), DEBTS, "it", TODAY), tree)
    assert get(settled, words, ("wordings", "si", "behind")) is None
    assert get(settled, words, ("wordings", "si", "read_on")) == "2026-11-23"


def test_offices_and_lines_are_confirmed() -> None:
    office, line = next(iter(_clean()[layout.offices("si")])), next(iter(_clean()[layout.LINES]))
    found = [Item(Sort.OFFICE, f"si/{office}"), Item(Sort.LINE, line)]
    assert confirm(_work(_clean()), found, TODAY) == {
        (layout.offices("si"), (office, "checked_on")): "2026-11-23",
        (layout.LINES, (line, "confirmed_on")): "2026-11-23",
    }


@pytest.mark.parametrize("name", ["answer:none/si", "office:si/none", "line:none", "shared:none", "topic:debts"])
def test_what_is_not_there_is_not_confirmed(name: str) -> None:
    item = Item.of(name)
    assert item is not None
    assert confirm(_work(_clean()), [item], TODAY) == {}
    assert right(_work(_clean()), item, "sl", TODAY) == {}

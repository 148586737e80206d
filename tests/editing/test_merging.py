"""Two people's changes are put together: neither's is lost without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing.merging import Conflict, Merged, merge
from bot.editing.trees import Tree, get

FACTS, WORDS, ACTS = "facts/si/debts.yaml", "sl/debts.yaml", "sl/acts.yaml"
_names = st.sampled_from(["a", "b", "title", "do"])
_prose = st.sampled_from(["x", "y", "z"])
_wording = st.dictionaries(_names, _prose | st.lists(_prose, max_size=2), max_size=3)
_trees: st.SearchStrategy[Tree] = st.fixed_dictionaries(
    {},
    optional={
        WORDS: st.fixed_dictionaries(
            {"examples": st.lists(_prose, max_size=4)}, optional={"wordings": st.dictionaries(_names, _wording, max_size=2)}
        ),
        FACTS: st.fixed_dictionaries({"confidence": _prose}, optional={"facts": st.dictionaries(_names, _wording, max_size=2)}),
        ACTS: st.dictionaries(_names, st.lists(_prose, max_size=3), max_size=2),
    },
)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of all that is no mapping."""
    if isinstance(value, Mapping) and value:
        for name, held in value.items():
            yield from _leaves(held, (*path, name))
    else:
        yield path


def _at(tree: Tree, path: tuple[str, ...]) -> Any:
    return get(tree, path[0], path[1:])


def _told(merged: Merged, path: tuple[str, ...]) -> bool:
    return any(path[: 1 + len(each.path)] == (each.file, *each.path) for each in merged.conflicts)


@given(_trees, _trees)
def test_what_only_one_side_changed_is_that_sides(base: Tree, changed: Tree) -> None:
    assert merge(base, changed, base) == merge(base, base, changed) == Merged(changed, ())


@given(_trees, _trees)
def test_what_both_changed_alike_is_no_conflict(base: Tree, both: Tree) -> None:
    assert merge(base, both, both) == Merged(both, ())


@given(_trees, _trees, _trees)
@settings(max_examples=200, deadline=None)
def test_putting_together_again_changes_nothing(base: Tree, ours: Tree, theirs: Tree) -> None:
    once = merge(base, ours, theirs).tree

    assert merge(theirs, once, theirs) == Merged(once, ())
    assert merge(ours, ours, once) == Merged(once, ())


@given(_trees, _trees, _trees)
@settings(max_examples=300, deadline=None)
def test_no_change_of_one_side_alone_is_lost_without_a_word(base: Tree, ours: Tree, theirs: Tree) -> None:
    merged = merge(base, ours, theirs)

    for path in {*_leaves(base), *_leaves(ours), *_leaves(theirs)} - {()}:
        before, mine, other = (_at(tree, path) for tree in (base, ours, theirs))
        if other == before != mine:
            assert _at(merged.tree, path) == mine or _told(merged, path)
        if mine == before != other:
            assert _at(merged.tree, path) == other or _told(merged, path)


@given(_trees, _trees, _trees)
@settings(max_examples=300, deadline=None)
def test_ours_stands_in_every_conflict_and_both_sides_are_told(base: Tree, ours: Tree, theirs: Tree) -> None:
    merged = merge(base, ours, theirs)

    for each in merged.conflicts:
        assert get(merged.tree, each.file, each.path) == get(ours, each.file, each.path) == each.ours
        assert get(theirs, each.file, each.path) == each.theirs
        assert get(base, each.file, each.path) == each.base
        assert each.ours != each.theirs


@given(_trees, _trees, _trees)
@settings(max_examples=200, deadline=None)
def test_of_examples_nothing_that_was_added_is_lost_and_nothing_that_was_taken_away_comes_back(
    base: Tree, ours: Tree, theirs: Tree
) -> None:
    merged = merge(base, ours, theirs)
    before, mine, other, both = (set(get(tree, WORDS, ("examples",)) or ()) for tree in (base, ours, theirs, merged.tree))

    if all(WORDS in tree for tree in (base, ours, theirs)):
        assert both == (mine & other) | (mine - before) | (other - before)


def _merge(base: Any, ours: Any, theirs: Any, file: str = WORDS) -> tuple[Any, list[tuple[str | int, ...]]]:
    merged = merge({file: base}, {file: ours}, {file: theirs})
    return merged.tree[file], [each.path for each in merged.conflicts]


def test_two_parts_of_a_wording_are_two_places() -> None:
    base = {"wordings": {"si": {"title": "a", "note": "b"}}}

    both, conflicts = _merge(
        base, {"wordings": {"si": {"title": "A", "note": "b"}}}, {"wordings": {"si": {"title": "a", "note": "B"}}}
    )

    assert (both, conflicts) == ({"wordings": {"si": {"title": "A", "note": "B"}}}, [])


def test_a_fact_is_one_place_so_that_no_amount_stands_beside_the_source_of_another() -> None:
    base = {"facts": {"amount": {"kind": "money", "value": "500", "valid_for": "2026", "source": "s1"}}}
    ours = {"facts": {"amount": {"kind": "money", "value": "507", "valid_for": "2026", "source": "s1"}}}
    theirs = {"facts": {"amount": {"kind": "money", "value": "500", "valid_for": "2027", "source": "s2"}}}

    assert _merge(base, ours, theirs, FACTS) == (ours, [("facts", "amount")])


@pytest.mark.parametrize(
    ("file", "path"),
    [(FACTS, ("sources", "s1")), ("offices/si.yaml", ("csd", "source")), ("points.yaml", ("desk", "source"))],
)
def test_a_source_is_one_place(file: str, path: tuple[str, str]) -> None:
    def holding(source: Mapping[str, str]) -> Mapping[str, Any]:
        return {path[0]: {path[1]: source}}

    base, ours, theirs = ({"url": url, "date": day} for url, day in (("u", "d"), ("u2", "d"), ("u", "d2")))

    assert _merge(holding(base), holding(ours), holding(theirs), file) == (holding(ours), [path])


def test_of_two_days_of_a_check_ours_stays_without_a_word() -> None:
    base, ours, theirs = ({"checked_on": day} for day in ("2026-01-01", "2026-02-01", "2026-03-01"))

    assert _merge(base, ours, theirs, FACTS) == (ours, [])


def test_steps_are_one_place_since_their_order_matters() -> None:
    base, ours, theirs = ({"wordings": {"si": {"do": steps}}} for steps in (["a"], ["a", "b"], ["c", "a"]))

    assert _merge(base, ours, theirs) == (ours, [("wordings", "si", "do")])


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (WORDS, ("examples",)),
        (ACTS, ("thanks",)),
        ("sl/crisis.yaml", ("not-crisis",)),
        ("sl/golden.yaml", ("debts",)),
        ("sl/situations.yaml", ("lost-job", "examples")),
        ("crisis/violence.yaml", ("patterns", "sl")),
        ("places.yaml", ("ptuj", "forms", "sl")),
    ],
)
def test_where_the_order_means_nothing_both_additions_stay(file: str, path: tuple[str, ...]) -> None:
    def holding(lines: list[str]) -> Any:
        value: Any = lines
        for step in reversed(path):
            value = {step: value}
        return value

    both, conflicts = _merge(holding(["a", "b"]), holding(["a", "b", "ours"]), holding(["b", "theirs"]), file)

    assert (both, conflicts) == (holding(["b", "theirs", "ours"]), [])


def test_what_one_took_away_and_the_other_changed_is_a_conflict() -> None:
    base, changed = (
        {"wordings": {"si": {"title": "a"}, "it": {"title": "i"}}},
        {"wordings": {"si": {"title": "b"}, "it": {"title": "i"}}},
    )
    without = {"wordings": {"it": {"title": "i"}}}

    assert _merge(base, without, changed) == (without, [("wordings", "si")])
    assert _merge(base, changed, without) == (changed, [("wordings", "si")])


def test_a_file_that_one_took_away_and_the_other_changed_is_a_conflict() -> None:
    merged = merge({WORDS: {"a": "1"}}, {}, {WORDS: {"a": "2"}})

    assert merged == Merged({}, (Conflict(WORDS, (), {"a": "1"}, None, {"a": "2"}),))


def test_a_file_that_only_one_has_stays() -> None:
    assert merge({}, {WORDS: {"a": "1"}}, {FACTS: {"b": "2"}}) == Merged({WORDS: {"a": "1"}, FACTS: {"b": "2"}}, ())


def test_a_list_that_an_unfinished_draft_broke_is_put_together_too() -> None:
    both, conflicts = _merge({"examples": ["a"]}, {"examples": ["a", None]}, {"examples": ["a", {"b": "c"}]})

    assert (both, conflicts) == ({"examples": ["a", {"b": "c"}, None]}, [])

"""A library as files and back: nothing is lost, whatever an editor typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.editing import trees
from bot.editing.documents import parse
from bot.editing.files import read_folder
from bot.editing.folders import tree_of, write_tree
from bot.editing.trees import Tree
from bot.editing.yamlfiles import text_of
from bot.model.library import Library
from tests.support.editing import KNOWLEDGE, small_edition, small_tree
from tests.support.libraries import AWKWARD, assembled, libraries, texts

#: One name for each sort of file.
FILES = (
    *(
        "topics/a.yaml",
        "situations/a.yaml",
        "facts/si/a.yaml",
        "facts/common.yaml",
        "places.yaml",
        "points.yaml",
        "offices/si.yaml",
    ),
    *(
        "crisis/lines.yaml",
        "crisis/a.yaml",
        "sl/a.yaml",
        "sl/acts.yaml",
        "sl/crisis.yaml",
        "sl/outside.yaml",
        "sl/situations.yaml",
    ),
    "sl/golden.yaml",
)
_names = st.one_of(
    texts, st.sampled_from(["source", "sources", "names", "wordings", "url", "patterns", "forms", "sensitive", "area"])
)
_values = st.recursive(
    st.none() | texts | st.just(""),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=12,
)


@given(libraries())
@settings(max_examples=30, deadline=None)
def test_a_library_written_to_files_is_read_as_it_was(library: Library) -> None:
    tree = trees.of(library)
    with TemporaryDirectory() as folder:
        write_tree(tree, Path(folder))
        again = tree_of(Path(folder))

    assert again == tree
    assert assembled(again) == library


@given(libraries())
@settings(max_examples=50, deadline=None)
def test_the_tree_of_a_library_is_the_tree_of_what_is_read_from_it(library: Library) -> None:
    tree = trees.of(library)

    assert trees.of(assembled(tree)) == tree


@given(st.sampled_from(FILES), st.dictionaries(_names, _values, max_size=5))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_file_is_read_as_it_was_written(file: str, value: dict[str, object]) -> None:
    document, faults = parse(file, text_of(file, value).encode())

    assert faults == ()
    assert document is not None
    assert document.value == value


@given(st.sampled_from(FILES), st.dictionaries(_names, _values, max_size=5), st.dictionaries(_names, _values, max_size=5))
@settings(max_examples=200, deadline=None)
def test_the_text_before_changes_nothing_of_what_a_file_says(
    file: str, former: dict[str, object], value: dict[str, object]
) -> None:
    text = "# A comment.\n\n" + text_of(file, former)

    again = text_of(file, value, text)
    document, faults = parse(file, again.encode())

    assert faults == ()
    assert document is not None
    assert isinstance(document.value, dict)
    left_open = {name for name, held in document.value.items() if held is None} - set(value)
    assert {name: held for name, held in document.value.items() if name not in left_open} == _with_open(value, document.value)
    assert again.startswith("# A comment.\n")
    assert text_of(file, document.value, again) == again


def _with_open(value: object, read: object) -> object:
    """Return ``value`` with what was open before and still is."""
    if isinstance(value, dict) and isinstance(read, dict):
        inner = {name: _with_open(held, read.get(name)) for name, held in value.items()}
        return inner | {name: None for name, held in read.items() if held is None and name not in value and inner}
    return value


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_stays_the_text_it_is(text: str) -> None:
    value = {"examples": [text.strip()], "wordings": {text.strip(): {"title": text.strip()}}}
    document, faults = parse("sl/a.yaml", text_of("sl/a.yaml", value).encode())

    assert faults == ()
    assert document is not None
    assert document.value == value


def test_the_shipped_files_are_written_as_they_are() -> None:
    for path in sorted(KNOWLEDGE.rglob("*.yaml")):
        file, text = path.relative_to(KNOWLEDGE).as_posix(), path.read_text(encoding="utf-8")
        document, _ = parse(file, text.encode())
        assert document is not None
        assert text_of(file, document.value, text) == text, file


def test_a_small_library_is_read_and_checked_from_a_tree_as_from_its_files(tmp_path: Path) -> None:
    write_tree(small_tree(), tmp_path)

    from_files, from_tree = read_folder(tmp_path), trees.read(small_tree())

    assert from_files.library == from_tree.library == small_edition()
    told = [sorted((each.file, each.message) for each in reading.problems) for reading in (from_files, from_tree)]
    assert told[0] == told[1]


@cache
def _small() -> Tree:
    return small_tree()


def _value_of(kind: str) -> tuple[str, tuple[str, ...]]:
    """Return where the value of a fact of ``kind`` stands."""
    tree = _small()
    files = [(file, tree[file].get("facts") or {}) for file in tree if file.startswith("facts/")]
    return next((file, ("facts", name, "value")) for file, facts in files for name, fact in facts.items() if fact["kind"] == kind)


_KINDS = (
    "money",
    "percent",
    "number",
    "age",
    "days",
    "months",
    "hours",
    "year",
    "date",
    "phone",
    "email",
    "url",
    "address",
    "name",
)
_HELD = {
    fact["kind"] for file, held in _small().items() if file.startswith("facts/") for fact in (held.get("facts") or {}).values()
}
_SPOTS = [
    *(_value_of(kind) for kind in _KINDS if kind in _HELD),
    ("topics/debts.yaml", ("fresh_days",)),
    ("facts/si/debts.yaml", ("checked_on",)),
    ("sl/debts.yaml", ("wordings", "si", "read_on")),
    ("crisis/violence-now.yaml", ("patterns", "sl")),
]
_garbage = st.one_of(
    st.text(max_size=40),
    texts,
    st.from_regex(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,12})?", fullmatch=True),
    st.from_regex(r"\d{4}-\d\d-\d\d", fullmatch=True),
    st.text(alphabet="ab()[]{}|?*+\\w^$.,:19", max_size=30),
    st.sampled_from(["1e30", "9" * 27, "999999999999", "9" * 5000, "NaN", "Infinity", "-0", "²", "0001-01-01", "9999-12-31"]),
    st.sampled_from(["xyz{99999999999}", "(" * 3000 + "a" + ")" * 3000, "(?:" * 300 + "a" + ")" * 300, "\ud800"]),
)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@given(st.sampled_from(_SPOTS), _garbage)
@example(("topics/debts.yaml", ("fresh_days",)), "999999999999")
@example(("crisis/violence-now.yaml", ("patterns", "sl")), "xyz{99999999999}")
@example(_value_of("money"), "1e30")
@example(_value_of("money"), "1" * 27)
@settings(max_examples=40, deadline=None)
def test_no_text_in_any_place_keeps_a_tree_from_being_read(spot: tuple[str, tuple[str, ...]], text: str) -> None:
    file, path = spot
    value = [text] if path[0] == "patterns" else text

    reading = trees.read(trees.put(_small(), file, path, value))

    assert len(reading.source_hash) == 64


@pytest.mark.parametrize(
    ("spot", "value"),
    [
        *((_value_of("money"), value) for value in ("1e30", "1" * 16, "1" * 27, "NaN", "12,5", "१२")),
        *((("topics/debts.yaml", ("fresh_days",)), value) for value in ("999999999999", "3661", "0", "²", "9" * 5000)),
    ],
)
def test_a_number_beyond_all_use_is_an_error_at_its_place(spot: tuple[str, tuple[str, ...]], value: str) -> None:
    reading = trees.read(trees.put(_small(), *spot, value))

    assert reading.library is None
    assert [(problem.file, problem.path) for problem in reading.errors] == [spot]

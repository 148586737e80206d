"""A library as files and back: nothing is lost, whatever an editor typed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing import trees
from bot.editing.documents import parse
from bot.editing.files import read_folder
from bot.editing.folders import tree_of, write_tree
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

"""A tree written to a folder: only what changed is touched, comments and open values stay, nothing leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.editing import trees
from bot.editing.folders import Written, tree_of, write_tree
from bot.editing.yamlfiles import text_of
from tests.support.editing import small_tree

POINTS = """# Info points. An operator fills in what is missing.

desk:
  country: bg
  # Ask Mira.
  phone:
  hours:
  names:
    bg: Точка

other:
  country: si
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tree(small_tree(), tmp_path)
    return tmp_path


def test_a_change_of_one_value_touches_one_file(folder: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in folder.rglob("*.yaml")}

    written = write_tree(trees.put(small_tree(), "topics/debts.yaml", ("group",), "other"), folder)

    assert written == Written((), ("topics/debts.yaml",), ())
    touched = [path for path, held in before.items() if (path.read_bytes(), path.stat().st_ino) != held]
    assert touched == [folder / "topics" / "debts.yaml"]


def test_what_went_is_deleted_and_what_is_new_is_made(folder: Path) -> None:
    tree = dict(small_tree())
    tree["topics/new.yaml"] = tree.pop("topics/debts.yaml")

    written = write_tree(tree, folder)

    assert written == Written(("topics/new.yaml",), (), ("topics/debts.yaml",))
    assert tree_of(folder) == tree


def test_what_is_no_knowledge_stays(folder: Path) -> None:
    others = {
        "README.md": "read",
        "notes.yaml": "a: b",
        "trained.npz": "x",
        "drafts/mine.yaml": "a: b",
        "topics/.draft.yaml.new": "",
    }
    for name, text in others.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    assert not write_tree(small_tree(), folder)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in others} == others


def test_a_file_in_other_words_is_left_as_it_is(folder: Path) -> None:
    path = folder / "topics" / "debts.yaml"
    text = (
        "# Mine.\nsensitive: 'true'\n" + path.read_text(encoding="utf-8").replace("sensitive: true\n", "") + "border:   false\n"
    )
    path.write_text(text, encoding="utf-8")

    assert not write_tree(small_tree(), folder)
    assert path.read_text(encoding="utf-8") == text


def test_where_the_order_is_learned_in_another_order_is_a_change(folder: Path) -> None:
    tree = small_tree()
    turned = {**tree, "sl/acts.yaml": dict(reversed(tree["sl/acts.yaml"].items()))}

    assert write_tree(turned, folder).changed == ("sl/acts.yaml",)
    assert list(tree_of(folder)["sl/acts.yaml"]) == list(turned["sl/acts.yaml"])


def test_a_file_that_could_not_be_read_is_written_anew(folder: Path) -> None:
    (folder / "points.yaml").write_bytes(b"{ \xff")

    assert write_tree(small_tree(), folder).changed == ("points.yaml",)
    assert tree_of(folder) == small_tree()


def test_a_value_that_has_no_shape_yet_is_compared_as_it_is(folder: Path) -> None:
    unfinished = trees.put(small_tree(), "topics/debts.yaml", ("group",), None)

    assert write_tree(unfinished, folder).changed == ("topics/debts.yaml",)
    assert not write_tree(unfinished, folder)


@pytest.mark.parametrize(
    "name",
    [
        "../topics/x.yaml",
        "/etc/topics.yaml",
        "topics/../x.yaml",
        "topics/..",
        "topics/.x.yaml",
        "topics/a b.yaml",
        "topics/x.txt",
        "x.yaml",
    ],
)
def test_a_name_that_no_knowledge_file_has_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no knowledge file is called"):
        write_tree({**small_tree(), name: {}}, tmp_path / "made")

    assert not (tmp_path / "made").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    (folder / "topics").chmod(0o500)

    with pytest.raises(PermissionError):
        write_tree(trees.put(small_tree(), "topics/debts.yaml", ("group",), "other"), folder)


def test_what_was_half_written_leaves_nothing_behind(folder: Path) -> None:
    path = folder / "topics" / "debts.yaml"
    path.unlink()
    path.mkdir()
    (path / "in the way").touch()

    with pytest.raises(OSError, match=r"debts\.yaml"):
        write_tree(small_tree(), folder)

    assert list(folder.rglob("*.new")) == []


def test_comments_and_what_stands_open_stay() -> None:
    value = {"desk": {"country": "bg", "names": {"bg": "Точката"}}, "other": {"country": "si"}}

    assert text_of("points.yaml", value, POINTS) == POINTS.replace("Точка", "Точката")


def test_what_is_filled_in_takes_the_place_of_what_stood_open() -> None:
    value = {"desk": {"country": "bg", "phone": "0517 2 21 85", "names": {"bg": "Точка"}}, "other": {"country": "si"}}

    assert text_of("points.yaml", value, POINTS) == POINTS.replace("phone:", "phone: 0517 2 21 85")


def test_a_comment_goes_with_what_it_stood_above() -> None:
    text = text_of("points.yaml", {"other": {"country": "si"}}, POINTS)

    assert text == "# Info points. An operator fills in what is missing.\n\nother:\n  country: si\n"


def test_a_new_entry_stands_after_its_neighbour_and_the_order_of_the_others_stays() -> None:
    former = "b: {kind: phone}\na: {kind: phone}\n"
    facts = {"facts": {"a": {"kind": "phone"}, "new": {"kind": "phone"}, "b": {"kind": "phone"}}}

    text = text_of("facts/si.yaml", facts, "facts:\n  " + former.replace("\na", "\n  a"))

    assert text == "facts:\n  b: {kind: phone}\n  a: {kind: phone}\n  new: {kind: phone}\n"


def test_comments_within_a_list_and_at_the_end_stay() -> None:
    former = "examples:\n  - a\n  # From the counter:\n  - b\n# The end.\n"

    assert text_of("sl/outside.yaml", {"examples": ["new", "a", "b"]}, former) == former.replace("  - a", "  - new\n  - a")


def test_a_hash_inside_a_text_is_no_comment() -> None:
    former = "examples:\n  - |-\n    a\n    # b\n"

    assert text_of("sl/outside.yaml", {"examples": ["a\n# b", "c"]}, former) == former + "  - c\n"


def test_a_text_of_several_lines_is_written_in_several_lines() -> None:
    text = text_of("sl/situations.yaml", {"lost-job": {"overview": "first\n\nsecond", "name": "a: b"}})

    assert text == 'lost-job:\n  name: "a: b"\n  overview: |-\n    first\n\n    second\n'

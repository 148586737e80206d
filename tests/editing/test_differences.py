"""What differs between two trees: by item, by place, by word."""

from __future__ import annotations

import pytest

from bot.editing import differences, items, trees
from bot.editing.differences import Sign, taken, words
from bot.editing.items import Item, Kind
from bot.editing.trees import Tree
from tests.support.editing import small_tree
from tests.support.effort import costs_less_than

DEBTS = Item(Kind.ANSWER, "debts/si")
EXAMPLES = Item(Kind.EXAMPLES, "debts")
FACTS, SLOVENE = "facts/si/debts.yaml", "sl/debts.yaml"


def marked(before: str, after: str) -> str:
    """Return the words of both: taken away in brackets, added in braces."""
    signs = {Sign.SAME: "{}", Sign.GONE: "[{}]", Sign.NEW: "<{}>"}
    return "".join(signs[piece.sign].format(piece.text) for piece in words(before, after))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("You get 120 euros.", "You get 150 euros.", "You get [120 ]<150 >euros."),
        ("Ask us.", "Ask us today.", "Ask [us.]<us today.>"),
        ("", "New.", "<New.>"),
        ("Old.", "", "[Old.]"),
        ("Šempeter pri Gorici", "Šempeter ob Gorici", "Šempeter [pri ]<ob >Gorici"),
        ("the same", "the same", "the same"),
        ("one two", "one\ntwo", "[one ]<one\n>two"),
    ],
)
def test_words_are_told_whole(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


def test_pieces_give_back_both_texts() -> None:
    before, after = "a b c d e f", "a x c e f g h"
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.sign is not Sign.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.sign is not Sign.GONE) == after


def test_a_long_text_that_was_rewritten_is_told_as_a_whole_and_at_once() -> None:
    before, after = "first " + "a b " * 20_000 + "last", "first " + "b c " * 20_000 + "last"
    with costs_less_than(2):
        assert [piece.sign for piece in words(before, after)] == [Sign.SAME, Sign.GONE, Sign.NEW, Sign.SAME]


def test_a_changed_fact_is_a_change_of_its_answer_alone() -> None:
    tree = small_tree()
    (change,) = differences.of(tree, trees.put(tree, FACTS, ("facts", "late_months", "value"), "3"))
    assert (change.item, change.is_new, change.is_gone) == (DEBTS, False, False)
    (place,) = change.differences
    assert (place.file, place.path) == (FACTS, ("facts", "late_months", "value"))
    assert [(piece.sign, piece.text) for piece in place.rows[0]] == [(Sign.GONE, "2"), (Sign.NEW, "3")]


def test_examples_are_told_line_by_line() -> None:
    tree = small_tree()
    said = trees.get(tree, SLOVENE, ("examples",))
    (change,) = differences.of(tree, trees.put(tree, SLOVENE, ("examples",), [*said[1:], "nov primer", "še en"]))
    (place,) = change.differences
    assert change.item == EXAMPLES
    assert (place.is_list, place.kept) == (True, len(said) - 1)
    assert [[(piece.sign, piece.text) for piece in row] for row in place.rows] == [
        [(Sign.GONE, said[0])],
        [(Sign.NEW, "nov primer")],
        [(Sign.NEW, "še en")],
    ]


def test_a_line_that_was_reworded_is_told_by_its_words() -> None:
    tree = small_tree()
    said = trees.get(tree, SLOVENE, ("examples",))
    (change,) = differences.of(tree, trees.put(tree, SLOVENE, ("examples",), [f"{said[0]} danes", *said[1:]]))
    ((row,),) = (place.rows for place in change.differences)
    assert Sign.SAME in {piece.sign for piece in row}
    assert "danes" in row[-1].text


def test_another_order_is_told_as_such() -> None:
    tree = small_tree()
    whom = trees.get(tree, FACTS, ("whom",))
    (change,) = differences.of(tree, trees.put(tree, FACTS, ("whom",), whom[::-1]))
    (place,) = change.differences
    assert place.reordered
    assert [row[0].text for row in place.rows] == whom[::-1]


def test_an_office_that_is_added_is_new_and_one_that_goes_is_gone() -> None:
    tree = small_tree()
    country, offices = next((each, held) for each in ("si", "it") if (held := tree[f"offices/{each}.yaml"]))
    name, office = next(iter(offices.items()))
    less = trees.put(tree, f"offices/{country}.yaml", (name,), None)
    (gone,), (new,) = differences.of(tree, less), differences.of(less, tree)
    assert gone.item == new.item == Item(Kind.OFFICE, f"{country}/{name}")
    assert (gone.is_gone, gone.is_new, new.is_new, new.is_gone) == (True, False, True, False)
    assert len(gone.differences) >= len(office) - 1


def test_what_belongs_to_no_item_and_what_has_no_right_form_is_told_all_the_same() -> None:
    tree = small_tree()
    odd = {**tree, "readme.yaml": {"a": "b"}, FACTS: "nonsense"}
    found = {change.item: change for change in differences.of(tree, odd)}
    assert found[None].differences[0].file == "readme.yaml"
    assert found[DEBTS].differences[0].path == ()


def test_the_items_are_those_of_items() -> None:
    tree = small_tree()
    other = trees.put(tree, FACTS, ("facts", "late_months", "value"), "3")
    other = trees.put(other, SLOVENE, ("examples",), ["en sam"])
    assert differences.items_of(tree, other) == items.changed(tree, other) == [DEBTS, EXAMPLES]
    assert differences.of(tree, tree) == []
    assert differences.items_of(tree, tree) == []


def _changed(tree: Tree) -> Tree:
    tree = trees.put(tree, FACTS, ("facts", "late_months", "value"), "3")
    tree = trees.put(tree, FACTS, ("confidence",), "thin")
    tree = trees.put(tree, SLOVENE, ("wordings", "si"), None)
    return trees.put(tree, SLOVENE, ("examples",), ["en sam"])


def test_one_item_is_taken_from_another_tree_and_nothing_else() -> None:
    tree = small_tree()
    other = _changed(tree)
    back = taken(other, tree, DEBTS)
    assert differences.items_of(tree, back) == [EXAMPLES]
    assert items.content(back, DEBTS) == items.content(tree, DEBTS)


def test_an_answer_that_was_added_goes_without_leaving_anything() -> None:
    tree = small_tree()
    less = dict(tree)
    del less[FACTS]
    for language in ("sl", "it", "hr", "bg"):
        held = {name: value for name, value in less[f"{language}/debts.yaml"].items() if name != "wordings"}
        wordings = {where: value for where, value in tree[f"{language}/debts.yaml"]["wordings"].items() if where != "si"}
        less[f"{language}/debts.yaml"] = held | ({"wordings": wordings} if wordings else {})
    assert trees.digest(taken(tree, less, DEBTS)) == trees.digest(less)

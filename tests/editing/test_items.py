"""Items and places: every place of the knowledge belongs to the item that an editor opens to change it."""

from __future__ import annotations

import pytest

from bot.editing import trees
from bot.editing.files import read_folder
from bot.editing.items import Item, Kind, changed, content, item_at, items, spots, stamp
from bot.editing.trees import Tree
from tests.support.editing import KNOWLEDGE, small_tree

DEBTS = Item(Kind.ANSWER, "debts/si")


@pytest.fixture(scope="module")
def shipped() -> Tree:
    library = read_folder(KNOWLEDGE).library
    assert library is not None
    return trees.of(library)


def test_every_spot_of_every_item_leads_back_to_the_item(shipped: Tree) -> None:
    strays = [(item, spot) for item in items(shipped) for spot in spots(item) if item_at(*spot) != item]

    assert strays == []


def test_every_place_of_the_shipped_knowledge_belongs_to_an_item_of_it(shipped: Tree) -> None:
    known = set(items(shipped))
    deep = [(file, (name, second)) for file, value in shipped.items() for name in value for second in _names(value[name])]

    assert len(deep) > 1000
    assert {(file, path) for file, path in deep if item_at(file, path) not in known} == set()


def _names(value: object) -> list[str]:
    return list(value) if isinstance(value, dict) else [""]


def test_no_item_is_named_twice(shipped: Tree) -> None:
    named = list(items(shipped))

    assert len(named) == len(set(named)) > 500


def test_every_item_has_something_in_it(shipped: Tree) -> None:
    assert [item for item in items(shipped) if all(value is None for _, value in content(shipped, item))] == []


@pytest.mark.parametrize("text", ["answer:debts/si", "said:not-crisis", "office:si/csd-tolmin"])
def test_an_item_is_had_again_from_its_name(text: str) -> None:
    assert str(Item.of(text)) == text


@pytest.mark.parametrize("text", ["", "answer", "answer:", ":debts", "rubbish:debts"])
def test_what_names_no_item_is_none(text: str) -> None:
    assert Item.of(text) is None


@pytest.mark.parametrize(
    ("file", "path"),
    [
        *[("places.yaml", ()), ("offices/si.yaml", ()), ("sl/acts.yaml", ()), ("sl/situations.yaml", ()), ("sl/crisis.yaml", ())],
        *[("sl/golden.yaml", ()), ("trained.npz", ()), ("xx/debts.yaml", ("examples",)), ("sl/golden.yaml", ("rubbish:x",))],
    ],
)
def test_a_file_that_holds_many_belongs_to_none_of_them(file: str, path: tuple[str, ...]) -> None:
    assert item_at(file, path) is None


def test_what_was_changed_is_told_by_item_and_nothing_else_is() -> None:
    before = small_tree()
    after = trees.put(before, "sl/debts.yaml", ("wordings", "si", "title"), "Drugače")

    assert changed(before, after) == [DEBTS]
    assert stamp(before, DEBTS) != stamp(after, DEBTS)
    assert stamp(before, Item(Kind.EXAMPLES, "debts")) == stamp(after, Item(Kind.EXAMPLES, "debts"))


def test_what_is_new_and_what_is_gone_is_told() -> None:
    before = small_tree()
    after = trees.put(trees.put(before, "places.yaml", ("nowhere",), {"country": "si"}), "facts/si/debts.yaml", (), None)

    assert changed(before, after) == [DEBTS, Item(Kind.PLACE, "nowhere")]

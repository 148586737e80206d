"""What an office says of its entry, put into the knowledge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.editing import layout
from bot.editing.accepting import in_words, is_there, values
from bot.editing.trees import get, put
from bot.store.suggestions import Kind, Suggested
from tests.support.editing import small_tree

SI = layout.offices("si")
NAME = next(iter(small_tree()[SI]))
SAID_ON = date(2026, 11, 23)


def _said(change: dict[str, Any] | None, words: str = "", item: str = f"office:si/{NAME}") -> Suggested:
    return Suggested(words, "", kind=Kind.PROVIDER, item=item, change=change)


def test_that_all_is_correct_dates_the_check() -> None:
    assert values(small_tree(), _said({}), SAID_ON) == {(SI, (NAME, "checked_on")): "2026-11-23"}


def test_a_later_check_of_an_editor_stays() -> None:
    tree = put(small_tree(), SI, (NAME, "checked_on"), "2026-12-01")
    assert values(tree, _said({}), SAID_ON) == {(SI, (NAME, "checked_on")): "2026-12-01"}


def test_corrections_are_put_in_and_what_is_empty_taken_away() -> None:
    change = {"address": "Nova ulica 2", "phones": ["02 234 56 78"], "email": "", "hours": "Mo-Fr 08:00-12:00", "colour": "red"}
    assert values(small_tree(), _said(change, "Preselili smo se."), SAID_ON) == {
        (SI, (NAME, "address")): "Nova ulica 2",
        (SI, (NAME, "phones")): ["02 234 56 78"],
        (SI, (NAME, "email")): None,
        (SI, (NAME, "hours")): "Mo-Fr 08:00-12:00",
        (SI, (NAME, "checked_on")): "2026-11-23",
    }


def test_hours_in_words_are_left_to_an_editor_and_date_nothing() -> None:
    change = {"hours": "vsak dan dopoldne", "url": "https://example.org"}
    assert in_words(change) == "vsak dan dopoldne"
    assert values(small_tree(), _said(change), SAID_ON) == {(SI, (NAME, "url")): "https://example.org"}


@pytest.mark.parametrize(
    "said",
    [
        _said({}, "Pokličite nas."),
        _said(None),
        _said({}, item="office:si/none"),
        _said({}, item="answer:debts/si"),
        _said({}, item="nothing"),
    ],
)
def test_words_alone_change_nothing(said: Suggested) -> None:
    assert values(small_tree(), said, SAID_ON) == {}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (f"office:si/{NAME}", True),
        ("office:si/none", False),
        ("answer:debts/si", True),
        ("answer:debts/xx", False),
        ("topic:debts", False),
    ],
)
def test_what_is_no_longer_there_is_known(item: str, expected: bool) -> None:
    assert is_there(small_tree(), _said({}, item=item)) is expected


def test_the_small_tree_has_the_office() -> None:
    assert get(small_tree(), SI, (NAME, "checked_on"))

"""An update of the shipped knowledge and the work of editors are put together; an editor's work is never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.clock import now
from bot.editing import trees
from bot.editing.items import Spot
from bot.editing.shipping import is_open, unite
from bot.model.library import Library
from tests.support.changing import EXAMPLES, MONTHS, NAME, NOTE, TITLE, at, with_changes
from tests.support.editing import small_edition

NOW = now()


def test_what_only_one_side_changed_is_as_that_side_has_it() -> None:
    base = small_edition()
    ours, theirs = with_changes(base, {TITLE: "Dolgovi, po domače"}), with_changes(base, {NAME: "Dolgovi in rubež"})

    united = unite(base, ours, theirs, NOW)

    assert united.told == []
    assert united.library == with_changes(base, {TITLE: "Dolgovi, po domače", NAME: "Dolgovi in rubež"})


def test_where_both_changed_the_same_place_the_editor_is_kept_and_the_update_told() -> None:
    base = small_edition()
    ours, theirs = with_changes(base, {TITLE: "Naš naslov"}), with_changes(base, {TITLE: "Njihov naslov"})

    united = unite(base, ours, theirs, NOW)

    assert united.library == ours
    [told] = united.told
    assert ((told.file, told.path), told.base, told.ours, told.theirs) == (TITLE, at(base, TITLE), "Naš naslov", "Njihov naslov")


def test_a_contradiction_is_over_when_an_editor_wrote_anything_else() -> None:
    base = small_edition()
    ours, theirs = with_changes(base, {TITLE: "Naš naslov"}), with_changes(base, {TITLE: "Njihov naslov"})
    [told] = unite(base, ours, theirs, NOW).told

    assert is_open(trees.of(ours), told)
    assert not is_open(trees.of(theirs), told)


def test_examples_of_both_are_put_together() -> None:
    base = small_edition()
    before = at(base, EXAMPLES)
    ours = with_changes(base, {EXAMPLES: [*before[1:], "dolžan sem sosedu in ne vem naprej"]})
    theirs = with_changes(base, {EXAMPLES: [*before, "upnik mi grozi z izvršbo"]})

    united = unite(base, ours, theirs, NOW)

    assert united.library is not None
    assert united.told == []
    assert at(united.library, EXAMPLES) == [*before[1:], "upnik mi grozi z izvršbo", "dolžan sem sosedu in ne vem naprej"]


def _without_months(library: Library) -> Library:
    """Return what an editor makes who takes a fact away, and every word of it."""
    changes: dict[Spot, Any] = {
        (f"{language}/debts.yaml", ("wordings", "si", name)): "Brez številke."
        for language in ("sl", "it", "hr", "bg")
        for name, value in (trees.get(trees.of(library), f"{language}/debts.yaml", ("wordings", "si")) or {}).items()
        if "{late_months}" in str(value) and isinstance(value, str)
    }
    return with_changes(library, {**changes, MONTHS: None})


def test_a_wording_of_the_update_that_names_a_fact_which_an_editor_took_away_is_left_as_the_editor_has_it() -> None:
    base = small_edition()
    ours = _without_months(base)
    theirs = with_changes(base, {NOTE: "Počakajte {late_months} mesecev.", NAME: "Dolgovi in rubež"})

    united = unite(base, ours, theirs, NOW)

    assert united.library is not None
    assert at(united.library, NOTE) == at(ours, NOTE)
    assert at(united.library, NAME) == "Dolgovi in rubež"
    assert any(told.file == NOTE[0] and NOTE[1][: len(told.path)] == told.path for told in united.told)


def test_without_a_former_folder_all_that_differs_is_an_editors_work() -> None:
    ours = with_changes(small_edition(), {TITLE: "Naš naslov"})

    united = unite(None, ours, small_edition(), NOW)

    assert united.library == ours
    assert [(told.file, told.path) for told in united.told] == [TITLE]


def test_what_is_not_sound_together_is_refused_with_the_reasons() -> None:

    base = small_edition()
    broken = replace(base, help_lines=())

    united = unite(base, broken, with_changes(base, {NAME: "Dolgovi in rubež"}), NOW)

    assert united.library is None
    assert united.why

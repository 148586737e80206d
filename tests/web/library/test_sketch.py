"""Answers as they are being written: shown by the code that answers, whatever is missing in them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.channels.telegram.shown import LONGEST
from bot.editing import layout
from bot.editing.trees import put
from bot.matching.index import Index
from bot.model.library import LANGUAGES, FactKind
from bot.web.library.preview import Preview
from bot.web.library.sketch import sketched
from tests.support.editing import small_edition, small_tree
from tests.support.phrases import english

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
FACTS = layout.facts("child-benefit", "si")


@pytest.fixture(scope="module")
def preview() -> Preview:
    """The preview over the small edition."""
    index = Index(small_edition(), None, None, 0.02)
    return Preview(english(), lambda: index, lambda: NOW)


@pytest.mark.parametrize("name", sorted(small_edition().answers))
def test_a_sketch_of_a_finished_answer_is_that_answer(name: str) -> None:
    topic, _, where = name.partition("/")
    library, answer = sketched(small_tree(), small_edition(), topic, where, TODAY)
    assert answer == small_edition().answers[name]
    assert library.topics[topic] == small_edition().topics[topic]


def test_what_cannot_be_read_is_shown_as_it_was_typed() -> None:
    tree = put(small_tree(), FACTS, ("facts", "age_limit", "value"), "about 18")
    tree = put(tree, FACTS, ("facts", "threshold", "kind"), "nonsense")
    tree = put(tree, FACTS, ("facts", "highest"), "no fact")
    tree = put(tree, FACTS, ("checked_on",), "soon")
    _, answer = sketched(tree, small_edition(), "child-benefit", "si", TODAY)
    assert (answer.facts["age_limit"].kind, answer.facts["age_limit"].value) == (FactKind.NAME, "about 18")
    assert answer.facts["threshold"].kind is FactKind.NAME
    assert answer.facts["highest"].value == "{highest}"
    assert answer.checked_on == TODAY


def test_an_answer_to_a_new_topic_in_one_language_is_shown_in_all(preview: Preview) -> None:
    tree = put(small_tree(), layout.topic("gardens"), (), {"group": "community", "countries": [], "names": {"sl": "Vrtovi"}})
    tree = put(tree, layout.facts("gardens", "si"), (), {"confidence": "thin", "checked_on": "2026-11-22", "whom": []})
    tree = put(tree, layout.words("gardens", "sl"), ("wordings", "si"), {"title": "Vrtovi"})
    seen = preview.of_answer(tree, small_edition(), "gardens", "si")
    assert [each.is_worded for each in seen] == [True, False, False, False]
    assert "Vrtovi (Slovenija)" in seen[0].telegram[0].text
    assert "…" in seen[0].telegram[0].text
    assert "not in English yet" in seen[1].telegram[0].text


def test_nothing_is_shown_of_an_answer_without_words(preview: Preview) -> None:
    tree = small_tree()
    for language in LANGUAGES:
        tree = put(tree, layout.words("child-benefit", language), ("wordings", "si"), None)
    assert preview.of_answer(tree, small_edition(), "child-benefit", "si") == []


def test_both_channels_show_the_same_words_and_buttons(preview: Preview) -> None:
    for seen in preview.of_answer(small_tree(), small_edition(), "child-benefit", "si"):
        labels = [label for message in seen.web for row in message.rows for label in row]
        assert labels == [label for part in seen.telegram for row in part.rows for label in row]
        assert seen.length == sum(part.length for part in seen.telegram) <= LONGEST


def test_who_is_from_a_town_reads_of_the_office_there(preview: Preview) -> None:
    nowhere, there = (
        preview.of_answer(small_tree(), small_edition(), "child-benefit", "si", place)[0] for place in (None, "tolmin")
    )
    assert nowhere.telegram[-1].key == "Share my location"
    assert all(not part.key for part in there.telegram)
    assert nowhere.telegram[0].text != there.telegram[0].text


def test_a_text_that_is_too_long_for_one_message_comes_in_several(preview: Preview) -> None:
    tree = put(small_tree(), layout.words("child-benefit", "sl"), ("wordings", "si", "who"), "Beseda. " * 700)
    seen = preview.of_answer(tree, small_edition(), "child-benefit", "si")[0]
    texts = [part for part in seen.telegram if not part.key]
    assert len(texts) > 1
    assert all(part.length <= LONGEST for part in texts)
    assert [bool(part.rows) for part in texts] == [*[False] * (len(texts) - 1), True]

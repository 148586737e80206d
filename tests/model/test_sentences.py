"""A sentence that is written in one place and said in another."""

from __future__ import annotations

from bot.model.sentences import sentence


def test_a_sentence_that_is_marked_for_the_catalogs_stays_as_it_is() -> None:
    assert sentence("Please wait.") == "Please wait."

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.split import LIMIT, length, split


def test_a_short_text_is_one_part() -> None:
    assert split("Kratko.\n\nIn jasno.") == ["Kratko.\n\nIn jasno."]


@pytest.mark.parametrize("text", ["", "  \n\n ", " " * 5000])
def test_a_blank_text_has_no_part(text: str) -> None:
    assert split(text) == []


def test_a_text_of_exactly_the_limit_is_one_part() -> None:
    assert split("a" * LIMIT) == ["a" * LIMIT]
    assert [len(part) for part in split("a" * (LIMIT + 1))] == [LIMIT, 1]


def test_an_emoji_counts_two() -> None:
    assert length("😭") == 2
    assert split("😭" * 5, 4) == ["😭😭", "😭😭", "😭"]


def test_it_is_cut_between_paragraphs_first() -> None:
    assert split("First one.\n\nSecond. More.\n\nThird.", 26) == ["First one.\n\nSecond. More.", "Third."]


def test_a_long_paragraph_is_cut_between_lines() -> None:
    assert split("Bring:\n- a card\n- a letter", 16) == ["Bring:\n- a card", "- a letter"]


def test_a_long_line_is_cut_between_sentences() -> None:
    assert split("One is here. Two is here. Three is here.", 26) == ["One is here. Two is here.", "Three is here."]


def test_a_long_sentence_is_cut_between_words() -> None:
    assert split("one two three four", 9) == ["one two", "three", "four"]


@given(st.text(st.sampled_from("ab .!\n😭č"), max_size=300), st.integers(2, 40))
def test_nothing_but_white_space_is_lost_and_no_part_is_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(part and length(part) <= limit for part in parts)

"""Files: which may be shown, what names them, and why one is not taken."""

from __future__ import annotations

import pytest

from bot.model.attached import JPEG, PDF, PNG, TEXT, Dangerous, Enclosure, TooLarge, Unwanted, Why, kept_as


@pytest.mark.parametrize("media_type", [JPEG, PNG, PDF, TEXT, "image/svg+xml"])
def test_a_picture_that_we_drew_may_be_shown_and_nothing_else(media_type: str) -> None:
    assert Enclosure("1", "a", media_type).is_picture is (media_type in (JPEG, PNG))


def test_a_file_that_we_keep_is_told_from_one_that_a_channel_keeps() -> None:
    assert kept_as(Enclosure("17", "letter.pdf", PDF).reference) == "17"
    assert kept_as("AgACAgQAAxkBAAI") is None


def test_every_refusal_says_why_and_one_that_is_too_large_says_so_itself() -> None:
    refused = [TooLarge(), Dangerous(Why.ACTIVE), Unwanted(Why.EMPTY)]

    assert [refusal.why for refusal in refused] == [Why.TOO_LARGE, Why.ACTIVE, Why.EMPTY]
    assert [str(refusal) for refusal in refused] == ["too-large", "active", "empty"]

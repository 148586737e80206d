"""Whoever sends a file that is not taken is told why, and what to do."""

from __future__ import annotations

from gettext import NullTranslations

from bot.channels.uploads import advice
from bot.model.attached import Dangerous, Enclosure, TooLarge, Why, kept_as


def test_each_reason_has_a_sentence_of_its_own_but_for_two_that_need_the_same_advice() -> None:
    say = NullTranslations()
    sentences = {why: advice(Dangerous(why), say) for why in Why}
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in sentences.values())
    assert len(set(sentences.values())) == len(Why) - 1
    assert sentences[Why.BROKEN] == sentences[Why.SLOW]
    assert advice(TooLarge(), say) == sentences[Why.TOO_LARGE]


def test_a_reference_to_a_file_of_ours_is_told_from_one_of_a_channel() -> None:
    file = Enclosure("ab12", "a.txt", "text/plain")
    assert kept_as(file.reference) == "ab12"
    assert kept_as("AgACAgQAAxkBAAI") is None
    assert (file.is_picture, Enclosure("1", "a.png", "image/png").is_picture) == (False, True)

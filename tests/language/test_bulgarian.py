from __future__ import annotations

import pytest

from bot.language import bulgarian

KNOWN = {"къде": 9, "се": 9, "намира": 5, "социалното": 3, "трябва": 8, "ми": 9, "жена": 4, "щастие": 2, "италия": 2}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trqbva mi jena", "трябва ми жена"),
        ("tryabva mi zhena", "трябва ми жена"),
        ("kade se namira socialnoto", "къде се намира социалното"),
        ("kyde se namira", "къде се намира"),
        ("kude", "къде"),
        ("6tastie i shtastie", "щастие и щастие"),
        ("Italia", "италия"),
    ],
)
def test_latin_letters_are_read_back_by_every_habit(typed: str, meant: str) -> None:
    assert bulgarian.to_cyrillic(typed, KNOWN) == meant


def test_without_a_vocabulary_the_likeliest_reading_is_taken() -> None:
    assert bulgarian.to_cyrillic("4akam na moy li4en lekar ot 12 dni") == "чакам на мой личен лекар от 12 дни"


def test_an_i_after_a_vowel_is_a_short_one() -> None:
    assert bulgarian.to_cyrillic("saita") == "сайта"


def test_numbers_and_cyrillic_words_stay() -> None:
    assert bulgarian.to_cyrillic("2 деца и 300 lv, 18godini") == "2 деца и 300 лв, 18години"


def test_an_endless_word_is_read_without_trying_everything() -> None:
    assert bulgarian.to_cyrillic("a" * 4000, KNOWN) == "а" * 4000


def test_foreign_letters_stay() -> None:
    assert bulgarian.to_cyrillic("caffè") == "цаффè"


@pytest.mark.parametrize("habit", bulgarian.HABITS)
def test_what_was_written_in_latin_letters_is_read_back(habit: dict[str, str]) -> None:
    text = "трябва ми жена къде се намира щастие"
    assert bulgarian.to_cyrillic(bulgarian.to_latin(text, habit), KNOWN) == text


def test_capitals_are_kept_when_written_in_latin_letters() -> None:
    assert bulgarian.to_latin("Щастие в ЖК") == "Shtastie v ZhK"


def test_a_single_cyrillic_letter_is_seen() -> None:
    assert bulgarian.has_cyrillic("CSD и")
    assert not bulgarian.has_cyrillic("CSD i")

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.text import MAX_CHARACTERS, clean, fold, has_content, sentences, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("nič\x00 hudega", "nič hudega"),
        ("pol\ud83d pomočnik", "pol pomočnik"),
        ("\u202eobrnjeno\u202c", "obrnjeno"),
        ("nevidni\u200b presledek", "nevidni presledek"),
        ("c\u030cez", "čez"),
        ("  ena \t dve  \r\n\r\n\r\n\r\n tri ", "ena dve\n\ntri"),
        ("👨‍👩‍👧 družina", "👨‍👩‍👧 družina"),
        ("", ""),
    ],
)
def test_what_is_not_to_be_read_is_dropped(typed: str, read: str) -> None:
    assert clean(typed) == read


def test_a_message_of_a_hundred_thousand_characters_is_cut() -> None:
    assert len(clean("a" * 100_000)) == MAX_CHARACTERS


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)

    assert clean(once) == once


@given(st.text())
def test_a_cleaned_text_can_be_kept_in_any_database(text: str) -> None:
    cleaned = clean(text)

    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ČŠŽ čšž Đuro", "csz csz duro"),
        ("perché L’ASSEGNO", "perche l'assegno"),
        ("Й Ё Ъ", "й ё ъ"),
        ("a\u0301 b", "a b"),
        ("straße", "strasse"),
        ("  dva\n presledka ", "dva presledka"),
    ],
)
def test_folding_drops_latin_marks_and_keeps_cyrillic_ones(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_words_come_without_punctuation() -> None:
    assert words("Kje je CSD?! (l'ufficio)") == ["kje", "je", "csd", "l'ufficio"]


def test_an_emoji_alone_has_no_content() -> None:
    assert not has_content("😂😂 !?")
    assert has_content("ok")


def test_sentences_end_at_full_stops_and_line_breaks() -> None:
    assert sentences("Prva. Druga?\nTretja") == ["Prva.", "Druga?", "Tretja"]


@given(st.text(alphabet=string.ascii_letters + " .\n"))
def test_sentences_lose_no_word(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()

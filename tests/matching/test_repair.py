from __future__ import annotations

import pytest

from bot.matching.repair import Vocabulary, read

KNOWN = Vocabulary.of(["otroški dodatek", "otroški dodatek za vrtec", "brezposelnost", "brezposelnost", "enkratno", "šola"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("otroski dodatek", "otroški dodatek"),
        ("dodtaek", "dodatek"),
        ("dodatekk", "dodatek"),
        ("brzposlnost", "brezposelnost"),
        ("Otroski, 300 EUR!", "otroški, 300 EUR!"),
    ],
)
def test_what_was_mistyped_is_mended(typed: str, meant: str) -> None:
    assert KNOWN.mend(typed) == meant


@pytest.mark.parametrize("text", ["vrte", "tisti", "potovanje", "enkratnoo", "VRTEC"])
def test_short_far_rare_and_known_words_stay(text: str) -> None:
    assert KNOWN.mend(text) == text


def test_the_number_of_look_ups_is_bounded() -> None:
    mended = KNOWN.mend(" ".join(["dodtaek"] * 20)).split()
    assert mended[0] == "dodatek"
    assert mended[-1] == "dodtaek"


def test_bulgarian_in_latin_letters_is_read_back() -> None:
    vocabularies = {"bg": Vocabulary.of(["детска градина"] * 2)}
    assert read("detska gradina", "bg", vocabularies, latin_bulgarian=True) == "детска градина"


def test_a_language_without_examples_stays_as_typed() -> None:
    assert read("otroski", "it", {"sl": KNOWN}, latin_bulgarian=False) == "otroski"
    assert read("otroski", "sl", {"sl": KNOWN}, latin_bulgarian=False) == "otroški"

from __future__ import annotations

import pytest

from bot.language import identify
from bot.language.identify import LanguageModel
from tests.matching.tiny import examples


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return identify.train([("en", "where do I find help"), *((example.language, example.text) for example in examples())])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kje dobim pokojnino", "sl"),
        ("gdje mogu dobiti mirovinu", "hr"),
        ("dove trovo la pensione", "it"),
        ("къде да намеря пенсия", "bg"),
        ("kyde da namerq pensiq", "bg"),
        ("kade da namerya pensiya", "bg"),
        ("gdje mogu dobiti vrtic", "hr"),
    ],
)
def test_the_language_of_a_text_is_told(model: LanguageModel, text: str, language: str) -> None:
    guess = model.guess(text)
    assert guess.language == language
    assert sum(probability for _, probability in guess.ranked) == pytest.approx(1.0)


def test_what_slovene_and_croatian_share_is_unclear(model: LanguageModel) -> None:
    guess = model.guess("hvala")
    assert guess.unclear is not None
    assert set(guess.unclear) == {"sl", "hr"}


def test_the_language_of_the_conversation_settles_what_is_unclear(model: LanguageModel) -> None:
    assert model.guess("hvala", current="sl").language == "sl"
    assert model.guess("hvala", current="hr").language == "hr"
    assert model.guess("hvala", current="hr").unclear is None


def test_the_language_of_the_app_tips_the_balance(model: LanguageModel) -> None:
    assert dict(model.guess("ok", hint="it").ranked)["it"] > dict(model.guess("ok").ranked)["it"]
    assert model.guess("ok", hint="de") == model.guess("ok")


def test_a_text_without_words_is_in_the_language_of_the_conversation(model: LanguageModel) -> None:
    assert model.guess("👍", current="bg").language == "bg"
    assert model.guess("", current="it").language == "it"


def test_bulgarian_in_latin_letters_is_told_from_the_rest(model: LanguageModel) -> None:
    assert model.is_latin_bulgarian("kyde da namerq pensiq")
    assert not model.is_latin_bulgarian("къде да намеря пенсия")
    assert not model.is_latin_bulgarian("kje dobim pokojnino")


def test_examples_of_bulgarian_in_latin_letters_teach_too() -> None:
    model = identify.train([("sl", "kje je vrtec"), ("sl", "kje je dom"), ("bg", "kyde e jasla"), ("bg", "kyde e doma")])
    assert model.is_latin_bulgarian("kyde")


def test_a_model_of_nothing_still_guesses() -> None:
    assert identify.train([]).guess("kje", current="hr").language == "hr"

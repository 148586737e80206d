from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import bulgarian
from bot.language.text import fold
from bot.matching.evaluation import Asked, evaluate
from bot.matching.tables import misses, table, variants_table
from bot.matching.variants import LONG, VARIANTS, in_latin, mistyped, stripped
from bot.model.verdict import VerdictKind

LONG_WORDS = st.text("abcčdđefghijklmnoprsštuvzžàèéìòùабвгдежзийклмнопрстуфхцчшщъьюя", min_size=LONG, max_size=20)
BULGARIAN = "Щях да питам: къде живея, жилище, чаша, юли, цвете, подходящо"


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("Živjo, kje je vrtec? ŠČĆ", "Zivjo, kje je vrtec? SCC"),
        ("đak, Đakovo", "djak, Djakovo"),
        ("perché no? È così, più giù", "perche no? E cosi, piu giu"),
        ("z\u030civjo", "zivjo"),
        ("Кой ѝ помага?", "Кой ѝ помага?"),
    ],
)
def test_diacritics_are_left_out_and_cyrillic_stays(typed: str, bare: str) -> None:
    assert stripped(typed) == bare


@given(LONG_WORDS, st.integers(), st.sampled_from(["sl", "it", "hr", "bg", "en"]))
def test_every_long_word_gets_one_typo(word: str, seed: int, language: str) -> None:
    typed = mistyped(word, seed, language)

    assert typed != word
    assert abs(len(typed) - len(word)) <= 1
    # One slip: what stands before and after it, two letters at most, is as it was.
    before = next((place for place, (a, b) in enumerate(zip(word, typed, strict=False)) if a != b), min(len(word), len(typed)))
    rest = word[before + 2 :]
    assert typed.endswith(rest)


def test_short_words_and_all_that_is_no_word_stay() -> None:
    assert mistyped("kje je vrtec 123456 ?!", 1, "sl") == "kje je vrtec 123456 ?!"


def test_all_four_slips_happen_and_keep_the_case() -> None:
    typed = {mistyped("POMOCI", seed, "hr") for seed in range(300)}

    assert {"OMOCI", "POMMOCI", "PMOOCI", "PKMOCI"} <= typed
    assert all(word.isupper() for word in typed)


def test_a_key_that_the_keyboard_lacks_is_no_reason_to_fail() -> None:
    assert all(len(mistyped("éééééx", seed, "it")) in {5, 6, 7} for seed in range(50))


def test_bulgarian_is_typed_in_latin_letters_by_many_habits() -> None:
    typed = {in_latin(BULGARIAN, seed) for seed in range(200)}

    assert len(typed) > 100
    assert not any(map(bulgarian.has_cyrillic, typed))
    words = {word.strip(":,").lower() for text in typed for word in text.split()}
    assert {"6tqh", "shtyax", "kade", "kude", "kyde", "jiweq", "zhiveya", "jili6te", "4a6a", "iuli", "cvete"} <= words


@pytest.mark.parametrize("change", [lambda seed: mistyped(BULGARIAN, seed, "bg"), lambda seed: in_latin(BULGARIAN, seed)])
def test_the_same_seed_gives_the_same_message(change: Any) -> None:
    assert change(7) == change(7)
    assert len({change(seed) for seed in range(20)}) > 1


def test_a_letter_keeps_its_way_within_a_message() -> None:
    for seed in range(20):
        first, second = in_latin("ще ще", seed).split()
        assert first == second


def test_lines_of_an_evaluation_are_typed_otherwise_once_for_each_seed() -> None:
    lines: list[dict[str, Any]] = [
        {"lang": "bg", "text": "ще", "expect": "a"},
        {
            "lang": "hr",
            "turns": [{"text": "škola", "expect": "b", "place": "Škofljica"}, {"text": "più", "expect": "c", "lang": "it"}],
        },
    ]

    assert list(VARIANTS["stripped"].lines(lines)) == [
        {
            "lang": "hr",
            "turns": [{"text": "skola", "expect": "b", "place": "Škofljica"}, {"text": "piu", "expect": "c", "lang": "it"}],
        }
    ]
    latin = list(VARIANTS["in Latin letters"].lines(lines))
    assert len(latin) == 3
    assert {line["text"] for line in latin} <= {"shte", "6te"}
    assert len(list(VARIANTS["mistyped"].lines(lines))) == 6


def test_the_table_sets_the_loss_beside_each_way_of_typing() -> None:
    lines = [{"lang": "sl", "text": "živjo", "expect": "debts"}, {"lang": "bg", "text": "да", "expect": "thanks"}]

    def asked(text: str) -> Asked:
        return Asked(VerdictKind.ANSWER, "debts" if text == "živjo" else "appeals", "sl" if fold(text) == "zivjo" else "bg")

    plain = evaluate(lines, lambda: asked)
    typed = {name: evaluate(VARIANTS[name].lines(lines), lambda: asked) for name in ("stripped", "in Latin letters")}
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in variants_table(plain, typed).splitlines()]

    assert [row[:2] for row in rows[2:]] == [["sl", "plain"], ["sl", "stripped"], ["bg", "plain"], ["bg", "in Latin letters"]]
    assert rows[0][2] == "helped / in_scope"
    assert rows[2][2:] == ["100.0 % (1/1)", "100.0 % (1/1)", "0.0 % (0/1)", "-", "-", "100.0 % (1/1)", ""]
    assert rows[3][2] == "0.0 % (0/1)"
    assert [row[-1] for row in rows[3:]] == ["+100.0", "", "-"]


def test_misses_are_listed_with_the_way_of_typing_and_the_reason() -> None:
    report = evaluate(
        [{"lang": "sl", "text": "vrtec", "expect": "kindergarten"}],
        lambda: lambda _text: Asked(VerdictKind.ANSWER, "debts", "sl", why="gate 0.9"),
    )

    assert list(misses(report, "stripped")) == [
        "stripped sl answered_right, answered_wrong: vrtec",
        "    expected kindergarten, decided answer debts ",
        "    gate 0.9",
    ]
    assert next(misses(report, "")).startswith("sl ")


def test_the_table_has_a_column_for_each_language_and_one_for_all() -> None:
    lines = [{"lang": "sl", "text": "vrtec", "expect": "kindergarten"}, {"lang": "it", "text": "asilo", "expect": "kindergarten"}]
    report = evaluate(lines, lambda: lambda text: Asked(VerdictKind.ANSWER, "kindergarten" if text == "vrtec" else "debts", "sl"))
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table(report).splitlines()]

    assert rows[0] == ["figure", "sl", "it", "all"]
    assert rows[2] == ["helped / in_scope", "100.0 % (1/1)", "0.0 % (0/1)", "50.0 % (1/2)"]
    assert [row[0] for row in rows[-2:]] == ["p50, ms", "p95, ms"]

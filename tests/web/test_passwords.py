from __future__ import annotations

import time

import pytest

from bot.web import passwords


@pytest.fixture(scope="module")
def kept() -> str:
    return passwords.hash_password("štiri besede na črti")


def test_the_right_password_is_right(kept: str) -> None:
    assert passwords.is_right("štiri besede na črti", kept)


def test_another_password_is_wrong(kept: str) -> None:
    assert not passwords.is_right("stiri besede na crti", kept)


def test_a_letter_typed_as_two_characters_is_the_same_letter(kept: str) -> None:
    assert passwords.is_right("s\u030ctiri besede na c\u030crti", kept)


def test_an_account_that_there_is_not_takes_as_long_as_one_that_there_is(kept: str) -> None:
    passwords.is_right("the first comparison makes the decoy", kept)
    took = []
    for account in (kept, None):
        started = time.process_time()
        assert not passwords.is_right("a wrong password", account)
        took.append(time.process_time() - started)
    assert took[1] > took[0] / 3


def test_nobody_signs_in_to_an_account_that_there_is_not() -> None:
    assert not passwords.is_right("", None)


def test_a_broken_hash_opens_nothing() -> None:
    assert not passwords.is_right("whatever it is", "no hash")


def test_odd_characters_are_wrong_and_no_crash(kept: str) -> None:
    assert not passwords.is_right("\0\ud800" * 500, kept)


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "at least 12"), ("x" * 300, "at most 256"), ("ababababababab", "different"), ("I am Anabel today", "name")],
)
def test_a_password_that_would_be_guessed_is_refused_with_a_reason(password: str, why: str) -> None:
    with pytest.raises(passwords.WeakPasswordError, match=why):
        passwords.check_strength(password, "anabel")


def test_a_few_words_are_a_good_password() -> None:
    passwords.check_strength("four words in a row", "anabel")

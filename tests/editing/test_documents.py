from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.editing.documents import parse


def test_every_scalar_is_text_and_an_open_value_is_none() -> None:
    document, problems = parse("a.yaml", b"a: 01\nb: no\nc: 2026-01-01\nd:\ne: ~\nf: null\ng: 'null'\nh: ''\ni: [1.50, {j: k}]\n")

    assert problems == ()
    assert document is not None
    assert document.value == {
        "a": "01",
        "b": "no",
        "c": "2026-01-01",
        "d": None,
        "e": None,
        "f": None,
        "g": "null",
        "h": "",
        "i": ["1.50", {"j": "k"}],
    }


def test_an_empty_file_is_nothing() -> None:
    document, problems = parse("a.yaml", b"# to be written\n")

    assert problems == ()
    assert document is not None
    assert document.value is None
    assert document.line(("a", 0)) == 1


def test_it_knows_the_line_of_each_part() -> None:
    document, _ = parse("a.yaml", b"# head\na:\n  b:\n    - c\n    - d: e\n")

    assert document is not None
    assert document.line(()) == 2
    assert document.line(("a", "b")) == 3
    assert document.line(("a", "b", 1)) == 5
    assert document.line(("a", "b", 1, "d")) == 5
    assert document.line(("a", "b", 7)) == 3
    assert document.line(("a", "missing")) == 2
    assert document.line(("a", "b", 0, "deeper")) == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: [1", "a.yaml:1: error: this is not YAML: did not find expected ',' or ']'"),
        (b"a: 1\n---\nb: 2\n", "a.yaml:2: error: this is not YAML: but found another document"),
        (b"a: 1\nb: \x00\n", "a.yaml:2: error: a character stands here that no text may hold"),
        ("a: ok\nb: č".encode("iso-8859-2"), "a.yaml:2: error: the file is not written in UTF-8"),
    ],
)
def test_what_cannot_be_parsed_is_told_with_its_line(content: bytes, told: str) -> None:
    document, problems = parse("a.yaml", content)

    assert document is None
    assert [str(problem) for problem in problems] == [told]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: 1\nb: 2\na: 3\n", "a.yaml:3: error: 'a' stands here twice"),
        (b"? [a, b]\n: 1\n", "a.yaml:1: error: a name is expected here, before the colon"),
        (
            b"a: &x 1\nb: *x\n",
            "a.yaml:1: error: write this out: a knowledge file refers to no other part of itself and is not this deep",
        ),
        (
            b"a: &x [*x]\n",
            "a.yaml:1: error: write this out: a knowledge file refers to no other part of itself and is not this deep",
        ),
        (
            b"[" * 40 + b"]" * 40,
            "a.yaml:1: error: write this out: a knowledge file refers to no other part of itself and is not this deep",
        ),
    ],
)
def test_what_is_too_clever_is_refused(content: bytes, told: str) -> None:
    _, problems = parse("a.yaml", content)

    assert [str(problem) for problem in problems] == [told]


def test_a_bomb_of_references_is_refused_at_once() -> None:
    content = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))

    _, problems = parse("a.yaml", content.encode())

    assert problems


def test_a_pit_of_brackets_is_refused() -> None:
    _, problems = parse("a.yaml", b"[" * 5_000)

    assert problems


@given(
    st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}\"'&*|>#%@!?, \n\t\u0000ž\ufeff", max_size=60).map(str.encode))
)
def test_no_content_makes_it_fail(content: bytes) -> None:
    document, problems = parse("a.yaml", content)

    assert document is not None or problems
    assert all(problem.message for problem in problems)
    assert all(
        problem.line is not None and 1 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 2 for problem in problems
    )

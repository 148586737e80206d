"""Files whose tests wait stand among those that compute."""

from __future__ import annotations

from tests.support.spreading import spread


def _file(test: str) -> str:
    return test.partition("::")[0]


def test_files_that_wait_are_spread_among_the_others_and_each_stays_whole() -> None:
    others = [f"tests/work/test_{letter}.py::{number}" for letter in "abcde" for number in range(2)]
    waiting = [f"tests/{room}/test_{room}.py::{number}" for room in ("browser", "journeys") for number in range(3)]

    order = spread(waiting + others, _file)

    assert list(dict.fromkeys(map(_file, order))) == [
        "tests/browser/test_browser.py",
        *(f"tests/work/test_{letter}.py" for letter in "ab"),
        "tests/journeys/test_journeys.py",
        *(f"tests/work/test_{letter}.py" for letter in "cde"),
    ]
    assert [test for test in order if test in waiting] == waiting
    assert [test for test in order if test in others] == others


def test_where_nothing_waits_the_order_stays() -> None:
    tests = ["tests/model/test_b.py::1", "tests/model/test_a.py::1", "tests/model/test_a.py::2"]

    assert spread(tests, _file) == tests


def test_where_everything_waits_the_order_stays() -> None:
    tests = ["tests/browser/test_b.py::1", "tests/browser/test_a.py::1"]

    assert spread(tests, _file) == tests

"""What fails in a row is left alone for a while."""

from __future__ import annotations

from bot.work.breaker import FAILURES, PAUSE, Breaker


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    return breaker


def test_single_failures_change_nothing() -> None:
    breaker = Breaker()
    told = [breaker.failed() for _ in range(FAILURES - 1)]
    breaker.succeeded()
    told += [breaker.failed() for _ in range(FAILURES - 1)]

    assert breaker.may_try()
    assert not breaker.broken
    assert told == [False] * len(told)


def test_failures_in_a_row_break_it_and_that_is_told_once() -> None:
    breaker = Breaker()

    assert [breaker.failed() for _ in range(FAILURES + 1)] == [False] * (FAILURES - 1) + [True, False]
    assert breaker.broken
    assert not breaker.may_try()


def test_after_a_pause_one_may_try_and_the_others_wait() -> None:
    clock = Clock()
    breaker = _broken(clock)
    clock.now += PAUSE

    assert [breaker.may_try(), breaker.may_try()] == [True, False]


def test_a_success_makes_it_whole() -> None:
    clock = Clock()
    breaker = _broken(clock)

    assert breaker.succeeded()
    assert breaker.may_try()
    assert not breaker.succeeded()

"""The limits at the residents' doors, by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.channels.limits import LATELY, Limits, Newcomers, Places


@dataclass
class Watch:
    """A clock set by hand, in seconds."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_newcomers_are_let_in_at_once_up_to_a_number_and_then_so_many_a_second() -> None:
    watch = Watch()
    newcomers = Newcomers(2.0, 3, watch)
    assert [newcomers.lets_in() for _ in range(4)] == [True, True, True, False]
    watch.now += 0.5
    assert [newcomers.lets_in() for _ in range(2)] == [True, False]
    watch.now += 3600
    assert [newcomers.lets_in() for _ in range(4)] == [True, True, True, False]


def test_a_visitor_has_so_many_places_and_gives_them_back() -> None:
    places = Places(of_one=2, of_all=10, of_strangers=10)
    assert [places.enter("ana", stranger=False) for _ in range(3)] == [True, True, False]
    assert places.enter("boris", stranger=False)
    places.leave("ana", stranger=False)
    assert places.enter("ana", stranger=False)
    assert places.taken == 3


def test_who_has_no_conversation_takes_no_place_of_those_who_have() -> None:
    places = Places(of_one=8, of_all=4, of_strangers=2)
    assert [places.enter(f"made up {number}", stranger=True) for number in range(3)] == [True, True, False]
    assert [places.enter(f"resident {number}", stranger=False) for number in range(3)] == [True, True, False]
    places.leave("made up 0", stranger=True)
    assert places.enter("made up 2", stranger=True)


def test_the_more_wait_for_their_conversation_to_begin_the_less_often_each_looks() -> None:
    places = Places()
    assert places.calm() == 0
    for number in range(200):
        places.enter(str(number), stranger=True)
    assert places.calm() == pytest.approx(0.4)


async def test_a_text_is_a_crisis_if_its_words_are_short_or_long() -> None:
    limits = Limits(lambda text: "umreti" in text)
    assert await limits.is_urgent("umreti")
    assert await limits.is_urgent("ne vem, kako naprej. " * 50 + "umreti")
    assert not await limits.is_urgent("delo " * 100)
    assert not await limits.is_urgent("")


def test_those_who_were_sent_away_are_told_of_for_a_while() -> None:
    watch = Watch()
    limits = Limits(seconds=watch)
    limits.note()
    watch.now += LATELY / 2
    limits.note()
    assert limits.sent_away == 2
    watch.now += LATELY / 2
    assert limits.sent_away == 1
    watch.now += LATELY
    assert limits.sent_away == 0

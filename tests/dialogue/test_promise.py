"""What residents are told of when somebody answers: tables with a moved clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.language.hours import ZONES
from bot.model.schedule import Closure, DeskState, InLine, Schedule
from tests.support.stage import MONDAY, Stage

PERSON = "rad bi govoril s človekom"
SPLIT = "Mo-Fr 08:00-12:00,13:00-16:00"


def _at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONES["si"]).astimezone(UTC)


def _stage(now: str, hours: str | None = SPLIT, closures: tuple[Closure, ...] = ()) -> Stage:
    return Stage(now=_at(now), desk=DeskState({"ptuj": Schedule("si", hours, closures)}))


@pytest.mark.parametrize(
    ("now", "told", "promised"),
    [
        ("2026-11-23 10:00", "open until 12.00. Somebody will answer as soon as possible.", "2026-11-23 12:00"),
        ("2026-11-23 12:30", "closed now. Somebody will answer from 13.00 today.", "2026-11-23 13:00"),
        ("2026-11-23 17:00", "closed now. Somebody will answer from 8.00 tomorrow.", "2026-11-24 08:00"),
        ("2026-11-27 17:00", "Somebody will answer when it opens: on Monday at 8.00.", "2026-11-30 08:00"),
        ("2026-12-24 17:00", "Somebody will answer when it opens: on Monday at 8.00.", "2026-12-28 08:00"),
        ("2026-03-28 23:30", "Somebody will answer when it opens: on Monday at 8.00.", "2026-03-30 08:00"),
        ("2026-11-23 11:45", "closes at 12.00. If nobody can answer before that, somebody will when it", "2026-11-23 13:00"),
        ("2026-11-23 11:45", "when it opens again: today at 13.00.", "2026-11-23 13:00"),
        ("2026-11-23 15:45", "when it opens again: tomorrow at 8.00.", "2026-11-24 08:00"),
    ],
)
def test_the_truth_about_when_somebody_answers(now: str, told: str, promised: str) -> None:
    stage = _stage(now)

    turn = stage.write(PERSON)

    assert told in stage.said
    assert turn.opens is not None
    assert turn.opens.promised_at == _at(promised)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("24/7", "The info point is open now. Somebody will answer as soon as possible."),
        (None, "I cannot say when somebody will answer"),
        ("off", "I cannot say when somebody will answer"),
        ("2026 Nov 23 08:00-10:20", "The info point closes at 10.20."),
    ],
)
def test_where_no_moment_is_known_none_is_promised_but_the_end_of_the_last_hours(hours: str | None, told: str) -> None:
    stage = _stage("2026-11-23 10:00", hours)

    turn = stage.write(PERSON)

    assert told in stage.said
    assert turn.opens is not None
    assert turn.opens.promised_at == (_at("2026-11-23 10:20") if hours and hours.endswith("10:20") else None)


def test_a_closure_on_short_notice_is_told() -> None:
    closure = Closure(_at("2026-11-23 09:00"), _at("2026-11-24 14:00"))
    stage = _stage("2026-11-23 10:00", closures=(closure,))

    stage.write(PERSON)

    assert "Somebody will answer from 14.00 tomorrow." in stage.said


def test_after_a_long_closure_the_date_is_told_with_the_day() -> None:
    stage = _stage("2026-11-23 10:00", closures=(Closure(_at("2026-11-23 09:00"), _at("2026-12-07 00:00")),))

    stage.write(PERSON)

    assert "when it opens: on Monday, 7. decembra, at 8.00." in stage.said


def test_the_same_is_told_again_to_who_waits_and_calls_again() -> None:
    stage = _stage("2026-11-23 10:00")
    stage.write(PERSON)
    stage.now = _at("2026-11-23 17:00")

    stage.write(PERSON)

    assert "from 8.00 tomorrow" in stage.said


# ---- the place in the line


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ((), ""),
        ((InLine("a", "ptuj"),), "There is 1 person before you."),
        ((InLine("a", "ptuj"), InLine("b", None)), "There are 2 people before you."),
        ((InLine("a", "dalgopol"),), ""),
        ((InLine("a", "ptuj"), InLine("c1", "ptuj"), InLine("b", "ptuj")), "There is 1 person before you."),
    ],
)
def test_residents_are_told_their_place_in_the_line(line: tuple[InLine, ...], told: str) -> None:
    stage = Stage(desk=DeskState({}, line))

    stage.write(PERSON)

    assert told in stage.said
    assert ("before you." in stage.said) == bool(told)


def test_who_stands_in_the_line_of_another_point_is_told_its_hours() -> None:
    stage = Stage(desk=DeskState({}, (InLine("c1", "ptuj"),)))
    stage.conversation = stage.conversation.speaking("bg").put_in_line()

    stage.write("искам да говоря с човек")

    assert "open until 16:00" in stage.said


def test_without_a_point_everybody_in_the_line_is_before_one() -> None:
    state = DeskState({}, (InLine("a", "ptuj"), InLine("b", None)))

    assert state.before("c1", None) == 2
    assert state.before("b", None) == 1


# ---- in a crisis


CRISIS = "ubil se bom"


def test_in_a_crisis_at_night_nobody_is_told_to_wait() -> None:
    stage = _stage("2026-11-23 23:00")
    stage.desk = DeskState(stage.desk.schedules, (InLine("a", "ptuj"),))

    stage.write(CRISIS)

    assert "112" in stage.said
    assert "Do not wait for it." in stage.said
    assert "before you" not in stage.said
    assert not any(press.startswith("callback") for press in stage.presses)


def test_in_a_crisis_by_day_the_hours_are_told() -> None:
    stage = _stage("2026-11-23 09:00")

    stage.write(CRISIS)

    assert "open until 12.00" in stage.said


def test_a_moved_clock_over_a_week_never_promises_the_past() -> None:
    for hours in range(0, 24 * 7, 3):
        stage = _stage("2026-12-21 00:30")
        stage.now = MONDAY + timedelta(hours=hours)
        turn = stage.write(PERSON)
        assert turn.opens is not None
        assert turn.opens.promised_at is not None
        assert turn.opens.promised_at > stage.now

"""Putting a case off from its page, by forms alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.work.casework import Casework, NotYours
from bot.work.later import FURTHEST, InThePast, Later, NoMoment, TooFar, offers, typed_moment
from tests.support.desk import House, fill_in
from tests.support.phrases import english

#: A Monday, 10.00 in Ljubljana and 11.00 in Sofia.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def put_off_until(desk: House) -> datetime | None:
    return (await desk.case()).later_until


@pytest.mark.parametrize(
    ("country", "hours", "offered"),
    [
        ("si", 0, {"hour": "10:00", "afternoon": "13:00", "morning": "07:00"}),
        ("si", 3.5, {"hour": "13:30", "afternoon": "13:00", "morning": "07:00"}),
        ("si", 3.6, {"hour": "13:36", "morning": "07:00"}),
        ("bg", 0, {"hour": "10:00", "afternoon": "12:00", "morning": "06:00"}),
    ],
)
def test_what_is_offered_is_still_to_come_in_the_readers_own_time(country: str, hours: float, offered: dict[str, str]) -> None:
    now = MONDAY + timedelta(hours=hours)
    found = offers(now, country)
    assert {name: f"{moment.astimezone(UTC):%H:%M}" for name, moment in found.items()} == offered
    assert all(moment > now for moment in found.values())


def test_tomorrow_morning_keeps_its_time_when_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 18, tzinfo=UTC)
    assert offers(saturday, "si")["morning"].astimezone(UTC) == datetime(2026, 10, 25, 7, tzinfo=UTC)
    assert offers(datetime(2026, 3, 28, 18, tzinfo=UTC), "si")["morning"].astimezone(UTC) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_a_typed_moment_is_in_the_readers_own_time() -> None:
    assert typed_moment("2026-11-24T09:30", "si").astimezone(UTC) == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert typed_moment(" 2026-11-24T09:30 ", "bg").astimezone(UTC) == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "tomorrow", "2026-11-24", "2026-11-24 09:30", "2026-13-01T09:30", "2026-11-24T09:30Z"])
def test_what_is_no_moment_is_refused(value: str) -> None:
    with pytest.raises(NoMoment):
        typed_moment(value, "si")


async def test_a_case_is_put_off_and_brought_back_by_its_page(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    before = desk.now()
    answer = await fill_in(ana, case_id, "later", later="hour")
    assert answer.status_code == 303
    until = await put_off_until(desk)
    assert until is not None
    assert timedelta(minutes=59) < until - before < timedelta(minutes=61)
    assert "Put off until" in (await ana.get(f"/desk/case/{case_id}")).text
    await fill_in(ana, case_id, "later", later="back")
    assert await put_off_until(desk) is None


async def test_a_case_is_put_off_until_a_typed_time(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    day = (desk.now() + timedelta(days=3)).date().isoformat()
    assert (await fill_in(ana, case_id, "later", later="own", later_at=f"{day}T09:30")).status_code == 303
    assert await put_off_until(desk) == typed_moment(f"{day}T09:30", "si")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Choose a day and a time"),
        ("nonsense", "Choose a day and a time"),
        ("2020-01-01T10:00", "This time has passed already."),
        ("2999-01-01T10:00", "at most."),
    ],
)
async def test_a_time_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    desk: House, ana: httpx.AsyncClient, case_id: str, typed: str, sentence: str
) -> None:
    answer = await fill_in(ana, case_id, "later", later="own", later_at=typed, text="Napol napisano")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Napol napisano" in answer.text
    assert f'name="later_at" value="{typed}"' in answer.text
    assert await put_off_until(desk) is None


async def test_a_choice_that_is_not_offered_is_refused(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    assert (await fill_in(ana, case_id, "later", later="never")).status_code == 422
    assert await put_off_until(desk) is None


@pytest.mark.usefixtures("ana")
async def test_who_does_not_have_a_case_cannot_put_it_off(desk: House, case_id: str) -> None:
    boris = await desk.signed_in("boris")
    assert 'name="later"' not in (await boris.get(f"/desk/case/{case_id}")).text
    answer = await fill_in(boris, case_id, "later", later="hour")
    assert answer.status_code == 409
    assert "This case is with ana now." in answer.text
    assert await put_off_until(desk) is None


async def test_a_resident_who_writes_brings_the_case_back_at_once(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await desk.helpdesk.reply(case_id, (await desk.conversation()).version, "Poiščem.", "ana")
    await fill_in(ana, case_id, "later", later="morning")
    assert await put_off_until(desk) is not None
    await desk.write("mudi se mi")
    case = await desk.case()
    assert case.later_until is None
    assert case.waiting_since is not None


@pytest.mark.parametrize("act", ["release", "take over", "reply"])
async def test_what_is_done_to_a_case_ends_its_being_put_off(desk: House, ana: httpx.AsyncClient, case_id: str, act: str) -> None:
    await fill_in(ana, case_id, "later", later="hour")
    if act == "release":
        await desk.helpdesk.release(case_id, "ana")
    elif act == "take over":
        await desk.helpdesk.take_over(case_id, "ana", "boris")
    else:
        await desk.helpdesk.reply(case_id, (await desk.conversation()).version, "Dober dan.", "ana")
    assert await put_off_until(desk) is None


async def test_later_refuses_what_lies_behind_too_far_ahead_or_with_somebody_else(desk: House, case_id: str) -> None:
    later = Later(Casework(desk.db, desk.bell, english(), clock=lambda: MONDAY))
    await desk.helpdesk.claim(case_id, "ana")
    with pytest.raises(InThePast):
        await later.put_off(case_id, MONDAY, "ana")
    with pytest.raises(TooFar):
        await later.put_off(case_id, MONDAY + FURTHEST + timedelta(minutes=1), "ana")
    with pytest.raises(NotYours):
        await later.bring_back(case_id, "boris")
    assert (await later.put_off(case_id, MONDAY + FURTHEST, "ana")).later_until == MONDAY + FURTHEST

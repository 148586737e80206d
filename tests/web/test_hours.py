"""Coordinators keep the hours of their info points, without any JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.model.staff import Role
from bot.store import audit, schedules
from bot.store.schedules import KeptHours
from tests.support.desk import House, field_of, house

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
PTUJ = "/desk/hours/ptuj"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house on a Monday, with Vida who keeps the hours of Ptuj."""
    async with house(tmp_path, now=lambda: MONDAY) as opened:
        await opened.hire("vida", Role.COORDINATOR, ["ptuj"])
        yield opened


@pytest.fixture
async def vida(desk: House) -> httpx.AsyncClient:
    """Vida's browser."""
    return await desk.signed_in("vida")


async def _send(browser: httpx.AsyncClient, path: str = PTUJ, **fields: str) -> httpx.Response:
    page = (await browser.get(PTUJ)).text
    hidden = {name: field_of(page, name) for name in ("token", "seen")}
    return await browser.post(path, data={**hidden, "how": "week", **fields})


async def _kept(desk: House) -> KeptHours | None:
    async with desk.db.read() as tx:
        return await schedules.of_point(tx, "ptuj")


async def test_the_list_shows_the_points_one_keeps_and_whether_they_are_open(vida: httpx.AsyncClient) -> None:
    page = (await vida.get("/desk/hours")).text

    assert "Info točka Ptuj" in page
    assert "Open until 16.00." in page
    assert "Дългопол" not in page
    assert 'href="/desk/hours"' in (await vida.get("/desk")).text


async def test_the_page_shows_the_hours_of_the_library_by_weekday(vida: httpx.AsyncClient) -> None:
    page = (await vida.get(PTUJ)).text

    assert 'name="mo-1-from" value="08:00"' in page
    assert 'name="sa-1-from" value=""' in page
    assert "hours of the knowledge base" in page


async def test_hours_entered_by_weekday_hold_from_then_on(desk: House, vida: httpx.AsyncClient) -> None:
    fields = {"mo-1-from": "09:00", "mo-1-until": "12:00", "mo-2-from": "13.30", "mo-2-until": "00:00", "holidays": "5. 8., 3/11"}
    answer = await _send(vida, **fields)

    assert answer.status_code == 303
    assert await _kept(desk) == KeptHours("ptuj", "Mo 09:00-12:00,13:30-24:00", ("08-05", "11-03"), "vida", MONDAY)
    page = (await vida.get(PTUJ)).text
    assert 'name="mo-2-until" value="00:00"' in page
    assert "9.00–12.00, 13.30–24.00" in page
    assert 'value="5. 8., 3. 11."' in page
    assert "Changed by vida" in page
    async with desk.db.read() as tx:
        (line,) = await audit.latest(tx, action="hours")
    assert (line.staff, line.subject, line.detail["hours"]) == ("vida", "ptuj", "Mo 09:00-12:00,13:30-24:00")


async def test_residents_are_told_the_hours_that_are_kept(desk: House, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"mo-1-from": "09:00", "mo-1-until": "12:00"})
    await desk.write("rad bi govoril s človekom")

    case = await desk.case()

    assert case.promised_at == MONDAY + timedelta(hours=2)


async def test_what_the_week_cannot_show_is_written_out_and_not_lost(desk: House, vida: httpx.AsyncClient) -> None:
    answer = await _send(vida, how="osm", written="Mo-Fr 08:00-16:00;  PH 09:00-12:00")
    page = (await vida.get(PTUJ)).text

    assert answer.status_code == 303
    kept = await _kept(desk)
    assert kept is not None
    assert kept.hours == "Mo-Fr 08:00-16:00; PH 09:00-12:00"
    assert 'value="osm" checked' in page
    assert 'value="Mo-Fr 08:00-16:00; PH 09:00-12:00"' in page
    lost = await _send(vida, how="week", written=kept.hours)
    assert lost.status_code == 422
    assert "Choose which of the two counts" in lost.text
    assert kept.hours in lost.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"mo-1-from": "16:00", "mo-1-until": "08:00"}, "The hours cannot be right: ponedeljek"),
        ({"tu-1-from": "08:00"}, "The hours cannot be right: torek"),
        ({"we-1-from": "8 o'clock", "we-1-until": "12:00"}, "The hours cannot be right: sreda"),
        ({"we-1-from": "08:00", "we-1-until": "24:30"}, "The hours cannot be right: sreda"),
        ({"how": "osm", "written": "Pon-Pet 8-16"}, "cannot be read"),
        ({"how": "osm", "written": "Mo 08:00-09:00" + " " * 3 + ",".join(["10:00-11:00"] * 40)}, "cannot be read"),
        ({"holidays": "patron"}, "A local holiday cannot be read"),
        ({"holidays": "31. 2."}, "A local holiday cannot be read"),
        ({"holidays": ", ".join(f"{day}. 1." for day in range(1, 32))}, "A local holiday cannot be read"),
    ],
)
async def test_hours_that_cannot_be_are_refused_and_stay_in_the_fields(
    desk: House, vida: httpx.AsyncClient, fields: dict[str, str], told: str
) -> None:
    answer = await _send(vida, **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert "aria-invalid" in answer.text
    assert await _kept(desk) is None


async def test_a_preview_saves_nothing(desk: House, vida: httpx.AsyncClient) -> None:
    answer = await _send(vida, **{"preview": "1", "tu-1-from": "10:00", "tu-1-until": "11:00", "holidays": "24. 11."})

    assert "Nothing has been saved yet" in answer.text
    assert "Local holiday" in answer.text
    assert 'name="tu-1-from" value="10:00"' in answer.text
    assert await _kept(desk) is None


async def test_who_saves_second_sees_what_the_first_saved_and_loses_nothing(desk: House, vida: httpx.AsyncClient) -> None:
    await desk.hire("cene", Role.COORDINATOR)
    cene = await desk.signed_in("cene")
    old = (await cene.get(PTUJ)).text
    await _send(vida, **{"mo-1-from": "09:00", "mo-1-until": "12:00"})
    mine = {
        "token": field_of(old, "token"),
        "seen": field_of(old, "seen"),
        "how": "week",
        "tu-1-from": "10:00",
        "tu-1-until": "11:00",
    }

    refused = await cene.post(PTUJ, data=mine)
    again = await cene.post(PTUJ, data=mine | {"seen": field_of(refused.text, "seen")})

    assert refused.status_code == 409
    assert "Changed by vida" in refused.text
    assert 'name="tu-1-from" value="10:00"' in refused.text
    assert again.status_code == 303
    kept = await _kept(desk)
    assert kept is not None
    assert (kept.hours, kept.changed_by) == ("Tu 10:00-11:00", "cene")


async def test_a_slip_does_not_hide_that_somebody_else_has_saved(vida: httpx.AsyncClient) -> None:
    old = (await vida.get(PTUJ)).text
    await _send(vida, **{"mo-1-from": "09:00", "mo-1-until": "12:00"})
    mine = {"token": field_of(old, "token"), "seen": field_of(old, "seen"), "how": "week", "tu-1-from": "10:00"}

    slip = await vida.post(PTUJ, data=mine)
    refused = await vida.post(PTUJ, data=mine | {"seen": field_of(slip.text, "seen"), "tu-1-until": "11:00"})

    assert slip.status_code == 422
    assert refused.status_code == 409


async def test_the_hours_of_the_library_can_be_returned_to(desk: House, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"mo-1-from": "09:00", "mo-1-until": "12:00"})
    old = (await vida.get(PTUJ)).text

    answer = await _send(vida, f"{PTUJ}/library")
    too_late = await vida.post(f"{PTUJ}/library", data={"token": field_of(old, "token"), "seen": field_of(old, "seen")})
    nothing = await _send(vida, f"{PTUJ}/library")

    assert answer.status_code == nothing.status_code == 303
    assert too_late.status_code == 409
    assert await _kept(desk) is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"first": "2026-12-23"}, "sreda, 23. dec."),
        ({"first": "23. 12. 2026", "last": "2026-12-24"}, "sreda, 23. dec. – četrtek, 24. dec."),
        ({"first": "2026-11-23", "from": "10:00", "until": "12.30"}, "ponedeljek, 23. nov., 10.00–12.30"),
        (
            {"first": "2026-12-23", "from": "12:00", "last": "2026-12-24", "until": "9"},
            "sreda, 23. dec., 12.00 – četrtek, 24. dec., 9.00",
        ),
    ],
)
async def test_a_closure_is_planned_and_deleted(desk: House, vida: httpx.AsyncClient, fields: dict[str, str], told: str) -> None:
    answer = await _send(vida, f"{PTUJ}/close", **fields)
    page = (await vida.get(PTUJ)).text

    assert answer.status_code == 303
    assert told in page
    deleted = await _send(vida, f"{PTUJ}/reopen", closure=field_of(page, "closure"))
    assert deleted.status_code == 303
    assert "No closure is planned." in (await vida.get(PTUJ)).text
    async with desk.db.read() as tx:
        assert [line.action for line in await audit.latest(tx, subject="ptuj")] == ["reopen-point", "close-point"]


@pytest.mark.parametrize(
    "fields",
    [
        {"first": "2026-11-22"},
        {"first": "2026-11-23", "from": "08:00", "until": "09:00"},
        {"first": "2026-12-24", "last": "2026-12-23"},
        {"first": "2026-12-24", "last": "2028-12-24"},
        {"first": "9999-12-31", "last": "9999-12-31"},
        {"first": "tomorrow"},
        {"first": ""},
        {"first": "2026-12-24", "from": "noon"},
        {"first": "2026-12-24", "until": "25:00"},
    ],
)
async def test_a_closure_that_cannot_be_is_refused(desk: House, vida: httpx.AsyncClient, fields: dict[str, str]) -> None:
    page = (await vida.get(PTUJ)).text
    answer = await vida.post(f"{PTUJ}/close", data={"token": field_of(page, "token"), **fields})

    assert answer.status_code == 422
    assert "The closure" in answer.text
    assert fields["first"] in answer.text
    assert 'name="mo-1-from" value="08:00"' in answer.text
    async with desk.db.read() as tx:
        assert await schedules.closures(tx, MONDAY - timedelta(days=900)) == []


async def test_a_holiday_is_named_in_the_preview(tmp_path: Path) -> None:
    async with house(tmp_path, now=lambda: datetime(2026, 12, 21, 9, tzinfo=UTC)) as desk:
        await desk.hire("vida", Role.COORDINATOR)
        vida = await desk.signed_in("vida")
        await _send(vida, f"{PTUJ}/close", first="2026-12-22")

        page = (await vida.get(PTUJ)).text
        unknown = (await vida.get("/desk/hours")).text

    assert "Public holiday: božič" in page
    assert "Closed by closure: torek, 22. dec." in page
    assert "No hours are entered." in unknown


@pytest.mark.parametrize("path", ["", "/library", "/close", "/reopen"])
async def test_another_point_s_hours_are_not_there_for_who_has_no_rights(vida: httpx.AsyncClient, path: str) -> None:
    token = field_of((await vida.get(PTUJ)).text, "token")

    assert (await vida.post(f"/desk/hours/dalgopol{path}", data={"token": token})).status_code == 404
    assert (await vida.post(f"/desk/hours/nowhere{path}", data={"token": token})).status_code == 404
    assert (await vida.get("/desk/hours/dalgopol")).status_code == 404


async def test_staff_who_answer_do_not_keep_hours(desk: House) -> None:
    await desk.hire("ana")
    ana = await desk.signed_in("ana")

    assert (await ana.get("/desk/hours")).status_code == 404
    assert (await ana.get(PTUJ)).status_code == 404
    assert "/desk/hours" not in (await ana.get("/desk")).text


async def test_a_forged_form_changes_nothing_and_keeps_what_was_typed(desk: House, vida: httpx.AsyncClient) -> None:
    typed = {"token": "forged", "how": "week", "mo-1-from": "09:15", "mo-1-until": "12:00"}

    answer = await vida.post(PTUJ, data=typed)

    assert answer.status_code == 403
    assert 'value="09:15"' in answer.text
    assert await _kept(desk) is None


@pytest.mark.parametrize("seen", ["yesterday", "2026-11-23T09:00:00"])
async def test_a_bent_hidden_field_is_refused(desk: House, vida: httpx.AsyncClient, seen: str) -> None:
    assert (await _send(vida, seen=seen)).status_code == 400
    assert await _kept(desk) is None


async def test_without_a_session_one_is_asked_to_sign_in(desk: House) -> None:
    stranger = desk.browser()

    page = await stranger.get(PTUJ)
    posted = await stranger.post(PTUJ, data={"how": "week", "written": "Mo 08:00-12:00"})

    assert page.headers["location"] == "/desk/signin?next=/desk/hours/ptuj"
    assert posted.status_code == 401
    assert "Mo 08:00-12:00" in posted.text


async def test_the_address_of_a_form_leads_back_to_the_hours(vida: httpx.AsyncClient) -> None:
    assert (await vida.get(f"{PTUJ}/close")).headers["location"] == "/desk/hours"

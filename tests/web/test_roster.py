"""Coordinators keep the duty roster, without any JavaScript."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.language.hours import ZONES
from bot.model.schedule import Shift
from bot.model.staff import Member, Role
from bot.store import audit, shifts
from tests.support.desk import House, field_of, house

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROSTER = "/desk/roster"
NEW = f"{ROSTER}/new"
WEEK = {f"{day}-1-{end}": time for day in ("mo", "tu", "we", "th", "fr") for end, time in (("from", "08:00"), ("until", "14:00"))}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house on a Monday, with Vida who keeps the roster of Ptuj."""
    async with house(tmp_path, now=lambda: MONDAY) as opened:
        await opened.hire("vida", Role.COORDINATOR, ["ptuj"])
        yield opened


@pytest.fixture
async def ana(desk: House) -> Member:
    """Ana, who answers residents in Ptuj."""
    return await desk.hire("ana", Role.STAFF, ["ptuj"])


@pytest.fixture
async def vida(desk: House) -> httpx.AsyncClient:
    """Vida's browser."""
    return await desk.signed_in("vida")


async def _send(browser: httpx.AsyncClient, path: str = NEW, **fields: str) -> httpx.Response:
    page = (await browser.get(path)).text
    hidden = {name: field_of(page, name) for name in ("token", "seen")}
    return await browser.post(path, data={**hidden, "how": "week", **fields})


async def _kept(desk: House) -> list[Shift]:
    async with desk.db.read() as tx:
        return await shifts.everyone(tx)


async def test_an_empty_roster_says_so_and_names_no_hundred_gaps(vida: httpx.AsyncClient) -> None:
    page = (await vida.get(ROSTER)).text

    assert "Nobody is entered in the roster" in page
    assert "nobody on duty" not in page
    assert "Дългопол" not in page
    assert 'href="/desk/roster"' in (await vida.get("/desk")).text


async def test_a_shift_is_planned_and_shown_with_the_gaps_that_remain(desk: House, ana: Member, vida: httpx.AsyncClient) -> None:
    answer = await _send(vida, **{"staff": ana.id, "point:ptuj": "1", **WEEK, "first": "2026-11-24", "last": "2026-12-24"})
    page = (await vida.get(ROSTER)).text

    assert answer.headers["location"] == "/desk/roster?done=1"
    (shift,) = await _kept(desk)
    zone = ZONES["si"]
    assert shift == Shift(
        shift.id,
        ana.id,
        frozenset({"ptuj"}),
        "si",
        "Mo-Fr 08:00-14:00",
        begins=datetime(2026, 11, 24, tzinfo=zone),
        ends=datetime(2026, 12, 25, tzinfo=zone),
    )
    assert re.findall(r"<li>([^<]*): nobody on duty", page) == [
        "Ponedeljek, 23. nov., 10.00–16.00",
        *(
            f"{day}, {number}. nov., 14.00–16.00"
            for day, number in (("Torek", 24), ("Sreda", 25), ("Četrtek", 26), ("Petek", 27))
        ),
    ]
    assert "last day: 24. decembra 2026" in page
    assert "<td>8.00–14.00</td>" in page
    async with desk.db.read() as tx:
        (line,) = await audit.latest(tx, action="shift")
    assert (line.staff, line.subject) == ("vida", "ana")


async def test_a_deputy_closes_no_gap(ana: Member, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"staff": ana.id, "point:ptuj": "1", "how": "osm", "written": "Mo-Fr 08:00-16:00"})
    full = (await vida.get(ROSTER)).text
    await _send(vida, **{"staff": ana.id, "point:ptuj": "1", "how": "osm", "written": "24/7", "deputy": "1"})
    page = (await vida.get(ROSTER)).text

    assert "Somebody is on duty at all hours." in full
    assert '<span class="badge">deputy</span>' in page
    assert "<td>0.00–24.00</td>" in page


async def test_another_week_can_be_looked_at(ana: Member, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"staff": ana.id, "point:ptuj": "1", **WEEK})

    christmas = (await vida.get(f"{ROSTER}?week=2026-12-25")).text
    past = (await vida.get(f"{ROSTER}?week=2026-11-02")).text
    nonsense = (await vida.get(f"{ROSTER}?week=soon")).text
    far = (await vida.get(f"{ROSTER}?week=0001-01-01")).text

    assert "Ponedeljek, 21. dec." in christmas
    assert "Petek, 25. dec., " not in christmas
    assert "nobody on duty" not in past
    assert "Ponedeljek, 23. nov." in nonsense
    assert "Ponedeljek, 23. nov." in far


async def test_a_shift_is_changed_and_deleted(desk: House, ana: Member, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"staff": ana.id, "point:ptuj": "1", **WEEK, "first": "2026-11-24", "last": "2026-12-24"})
    (shift,) = await _kept(desk)
    path = f"{ROSTER}/{shift.id}"
    page = (await vida.get(path)).text

    assert 'value="2026-11-24"' in page
    assert 'value="2026-12-24"' in page
    assert 'name="fr-1-until" value="14:00"' in page
    await _send(vida, path, **{"staff": ana.id, "point:ptuj": "1", "deputy": "1", "mo-1-from": "08:00", "mo-1-until": "10:00"})
    assert await _kept(desk) == [Shift(shift.id, ana.id, frozenset({"ptuj"}), "si", "Mo 08:00-10:00", deputy=True)]
    removed = await vida.post(f"{path}/remove", data={"token": field_of(page, "token")})
    assert removed.status_code == 303
    assert await _kept(desk) == []
    assert (await vida.post(f"{path}/remove", data={"token": field_of(page, "token")})).status_code == 404


async def test_who_saves_second_is_told_and_loses_nothing(desk: House, ana: Member, vida: httpx.AsyncClient) -> None:
    await _send(vida, **{"staff": ana.id, "point:ptuj": "1", **WEEK})
    (shift,) = await _kept(desk)
    path = f"{ROSTER}/{shift.id}"
    old = (await vida.get(path)).text
    hidden = {name: field_of(old, name) for name in ("token", "seen")}
    mine = {**hidden, "staff": ana.id, "point:ptuj": "1", "how": "osm", "written": "Tu 10:00-11:00"}
    await _send(vida, path, **{"staff": ana.id, "point:ptuj": "1", "mo-1-from": "08:00", "mo-1-until": "10:00"})

    slip = await vida.post(path, data=mine | {"written": "never"})
    refused = await vida.post(path, data=mine | {"seen": field_of(slip.text, "seen")})
    again = await vida.post(path, data=mine | {"seen": field_of(refused.text, "seen")})

    assert (slip.status_code, refused.status_code, again.status_code) == (422, 409, 303)
    assert 'value="Tu 10:00-11:00"' in refused.text
    assert [each.hours for each in await _kept(desk)] == ["Tu 10:00-11:00"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"staff": ""}, "Choose who is on duty."),
        ({"point:ptuj": ""}, "Choose at least one info point."),
        ({"point:ptuj": "", "point:dalgopol": "1"}, "Choose at least one info point."),
        ({"mo-1-from": "", "mo-1-until": ""}, "Enter at least one interval."),
        ({"mo-1-until": ""}, "The hours cannot be right: ponedeljek"),
        ({"first": "2026-12-24", "last": "2026-12-23"}, "The first and the last day cannot be right."),
        ({"first": "soon"}, "The first and the last day cannot be right."),
        ({"last": "9999-12-31"}, "The first and the last day cannot be right."),
    ],
)
async def test_a_shift_that_cannot_be_is_refused_and_stays_in_the_fields(
    desk: House, ana: Member, vida: httpx.AsyncClient, fields: dict[str, str], told: str
) -> None:
    plan = {"staff": ana.id, "point:ptuj": "1", "mo-1-from": "08:00", "mo-1-until": "10:00", "deputy": "1"}

    answer = await _send(vida, **plan | fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert 'name="deputy" value="1" checked' in answer.text
    assert await _kept(desk) == []


async def test_nobody_is_planned_where_they_have_no_rights(desk: House, vida: httpx.AsyncClient) -> None:
    boris = await desk.hire("boris", Role.STAFF, ["dalgopol"])
    await desk.hire("urednik", Role.EDITOR)

    answer = await _send(vida, **{"staff": boris.id, "point:ptuj": "1", **WEEK})

    assert answer.status_code == 422
    assert "has no rights at one of these info points" in answer.text
    assert "urednik" not in answer.text


async def test_a_shift_at_other_points_too_is_seen_but_not_changed(desk: House, ana: Member, vida: httpx.AsyncClient) -> None:
    shift = Shift("a" * 32, ana.id, frozenset({"ptuj", "dalgopol"}), "si", "Mo 08:00-10:00")
    async with desk.db.write() as tx:
        await shifts.put(tx, shift)

    page = (await vida.get(ROSTER)).text
    token = field_of(page, "token")

    assert "<code>Mo 08:00-10:00</code>" in page
    assert f"{ROSTER}/{shift.id}" not in page
    assert (await vida.get(f"{ROSTER}/{shift.id}")).status_code == 404
    assert (await vida.post(f"{ROSTER}/{shift.id}", data={"token": token})).status_code == 404
    assert (await vida.post(f"{ROSTER}/{shift.id}/remove", data={"token": token})).status_code == 404
    assert (await vida.get(f"{ROSTER}/nonsense")).status_code == 404


async def test_a_point_without_hours_tells_no_gaps(desk: House) -> None:
    await desk.hire("cene", Role.COORDINATOR)
    cene = await desk.signed_in("cene")

    assert "No hours are entered for this info point" in (await cene.get(ROSTER)).text


async def test_staff_who_answer_do_not_keep_the_roster(desk: House, ana: Member) -> None:
    browser = await desk.signed_in(ana.name)

    assert (await browser.get(ROSTER)).status_code == 404
    assert (await browser.get(NEW)).status_code == 404
    assert ROSTER not in (await browser.get("/desk")).text


async def test_a_forged_form_plans_nobody(desk: House, ana: Member, vida: httpx.AsyncClient) -> None:
    answer = await vida.post(NEW, data={"token": "forged", "staff": ana.id, "point:ptuj": "1", "how": "week", **WEEK})

    assert answer.status_code == 403
    assert 'name="mo-1-from" value="08:00"' in answer.text
    assert await _kept(desk) == []


async def test_without_a_session_one_is_asked_to_sign_in(desk: House) -> None:
    stranger = desk.browser()

    assert (await stranger.get(ROSTER)).headers["location"] == "/desk/signin?next=/desk/roster"
    assert (await stranger.post(NEW, data={"how": "week"})).status_code == 401


async def test_the_address_of_a_form_leads_back_to_the_roster(vida: httpx.AsyncClient) -> None:
    assert (await vida.get(f"{ROSTER}/{'a' * 32}/remove")).headers["location"] == ROSTER

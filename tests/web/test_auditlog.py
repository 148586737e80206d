"""The audit log as admins read it. Cilka is an admin, Ana is staff."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.model.staff import Role
from bot.store import audit
from bot.web import auditwords
from tests.support.clock import Clock
from tests.support.desk import House, fill_in, house
from tests.support.phrases import english


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    async with house(tmp_path, now=clock) as opened:
        await opened.hire("ana")
        await opened.hire("cilka", Role.ADMIN)
        yield opened


@pytest.fixture
async def cilka(desk: House) -> httpx.AsyncClient:
    return await desk.signed_in("cilka")


async def put(desk: House, *acts: tuple[str, str, str]) -> None:
    async with desk.db.write() as tx:
        for who, action, subject in acts:
            await audit.put(tx, who, action, subject, desk.now())


async def acts(desk: House, action: str) -> list[tuple[str, str]]:
    async with desk.db.read() as tx:
        return [(act.staff, act.subject) for act in await audit.latest(tx, action=action)]


def rows(page: str) -> int:
    return page.count("<tr>") - 1


async def test_none_but_admins_read_it(desk: House) -> None:
    await desk.hire("eva", Role.COORDINATOR)
    await desk.hire("fani", Role.EDITOR)
    for name in ("ana", "eva", "fani"):
        browser = await desk.signed_in(name)
        for address in ("/desk/audit", "/desk/audit.csv"):
            assert (await browser.get(address)).status_code == 404
    assert (await desk.browser().get("/desk/audit")).status_code == 303
    assert (await desk.browser().get("/desk/audit.csv")).status_code == 303


async def test_a_case_that_is_opened_for_reading_is_in_it_once_an_hour(desk: House, clock: Clock) -> None:
    await desk.write("rad bi govoril s človekom")
    case = await desk.case()
    ana = await desk.signed_in("ana")
    for _ in range(3):
        await ana.get(f"/desk/case/{case.id}")
        clock.later(minutes=25)
    assert await acts(desk, "read") == [("ana", case.code)]
    clock.later(minutes=20)
    await ana.get(f"/desk/case/{case.id}")
    assert await acts(desk, "read") == [("ana", case.code)] * 2


async def test_no_way_to_a_case_leads_past_the_log(desk: House) -> None:
    await desk.write("rad bi govoril s človekom")
    case = await desk.case()
    for name, address in (("eva", ""), ("fani", "/claim"), ("gita", "/card")):
        await desk.hire(name)
        browser = await desk.signed_in(name)
        answer = await (browser.post if address == "/claim" else browser.get)(f"/desk/case/{case.id}{address}")
        assert answer.status_code in {200, 400, 403}
        posted = await browser.post(f"/desk/case/{case.id}/note", data={"token": "forged"})
        assert "človekom" in posted.text, "a form from an old page is shown again, with the case"
    assert sorted(await acts(desk, "read")) == [(name, case.code) for name in ("eva", "fani", "gita")]


async def test_what_was_said_is_nowhere_in_it(desk: House, cilka: httpx.AsyncClient) -> None:
    await desk.write("rad bi govoril s človekom")
    case_id = (await desk.case()).id
    ana = await desk.signed_in("ana")
    await fill_in(ana, case_id, "claim")
    await fill_in(ana, case_id, "reply", text="Odgovor za vas")
    await fill_in(ana, case_id, "note", note="Opomba za vas")
    page, table = (await cilka.get("/desk/audit")).text, (await cilka.get("/desk/audit.csv")).text
    assert "took the case" in page
    for text in ("človekom", "Odgovor", "Opomba", case_id):
        assert text not in page
        assert text not in table


async def test_it_is_filtered_by_who_what_and_with_what(desk: House, cilka: httpx.AsyncClient) -> None:
    await put(desk, ("ana", "claim", "K7PM4X"), ("ana", "close", "K7PM4X"), ("boris", "claim", "ABC234"))
    counted = {}
    for query in ("staff=ana", "action=claim", "subject=K7PM4X", "subject=k7pm4x", "staff=boris&action=close", "subject=%00"):
        page = await cilka.get(f"/desk/audit?{query}")
        assert page.status_code == 200
        counted[query] = rows(page.text) if "<table>" in page.text else 0
    assert counted == {
        "staff=ana": 2,
        "action=claim": 2,
        "subject=K7PM4X": 2,
        "subject=k7pm4x": 2,
        "staff=boris&action=close": 0,
        "subject=%00": 0,
    }


async def test_it_is_paged_by_the_number_of_the_line(desk: House, cilka: httpx.AsyncClient) -> None:
    await put(desk, *(("ana", "claim", f"CASE{number}") for number in range(230)))
    address, counted = "/desk/audit?staff=ana", []
    for _ in range(3):
        page = (await cilka.get(address)).text
        counted.append(rows(page))
        await put(desk, ("ana", "claim", "LATER"))  # what comes meanwhile moves nothing on the pages behind
        if "Older lines" in page:
            address = page.split('href="/desk/audit?')[1].split('"')[0].replace("&amp;", "&")
            address = f"/desk/audit?{address}"
    assert counted == [100, 100, 30]


@pytest.mark.parametrize("before", ["x", "-1", "1e9", "9" * 40, "' OR 1=1"])
async def test_an_odd_page_number_is_none(cilka: httpx.AsyncClient, before: str) -> None:
    assert (await cilka.get("/desk/audit", params={"before": before})).status_code == 200
    assert (await cilka.get("/desk/audit.csv", params={"before": before})).status_code == 200


async def test_the_table_holds_all_lines_and_no_formula(desk: House, cilka: httpx.AsyncClient) -> None:
    await put(desk, *(("ana", "claim", f"CASE{number}") for number in range(120)), ("=1+1", "claim", '"=HYPERLINK("x")'))
    answer = await cilka.get("/desk/audit.csv?action=claim")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-2026-11-23.csv"'
    table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert table[0] == ["sequence", "at", "staff", "action", "subject", "detail"]
    assert len(table) == 122
    assert table[1][2] == "'=1+1"
    assert table[1][4] == '"=HYPERLINK("x")'
    assert all(not cell.startswith(("=", "+", "@")) for row in table for cell in row)


async def test_who_reads_or_takes_the_log_stands_in_it(desk: House, cilka: httpx.AsyncClient) -> None:
    for _ in range(2):
        await cilka.get("/desk/audit")
        await cilka.get("/desk/audit.csv")
    assert await acts(desk, "read-audit") == [("cilka", "cilka")]
    assert len(await acts(desk, "export-audit")) == 2


def test_an_action_or_a_detail_without_words_of_its_own_is_shown_as_it_is() -> None:
    say = english().into("sl")
    assert auditwords.action_name("new-thing", say) == "new-thing"
    detail = {"other": "x", "role": "admin", "readers": ["ana", "eva"], "cases": 0, "until": None}
    assert auditwords.detail_words(detail, say) == "other: x, role: admin, readers: ana, eva"

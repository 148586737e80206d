"""The page of figures and the open data, on figures counted by hand."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from bot.language.hours import ZONES
from bot.model.staff import Role
from bot.model.verdict import VerdictKind
from bot.store import questions
from bot.store.case_records import CaseRecord
from bot.store.database import Database, Transaction
from bot.store.edit_tables import case_record
from bot.store.questions import Question
from bot.web.figures.counting import MOST_ROWS, count, share
from bot.web.figures.periods import chosen
from bot.web.figures.suppression import Table
from tests.support.desk import House, house

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
#: A day of the last full week.
FRIDAY = NOW - timedelta(days=3)


def question(turn: int, **values: object) -> Question:
    """Return a question of the last full week."""
    asked = Question(turn, None, FRIDAY, "web", "sl", "si", "ptuj", "ptuj", VerdictKind.ANSWER, "pension", open_then=True)
    return replace(asked, **values)  # type: ignore[arg-type]


def some() -> list[Question]:
    """Return thirty questions: of twenty answered ones six helped and one did not, six went to a person, four were a choice."""
    answered = [question(turn, helpful={0: False}.get(turn, True if turn < 7 else None)) for turn in range(20)]
    to_person = [question(20 + turn, kind=VerdictKind.PERSON, to_person=True, topic="debts", language="it") for turn in range(6)]
    offered = [question(30 + turn, kind=VerdictKind.CHOOSE, topic=None, open_then=False) for turn in range(4)]
    return answered + to_person + offered


async def keep(db: Database, found: list[Question]) -> None:
    """Keep questions."""
    async with db.write() as tx:
        for begin in range(0, len(found), 1000):
            await questions.put(tx, found[begin : begin + 1000])


async def test_figures_are_counted_as_by_hand(database: Database) -> None:
    await keep(database, some())
    period = chosen({"period": "7"}, TODAY, ZONES["si"])
    async with database.read() as tx:
        found = await count(tx, period, None)
        nowhere = await count(tx, period, frozenset({"dalgopol"}))
    # Four that were offered a choice are hidden, and the six passed on with them, since the total would tell the four.
    assert found.questions == Table({"answer": 20, "choose": None, "person": None}, 30)
    assert [part.total for part in found.days] == [0, 0, 0, 0, 30, 0, 0]
    assert found.tables["language"] == Table({"sl": 24, "it": 6}, 30)
    assert found.tables["topic"] == Table({"pension": 20, "debts": 6}, 26)
    assert found.tables["helpful"] == Table({"yes": None, "no": None}, 7)
    assert found.tables["open"] == Table({"open": None, "closed": None}, 30)
    assert nowhere.questions == Table({}, 0)


async def test_times_are_the_middle_and_the_ninetieth(database: Database) -> None:
    async with database.write() as tx:
        waits = [timedelta(minutes=minutes) for minutes in range(1, 11)]
        made = [
            CaseRecord(str(at), FRIDAY, "asked", "web", point="ptuj", claimed_at=FRIDAY + wait, claim_open=60, answered_at=FRIDAY)
            for at, wait in enumerate(waits)
        ]
        await _keep_records(tx, [*made[:9], replace(made[9], answered_at=None)])
    async with database.read() as tx:
        found = await count(tx, chosen({}, TODAY, ZONES["si"]), None)
    assert (found.claimed.count, found.claimed.median, found.claimed.ninetieth) == (10, waits[4], waits[8])
    assert found.claimed_open.median == timedelta(minutes=1)
    assert found.answered.count == 9
    assert found.answered_open.count == 0
    assert found.cases["point"] == Table({"ptuj": 10}, 10)
    assert found.cases["outcome"] == Table({}, 0)


async def _keep_records(tx: Transaction, made: list[CaseRecord]) -> None:
    """Keep records of cases that are over and gone."""
    await tx.execute(insert(case_record), [asdict(each) for each in made])


async def test_a_question_before_midnight_of_the_country_is_of_that_day(database: Database) -> None:
    late = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)  # 23.59 in Ljubljana, 0.59 of the next day in Sofia
    await keep(database, [question(turn, at=late) for turn in range(6)])
    for zone, days in (("si", [0, 0, 0, 0, 6, 0, 0]), ("bg", [0, 0, 0, 0, 0, 6, 0])):
        period = chosen({"from": "2026-11-20", "to": "2026-11-21"}, TODAY, ZONES[zone])
        async with database.read() as tx:
            assert [part.total for part in (await count(tx, period, None)).days] == days


async def test_of_ten_thousand_topics_the_largest_are_told_and_the_others_together(database: Database) -> None:
    await keep(database, [question(turn, topic=f"topic-{turn}") for turn in range(10_000)])
    async with database.read() as tx:
        table = (await count(tx, chosen({}, TODAY, ZONES["si"]), None)).tables["topic"]
    assert len(table.counts) == MOST_ROWS + 1
    assert table.total == 10_000


def test_a_share_is_told_only_where_all_counts_are() -> None:
    assert share(Table({"yes": 8, "no": 8}, 16), "yes") == 0.5
    assert share(Table({"yes": 8, "no": 0}, 8), "no") == 0
    assert share(Table({"yes": None, "no": None}, 16), "yes") is None
    assert share(Table({}, 0), "yes") is None


@pytest.fixture(name="desk")
async def _desk(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, now=lambda: NOW, open_data=True) as opened:
        await opened.hire("ana", Role.COORDINATOR, ["ptuj"])
        await opened.hire("eva", Role.EDITOR)
        await opened.hire("boris")
        yield opened


def csv_of(answer: httpx.Response) -> list[list[str]]:
    """Return the rows of a table that was given out."""
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


async def test_a_coordinator_reads_charts_with_their_tables(desk: House) -> None:
    await keep(desk.db, some())
    ana = await desk.signed_in("ana")
    page = (await ana.get("/desk/figures")).text
    assert "Questions in this period: 30" in page
    assert page.count('role="img"') == page.count('<details class="numbers">')
    assert "fewer than 5, or hidden" in page
    assert "<style" not in page
    assert " style=" not in page


async def test_two_periods_that_differ_by_a_day_are_the_same_and_the_page_says_which(desk: House) -> None:
    await keep(desk.db, [*some(), question(50, at=NOW)])
    ana = await desk.signed_in("ana")
    pages = []
    for first in ("2026-11-20", "2026-11-21"):
        asked = {"from": first, "to": "2026-11-23"}
        pages.append((await ana.get("/desk/figures", params=asked)).text)
        table = await ana.get("/desk/figures.csv", params=asked)
        assert "infopoint-figures-2026-11-16-2026-11-22.csv" in table.headers["content-disposition"]
    assert pages[0] == pages[1]
    assert "Questions in this period: 30" in pages[0]
    assert "from Monday to Sunday" in pages[0]
    assert re.search(r"<strong>16\.\D{1,3}22\. nov\. 2026</strong>", pages[0])


async def test_the_table_is_the_same_as_csv(desk: House) -> None:
    await keep(desk.db, some())
    ana = await desk.signed_in("ana")
    whole = csv_of(await ana.get("/desk/figures.csv"))
    assert ["Languages", "slovenščina", "24"] in whole
    assert ["What came of the questions", "offered a choice", ""] in whole
    one = csv_of(await ana.get("/desk/figures.csv", params={"figure": "language"}))
    assert [row[2] for row in one[1:]] == ["24", "6"]
    assert (await ana.get("/desk/figures.csv", params={"figure": "no-such"})).status_code == 404


async def test_what_looks_like_a_formula_stays_text(desk: House) -> None:
    await keep(desk.db, [question(turn, topic="=HYPERLINK(1)") for turn in range(6)])
    rows = csv_of(await (await desk.signed_in("ana")).get("/desk/figures.csv"))
    assert ["Topics", "'=HYPERLINK(1)", "6"] in rows


async def test_figures_of_another_info_point_do_not_exist_for_a_coordinator(desk: House) -> None:
    await keep(desk.db, [*some(), *(question(100 + turn, point="dalgopol", language="bg") for turn in range(8))])
    ana = await desk.signed_in("ana")
    assert "Questions in this period: 30" in (await ana.get("/desk/figures")).text
    for path in ("/desk/figures", "/desk/figures.csv"):
        assert (await ana.get(path, params={"point": "dalgopol"})).status_code == 404
        assert (await ana.get(path, params={"point": "no-such"})).status_code == 404
    eva = await desk.signed_in("eva")
    assert "Questions in this period: 38" in (await eva.get("/desk/figures")).text
    assert "Questions in this period: 8" in (await eva.get("/desk/figures", params={"point": "dalgopol"})).text
    boris = await desk.signed_in("boris")
    assert (await boris.get("/desk/figures")).status_code == 404


@pytest.mark.parametrize("asked", [{"from": "2026-12-01", "to": "2026-01-01"}, {"from": "<b>", "to": "x"}])
async def test_a_period_that_is_none_is_told(desk: House, asked: dict[str, str]) -> None:
    page = await (await desk.signed_in("ana")).get("/desk/figures", params=asked)
    assert page.status_code == 422
    assert "These two days are no period." in page.text
    assert "<b>" not in page.text


async def test_an_empty_period_has_figures_too(desk: House) -> None:
    page = await (await desk.signed_in("ana")).get("/desk/figures", params={"period": "year"})
    assert page.status_code == 200
    assert "Questions in this period: 0" in page.text


async def test_open_data_tell_full_months_with_small_counts_hidden(desk: House) -> None:
    october = datetime(2026, 10, 5, tzinfo=UTC)
    await keep(desk.db, [replace(each, at=october) for each in some()] + [question(500)])
    async with desk.browser() as anybody:
        led = await anybody.get("/open-data")
        assert led.headers["location"] == "/open-data/sl"
        page = await anybody.get("/open-data/sl")
        told = json.loads((await anybody.get("/open-data.json")).text)
        rows = csv_of(await anybody.get("/open-data.csv"))
        assert (await anybody.get("/open-data/en")).status_code == 302
    assert page.headers["cache-control"] == "public, max-age=3600"
    assert "set-cookie" not in page.headers
    assert re.search("Oktober 2026|oktober 2026", page.text)
    [month] = told["months"]
    assert month["month"] == "2026-10"
    assert month["questions"] == 30
    assert month["outcome"] == {"answer": 20, "choose": None, "person": None}
    assert rows[0] == ["month", "dimension", "value", "questions"]
    assert ["2026-10", "outcome", "choose", ""] in rows
    assert not {"place", "point"} & set(month)


async def test_open_data_do_not_exist_unless_they_are_switched_on(tmp_path: Path) -> None:
    async with house(tmp_path) as closed, closed.browser() as anybody:
        for path in ("/open-data", "/open-data.csv", "/open-data.json", "/open-data/sl"):
            assert (await anybody.get(path)).status_code == 404

"""The order of the waiting line and its filters, with a clock that is moved by hand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, update

from bot.model.contact import Contact, ContactKind
from bot.store import callbacks, readers, staff, tables
from bot.store.database import Database
from bot.web.filters import Filter, View, read
from bot.web.line import WaitingLine
from bot.web.pages import Pages
from bot.web.sessions import Me
from bot.work.casework import Casework
from bot.work.later import Later
from tests.support.desk import House, house
from tests.support.phrases import english
from tests.support.small_library import small_library

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
POINT = "ptuj"


@dataclass
class Time:
    """A clock that stands still."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def desk(tmp_path: Path, database_url: str, time: Time) -> AsyncIterator[House]:
    """A house on each database, with two members of staff and a clock of its own."""
    async with house(tmp_path, url=database_url, now=time.now) as opened:
        for name in ("ana", "boris"):
            await opened.hire(name)
        yield opened


async def opened(desk: House, address: str, text: str = "rad bi govoril s človekom", **columns: Any) -> str:
    """Let a resident ask for a person; return the code of the case, changed as ``columns`` say."""
    await desk.write(text, address)
    case = await desk.case(address)
    if columns:
        async with desk.db.write() as tx:
            await tx.execute(update(tables.case_file).where(tables.case_file.c.id == case.id).values(**columns))
    return case.code


async def shown(browser: httpx.AsyncClient, query: str = "") -> dict[str, list[str]]:
    """Return the codes of the cases by section, from top to bottom."""
    return sections((await browser.get(f"/desk{query}")).text)


def sections(page: str) -> dict[str, list[str]]:
    parts = re.split(r'<section aria-labelledby="([a-z]+)"', page)[1:]
    found = {name: re.findall(r'id="case-([A-Z0-9]{8})"', html) for name, html in zip(parts[::2], parts[1::2], strict=True)}
    return {name: codes for name, codes in found.items() if codes}


def counts(page: str) -> dict[str, int]:
    return {name: int(count) for name, count in re.findall(r'id="view-([a-z]+)".*?<span class="count">(\d+)</span>', page)}


async def claimed(desk: House, address: str, by: str, *, answered: bool = False) -> str:
    """Let ``by`` take the case of a resident, and answer it; return its id."""
    case = await desk.case(address)
    await desk.helpdesk.claim(case.id, by)
    if answered:
        await desk.helpdesk.reply(case.id, (await desk.conversation(address)).version, "Dober dan.", by)
    return case.id


async def test_crises_are_on_top_then_who_waits_longest_whoever_has_them(desk: House, time: Time) -> None:
    codes: dict[str, str] = {}
    for address in ("first", "second", "third"):
        codes[address] = await opened(desk, address)
        time.later(minutes=5)
    codes["crisis"] = await opened(desk, "crisis", "ubil se bom")
    for address, by in (("first", "ana"), ("crisis", "boris")):
        await claimed(desk, address, by)
    ana = await desk.signed_in("ana")
    assert await shown(ana) == {
        "crises": [codes["crisis"]],
        "waiting": [codes["second"], codes["third"]],
        "mine": [codes["first"]],
    }
    await desk.helpdesk.reply((await desk.case("crisis")).id, (await desk.conversation("crisis")).version, "Tu sem.", "boris")
    assert (await shown(ana))["others"] == [codes["crisis"]]


async def test_views_part_the_line_by_who_must_do_something(desk: House, time: Time) -> None:
    codes = {address: await opened(desk, address) for address in ("free", "mine", "answered", "theirs", "later")}
    await claimed(desk, "mine", "ana")
    await claimed(desk, "answered", "ana", answered=True)
    await claimed(desk, "theirs", "boris", answered=True)
    later = await claimed(desk, "later", "ana", answered=True)
    await Later(Casework(desk.db, desk.bell, english(), clock=time.now)).put_off(later, MONDAY + timedelta(hours=3), "ana")
    ana = await desk.signed_in("ana")
    seen = {view: {code for codes in (await shown(ana, f"?view={view}")).values() for code in codes} for view in View}
    assert seen == {
        View.ALL: set(codes.values()),
        View.UNCLAIMED: {codes["free"]},
        View.MINE: {codes["mine"], codes["answered"]},
        View.RESIDENT: {codes["answered"], codes["theirs"]},
        View.LATER: {codes["later"]},
    }
    page = (await ana.get("/desk")).text
    assert counts(page) == {view: len(codes) for view, codes in seen.items()}
    assert "Put off until 13.00" in page


async def test_a_case_that_was_put_off_comes_back_by_itself_when_its_time_has_come(desk: House, time: Time) -> None:
    code = await opened(desk, "resident")
    later = await claimed(desk, "resident", "ana", answered=True)
    await Later(Casework(desk.db, desk.bell, english(), clock=time.now)).put_off(later, MONDAY + timedelta(hours=1), "ana")
    ana = await desk.signed_in("ana")
    assert await shown(ana) == {"later": [code]}
    time.later(minutes=59)
    assert await shown(ana) == {"later": [code]}
    time.later(minutes=1)
    assert await shown(ana) == {"mine": [code]}
    assert await shown(ana, "?view=later") == {}


async def test_a_case_that_was_put_off_calls_when_it_is_due(desk: House, time: Time) -> None:
    await opened(desk, "resident")
    later = await claimed(desk, "resident", "ana", answered=True)
    await Later(Casework(desk.db, desk.bell, english(), clock=time.now)).put_off(later, MONDAY + timedelta(hours=1), "ana")
    async with desk.db.read() as tx:
        ana, boris = [Me(found, "sl", "") for name in ("ana", "boris") if (found := await staff.find(tx, name))]
    line = WaitingLine(desk.db, english(), small_library, Pages(english(), time.now), time.now)
    assert (await line.show(ana)).calls == {}
    time.later(hours=1)
    assert list((await line.show(ana)).calls.values()) == ["due"]
    assert (await line.pressing(boris)).calls == {}


async def test_a_filter_by_info_point_keeps_what_is_everybodys(desk: House, time: Time) -> None:
    here = await opened(desk, "here", point=POINT)
    time.later(minutes=1)
    nobodys = await opened(desk, "nobodys", point=None)
    await opened(desk, "elsewhere", point="somewhere-else")
    ana = await desk.signed_in("ana")
    assert await shown(ana, f"?point={POINT}") == {"waiting": [here, nobodys]}
    assert counts((await ana.get(f"/desk?point={POINT}")).text)["all"] == 2


async def test_a_filter_by_language_and_its_address(desk: House) -> None:
    slovene = await opened(desk, "sl")
    italian = await opened(desk, "it", "voglio parlare con una persona")
    ana = await desk.signed_in("ana")
    assert await shown(ana, "?language=it") == {"waiting": [italian]}
    assert await shown(ana, "?language=sl") == {"waiting": [slovene]}
    page = (await ana.get("/desk?language=it&view=unclaimed")).text
    assert '<option value="it" selected>' in page
    assert 'data-stream="/desk/stream?view=unclaimed&amp;language=it"' in page
    assert 'href="/desk?view=mine&amp;language=it"' in page
    assert 'href="/desk?language=it"' in page


async def test_a_crisis_is_shown_in_every_view(desk: House) -> None:
    crisis = await opened(desk, "crisis", "ubil se bom", point="somewhere-else")
    ana = await desk.signed_in("ana")
    for query in ("?view=mine", "?view=later", "?language=bg", f"?point={POINT}", "?view=unclaimed&language=it"):
        assert (await shown(ana, query)).get("crises") == [crisis], query


async def test_an_empty_view_says_so_and_how_to_see_all(desk: House) -> None:
    await opened(desk, "resident")
    page = (await (await desk.signed_in("ana")).get("/desk?view=mine")).text
    assert "No case is in this view now." in page
    assert '<a id="show-all" href="/desk">Show all cases</a>' in page


@pytest.mark.parametrize("query", ["?view=nonsense", "?point=nowhere", "?language=xx", "?view=%00&point=%27", "?view=&view=all"])
async def test_an_odd_filter_is_no_fault(desk: House, query: str) -> None:
    await opened(desk, "resident")
    assert (await (await desk.signed_in("ana")).get(f"/desk{query}")).status_code == 200


@pytest.mark.parametrize(
    "wanted", [Filter(), Filter(View.MINE), Filter(View.LATER, POINT, "bg"), Filter(language="it"), Filter(point=POINT)]
)
def test_a_filter_is_read_from_the_address_that_it_writes(wanted: Filter) -> None:
    assert read(httpx.QueryParams(wanted.query.removeprefix("?")), {POINT: "Here"}) == wanted


@pytest.mark.parametrize(
    ("promised", "passed", "told"),
    [
        (timedelta(hours=1), 0, "Promised for 11.00"),
        (timedelta(days=1), 0, "Promised for tor. 10.00"),
        (timedelta(hours=1), 61, "Overdue since 11.00"),
        (timedelta(hours=1), 24 * 60, "Overdue since pon., 23. nov., 11.00"),
        (None, 0, None),
        (-timedelta(hours=1), 0, None),  # a promise of an earlier wait
    ],
)
async def test_a_line_tells_whether_the_promise_is_kept(
    desk: House, time: Time, promised: timedelta | None, passed: float, told: str | None
) -> None:
    await opened(desk, "resident", promised_at=None if promised is None else MONDAY + promised)
    ana = await desk.signed_in("ana")
    time.later(minutes=passed)
    page = (await (ana if passed < 60 else await desk.signed_in("ana")).get("/desk")).text
    found = re.findall(r"(?:Promised for|Overdue since) [^<]+", page)
    assert found == ([] if told is None else [told])


async def test_a_kept_promise_is_told_no_more(desk: House, time: Time) -> None:
    await opened(desk, "resident", promised_at=MONDAY + timedelta(hours=1))
    await claimed(desk, "resident", "ana", answered=True)
    time.later(hours=2)
    assert "Overdue" not in (await (await desk.signed_in("ana")).get("/desk")).text


async def test_who_wishes_to_be_called_back_is_marked(desk: House, time: Time) -> None:
    await opened(desk, "resident")
    case = await desk.case("resident")
    ana = await desk.signed_in("ana")
    assert "Asks to be called back" not in (await ana.get("/desk")).text
    async with desk.db.write() as tx:
        await callbacks.put(tx, case.conversation_id, case.id, Contact(ContactKind.PHONE, "+38640123456"), time.now())
    page = (await ana.get("/desk")).text
    assert "Asks to be called back" in page
    assert "40123456" not in page.replace(" ", "")


async def guarded(desk: House, address: str, *names: str) -> str:
    case = await desk.case(address)
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, names)
    return case.id


async def test_of_a_confidential_case_others_see_only_that_it_waits_since_when_and_who_may_read_it(
    desk: House, time: Time
) -> None:
    code = await opened(desk, "resident", "ubil se bom", point=POINT)
    time.later(minutes=1)
    other = await opened(desk, "other")
    id_ = await guarded(desk, "resident", "boris")
    time.later(minutes=11)
    ana, boris = [await desk.signed_in(name) for name in ("ana", "boris")]
    page = (await ana.get("/desk")).text
    row = re.findall(r'<li class="case[^>]*>.*?</li>', page, re.DOTALL)
    assert [sealed for sealed in row if "Confidential case" in sealed] == [row[0]]
    assert "Open to: boris" in row[0]
    assert "12 min" in row[0]
    for hidden in (code, id_, "crisis", "Crisis", "ubil", "Web chat", "slovenščina", POINT, "href"):
        assert hidden not in row[0], hidden
    assert "1 person in a crisis is waiting" not in page
    assert other in page
    assert code in (await boris.get("/desk")).text
    assert (await shown(boris))["crises"] == [code]


@pytest.mark.parametrize(
    ("query", "told"),
    [("", 1), ("?view=unclaimed", 1), (f"?point={POINT}", 1), ("?language=sl", 0), ("?view=mine", 0), ("?view=later", 0)],
)
async def test_a_filter_tells_nothing_more_of_a_confidential_case(desk: House, query: str, told: int) -> None:
    await opened(desk, "resident", point=POINT)
    await guarded(desk, "resident", "boris")
    page = (await (await desk.signed_in("ana")).get(f"/desk{query}")).text
    assert page.count("Confidential case") == told


async def test_a_confidential_case_that_was_answered_is_not_shown_to_others(desk: House) -> None:
    await opened(desk, "resident")
    await claimed(desk, "resident", "boris", answered=True)
    await guarded(desk, "resident", "boris")
    assert "Confidential case" not in (await (await desk.signed_in("ana")).get("/desk")).text
    await desk.write("še nekaj", "resident")
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert "Open to: boris" in page
    assert 'id="others"' in page


async def test_another_points_case_is_not_in_the_line_and_not_among_the_counts(desk: House) -> None:
    await opened(desk, "resident", "ubil se bom", point="somewhere-else")
    async with desk.db.write() as tx:
        member = tables.staff.update().where(tables.staff.c.name == "ana").values(points=[POINT])
        await tx.execute(member)
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert counts(page) == dict.fromkeys(View, 0)
    assert "1 person in a crisis is waiting" not in page
    assert "Confidential case" not in page


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = db._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_longer_line_takes_no_more_statements(desk: House) -> None:
    ana = await desk.signed_in("ana")

    async def asked() -> int:
        with statements(desk.db) as sent:
            assert (await ana.get("/desk")).status_code == 200
        return len(sent)

    for number in range(2):
        await opened(desk, f"few{number}")
    few = await asked()
    for number in range(8):
        await opened(desk, f"many{number}")
    assert await asked() == few


async def test_the_others_at_the_desk_are_named_while_they_are_there(desk: House, time: Time) -> None:
    ana, _boris = [await desk.signed_in(name) for name in ("ana", "boris")]
    assert "At the desk now besides you: boris." in (await ana.get("/desk")).text
    time.later(minutes=3)
    assert "Nobody else is at the desk now." in (await ana.get("/desk")).text

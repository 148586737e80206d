"""Nothing that is done while people wait reads a table from its beginning to its end, however many years it holds.

SQLite keeps no statistics here: what it plans for an empty table it plans for one of millions of rows, so that what the program
asks of a small house tells what it asks of a large one.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import Engine, Index, Table, UniqueConstraint, event

from bot import clock
from bot.app import App, opened
from bot.model.staff import Role
from bot.settings import Settings
from bot.store import edit_tables, staff
from bot.store.retention import Periods
from bot.work.housekeeping import Housekeeping
from bot.work.recording import Recording
from tests.editing import small_folder
from tests.fakes.telegram import FakeTelegram
from tests.support.chaos import ASKED, TOLD
from tests.support.databases import Databases
from tests.support.tidying import believe

TABLES = edit_tables.draft.metadata.tables

#: What stays small however long an installation runs: what the program knows of itself, what staff made and keep, and what is
#: deleted before it becomes much. Housekeeping may walk through these.
SMALL = frozenset(
    {
        *("alembic_version", "chore", "lease", "program", "sealing_key", "step", "vector"),
        *("staff", "staff_session", "invitation", "link_code", "signin_failure"),
        *("point_hours", "closure", "shift", "saved_reply", "draft", "provider_link", "suggestion"),
        *("told", "group_line", "group_topic"),
    }
)

PASSWORD = "five words that are one"
PERSON = "искам да говоря с човек"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@contextmanager
def _statements() -> Iterator[set[tuple[str, int]]]:
    """Give what is asked of any database meanwhile: each statement with the number of its parameters."""
    asked: set[tuple[str, int]] = set()

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        asked.add((statement, len(values[0] if isinstance(values, list) else values)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _scans(url: str, asked: set[tuple[str, int]]) -> list[str]:
    """Return where whole tables are read that grow."""
    found = []
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    for statement, count in sorted(asked):
        if statement.split()[0] not in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"} or _is_hourly(statement):
            continue
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", (None,) * count)
        found += [f"{step}: {statement}" for *_, step in plan if _is_scan(step, statement)]
    connection.close()
    return found


def _is_hourly(statement: str) -> bool:
    """Tell whether it is the look at the records of all cases, for which nobody waits; each other one looks at few."""
    return "LEFT OUTER JOIN case_record" in statement and "UNION ALL" not in statement


def _is_scan(step: str, statement: str) -> bool:
    if "AUTOMATIC" in step:
        return True
    scanned = re.match(r"SCAN (\w+)(?:.* USING (?:COVERING )?INDEX (\w+))?", step)
    if scanned is None:
        return False
    alias, index = scanned.groups()
    named = re.search(rf"\b(\w+) AS {alias}\b", statement)
    table = named[1] if named and named[1] in TABLES else alias
    return table in TABLES and table not in SMALL and index not in PARTIAL


def _is_partial(index: Index) -> bool:
    return index.dialect_options["sqlite"]["where"] is not None


#: Indices of what is open, or of what has an end: they hold no more than that.
PARTIAL = {index.name for table in TABLES.values() for index in table.indexes if _is_partial(index)}


@asynccontextmanager
async def _running(app: App) -> AsyncIterator[None]:
    """Run all loops of a process meanwhile."""
    async with AsyncExitStack() as stack:
        tasks = [asyncio.create_task(each.run()) for each in (*app.loops(), app.telegram)]
        for task in tasks:
            stack.callback(task.cancel)
        yield
        assert [task.exception() for task in tasks if task.done()] == []


async def _until(page: httpx.AsyncClient, part: str) -> None:
    async with asyncio.timeout(20):
        while part not in (await page.get("/")).text:  # noqa: ASYNC110 - asked by who has no script
            await asyncio.sleep(0.05)


async def _write(page: httpx.AsyncClient, text: str) -> None:
    form = re.search(r'name="id" value="([^"]+)"', (await page.get("/")).text)
    assert form is not None
    answer = await page.post("/message", data={"id": form[1], "lang": "bg", "text": text})
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text


async def _case(desk: httpx.AsyncClient) -> str:
    async with asyncio.timeout(20):
        while (found := re.search(r"/desk/case/([0-9a-f]{32})", (await desk.get("/desk")).text)) is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    return f"/desk/case/{found[1]}"


async def _act(desk: httpx.AsyncClient, case: str, action: str, **fields: str) -> None:
    hidden = dict(re.findall(r'<input type="hidden"[^>]*name="(\w+)" value="([^"]*)"', (await desk.get(case)).text))
    answer = await desk.post(f"{case}/{action}", data=hidden | fields)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text


async def test_no_table_that_grows_is_read_as_a_whole(databases: Databases, tmp_path: Path, telegram: FakeTelegram) -> None:
    with databases.fresh("sqlite") as url, _statements() as asked:
        settings = Settings(
            database_url=SecretStr(url),
            knowledge=small_folder.write(tmp_path / "knowledge"),
            key_file=tmp_path / "key",
            encoder="none",
            metrics_token=SecretStr("x" * 20),
            telegram_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
        )
        async with opened(settings) as app:
            async with app.db.write() as tx:
                hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
                await staff.create(tx, "ana", Role.COORDINATOR, hashed, clock.now())
            transport = httpx.ASGITransport(app.site())
            page = httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={"sec-fetch-site": "same-origin"})
            desk = httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={"sec-fetch-site": "same-origin"})
            asked.clear()
            async with _running(app):
                await _write(page, ASKED)
                await _until(page, TOLD)
                telegram.say(501, ASKED, "bg")
                await telegram.until(lambda: any(TOLD in str(sent["text"]) for sent in telegram.sent(501)))
                await _write(page, PERSON)
                await desk.post("/desk/signin", data={"name": "ana", "password": PASSWORD})
                case = await _case(desk)
                await _act(desk, case, "claim")
                await _act(desk, case, "reply", text="Monday at eight")
                await _until(page, "Monday at eight")
                for path in ("/health", "/ready", "/desk", f"{case}"):
                    assert (await desk.get(path)).status_code == httpx.codes.OK, path
                metrics = await desk.get("/metrics", headers={"authorization": f"Bearer {'x' * 20}"})
                assert metrics.status_code == httpx.codes.OK
                await _act(desk, case, "close", outcome="answered")
                await _write(page, "/forget")
            keeper = Recording(app.db, app.bell, lambda: app.rota.current)
            assert [await keeper.record(), await keeper.record()][1] == 0
            await app.load.look()
            await app.pulse.beat()
            await believe(app.db, clock.now())
            await Housekeeping(app.db, Periods(timedelta(0), timedelta(0))).tidy()
        scans = _scans(url, asked)

    assert len(asked) > 100

    assert scans == []


def _is_found(table: Table, column: str) -> bool:
    keys = [[each.name for each in table.primary_key.columns]]
    keys += [[each.name for each in index.columns] for index in table.indexes if index.name not in PARTIAL]
    keys += [[each.name for each in found.columns] for found in table.constraints if isinstance(found, UniqueConstraint)]
    return any(key[:1] == [column] for key in keys)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_what_goes_with_a_row_is_found_by_an_index(table: Table) -> None:
    """When a row is deleted the database looks for what points to it, in a way that no plan shows."""
    missing = {key.parent.name for key in table.foreign_keys if not _is_found(table, key.parent.name)}

    assert not missing or table.name in SMALL


def test_a_whole_table_read_is_noticed_by_whatever_name() -> None:
    assert _is_scan("SCAN entry", "SELECT entry.body FROM entry")
    assert _is_scan("SCAN said", "SELECT said.body FROM entry AS said")
    assert _is_scan("SCAN case_file USING INDEX ix_case_file_conversation_id", "SELECT case_file.id FROM case_file")
    assert not _is_scan("SCAN case_file USING INDEX uq_case_file_open", "SELECT case_file.id FROM case_file")
    assert not _is_scan("SEARCH entry USING INTEGER PRIMARY KEY (rowid=?)", "SELECT entry.body FROM entry")

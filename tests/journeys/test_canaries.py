"""The path of the canaries: identifiers of every kind go through every door, and are found nowhere afterwards.

One run of the real program for each database; residents write on the web page and on Telegram, staff answer, note and close,
editors try and decide, strangers and errors do what they do (`tests.support.canary_path`). What is searched is searched in every
form (`tests.support.canaries`). Two things hold the identifiers on purpose, and prove that the search finds them: the case at the
desk, and the file that the resident has made of what is kept.

What holds of the raw files: SQLite's file and its log never hold a readable word, and after retention not even a sealed one.
PostgreSQL's pages, its journal and its log never hold a readable word either; sealed ones stay in freed places of its pages until
others are written there, which no sentence of ours promises otherwise.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path as File

import pytest
from sqlalchemy import LargeBinary, Table, cast, select

from bot import clock
from bot.backups.restoring import restore
from bot.backups.taking import take
from bot.settings import Settings
from bot.store import tables
from bot.store.database import Database
from bot.store.retention import Periods
from bot.work.housekeeping import Housekeeping
from tests.fakes.telegram import FakeTelegram, Group
from tests.support import canary_hands
from tests.support.canaries import IDENTIFIERS, TEXT, WORD, disguises, found
from tests.support.canary_hands import RING
from tests.support.canary_path import GROUP, SETTINGS, Path
from tests.support.chaos import small_program
from tests.support.databases import Databases
from tests.support.mail import mail_in_thread
from tests.support.program import until
from tests.support.tidying import believe

NOTHING = frozenset[str]()
#: After so many days conversations are over, and after so many all that outlives them.
CONVERSATIONS, EVERYTHING = timedelta(days=32), timedelta(days=800)


@dataclass
class Evidence:
    """What was found where: ``shown`` to staff and the resident, ``given`` to others, in the ``raw`` files while it is all
    there, in what ``outlives`` a case from the beginning; then ``later``, after retention, and in the end.
    """

    shown: dict[str, set[str]] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=dict)
    raw: dict[str, set[str]] = field(default_factory=dict)
    outlives: dict[str, set[str]] = field(default_factory=dict)
    later: dict[str, set[str]] = field(default_factory=dict)
    at_last: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    sealed: int = 0
    sealed_left: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def evidence(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Evidence]:
    """Go the whole way once for each kind of database."""
    folder, gathered = tmp_path_factory.mktemp("canaries"), Evidence()
    with databases.fresh(request.param) as url, databases.fresh("sqlite", migrated=False) as elsewhere:
        _go(databases, url, elsewhere, folder, gathered)
        yield gathered


def _go(databases: Databases, url: str, elsewhere: str, folder: File, evidence: Evidence) -> None:
    asyncio.run(canary_hands.move_in(url))
    with mail_in_thread() as mail, FakeTelegram() as telegram:
        telegram.group = Group(GROUP)
        smtp = f"smtp://127.0.0.1:{mail.port}"
        with small_program(url, folder, telegram, INFOPOINT_SMTP_URL=smtp, **SETTINGS) as program:
            path = Path(program, telegram, mail, url)
            path.go()
            evidence.statuses = path.statuses
            evidence.shown = _searched(path.shown)
            evidence.given = _searched(path.given)
            evidence.raw = _raw(databases, url)
            evidence.outlives = asyncio.run(_readable(url, lasting=True))
            made = program.command("backup", str(folder / "there.zip"))
            assert made.returncode == 0, made.stderr
            evidence.given["what the backup tells"] = found(made.stdout + made.stderr)
            with zipfile.ZipFile(folder / "there.zip") as archive:
                evidence.raw |= {f"backup: {name}": found(archive.read(name)) for name in archive.namelist()}
            sealed = asyncio.run(_sealed(url)) if url.startswith("sqlite") else []
            program.stop()
            asyncio.run(_tidy(url, clock.now() + CONVERSATIONS))
            evidence.later = asyncio.run(_readable(url))
            program.start()
            until(lambda: not path.group.threads, "the topics are deleted")
            asyncio.run(_tidy(url, clock.now() + EVERYTHING))
            path.give()
            evidence.given |= {f"{name}, later": each for name, each in _searched(path.given).items()}
            program.stop()
            evidence.given["the log"] = found(program.log)
    evidence.at_last = asyncio.run(_readable(url)) | _raw(databases, url)
    if url.startswith("sqlite"):
        kept = b"".join(file.read_bytes() for file in _files(databases, url))
        evidence.sealed, evidence.sealed_left = len(sealed), [each for each in sealed if each in kept]
    asyncio.run(_restored(url, elsewhere, folder / "afterwards.zip"))
    evidence.at_last |= {f"restored {name}": each for name, each in asyncio.run(_readable(elsewhere)).items()}


def test_the_search_sees_through_every_way_of_writing() -> None:
    assert [IDENTIFIERS - found(each) for each in disguises(TEXT)] == [NOTHING] * len(disguises(TEXT))
    assert found("nothing of the kind, 041 and 5.5.2026") == NOTHING


def test_every_identifier_went_through_the_doors_and_staff_read_them_while_the_case_is_open(evidence: Evidence) -> None:
    assert {place: IDENTIFIERS - seen for place, seen in evidence.shown.items()} == dict.fromkeys(evidence.shown, NOTHING)
    assert evidence.shown.keys() == {"the case at the desk", "the resident's own file", "the box for trying"}
    refused = {name: status for name, status in evidence.statuses.items() if status >= 400}
    assert refused == {
        "too long": 413,
        "far too long": 413,
        "no form": 400,
        "broken": 400,
        "another host": 400,
        "another site": 403,
        "fault of ours": 500,
    }


def test_while_it_is_all_there_no_raw_file_and_no_backup_holds_a_readable_word(evidence: Evidence) -> None:
    assert len(evidence.raw) > 1
    assert _holding(evidence.raw) == {}


def test_what_outlives_a_case_is_masked_from_the_beginning(evidence: Evidence) -> None:
    assert {place for place, seen in evidence.outlives.items() if WORD in seen} == {"question", "suggestion"}
    assert _holding(evidence.outlives, besides={WORD}) == {}


def test_no_log_letter_measurement_figure_or_export_holds_one(evidence: Evidence) -> None:
    assert evidence.given.keys() >= {"the log", "letters", "/metrics", "/metrics, later", "/health", "/desk/figures.csv"}
    assert _holding(evidence.given, besides={WORD}) == {}
    assert [place for place, seen in evidence.given.items() if WORD in seen] == ["/desk/learning"]


def test_after_retention_none_is_anywhere_and_a_year_later_no_word(evidence: Evidence) -> None:
    assert _holding(evidence.later, besides={WORD}) == {}
    assert {place for place, seen in evidence.later.items() if WORD in seen} <= {"question", "suggestion"}
    assert _holding(evidence.at_last) == {}


def test_of_the_sealed_ones_nothing_is_left_either(evidence: Evidence) -> None:
    if evidence.sealed == 0:
        pytest.skip("PostgreSQL frees the place, and writes over it later")
    assert evidence.sealed > 50
    assert evidence.sealed_left == []


def _searched(what: dict[str, bytes]) -> dict[str, set[str]]:
    return {place: found(content) for place, content in what.items()}


def _holding(places: dict[str, set[str]], *, besides: AbstractSet[str] = NOTHING) -> dict[str, set[str]]:
    return {place: seen - besides for place, seen in places.items() if seen - besides}


def _files(databases: Databases, url: str) -> list[File]:
    if url.startswith("postgresql"):
        return list(databases.server.raw(url.rpartition("/")[2]))
    path = File(url.removeprefix("sqlite:///"))
    return list(path.parent.glob(f"{path.name}*"))


def _raw(databases: Databases, url: str) -> dict[str, set[str]]:
    """Search the files of a database, and what an operator dumps of PostgreSQL."""
    contents = {file.name: file.read_bytes() for file in _files(databases, url)}
    assert any(b"ana@example.org" in content for content in contents.values()), "what is not sealed is found"
    seen = {name: found(content, thoroughly=False) for name, content in contents.items()}
    if url.startswith("postgresql"):
        seen["a dump"] = found(databases.server.dump(url.rpartition("/")[2]))
    return seen


async def _readable(url: str, *, lasting: bool = False) -> dict[str, set[str]]:
    """Search every table with the key at hand; ``lasting``: those alone that outlive a conversation."""
    db = Database.open(url, RING)
    seen = {}
    async with db.read() as tx:
        for table in tables.metadata.sorted_tables:
            if lasting and (table is tables.inbox or _goes_with_a_conversation(table)):
                continue
            rows = [tuple(row) for row in await tx.execute(select(table))]
            seen[table.name] = found("\n".join(map(_written, rows)))
    await db.close()
    return seen


def _written(row: tuple[object, ...]) -> str:
    return json.dumps([each.decode("latin-1") if isinstance(each, bytes) else each for each in row], default=str)


def _goes_with_a_conversation(table: Table) -> bool:
    if table is tables.conversation:
        return True
    return any(_goes_with_a_conversation(key.column.table) for key in table.foreign_keys if key.ondelete == "CASCADE")


async def _sealed(url: str) -> list[bytes]:
    """Return the ends of all that is sealed as it stands in the file."""
    db = Database.open(url)
    ends: list[bytes] = []
    async with db.read() as tx:
        for column in (tables.entry.c.body, tables.inbox.c.payload, tables.metadata.tables["suggestion"].c.question):
            ends += (await tx.execute(select(cast(column, LargeBinary)).where(column.is_not(None)))).scalars()
    await db.close()
    return [bytes(each)[-40:] for each in ends]


async def _tidy(url: str, now: datetime) -> None:
    """Keep house as the program does in the night of a later day, beside the running program."""
    db = Database.open(url, RING)
    night = now.replace(hour=2)
    await believe(db, night)
    gone = await Housekeeping(db, Periods(mirrored=True), clock=lambda: night).tidy()
    await db.close()
    assert gone, "another process kept house"


async def _restored(url: str, elsewhere: str, backup: File) -> None:
    await take(Settings(database_url=url), backup, timedelta(days=1))
    await restore(Settings(database_url=elsewhere), backup)

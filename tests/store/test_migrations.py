"""The steps build exactly the tables that the program uses, and programs that start together do not disturb one another."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.store import desk_tables, edit_tables, guard_tables
from bot.store.database import Database, Refused, StoreError
from bot.store.migrations import HEAD, POST, NewerDatabase, revision
from tests.support.databases import Databases

_START = "import asyncio, sys; from bot.store.database import Database; print(asyncio.run(Database.open(sys.argv[1]).migrate()))"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database without tables."""
    with databases.fresh(request.param, migrated=False) as url:
        yield url


async def test_the_steps_build_the_tables_that_the_program_uses(database: Database) -> None:
    # Each adds its own to the tables of all.
    assert desk_tables.closure.metadata is edit_tables.draft.metadata is guard_tables.chore.metadata

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), edit_tables.draft.metadata))

    async with database.write() as tx:
        assert await tx.run_sync(differences) == []


def test_the_steps_in_the_folder_are_those_that_are_named_and_each_says_its_kind() -> None:
    from bot.store import migrations

    files = sorted(Path(migrations.__file__).parent.glob("versions/[0-9]*.py"))
    kinds = {path.name[:4]: re.findall(r'^kind = "(\w+)"$', path.read_text(encoding="utf-8"), re.MULTILINE) for path in files}
    assert list(kinds) == [f"{number:04}" for number in range(1, int(HEAD) + 1)], "they are numbered without a gap"
    # Those before were done when programs did not look at the kinds yet.
    assert {number: kind for number, kind in kinds.items() if number >= "0006"} == {
        number: ["post" if number in POST else "pre"] for number in kinds if number >= "0006"
    }


async def test_the_first_start_makes_the_tables_and_the_second_finds_them(empty_url: str) -> None:
    db = Database.open(empty_url)
    worked = [await db.migrate(), await db.migrate()]
    async with db.read() as tx:
        found = await revision(tx)
    await db.close()

    assert worked == [True, False]
    assert found == HEAD


async def test_a_start_with_nothing_to_do_does_not_load_alembic(database_url: str) -> None:
    program = f"{_START.replace('print', 'worked = ')}; print(worked, 'alembic' in sys.modules)"
    assert await _output(program, database_url) == "False False"


async def test_of_programs_that_start_together_one_makes_the_tables(empty_url: str) -> None:
    outputs = await asyncio.gather(*(_output(_START, empty_url) for _ in range(4)))

    assert sorted(outputs) == ["False", "False", "False", "True"]


async def test_tables_of_a_newer_program_are_left_alone(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999") as refused:
        await database.migrate()

    assert isinstance(refused.value, StoreError)


async def test_a_change_of_tables_that_leaves_loose_ends_is_undone(databases: Databases) -> None:
    with databases.fresh("sqlite") as url:
        db = Database.open(url)
        with pytest.raises(Refused, match="point nowhere"):
            async with db.exclusive() as tx:
                await tx.execute(
                    text("INSERT INTO vote (conversation_id, topic, country, helpful, at) VALUES ('x', '', '', 1, '')")
                )
        async with db.read() as tx:
            left = (await tx.execute(text("SELECT count(*) FROM vote"))).scalar_one()
        await db.close()

    assert left == 0


async def _output(program: str, url: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore::ResourceWarning", "-c", program, url, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().strip()

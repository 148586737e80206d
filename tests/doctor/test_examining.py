"""The whole examination: of nothing, of a house, and of what cannot be reached; it changes nothing and tells no secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.doctor.examining import examine
from bot.doctor.findings import Grade
from tests.doctor.reading import by_name, given


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def _run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *arguments], env=environment, catch_exceptions=False)


async def test_a_house_is_examined_as_it_stands(database_url: str, tmp_path: Path) -> None:
    settings = given(database_url=database_url, key_file=tmp_path / "keys", encoder="none", port=1)
    found = by_name(await examine(settings))

    assert found["database"].grade is Grade.OK
    assert found["accounts"].grade is Grade.WRONG
    assert {"clock", "housekeeping", "inbox", "edition", "mail", "telegram", "program", "backups"} <= set(found)
    assert not (tmp_path / "keys").exists()


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    told = _run(
        "--json", INFOPOINT_DATABASE_URL=f"sqlite:///{tmp_path}/x.db", INFOPOINT_KEY_FILE=f"{tmp_path}/k", INFOPOINT_PORT="1"
    )

    assert told.exit_code == 0
    assert {each["about"]: each["grade"] for each in json.loads(told.output)}["database"] == "look"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://nobody:hunter2@127.0.0.1:1/none", "postgresql://u:hunter2@h/db?foo=bar"])
def test_a_database_that_cannot_be_reached_is_wrong_and_the_rest_is_looked_at(url: str) -> None:
    told = _run(INFOPOINT_DATABASE_URL=url, INFOPOINT_PORT="1")

    assert told.exit_code == 1
    assert "WRONG  database: The database" in told.output
    assert "mail:" in told.output
    assert "hunter2" not in told.output


def test_an_open_key_file_does_not_keep_the_rest_from_being_looked_at(tmp_path: Path, database_url: str) -> None:
    path = tmp_path / "k"
    path.write_text("nothing that is a key")
    path.chmod(0o644)
    told = _run(INFOPOINT_DATABASE_URL=database_url, INFOPOINT_KEY_FILE=str(path), INFOPOINT_PORT="1", INFOPOINT_ENCODER="none")

    assert told.exit_code == 1
    assert "WRONG  keys" in told.output
    assert "ok     database" in told.output

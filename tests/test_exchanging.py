"""`infopoint export --format` and `infopoint import FILE`: services in the formats of the field."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.clock import now
from bot.store.database import Database
from tests.editing.exchange.standards import CPSV, errors, faults, graph
from tests.support.databases import Databases
from tests.support.editing import put_up, small_edition


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh("sqlite") as made:
        yield made


async def _publish(url: str) -> None:
    db = Database.open(url)
    try:
        await db.migrate()
        await put_up(db, small_edition(), now())
    finally:
        await db.close()


def _infopoint(url: str, *arguments: object) -> Result:
    return CliRunner().invoke(
        main, [str(each) for each in arguments], env={"INFOPOINT_DATABASE_URL": url}, catch_exceptions=False
    )


def test_services_are_written_and_looked_at_and_nothing_would_change(url: str, tmp_path: Path) -> None:
    asyncio.run(_publish(url))
    file = tmp_path / "services.jsonld"
    written = _infopoint(url, "export", "--format", "cpsv", "--country", "si", file)
    assert written.exit_code == 0
    assert f"{file} holds 6 services of edition 1; 0 were left out." in written.output
    assert faults(graph(file.read_bytes()), extra=True) == ""
    looked = _infopoint(url, "import", file)
    assert looked.output == (
        f"{file}: 0 changes of edition 1, 0 services of others. "
        "Nothing was changed: bring the file to /desk/exchange to make a draft of it.\n"
    )


def test_one_language_is_written_as_hsds(url: str, tmp_path: Path) -> None:
    asyncio.run(_publish(url))
    file = tmp_path / "services.json"
    written = _infopoint(url, "export", "--format", "hsds", "--language", "it", file)
    assert "were left out." in written.output
    assert [fault for service in json.loads(file.read_bytes())["contents"] for fault in errors("service", service)] == []


def test_a_changed_text_and_services_of_others_are_told(url: str, tmp_path: Path) -> None:
    asyncio.run(_publish(url))
    file = tmp_path / "services.json"
    _infopoint(url, "export", "--format", "hsds", "--language", "sl", "--country", "hr", file)
    held = json.loads(file.read_bytes())
    held["contents"][0]["name"] = "Drug naslov"
    held["contents"].append({"id": "3c1f7f4e-0b7d-4a52-9a55-0d2a4f3b1c01", "name": "Kurjava", "status": "active"})
    file.write_text(json.dumps(held), "utf-8")
    told = _infopoint(url, "import", file).output
    assert "(wordings.hr.title)" in told
    assert "  of others  Kurjava\n" in told
    assert "1 changes of edition 1, 1 services of others." in told


def test_a_file_of_a_municipality_is_reported(url: str) -> None:
    asyncio.run(_publish(url))
    told = _infopoint(url, "import", CPSV / "foreign" / "c4c-DEMO_CROATIA.rdf", "--language", "hr", "--country", "hr").output
    assert "“01/610 1111” was read as: +385 1 6101 111" in told
    assert "  of others  Grad Zagreb službene stranice" in told


def test_what_cannot_be_done_is_told_in_a_line(url: str, tmp_path: Path) -> None:
    asyncio.run(_publish(url))
    assert "Name the file to write." in _infopoint(url, "export", "--format", "cpsv").output
    nowhere = _infopoint(url, "export", "--format", "cpsv", tmp_path / "no" / "file")
    assert nowhere.exit_code == 1
    assert "could not be written: No such file or directory" in nowhere.output
    page = tmp_path / "page.jsonld"
    page.write_text("<html>", "utf-8")
    refused = _infopoint(url, "import", page)
    assert refused.exit_code == 1
    assert "The file is a page of the web, not data." in refused.output


def test_there_is_nothing_to_write_without_an_edition(url: str, tmp_path: Path) -> None:
    refused = _infopoint(url, "export", "--format", "cpsv", tmp_path / "file")
    assert refused.exit_code == 1
    assert "There is no edition yet" in refused.output

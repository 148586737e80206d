"""A backup that is made while residents write comes back in a new place, on the other kind of database, and goes on there."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.support.databases import Databases
from tests.support.program import Program, Resident, Staff, until

PERSON = "rad bi govoril s človekom"


class Writers:
    """Residents who go on writing until they are stopped."""

    def __init__(self, url: str) -> None:
        self._url, self._ended = url, threading.Event()
        self.written = 0
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._ended.is_set():
            Resident(self._url).leave(text=f"zgubil sem službo {self.written}")
            self.written += 1


@pytest.fixture
def elsewhere(published_url: str, databases: Databases) -> Iterator[str]:
    """An empty database of the other kind."""
    with databases.fresh("sqlite" if published_url.startswith("postgres") else "postgres", migrated=False) as url:
        yield url


@pytest.mark.postgres
def test_everything_goes_on_in_a_new_place_on_the_other_database(published_url: str, elsewhere: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.zip"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with Program(published_url, tmp_path / "first") as program:
        ana = Staff(program, "ana")
        resident = Resident(program.url)
        resident.write(PERSON)
        resident.leave(text="moja hiša je kanarčkove barve")
        (case,) = ana.line()
        until(lambda: "kanarčkove" in ana.look(case), "the desk shows it")
        with Writers(program.url) as writers:
            until(lambda: writers.written > 1, "residents write")
            made = program.command("backup", str(kept))
            before = writers.written
            until(lambda: writers.written > before, "residents write on")

    assert made.returncode == 0, made.stderr
    assert "not in it" in made.stdout
    with zipfile.ZipFile(kept) as archive:  # sealed in the database, so sealed here
        assert not [name for name in archive.namelist() if b"kanar" in archive.read(name)]

    second = Program(elsewhere, tmp_path / "second")
    back = second.command("restore", str(kept))
    assert back.returncode == 0, back.stderr
    with second:
        for each in (ana, resident):
            each._browser._url = second.url  # the same cookies: both are still signed in
        assert "kanarčkove" in ana.look(case)
        said = resident.said()
        ana.act(case, "claim")
        ana.act(case, "reply", text="Pridite jutri.")
        until(lambda: resident.said()[-1].endswith("Pridite jutri."), "the resident reads the reply")
        assert resident.said()[: len(said)] == said
        assert "brezposel" in Resident(second.url).write("zgubil sem službo, kaj zdaj")

        again = second.command("restore", str(kept))
        assert again.returncode == 1
        assert "in use" in again.stderr

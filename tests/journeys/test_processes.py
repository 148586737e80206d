"""Two doors and a worker over one PostgreSQL database: whoever is at one door sees at once what happens at the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.databases import Databases
from tests.support.program import PASSWORD, Program, Resident, Staff, until

PERSON = "rad bi govoril s človekom"


@pytest.fixture
def doors(databases: Databases, tmp_path: Path) -> Iterator[tuple[Program, Program]]:
    """Two ``infopoint run`` and one ``infopoint work``."""
    with ExitStack() as stack:
        url = stack.enter_context(databases.published("postgres"))
        programs = []
        for name in ("first", "second", "worker"):
            (tmp_path / name).mkdir()
            programs.append(Program(url, tmp_path / name))
        first, second, worker = programs
        first.start()
        stack.callback(first.kill)
        second.start()
        stack.callback(second.kill)
        worker.launch("work")
        stack.callback(worker.kill)
        yield first, second


class Page:
    """An open page of a member of staff who stays signed in: what its stream has brought so far."""

    def __init__(self, program: Program, name: str, path: str) -> None:
        self._program = program
        self._name = name
        self._path = path
        self.brought = ""
        self.code = 0
        threading.Thread(target=self._read, daemon=True).start()
        until(lambda: self.brought, "the page is open")

    def _read(self) -> None:
        with httpx.Client(base_url=self._program.url, timeout=60) as browser:
            browser.post("/desk/signin", data={"name": self._name, "password": PASSWORD})
            try:
                with browser.stream("GET", self._path) as stream:
                    self.code = stream.status_code
                    for chunk in stream.iter_text():
                        self.brought += chunk
            except httpx.TransportError:
                pass  # the program ended

    def brings(self, part: str) -> None:
        """Return when the page has brought ``part`` since this was asked for last."""
        until(lambda: part in self.brought, f"{part!r} on the page of {self._name}")
        self.brought = ""


def test_what_happens_at_one_door_is_seen_at_the_other(doors: tuple[Program, Program]) -> None:
    first, second = doors
    ana, bor = Staff(first, "ana"), Staff(second, "bor")
    line = Page(second, "bor", "/desk/stream")
    resident = Resident(second.url)
    resident.write(PERSON)
    (case,) = ana.line()
    line.brings(case)

    page = Page(second, "bor", f"/desk/case/{case}/stream")
    assert ana.act(case, "claim").status_code == httpx.codes.OK
    page.brings("ana")
    assert "ana" in bor.act(case, "claim").text
    assert bor.act(case, "reply", text="I was faster").status_code != httpx.codes.OK

    assert ana.send(f"/desk/case/{case}", f"/desk/case/{case}/typing").status_code == httpx.codes.NO_CONTENT
    ana.act(case, "reply", text="Pridite v ponedeljek ob osmih.")
    page.brings("Pridite v ponedeljek ob osmih.")
    until(lambda: any("Pridite" in said for said in resident.said()), "the reply")
    assert not any("faster" in said for said in resident.said())

    resident.leave(text="Hvala, in kje?")
    page.brings("Hvala, in kje?")
    assert ana.act(case, "hand", hand_to="bor").status_code == httpx.codes.OK
    page.brings("bor")
    assert bor.act(case, "reply", text="Trg 1").status_code == httpx.codes.OK
    until(lambda: any("Trg 1" in said for said in resident.said()), "the reply of the colleague")


def test_a_case_is_taken_once_by_two_at_two_doors(doors: tuple[Program, Program]) -> None:
    first, second = doors
    staff = [Staff(first, "ana"), Staff(second, "bor")]
    for number in range(6):
        Resident((first, second)[number % 2].url).leave(text=PERSON)
    until(lambda: len(staff[0].line()) == 6, "six cases")
    for case in staff[0].line():
        answers: dict[int, int] = {}

        def claim(number: int, case: str, answers: dict[int, int]) -> None:
            answers[number] = staff[number].act(case, "claim").status_code

        racing = [threading.Thread(target=claim, args=(number, case, answers)) for number in range(2)]
        for each in racing:
            each.start()
        for each in racing:
            each.join()
        assert sorted(answers.values()) == [httpx.codes.OK, httpx.codes.CONFLICT], answers


def test_a_process_without_pages_tells_machines_how_it_is_and_nothing_else(databases: Databases, tmp_path: Path) -> None:
    with databases.published("sqlite") as url:
        free = Program(url, tmp_path)
        worker = Program(url, tmp_path, INFOPOINT_WORK_PORT=str(free.port), INFOPOINT_METRICS_TOKEN="shown")
        worker.url = free.url
        try:
            worker.start("work")
            with httpx.Client(base_url=worker.url) as machine:
                assert machine.get("/health").json()["database"] == "ok"
                assert machine.get("/metrics").status_code == 401
                assert "infopoint_" in machine.get("/metrics", headers={"Authorization": "Bearer shown"}).text
                assert [machine.get(path).status_code for path in ("/", "/desk")] == [404, 404]
            assert f"{worker.url}/health" in worker.log
            worker.stop()
        finally:
            if worker.number:
                worker.kill()

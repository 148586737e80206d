"""Editions are published while residents write: each answer is of one edition, whole, and soon of the newest."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.editing.drafting import Drafting
from bot.editing.items import Spot
from bot.store import staff
from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.program import PASSWORD, Browser, Program, Resident, until

ASKED = "koliko je otroški dodatek"
FACTS = "facts/si/child-benefit.yaml"
#: The two amounts that the Slovene answer tells.
TOLD = re.compile(r"nižji od ([\d.]+,\d\d) €.*Najvišji dodatek je ([\d.]+,\d\d) €")
SHIPPED = ("1.328,28", "177,24")
#: Seconds in which all processes answer the new way. The goal is five; a busy machine is given twice as much.
SOON = 10.0


class Editor:
    """Somebody who keeps the knowledge: drafts are written as the pages write them, and published by the button."""

    def __init__(self, program: Program, database_url: str, name: str = "eva") -> None:
        made = program.command("staff", "add", name, "--role", "editor", "--password-stdin", typed=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        self._url, self._name, self._browser = database_url, name, Browser(program.url)
        self._browser.post("/desk/signin", {"name": name, "password": PASSWORD, "language": "sl", "next": "/desk/drafts"})

    def draft(self, values: Mapping[Spot, Any], title: str) -> str:
        """Put values into a draft and return the address of its page."""
        return asyncio.run(self._draft(values, title))

    def publish(self, address: str) -> httpx.Response:
        """Press the button."""
        page = self._browser.get(address).text
        hidden = dict(re.findall(r'name="(token|version)" value="([^"]*)"', page))
        return self._browser.post(f"{address}/publish", {**hidden, "reason": ""})

    def undo(self, number: int) -> str:
        """Make a draft that undoes an edition, and return the address of its page."""
        token = re.search(r'name="token" value="([^"]*)"', self._browser.get(f"/desk/editions/{number}").text)
        assert token is not None
        return self._browser.post(f"/desk/editions/{number}/undo", {"token": token[1]}).url.path

    async def _draft(self, values: Mapping[Spot, Any], title: str) -> str:
        db = Database.open(self._url)
        try:
            async with db.read() as tx:
                member = next(each for each in await staff.everyone(tx) if each.name == self._name)
            drafting = Drafting(db)
            work = await drafting.change(member, await drafting.at_hand(member), values, title)
        finally:
            await db.close()
        assert work.draft is not None
        return f"/desk/drafts/{work.draft.id}"


def amounts(number: int) -> tuple[dict[Spot, str], tuple[str, str]]:
    """Return both amounts of the edition ``number`` of this test: as facts, and as Slovene residents read them."""
    values: dict[Spot, str] = {
        (FACTS, ("facts", "threshold", "value")): f"{2000 + number}.11",
        (FACTS, ("facts", "highest", "value")): f"{300 + number}.22",
    }
    return values, (f"2.{number:03},11", f"{300 + number},22")


def answer_of(program: Program) -> tuple[str, str]:
    """Ask as a new resident and return the two amounts of the answer."""
    resident = Resident(program.url)
    resident.write(ASKED)
    found = [TOLD.search(said) for said in resident.said()]
    told = [match.groups() for match in found if match is not None]
    assert len(told) == 1, resident.said()
    return told[0][0], told[0][1]


class Crowd:
    """Residents who ask without pause, each once, and what they were told."""

    def __init__(self, programs: list[Program]) -> None:
        self._programs = programs
        self._over = threading.Event()
        self.told: list[tuple[float, tuple[str, str]]] = []  # when it was asked, and the amounts
        self.faults: list[BaseException] = []

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let them ask meanwhile."""
        threads = [threading.Thread(target=self._ask, args=(program,)) for program in self._programs]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def since(self, moment: float) -> set[tuple[str, str]]:
        """Return what those were told who asked after a moment, once each process had its turn."""
        until(lambda: self.faults or sum(at > moment for at, _ in self.told) > 2 * len(self._programs), "answers by all")
        return {told for at, told in self.told if at > moment}

    def _ask(self, program: Program) -> None:
        while not self._over.is_set():
            asked_at = time.monotonic()
            try:
                self.told.append((asked_at, answer_of(program)))
            except (AssertionError, httpx.HTTPError) as fault:
                self.faults.append(fault)
                return


@pytest.fixture
def houses(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[tuple[str, list[Program]]]:
    """The real program: one process on SQLite; two doors and a worker on PostgreSQL. And the address of the database."""
    with ExitStack() as stack:
        url = stack.enter_context(databases.published(request.param))
        commands = ["run"] if request.param == "sqlite" else ["run", "run", "work"]
        programs = []
        for number, command in enumerate(commands):
            (tmp_path / str(number)).mkdir()
            program = Program(url, tmp_path / str(number))
            stack.push(program)  # which kills it, if it was started
            program.start() if command == "run" else program.launch(command)
            programs += [program] if command == "run" else []
        yield url, programs


both = pytest.mark.parametrize("houses", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@both
def test_residents_who_ask_while_editions_are_published_read_one_edition_or_another(
    houses: tuple[str, list[Program]],
) -> None:
    url, programs = houses
    editor, crowd = Editor(programs[0], url), Crowd(programs)
    known = {SHIPPED}
    with crowd.asking():
        until(lambda: crowd.told or crowd.faults, "a first answer")
        for number in (1, 2):
            values, told = amounts(number)
            known.add(told)
            address = editor.draft(values, f"Amounts {number}")
            published = editor.publish(address)
            assert published.url.path == f"/desk/editions/{number + 1}", published.text
            assert crowd.since(time.monotonic() + SOON) == {told}
    assert not crowd.faults, crowd.faults
    assert {told for _, told in crowd.told} == known


@both
def test_an_edition_is_undone_by_two_presses(houses: tuple[str, list[Program]]) -> None:
    url, programs = houses
    editor = Editor(programs[0], url)
    values, told = amounts(7)
    editor.publish(editor.draft(values, "January"))
    for program in programs:
        until(lambda program=program: answer_of(program) == told, "the new amounts")  # type: ignore[misc]
    undone = editor.publish(editor.undo(2))
    assert undone.url.path == "/desk/editions/3", undone.text
    pressed = time.monotonic()
    for program in programs:
        until(lambda program=program: answer_of(program) == SHIPPED, "the old amounts")  # type: ignore[misc]
    assert time.monotonic() - pressed < SOON


@both
def test_a_published_edition_outlives_a_restart(houses: tuple[str, list[Program]]) -> None:
    url, programs = houses
    editor = Editor(programs[0], url)
    values, told = amounts(8)
    editor.publish(editor.draft(values, "January"))
    programs[0].kill()
    programs[0].start()
    assert answer_of(programs[0]) == told

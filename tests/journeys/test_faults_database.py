"""The database goes away and comes back, or its disk is full: nothing that was taken is lost, and what was not is given back."""

from __future__ import annotations

import asyncio
import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot.store import tables
from bot.store.database import Database
from tests.fakes.telegram import FakeTelegram
from tests.support.chaos import ASKED, TOLD, full, locked, small_disk, small_program
from tests.support.databases import Databases
from tests.support.postgres import NoServer, Server
from tests.support.program import Browser, Program, until

#: Whose turn it is on Telegram.
CHAT = 7001


class Writer(Browser):
    """A resident whose page was open before the trouble began."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.url, "bg")
        self._program = program
        self._form = self._new_form()

    def send(self, text: str) -> httpx.Response:
        """Send the form as it stands."""
        return self.post("/message", {"id": self._form, "lang": "bg", "text": text})

    def again(self) -> None:
        """Take a new form."""
        self._form = self._new_form()

    def authors(self) -> list[str]:
        """Who said what is on the page, oldest first."""
        return re.findall(r'<article[^>]*data-author="(\w+)"', self.get("/").text)

    def _new_form(self) -> str:
        found = re.search(r'name="id" value="([^"]+)"', self.get("/").text)
        assert found is not None
        return found[1]


def _is_ready(program: Program) -> bool:
    return httpx.get(f"{program.url}/ready", timeout=20).status_code == httpx.codes.OK


def _answers(telegram: FakeTelegram) -> int:
    return sum(TOLD in str(sent.get("text")) for sent in telegram.sent(CHAT))


async def _kept(url: str) -> tuple[int, int]:
    """Return how many turns there are, and how many answers are not marked as sent."""
    db = Database.open(url)
    async with db.read() as tx:
        turns = (await tx.execute(select(func.count()).select_from(tables.turn))).scalar_one()
        unsent = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.state != "sent")
        left = (await tx.execute(unsent)).scalar_one()
    await db.close()
    return turns, left


@contextmanager
def _stopped(server: Server, name: str) -> Iterator[None]:
    assert name
    server.halt()
    yield
    server.go_on()


@contextmanager
def _shut(server: Server, name: str) -> Iterator[None]:
    server.shut(name)
    yield
    server.reopen(name)


@contextmanager
def _frozen(server: Server, name: str) -> Iterator[None]:
    assert name
    with server.frozen():
        yield


@pytest.mark.postgres
@pytest.mark.parametrize("away", [_stopped, _shut, _frozen], ids=["stopped", "shut", "frozen"])
def test_while_postgresql_is_away_nothing_is_lost_and_what_was_typed_is_given_back(
    databases: Databases, tmp_path: Path, telegram: FakeTelegram, away: Callable[[Server, str], AbstractContextManager[None]]
) -> None:
    with databases.fresh("postgres") as url, small_program(url, tmp_path, telegram) as program:
        writer, number = Writer(program), program.number
        telegram.say(CHAT, ASKED, "bg")
        until(lambda: _answers(telegram) == 1, "an answer on Telegram")
        with away(databases.server, url.rpartition("/")[2]):
            telegram.say(CHAT, ASKED, "bg")
            refused = writer.send(ASKED)
            assert not _is_ready(program)
            telegram.say(CHAT, ASKED, "bg")
        assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert ASKED in html.unescape(refused.text)
        until(lambda: _is_ready(program), "the program is ready again")
        assert writer.send(ASKED).status_code == httpx.codes.OK
        until(lambda: writer.authors()[-1:] == ["bot"], "the answer on the page")
        until(lambda: _answers(telegram) >= 3, "all answers on Telegram")  # one may come twice, none may be missing:
        until(lambda: asyncio.run(_kept(url)) == (4, 0), "each message has one turn, and no answer is left unsent")
        assert writer.authors().count("resident") == 1
        assert program.number == number
        assert not program.has_ended


@pytest.mark.postgres
def test_connections_that_are_cut_again_and_again_cost_nothing(
    databases: Databases, tmp_path: Path, telegram: FakeTelegram
) -> None:
    with databases.fresh("postgres") as url, small_program(url, tmp_path, telegram) as program:
        writer = Writer(program)
        for number in range(1, 6):
            telegram.say(CHAT, ASKED, "bg")
            databases.server.disconnect(url.rpartition("/")[2])
            until(lambda: writer.send(ASKED).status_code == httpx.codes.OK, "the message is taken")
            writer.again()
            databases.server.disconnect(url.rpartition("/")[2])
            until(lambda number=number: _answers(telegram) >= number, "the answer on Telegram")  # type: ignore[misc]
        until(lambda: writer.authors()[-1:] == ["bot"], "the last answer on the page")
        assert writer.authors().count("resident") == 5


def test_while_another_program_holds_the_file_for_twenty_seconds_nothing_is_lost(
    databases: Databases, tmp_path: Path, telegram: FakeTelegram
) -> None:
    with databases.fresh("sqlite") as url, small_program(url, tmp_path, telegram) as program:
        writer = Writer(program)
        with locked(Path(url.removeprefix("sqlite:///"))):
            telegram.say(CHAT, ASKED, "bg")
            refused = writer.send(ASKED)  # which is told after the fifteen seconds that a writer waits
            assert writer.get("/").status_code == httpx.codes.OK, "reading goes on"
            still = Writer(program).send(ASKED)
        assert {refused.status_code, still.status_code} == {httpx.codes.SERVICE_UNAVAILABLE}
        assert ASKED in html.unescape(refused.text)
        assert writer.send(ASKED).status_code == httpx.codes.OK
        until(lambda: writer.authors() == ["resident", "bot", "bot"], "the answer on the page")
        until(lambda: _answers(telegram) == 1, "the answer on Telegram")


@contextmanager
def _on_a_small_disk(kind: str, disk: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give the URL of a database on ``disk``, and what an operator does after there is room again."""
    if kind == "sqlite":
        yield f"sqlite:///{disk}/x.db", lambda: None
        return
    try:
        disk.chmod(0o755)
        server = Server(disk)
    except NoServer as missing:
        pytest.skip(str(missing))
    try:
        yield server.create("small"), server.go_on
    finally:
        server.go_on()
        server.stop()


@pytest.mark.parametrize(("kind", "megabytes"), [("sqlite", 24), pytest.param("postgres", 128, marks=pytest.mark.postgres)])
def test_a_full_disk_refuses_what_it_cannot_keep_and_keeps_what_it_took(kind: str, megabytes: int, tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(Path("/tmp") / f"infopoint-{tmp_path.name}-{kind}", megabytes))  # noqa: S108 - short
        url, repair = stack.enter_context(_on_a_small_disk(kind, disk))
        program = stack.enter_context(small_program(url, tmp_path))
        writer, number, taken = Writer(program), program.number, 0
        long = f"{ASKED} " + "дълъг текст " * 300
        with full(disk):
            for _ in range(200):
                reply = writer.send(long)
                if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                    break
                taken += 1
                writer.again()
            assert reply.status_code == httpx.codes.SERVICE_UNAVAILABLE
            assert long.strip() in html.unescape(reply.text), "what was typed is given back"
        repair()
        until(lambda: _is_ready(program), "the program is ready")
        until(lambda: writer.send(long).status_code == httpx.codes.OK, "there is room again")
        until(lambda: writer.authors()[-1:] == ["bot"], "everything is answered")
        assert writer.authors().count("resident") == taken + 1
        assert (program.number, program.has_ended) == (number, False)
        if kind == "sqlite":
            with sqlite3.connect(disk / "x.db") as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()

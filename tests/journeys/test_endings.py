"""The real program is stopped and killed, and nothing that was said to it is lost."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.support.databases import Databases
from tests.support.program import Program, Resident, until
from tests.support.silence import silent_server


def test_ctrl_c_ends_it_cleanly_in_under_two_seconds(program: Program) -> None:
    Resident(program.url).write("dober dan")

    assert program.stop() < 2
    assert "Traceback" not in program.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_while_it_waits_for_its_database_to_open_it_ends_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with silent_server() as (listener, url):
        program = Program(url, tmp_path)
        program.launch()
        connection, _ = listener.accept()
        with connection:
            assert program.stop(number) < 2
    assert "Ctrl-C ends it" not in program.log
    assert "Traceback" not in program.log


def test_while_it_reads_its_knowledge_it_ends_at_once(tmp_path: Path) -> None:
    program = Program(f"sqlite:///{tmp_path}/x.db", tmp_path)
    program.launch()
    until((tmp_path / "x.db").exists, "the database is made")

    assert program.stop() < 2
    assert "Ctrl-C ends it" not in program.log
    assert "Traceback" not in program.log


@pytest.mark.postgres
def test_while_its_database_hangs_it_says_so_and_ends(databases: Databases, tmp_path: Path) -> None:
    with databases.published("postgres") as url, Program(url, tmp_path) as program:
        Resident(program.url).write("dober dan")
        with databases.server.frozen():
            health = httpx.get(f"{program.url}/health", timeout=10)

            assert program.stop() < 6
    assert (health.status_code, health.json()["database"]) == (503, "unreachable")
    assert "Traceback" not in program.log


def test_what_telegram_sent_while_it_was_killed_again_and_again_is_answered(program: Program, telegram: FakeTelegram) -> None:
    chats = range(5001, 5011)
    for round_ in range(3):
        for chat in chats:
            telegram.say(chat, f"zgubil sem službo, kaj zdaj {round_}")
        program.kill()
        program.start()

    def answers() -> Counter[int]:
        return Counter({chat: sum("(Slovenija)" in str(sent.get("text")) for sent in telegram.sent(chat)) for chat in chats})

    until(lambda: all(answers()[chat] >= 3 for chat in chats), "three answers for each resident")
    with_doubles = answers()

    assert all(3 <= with_doubles[chat] <= 6 for chat in chats)


@pytest.mark.usefixtures("program")
def test_an_update_that_is_delivered_twice_is_answered_once(telegram: FakeTelegram) -> None:
    message = telegram.message(6001, "sl") | {"text": "zgubil sem službo, kaj zdaj"}
    number = telegram.send({"message": message})
    until(lambda: any("(Slovenija)" in str(sent.get("text")) for sent in telegram.sent(6001)), "the answer")

    telegram.send({"update_id": number, "message": message})
    telegram.say(6001, "hvala")
    until(lambda: len(telegram.sent(6001)) >= 3, "the reply to what came after")

    assert sum("(Slovenija)" in str(sent.get("text")) for sent in telegram.sent(6001)) == 1


def test_what_was_said_on_the_web_is_there_after_a_kill(program: Program) -> None:
    resident = Resident(program.url)
    resident.write("zgubil sem službo, kaj zdaj")
    before = resident.said()

    program.kill()
    program.start()

    assert resident.said() == before


def test_a_later_start_is_at_full_strength_at_once(program: Program) -> None:
    program.stop()

    program.start()
    health = httpx.get(f"{program.url}/health").json()

    assert (health["strength"], health["edition"], health["training"]) == ("full", 1, None)


def test_wrong_settings_are_told_and_nothing_starts(tmp_path: Path) -> None:
    program = Program(f"sqlite:///{tmp_path}/x.db", tmp_path, INFOPOINT_MAX_WRONG="7", INFOPOINT_PROT="1")

    refused = program.command("run")

    assert refused.returncode == 1
    assert "INFOPOINT_PROT" in refused.stderr
    assert "INFOPOINT_MAX_WRONG" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_broken_knowledge_folder_is_told_and_nothing_starts(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "places.yaml").write_text("si: [", encoding="utf-8")
    program = Program(f"sqlite:///{tmp_path}/x.db", tmp_path, INFOPOINT_KNOWLEDGE=str(tmp_path / "knowledge"))

    refused = program.command("run")

    assert refused.returncode == 1
    assert "places.yaml:1" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_is_taken_is_told(program: Program, tmp_path: Path) -> None:
    second = Program(f"sqlite:///{tmp_path}/y.db", tmp_path, INFOPOINT_PORT=str(program.port))
    second._environment["INFOPOINT_PORT"] = str(program.port)

    refused = second.command("run")

    assert refused.returncode == 1
    assert str(program.port) in refused.stderr

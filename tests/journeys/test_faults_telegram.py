"""Whatever Telegram answers, and in whatever order it brings what residents wrote: each is answered, at least once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.telegram import Failure, FakeTelegram
from tests.support.chaos import ASKED, TOLD, small_program
from tests.support.databases import Databases
from tests.support.program import Program, until

#: What a call can get instead of its answer. A token that is refused is in `tests.channels.telegram`: it waits for minutes.
TROUBLES = (
    Failure(429, "Too Many Requests: retry after 1", retry_after=1),
    Failure(500),
    Failure(502, body=b"<html>Bad Gateway</html>"),
    Failure(200, body=b"\xff\xfe\x00"),
    Failure(200, body=b'{"ok": true, "resu'),
    Failure(200, body=b""),
    Failure(409, "Conflict: terminated by other getUpdates request"),
    Failure(hangs=True),
    Failure(after=True),  # it was done, and its answer was lost
)


@pytest.fixture
def program(databases: Databases, tmp_path: Path, telegram: FakeTelegram) -> Iterator[Program]:
    with databases.fresh("sqlite") as url, small_program(url, tmp_path, telegram) as running:
        yield running


def _turns(url: str) -> int:
    """Return how many incomings were worked on; each came once, or the table would have refused it."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT sequence FROM inbox WHERE state = 'aside'").fetchall() == []
        return len(connection.execute("SELECT incoming FROM turn").fetchall())


def _answers(telegram: FakeTelegram) -> Counter[str]:
    return Counter(str(call.given["chat_id"]) for call in telegram.done("sendMessage") if TOLD in str(call.given["text"]))


@pytest.mark.usefixtures("program")
def test_each_trouble_with_sending_passes(telegram: FakeTelegram) -> None:
    chats = range(8001, 8001 + len(TROUBLES))
    telegram.fail("sendMessage", *TROUBLES)
    for chat in chats:
        telegram.say(chat, ASKED, "bg")
    until(lambda: len(_answers(telegram)) == len(chats), "an answer for each resident")

    assert not telegram.failures["sendMessage"]
    doubled = [chat for chat, count in _answers(telegram).items() if count > 1]
    assert len(doubled) <= 1, "only where the answer was lost"


@pytest.mark.usefixtures("program")
def test_each_trouble_with_asking_for_updates_passes(telegram: FakeTelegram) -> None:
    for number, trouble in enumerate(TROUBLES[:-1], start=1):
        telegram.fail("getUpdates", trouble)
        telegram.say(8050, f"{ASKED} {number}", "bg")
        until(lambda number=number: _answers(telegram)["8050"] >= number, f"the answer after {trouble}")  # type: ignore[misc]
    assert _answers(telegram)["8050"] == len(TROUBLES) - 1


def test_a_press_whose_acknowledgement_fails_is_answered(program: Program, telegram: FakeTelegram) -> None:
    telegram.say(8101, ASKED, "bg")
    until(lambda: _answers(telegram)["8101"] == 1, "the answer")
    before = len(telegram.sent(8101))
    telegram.fail("answerCallbackQuery", *TROUBLES[:5])
    telegram.press(8101, "human", "bg")
    until(lambda: len(telegram.sent(8101)) > before, "the reply to the press")
    assert not program.has_ended


def test_updates_that_come_twice_out_of_order_and_very_large_are_each_taken_once(
    databases: Databases, tmp_path: Path, telegram: FakeTelegram
) -> None:
    numbers = [telegram.next_id() for _ in range(4)]
    messages = [telegram.message(8201, "bg") | {"text": f"{ASKED} {position}"} for position in range(4)]
    messages[1]["text"] = f"{ASKED} 1 " + "x" * 3900
    messages[2]["unheard_of"] = [{"deep": "y" * 200_000}]
    for position in (2, 0, 3, 1, 0, 2):
        telegram.send({"update_id": numbers[position], "message": messages[position]})
    with databases.fresh("sqlite") as url, small_program(url, tmp_path, telegram):
        until(lambda: not telegram.pending, "all of it is taken")
        telegram.send({"update_id": numbers[3], "message": messages[3]})
        telegram.say(8201, ASKED, "bg")
        until(lambda: _turns(url) == 5 and _answers(telegram)["8201"] >= 4, "the answers")


@pytest.mark.usefixtures("program")
def test_somebody_who_floods_holds_nobody_up(telegram: FakeTelegram) -> None:
    for number in range(200):
        telegram.say(8301, f"{ASKED} {number}", "bg")
    telegram.say(8302, ASKED, "bg")
    until(lambda: _answers(telegram)["8302"] == 1, "the answer to somebody else")

"""Whether Telegram, the mail server and the program itself answer is found by asking them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot import clock
from bot.channels.telegram.parse import UPDATES
from bot.channels.telegram.webhook import PATH
from bot.doctor import reaching
from bot.doctor.findings import Finding, Grade
from tests.doctor.reading import every, given
from tests.fakes.telegram import Failure, FakeTelegram, Group
from tests.support.mail import mail_server

NOW = clock.now()
GROUP = -1001234567890
OURS = "https://info.example.org"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


async def _asked(fake: FakeTelegram, **more: Any) -> dict[str, Finding]:
    settings = given(telegram_token=fake.token, telegram_api_url=fake.url, **more)
    found = await every(reaching.telegram(settings, NOW))
    assert fake.token not in " ".join(map(str, found.values()))
    return found


async def test_a_bot_that_asks_for_messages_is_well_without_a_webhook(telegram: FakeTelegram) -> None:
    found = await _asked(telegram)

    assert {name: each.grade for name, each in found.items()} == {"telegram": Grade.OK, "webhook": Grade.OK}
    assert "@info_point_bot" in found["telegram"].says


async def test_without_a_token_there_is_nothing_to_ask() -> None:
    assert (await every(reaching.telegram(given(), NOW)))["telegram"].grade is Grade.OK


@pytest.mark.parametrize(("status", "words"), [(401, "does not know this token"), (404, "token"), (500, "cannot be reached")])
async def test_a_token_that_is_refused_is_told_from_a_network_that_is_away(
    telegram: FakeTelegram, status: int, words: str
) -> None:
    telegram.fail("getMe", Failure(status))
    found = await _asked(telegram)

    assert found["telegram"].grade is Grade.WRONG
    assert words in found["telegram"].says


async def test_telegram_that_is_away_is_found() -> None:
    settings = given(telegram_token="123:abc", telegram_api_url="http://127.0.0.1:1")

    assert (await every(reaching.telegram(settings, NOW)))["telegram"].grade is Grade.WRONG


@pytest.mark.parametrize(
    ("hook", "troubles", "public_url", "grade"),
    [
        (None, {}, OURS, Grade.WRONG),  # not set
        ({"url": "https://other.example.org/x"}, {}, OURS, Grade.WRONG),  # set elsewhere
        ({"url": "https://other.example.org/x"}, {}, "", Grade.WRONG),  # asked for messages in vain
        ({"url": OURS + PATH, "allowed_updates": UPDATES}, {}, OURS, Grade.OK),
        ({"url": OURS + PATH, "allowed_updates": ["message"]}, {}, OURS, Grade.LOOK),
        ({"url": OURS + PATH}, {"pending_update_count": 500}, OURS, Grade.LOOK),
        ({"url": OURS + PATH}, {"last_error_date": int(NOW.timestamp()) - 60, "last_error_message": "500"}, OURS, Grade.WRONG),
        ({"url": OURS + PATH}, {"last_error_date": int((NOW - timedelta(days=9)).timestamp())}, OURS, Grade.OK),
    ],
)
async def test_a_webhook_that_is_not_ours_or_does_not_work_is_found(
    telegram: FakeTelegram, hook: dict[str, Any] | None, troubles: dict[str, Any], public_url: str, grade: Grade
) -> None:
    telegram.webhook = hook
    telegram.webhook_troubles = troubles

    assert (await _asked(telegram, public_url=public_url))["webhook"].grade is grade


@pytest.mark.parametrize(
    ("group", "grade"),
    [
        (Group(GROUP), Grade.OK),
        (Group(GROUP, member=False), Grade.WRONG),
        (Group(GROUP, is_forum=False), Grade.WRONG),
        (Group(GROUP, rights={"can_manage_topics"}), Grade.WRONG),
    ],
)
async def test_rights_that_the_bot_lacks_in_the_group_are_found(telegram: FakeTelegram, group: Group, grade: Grade) -> None:
    telegram.group = group

    assert (await _asked(telegram, telegram_staff_group=str(GROUP)))["staff group"].grade is grade


async def test_a_mail_server_is_asked_and_sent_nothing() -> None:
    async with mail_server() as mail:
        settings = given(smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from="desk@example.org")
        refused = given(smtp_url=f"smtp://ana:hunter2@127.0.0.1:{mail.port}", mail_from="desk@example.org")
        found, told = await reaching.mail(settings), await reaching.mail(refused)
        letters = list(mail.letters)

    assert (found.grade, letters) == (Grade.OK, [])
    assert told.grade is Grade.WRONG  # it takes no passwords
    assert "hunter2" not in str(told)


async def test_a_mail_server_that_is_away_or_not_set_is_found() -> None:
    away = await reaching.mail(given(smtp_url="smtp://127.0.0.1:1", mail_from="desk@example.org"))
    none = await reaching.mail(given())

    assert (away.grade, none.grade) == (Grade.WRONG, Grade.LOOK)


@contextmanager
def _running(told: Mapping[str, object]) -> Iterator[int]:
    """Let something answer /health."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("told", "about", "grade"),
    [
        ({"edition": 3, "strength": "full", "degraded": []}, "program", Grade.OK),
        ({"edition": 2, "strength": "full"}, "stale edition", Grade.WRONG),
        ({"edition": 3, "strength": "words"}, "strength", Grade.LOOK),
        ({"edition": 3, "strength": "full", "degraded": ["training failed"]}, "health", Grade.LOOK),
        ({"something": "else"}, "program", Grade.LOOK),
    ],
)
async def test_the_running_program_is_asked(told: Mapping[str, object], about: str, grade: Grade) -> None:
    with _running(told) as port:
        found = await every(reaching.program(given(host="0.0.0.0", port=port), 3))  # noqa: S104 - as an operator may

    assert found[about].grade is grade


async def test_a_program_that_does_not_run_is_told() -> None:
    assert (await every(reaching.program(given(port=1), 3)))["program"].grade is Grade.LOOK

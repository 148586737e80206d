from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database
from tests.channels.telegram.poller import Poller, kept
from tests.fakes.telegram import Failure, FakeTelegram

FAILURES = {
    "a server error": (Failure(500), "error-500"),
    "a gateway's page": (Failure(502, body=b"<html>Bad Gateway</html>"), "answer-is-no-json"),
    "bytes that are no text": (Failure(200, body=b"\xff\xfe\x00"), "answer-is-no-json"),
    "a list": (Failure(200, body=b"[]"), "answer-is-no-object"),
    "no answer in it": (Failure(200, body=b"{}"), "error-without-code"),
    "a result that is no list": (Failure(200, body=b'{"ok": true, "result": 5}'), "answer-is-no-list"),
    "updates without numbers": (Failure(200, body=b'{"ok": true, "result": [{}, 1]}'), "updates-without-numbers"),
    "brackets without end": (Failure(200, body=b"[" * 100_000), "answer-is-no-json"),
    "another poller": (Failure(409, "Conflict: terminated by other getUpdates request"), "error-409"),
}


@pytest.mark.parametrize(("failure", "detail"), FAILURES.values(), ids=FAILURES)
async def test_it_waits_longer_each_time_and_goes_on(
    failure: Failure, detail: str, poller: Poller, telegram: FakeTelegram, db: Database
) -> None:
    telegram.fail("getUpdates", failure, failure, failure)
    telegram.say(501, "a")
    async with poller.running():
        await telegram.until(lambda: poller.trouble == detail)
        await telegram.until(lambda: not telegram.pending)
        assert (poller.phase, poller.trouble) == ("listening", "")
    assert len(await kept(db)) == 1
    first, second, third = poller.pauses.asked[:3]
    assert 0.5 <= first <= 1 <= second <= 2 <= third <= 4


async def test_telegram_decides_how_long_to_wait_when_it_says_so(poller: Poller, telegram: FakeTelegram) -> None:
    telegram.fail("getUpdates", Failure(429, "Too Many Requests: retry after 17", retry_after=17))
    async with poller.running():
        await telegram.until(lambda: poller.pauses.asked)
        assert 17 <= poller.pauses.asked[0] <= 18


@pytest.mark.parametrize("wait", [b'"soon"', b"-5", b"NaN", b"[]"])
async def test_a_wait_that_is_no_number_is_our_own(wait: bytes, poller: Poller, telegram: FakeTelegram) -> None:
    body = b'{"ok": false, "error_code": 429, "parameters": {"retry_after": ' + wait + b"}}"
    telegram.fail("getUpdates", Failure(429, body=body))
    async with poller.running():
        await telegram.until(lambda: poller.pauses.asked)
        assert 0 < poller.pauses.asked[0] <= 1


async def test_a_server_that_is_not_there_is_waited_for(
    settings_with: Callable[..., Settings], db: Database, bell: Bell, telegram: FakeTelegram
) -> None:
    poller = Poller(settings_with(TELEGRAM_API_URL="http://127.0.0.1:9"), db, bell)
    async with poller.running():
        await telegram.until(lambda: len(poller.pauses.asked) >= 3)
        assert (poller.phase, poller.trouble) == ("trouble", "ConnectError")


async def test_a_wrong_token_is_told_and_hardly_tried_again(
    settings_with: Callable[..., Settings], db: Database, bell: Bell, telegram: FakeTelegram
) -> None:
    poller = Poller(settings_with(TELEGRAM_TOKEN="1:wrong"), db, bell)
    async with poller.running():
        await telegram.until(lambda: poller.pauses.asked)
        assert poller.phase == "refused"
        assert poller.pauses.asked[0] == 600


async def test_it_stops_also_when_the_database_is_away(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    async with poller.running():
        await telegram.until(lambda: poller.phase == "listening")
        async with db.write() as tx:
            await tx.execute(text("DROP TABLE lease"))
    assert poller.phase == "listening"

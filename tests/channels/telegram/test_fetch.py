from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.contract import Fetcher, FetchFailure
from bot.channels.telegram.client import RawApi, quiet
from bot.channels.telegram.fetch import TelegramFetcher
from bot.settings import Settings
from tests.fakes.telegram import Failure, FakeTelegram, File
from tests.fakes.telegram_files import LARGEST


@pytest.fixture
async def raw(settings_with: Callable[..., Settings]) -> AsyncIterator[RawApi]:
    api = RawApi(settings_with())
    yield api
    await api.close()


async def failure_of(fetcher: Fetcher, reference: str = "F1") -> str:
    """Return the code with which a fetch fails."""
    with pytest.raises(FetchFailure) as caught:
        await fetcher.fetch(reference)
    assert caught.value.__cause__ is None
    assert str(caught.value) == caught.value.detail
    return caught.value.detail


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("photos/file_1.jpg", "image/jpeg"),
        ("voice/file_2.oga", "audio/ogg"),
        ("documents/file 3#?.PDF", "application/pdf"),
        ("documents/пример.html", "application/octet-stream"),
        ("stickers/file_4", "application/octet-stream"),
    ],
)
async def test_a_file_comes_as_it_is(raw: RawApi, telegram: FakeTelegram, path: str, media_type: str) -> None:
    telegram.files["F1"] = File(path, b"\x00\xff1")
    fetched = await TelegramFetcher(raw).fetch("F1")
    assert (fetched.content, fetched.name, fetched.media_type) == (b"\x00\xff1", path.partition("/")[2], media_type)


async def test_a_file_that_is_gone_is_a_failure(raw: RawApi, telegram: FakeTelegram) -> None:
    fetcher = TelegramFetcher(raw)
    assert await failure_of(fetcher) == "error-400"
    telegram.files["F1"] = File("photos/file_1.jpg", b"1")
    telegram.fail("file", Failure(404), Failure(302))
    assert await failure_of(fetcher) == "error-404"
    assert await failure_of(fetcher) == "error-302"
    assert (await fetcher.fetch("F1")).content == b"1"


@pytest.mark.parametrize("told", [None, 3, 5])
async def test_a_file_that_is_too_large_is_a_failure_whatever_size_is_told(
    raw: RawApi, telegram: FakeTelegram, told: int | None
) -> None:
    telegram.files["F1"] = File("photos/file_1.jpg", b"12345", told)
    assert await failure_of(TelegramFetcher(raw, most=4)) == FetchFailure.TOO_LARGE
    assert (await TelegramFetcher(raw, most=5).fetch("F1")).content == b"12345"


async def test_a_file_that_telegram_does_not_give_to_bots_is_too_large(raw: RawApi, telegram: FakeTelegram) -> None:
    telegram.files["F1"] = File("videos/file_1.mp4", bytes(LARGEST + 1))
    assert await failure_of(TelegramFetcher(raw)) == FetchFailure.TOO_LARGE


@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_nobody_waits_for_ever(raw: RawApi, telegram: FakeTelegram, method: str) -> None:
    telegram.files["F1"] = File("photos/file_1.jpg", b"1")
    telegram.fail(method, Failure(hangs=True))
    async with asyncio.timeout(5):
        assert await failure_of(TelegramFetcher(raw, time_limit=0.2)) == "too-slow"


@pytest.mark.parametrize(
    "answer",
    ["null", "[]", "{}", '{"file_path": 7}', '{"file_path": ""}', '{"file_path": "/var/lib/x"}', '{"file_path": "a/../../x"}'],
)
async def test_an_answer_without_a_path_to_download_is_a_failure(raw: RawApi, telegram: FakeTelegram, answer: str) -> None:
    telegram.fail("getFile", Failure(200, body=b'{"ok": true, "result": %s}' % answer.encode()))
    assert await failure_of(TelegramFetcher(raw)) in {"answer-is-no-file", "no-path-to-download"}


async def test_half_a_character_in_a_path_is_a_failure(raw: RawApi, telegram: FakeTelegram) -> None:
    telegram.fail("getFile", Failure(200, body=rb'{"ok": true, "result": {"file_path": "a/\ud800.jpg"}}'))
    assert await failure_of(TelegramFetcher(raw)) == "error-404"


async def test_the_token_is_in_no_failure_and_no_log(
    raw: RawApi, telegram: FakeTelegram, settings_with: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet()
    telegram.files["F1"] = File("photos/file_1.jpg", b"1")
    echo = f"cannot reach /file/bot{telegram.token}/photos/file_1.jpg".encode()
    telegram.fail("file", Failure(502, body=echo))
    nobody = RawApi(settings_with(TELEGRAM_API_URL="http://127.0.0.1:1"))
    told = [await failure_of(TelegramFetcher(raw)), await failure_of(TelegramFetcher(nobody))]
    await nobody.close()
    await TelegramFetcher(raw).fetch("F1")
    assert told == ["error-502", "ConnectError"]
    assert telegram.token.partition(":")[2] not in caplog.text

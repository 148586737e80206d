"""An encoder is exchanged: what is learned for the new one is learned beside, and words decide meanwhile."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from bot import clock
from bot.health import Health
from bot.matching.embedder import EmbedderError
from bot.matching.weights import fingerprint
from bot.store import vectors
from bot.store.bell import Bell
from bot.store.database import Database
from bot.work.apprentice import learn
from bot.work.breaker import FAILURES
from bot.work.encoders import for_another_process, load, of_this_process
from bot.work.endpoint import Endpoint
from bot.work.learning import Progress, TrainingError
from bot.work.school import School
from bot.work.shelf import Shelf
from tests.fakes.embeddings import SIZE, FakeEmbeddings, fake_embeddings, well
from tests.support.small_library import small_library
from tests.work.test_shelf import Folder

KEY = "sk-hunter2"


@pytest.fixture
def server() -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as running:
        yield running


@asynccontextmanager
async def _open(database: Database, encoder: str | Endpoint, folder: Folder | None = None) -> AsyncIterator[Shelf]:
    shelf = Shelf(database, Bell(database), folder or Folder(), encoder, 0.02)
    try:
        await shelf.open()
        yield shelf
    finally:
        shelf.close()


@asynccontextmanager
async def running(shelf: Shelf) -> AsyncIterator[None]:
    task = asyncio.create_task(shelf.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until_true(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def learned() -> bytes:
    """Weights of the small library for the encoder "old"."""
    with fake_embeddings() as server, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Got `batch_size`")  # scikit-learn finds our library small, which it is
        weights, _ = learn(small_library().examples, Endpoint(server.url, "old"), {}, lambda *_: None)
    return weights.to_bytes()


@pytest.fixture
async def kept(database: Database, learned: bytes) -> Database:
    """A database whose first edition was learned with the encoder "old"."""
    async with _open(database, "none"):
        pass
    async with database.write() as tx:
        await vectors.put_weights(tx, fingerprint(small_library().examples, f"old@{SIZE}"), learned, clock.now())
    return database


async def test_words_decide_while_another_encoder_is_learned(kept: Database, server: FakeEmbeddings) -> None:
    told: list[Progress] = []
    async with _open(kept, Endpoint(server.url, "new", KEY)) as shelf:
        shelf.on_progress = lambda progress: told.append(progress) if progress else None
        meanwhile = shelf.index.strength
        decided = shelf.index.decide("zgubil sem službo kaj zdaj", language="sl")
        async with running(shelf):
            await until_true(lambda: shelf.index.strength == "full")

    async with _open(kept, Endpoint(server.url, "old")) as shelf:
        back = shelf.index.strength

    assert (meanwhile, decided.evidence.strength, back) == ("words", "words", "full")
    assert shelf.edition == 1
    assert {progress.stage for progress in told} >= {"vectors", "done"}
    keys = {key for asked, key in zip(server.asked, server.keys, strict=True) if asked["model"] == "new"}
    assert keys == {f"Bearer {KEY}"}


async def test_words_decide_while_both_the_examples_and_the_encoder_have_changed(kept: Database, server: FakeEmbeddings) -> None:
    changed = replace(small_library(), examples=small_library().examples[:-1])

    async with _open(kept, Endpoint(server.url, "new"), Folder("second", content=changed)) as shelf:
        assert (shelf.edition, shelf.index.strength) == (1, "words")


async def test_without_any_encoder_the_words_of_the_former_are_enough(kept: Database) -> None:
    async with _open(kept, "none") as shelf:
        assert shelf.index.strength == "words"


async def test_an_encoder_out_of_reach_at_the_start_is_taken_up_once_it_answers(kept: Database, server: FakeEmbeddings) -> None:
    server.answer = lambda _: (503, {}, b"")
    async with _open(kept, Endpoint(server.url, "old")) as shelf:
        told = await Health(kept, shelf, None).told()
        server.answer = well
        async with running(shelf):
            await until_true(lambda: shelf.index.strength == "full")
        amiss = shelf.amiss

    assert (told["strength"], told["degraded"]) == ("words", ["the encoder answers with HTTP 503"])
    assert amiss == []
    assert len(server.texts) == 2


async def test_an_encoder_that_fails_degrades_and_every_message_is_decided(kept: Database, server: FakeEmbeddings) -> None:
    async with _open(kept, Endpoint(server.url, "old")) as shelf:
        full = shelf.index.strength
        server.answer = lambda _: (200, {}, b"garbage")
        asked = len(server.asked)
        messages = [f"zgubil sem službo {number}" for number in range(FAILURES + 5)]
        verdicts = [shelf.index.decide(message, language="sl") for message in messages]
        told = await Health(kept, shelf, None).told()

    assert full == "full"
    assert {verdict.evidence.strength for verdict in verdicts} == {"words"}
    assert len(server.asked) == asked + FAILURES
    assert told["degraded"] == ["the encoder answers with something else than vectors"]


async def test_what_was_embedded_before_a_failure_is_not_embedded_again(database: Database, server: FakeEmbeddings) -> None:
    left = [2]

    def fail_in_the_middle(texts: list[str]) -> tuple[int, dict[str, str], bytes]:
        left[0] -= len(texts) > 1
        return well(texts) if left[0] > 0 else (400, {}, b"")

    school = School(database, Bell(database), Folder(), Endpoint(server.url, "big-model"))
    try:
        await school.look_for_encoder()
        server.answer = fail_in_the_middle
        with pytest.raises(TrainingError):
            await school.learn(small_library(), lambda _: None)
        async with database.read() as tx:
            weights = await vectors.all_weights(tx)
        server.answer = well
        before = set(server.texts)
        server.asked.clear()
        learned = await school.learn(small_library(), lambda _: None)
    finally:
        school.close()

    assert weights == []
    assert learned is not None
    assert learned.encoder == f"big-model@{SIZE}"
    # Of the two batches that were asked for the second was refused.
    assert len(before & set(server.texts)) == 1 + 32


def test_the_key_reaches_another_process_by_its_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOPOINT_ENCODER_KEY_FILE", "/nowhere")
    monkeypatch.setenv("INFOPOINT_PORT", "9999")
    endpoint = Endpoint("https://embeddings.example.org/v1", "big-model", KEY)
    environment = for_another_process(endpoint)
    for name in ("INFOPOINT_ENCODER_KEY_FILE", "INFOPOINT_ENCODER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert of_this_process() == endpoint
    assert "INFOPOINT_ENCODER_KEY_FILE" not in environment
    assert environment["INFOPOINT_PORT"] == "9999"
    assert KEY not in repr(endpoint)


@pytest.mark.parametrize("name", ["e5", "none"])
def test_our_own_encoder_reaches_another_process_by_its_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFOPOINT_ENCODER", "https://example.org")
    monkeypatch.setenv("INFOPOINT_ENCODER_KEY", KEY)
    environment = for_another_process(name)

    assert environment["INFOPOINT_ENCODER"] == name
    assert "INFOPOINT_ENCODER_KEY" not in environment


def test_an_encoder_that_cannot_be_found_is_told() -> None:
    with pytest.raises(EmbedderError, match="cannot be reached"):
        load(Endpoint("http://127.0.0.1:1/v1", "big-model"))

"""The shelf loads, publishes, learns and follows, on both databases."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.matching import e5
from bot.matching.weights import fingerprint
from bot.model.library import Library
from bot.store import editions, leases
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.packing import NoLibraryError, pack
from bot.work.learning import LEASE, Progress
from bot.work.shelf import Shelf
from bot.work.updates import United
from tests.support.small_library import small_library

#: Not packed, packed but no library, and a library whose pattern is no regular expression.
UNREADABLE = [
    b"damaged",
    zlib.compress(b'{"topics": 1}'),
    pack(
        replace(
            small_library(),
            crises={name: replace(kind, patterns={"sl": ("(",)}) for name, kind in small_library().crises.items()},
        )
    ),
]


@dataclass
class Folder:
    """A knowledge folder of a test's own; ``broken`` when it cannot be read."""

    hash: str = "first"
    broken: bool = False
    content: Library = field(default_factory=small_library)
    trained: bytes | None = None
    read: int = 0

    def library(self) -> Library:
        self.read += 1
        if self.broken:
            raise NoLibraryError("places.yaml:1: this is not YAML")
        return self.content

    def unite(self, base: Library | None, ours: Library, theirs: Library, now: datetime) -> United:  # noqa: ARG002 - as the shelf calls it
        return United(None, why="editors work on no library that is this small")

    def weights(self) -> bytes | None:
        return self.trained


def _shelf(database: Database, folder: Folder) -> Shelf:
    return Shelf(database, Bell(database), folder, "none", 0.02)


@asynccontextmanager
async def _running(shelf: Shelf) -> AsyncIterator[None]:
    task = asyncio.create_task(shelf.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _until_it_has_learned(shelf: Shelf) -> None:
    async with asyncio.timeout(120):
        while shelf.index.strength == "nearest":  # noqa: ASYNC110 - learned in another process
            await asyncio.sleep(0.02)


async def test_a_first_start_publishes_the_folder_and_answers_at_once(database: Database) -> None:
    shelf = _shelf(database, Folder())

    await shelf.open()

    assert shelf.edition == 1
    assert shelf.index.strength == "nearest"
    assert shelf.index.library == small_library()


async def test_a_later_start_does_not_read_the_files_again(database: Database) -> None:
    await _shelf(database, Folder()).open()
    folder = Folder()
    shelf = _shelf(database, folder)

    await shelf.open()

    assert folder.read == 0
    assert shelf.edition == 1
    assert shelf.index.library == small_library()


async def test_a_changed_folder_becomes_the_next_edition(database: Database) -> None:
    await _shelf(database, Folder()).open()
    shelf = _shelf(database, Folder("second", content=replace(small_library(), points={})))

    await shelf.open()

    assert shelf.edition == 2
    assert shelf.index.library.points == {}


async def test_a_folder_that_says_the_same_in_other_words_makes_no_edition(database: Database) -> None:
    await _shelf(database, Folder()).open()
    folder = Folder("second")
    shelf = _shelf(database, folder)

    await shelf.open()
    await _shelf(database, folder).open()

    assert shelf.edition == 1
    assert folder.read == 1


async def test_a_broken_folder_never_replaces_a_good_edition(database: Database) -> None:
    await _shelf(database, Folder()).open()
    shelf = _shelf(database, Folder("second", broken=True))

    await shelf.open()

    assert shelf.edition == 1
    assert "folder" in shelf.troubles


async def test_without_any_edition_a_broken_folder_is_told(database: Database) -> None:
    with pytest.raises(NoLibraryError, match=r"places\.yaml:1"):
        await _shelf(database, Folder(broken=True)).open()


async def test_two_processes_that_start_at_once_publish_one_edition(database: Database) -> None:
    first, second = _shelf(database, Folder()), _shelf(database, Folder())

    await asyncio.gather(first.open(), second.open())

    assert (first.edition, second.edition) == (1, 1)


async def test_before_it_is_open_there_is_nothing_to_answer_from(database: Database) -> None:
    with pytest.raises(NoLibraryError):
        _ = _shelf(database, Folder()).index


async def test_it_learns_in_a_process_of_its_own_and_keeps_what_it_learned(database: Database) -> None:
    shelf = _shelf(database, Folder())
    told: list[Progress | None] = []
    shelf.on_progress = told.append
    await shelf.open()
    async with _running(shelf):
        await _until_it_has_learned(shelf)
    again = _shelf(database, Folder())

    await again.open()

    assert shelf.index.strength == "words"
    assert again.index.strength == "words"
    assert told[-1] is None
    assert any(progress is not None for progress in told)


async def test_an_edition_that_another_process_published_is_taken_up(database: Database) -> None:
    shelf = _shelf(database, Folder())
    await shelf.open()
    async with _running(shelf):
        await _until_it_has_learned(shelf)
        other = small_library()
        await _shelf(database, Folder("second", content=replace(other, points={}))).open()
        shelf._bell.ring("edition")
        await _until_edition(shelf, 2)

    assert shelf.index.library.points == {}
    async with database.read() as tx:
        assert await editions.newest_number(tx) == 2


async def test_a_former_edition_answers_until_a_new_one_is_learned(database: Database) -> None:
    learned = _shelf(database, Folder())
    await learned.open()
    async with _running(learned):
        await _until_it_has_learned(learned)
    changed = replace(small_library(), examples=small_library().examples[:-1])
    shelf = _shelf(database, Folder("second", content=changed))

    await shelf.open()
    meanwhile = shelf.edition
    async with _running(shelf):
        await _until_edition(shelf, 2)

    assert meanwhile == 1
    assert shelf.index.library == changed
    assert shelf.index.strength == "words"


async def _until_edition(shelf: Shelf, number: int) -> None:
    async with asyncio.timeout(60):
        while shelf.edition != number:  # noqa: ASYNC110 - learned in another process
            await asyncio.sleep(0.02)


async def test_weights_of_another_format_are_not_used(database: Database) -> None:
    shelf = _shelf(database, Folder(trained=b"not weights"))

    await shelf.open()

    assert shelf.index.strength == "nearest"


async def test_examples_that_teach_nothing_are_told_and_the_edition_still_answers(database: Database) -> None:
    bare = replace(small_library(), examples=small_library().examples[:1])
    shelf = _shelf(database, Folder(content=bare))
    await shelf.open()
    async with _running(shelf), asyncio.timeout(60):
        while not shelf.troubles:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)

    assert shelf.troubles == {"training": "training failed"}
    assert shelf.index.strength == "nearest"


async def _publish(database: Database, content: bytes, parent: int) -> None:
    async with database.write() as tx:
        await editions.publish(tx, parent, content, "of another program", datetime.now(UTC))


@pytest.mark.parametrize("content", UNREADABLE)
async def test_an_edition_that_cannot_be_read_is_told_and_the_one_before_answers_on(database: Database, content: bytes) -> None:
    shelf = _shelf(database, Folder())
    await shelf.open()
    async with _running(shelf):
        await _until_it_has_learned(shelf)
        await _publish(database, content, 1)
        shelf._bell.ring("edition")
        async with asyncio.timeout(60):
            while "edition" not in shelf.troubles:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        meanwhile = shelf.edition
        await _publish(database, pack(small_library()), 2)
        shelf._bell.ring("edition")
        await _until_edition(shelf, 3)

    assert meanwhile == 1
    assert shelf.troubles == {}


@pytest.mark.parametrize("source_hash", ["first", "second"])
async def test_where_the_newest_edition_cannot_be_read_the_folder_answers(database: Database, source_hash: str) -> None:
    async with database.write() as tx:
        await editions.publish(tx, 0, b"damaged", "first", datetime.now(UTC))
    shelf = _shelf(database, Folder(source_hash))

    await shelf.open()

    assert shelf.edition == 2
    assert shelf.index.library == small_library()


async def test_with_an_unreadable_edition_and_a_broken_folder_nothing_can_answer(database: Database) -> None:
    await _publish(database, b"damaged", 0)

    with pytest.raises(NoLibraryError, match=r"places\.yaml:1"):
        await _shelf(database, Folder(broken=True)).open()


async def test_a_former_edition_that_cannot_be_read_is_passed_over(database: Database) -> None:
    await _publish(database, b"damaged", 0)
    shelf = _shelf(database, Folder())

    await shelf.open()

    assert (shelf.edition, shelf.index.strength) == (2, "nearest")


async def test_of_processes_that_need_the_same_weights_one_learns_and_all_use_them(database: Database) -> None:
    shelves = [_shelf(database, Folder()) for _ in range(3)]
    told: list[list[Progress | None]] = [[] for _ in shelves]
    for shelf, steps in zip(shelves, told, strict=True):
        shelf.on_progress = steps.append
        await shelf.open()
    async with _running(shelves[0]), _running(shelves[1]), _running(shelves[2]):
        for shelf in shelves:
            await _until_it_has_learned(shelf)

    assert sum(bool(steps) for steps in told) == 1


async def test_who_died_while_learning_is_followed_by_another(database: Database) -> None:
    shelf = _shelf(database, Folder())
    await shelf.open()
    name, long_ago = f"train/{fingerprint(small_library().examples, None)}", datetime.now(UTC) - timedelta(minutes=5)
    async with database.write() as tx:
        assert await leases.take(tx, name, "the dead", long_ago, LEASE)

    async with _running(shelf):
        await _until_it_has_learned(shelf)

    assert shelf.index.strength == "words"


async def test_an_example_is_embedded_once_and_its_vector_kept(database: Database) -> None:
    embedder = e5.load("e5")
    if embedder is None:
        pytest.skip("this processor cannot run the encoder")
    stages: list[str] = []

    async def learn(folder: Folder) -> Shelf:
        shelf = Shelf(database, Bell(database), folder, "e5", 0.02)
        shelf.on_progress = lambda progress: stages.append(progress.stage) if progress else None
        await shelf.open()
        async with _running(shelf):
            await _until_edition(shelf, 1 if folder.hash == "first" else 2)
            await _until_it_has_learned(shelf)
        return shelf

    await learn(Folder())
    first = stages.count("vectors")
    stages.clear()
    fewer = replace(small_library(), examples=small_library().examples[:-1])
    shelf = await learn(Folder("second", content=fewer))

    assert first > 0
    assert stages.count("vectors") == 0
    assert shelf.index.strength == "full"

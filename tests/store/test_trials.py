"""Trials as they are kept: one for a draft, worked on while it is the one that was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.store import drafts, retention, trials, vectors
from bot.store.database import Database
from bot.store.drafts import Draft
from bot.store.trials import State, Trial
from tests.support.clock import NOW
from tests.support.tidying import carry_out


@pytest.fixture
async def draft(database: Database) -> Draft:
    async with database.write() as tx:
        return await drafts.make(tx, "January", 1, "eva", NOW)


def asked(draft: Draft, digest: str = "a", at: datetime = NOW) -> Trial:
    return Trial(draft.id, digest, 1, State.ASKED, "eva", at)


async def put(db: Database, *wanted: Trial) -> None:
    async with db.write() as tx:
        for trial in wanted:
            await trials.put(tx, trial)


async def kept(db: Database, draft: Draft) -> Trial | None:
    async with db.read() as tx:
        return await trials.get(tx, draft.id)


async def test_a_draft_has_the_trial_that_was_asked_for_last(database: Database, draft: Draft) -> None:
    assert await kept(database, draft) is None

    await put(database, asked(draft, "a"), asked(draft, "b"))

    assert await kept(database, draft) == asked(draft, "b")


async def test_a_trial_is_told_and_ended_with_what_was_found(database: Database, draft: Draft) -> None:
    trial = asked(draft)
    await put(database, trial)
    async with database.write() as tx:
        assert await trials.tell(tx, trial, "deciding", 40, "weights")
    running = await kept(database, draft)
    async with database.write() as tx:
        assert await trials.end(tx, trial, State.DONE, {"lost": []}, NOW)
    done = await kept(database, draft)

    assert running is not None
    assert (running.state, running.stage, running.share, running.weights) == (State.RUNNING, "deciding", 40, "weights")
    assert done is not None
    assert (done.state, done.stage, done.share, done.weights, done.ended_at) == (State.DONE, None, None, "weights", NOW)
    assert done.result == {"lost": []}


async def test_one_that_is_no_longer_wanted_is_neither_told_nor_ended(database: Database, draft: Draft) -> None:
    old = asked(draft, "a")
    await put(database, old, asked(draft, "b"))

    async with database.write() as tx:
        assert not await trials.tell(tx, old, "deciding", 40)
        assert not await trials.end(tx, old, State.DONE, {}, NOW)

    assert await kept(database, draft) == asked(draft, "b")


async def test_the_one_that_waits_longest_is_made_first_and_none_of_a_draft_that_ended(database: Database, draft: Draft) -> None:
    async with database.write() as tx:
        first, over, done = [await drafts.make(tx, title, 1, "eva", NOW) for title in ("first", "over", "done")]
        await drafts.end(tx, over, drafts.State.DISCARDED, NOW)
    await put(database, asked(draft), asked(first, at=NOW - timedelta(minutes=1)), asked(over), asked(done))
    async with database.write() as tx:
        await trials.end(tx, asked(done), State.FAILED, None, NOW)

    async with database.read() as tx:
        assert [trial.draft_id for trial in await trials.open_ones(tx)] == [first.id, draft.id]


async def test_weights_that_open_drafts_wait_for_outlive_newer_ones(database: Database, draft: Draft) -> None:
    async with database.write() as tx:
        over = await drafts.make(tx, "over", 1, "eva", NOW)
        await drafts.end(tx, over, drafts.State.DISCARDED, NOW)
    await put(database, asked(draft), asked(over))
    async with database.write() as tx:
        await trials.tell(tx, asked(draft), "learning", 0, "wanted")
        await trials.tell(tx, asked(over), "learning", 0, "given-up")
        for number, name in enumerate(("live", "wanted", "given-up", "newer", "newest")):
            await vectors.put_weights(tx, name, b"", NOW + timedelta(seconds=number))
        assert await trials.weights_wanted(tx, 5) == ["wanted"]
        assert await vectors.keep_newest_weights(tx, 1, ["live", *await trials.weights_wanted(tx, 5)]) == 2

        assert [await vectors.get_weights(tx, name) for name in ("live", "wanted", "given-up", "newer", "newest")] == [
            b"",
            b"",
            None,
            None,
            b"",
        ]


async def test_a_trial_goes_with_its_draft(database: Database, draft: Draft) -> None:
    await put(database, asked(draft))
    async with database.write() as tx:
        await drafts.end(tx, draft, drafts.State.DISCARDED, NOW)
        assert await carry_out(tx, retention.DRAFTS, NOW + timedelta(days=91)) == 1

    assert await kept(database, draft) is None


@pytest.mark.parametrize("state", [drafts.State.PUBLISHED, drafts.State.DISCARDED])
async def test_a_trial_under_way_ends_with_its_draft(database: Database, draft: Draft, state: drafts.State) -> None:
    trial = asked(draft)
    await put(database, trial)
    async with database.write() as tx:
        assert await trials.tell(tx, trial, "deciding", 40)
        await drafts.end(tx, draft, state, NOW + timedelta(hours=1))
    ended = await kept(database, draft)

    assert ended is not None
    assert (ended.state, ended.stage, ended.share) == (State.FAILED, None, None)
    assert ended.ended_at == NOW + timedelta(hours=1)

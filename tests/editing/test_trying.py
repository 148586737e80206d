"""Trials as they are made: by learning and deciding apart, by one process at a time, and again when one was killed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.editing.drafting import Drafting, NoDraft, Work
from bot.editing.items import Spot
from bot.editing.problems import Severity
from bot.editing.trials import HasErrors, State, Trial, Trials
from bot.editing.trying import Trying
from bot.matching.training import train
from bot.model.library import Golden, Library
from bot.model.staff import Member, Role
from bot.model.verdict import VerdictKind
from bot.store import drafts, leases, questions, staff, trials, vectors
from bot.store.bell import Bell
from bot.store.database import Database
from bot.threads import in_thread
from bot.work.school import School
from tests.support.editing import put_up, small_edition

PATTERN: Spot = ("crisis/violence-now.yaml", ("patterns", "sl"))
VALUE: Spot = ("facts/si/debts.yaml", ("facts", "late_months", "value"))
DEBTS, FOOD = ("sl/debts.yaml", ("examples",)), ("sl/food-help.yaml", ("examples",))
GOLDEN = (Golden("sl", "debts", "dolgovi"), Golden("sl", "food-help", "paket hrane"))


class NothingShipped:
    """A folder beside which nothing lies that was learned."""

    def weights(self) -> bytes | None:
        return None


def library() -> Library:
    """Return a small library with golden questions."""
    return replace(small_edition(), golden=GOLDEN)


class Bench:
    """Where drafts are tried: an editor, and a process that makes trials."""

    def __init__(self, db: Database) -> None:
        self.db, self.bell = db, Bell(db)
        self.drafting = Drafting(db)
        self.trials = Trials(db, self.bell, self.drafting)
        self.school = School(db, self.bell, NothingShipped(), "none")
        self.trying = Trying(db, self.bell, self.school, 0.05)

    async def draft(self, member: Member, values: Mapping[Spot, Any]) -> Work:
        return await self.drafting.change(member, await self.drafting.at_hand(member), values, "January")

    async def swapped(self, member: Member) -> Work:
        """Return a draft in which two topics have each other's examples."""
        tree = (await self.drafting.at_hand(member)).tree
        debts, food = tree["sl/debts.yaml"]["examples"], tree["sl/food-help.yaml"]["examples"]
        return await self.draft(member, {DEBTS: food, FOOD: debts})

    async def told(self, work: Work) -> Trial:
        found = await self.trials.of(work)
        assert found is not None
        return found


@pytest.fixture
async def bench(database: Database) -> Bench:
    await put_up(database, library(), clock.now())
    return Bench(database)


@pytest.fixture
async def eva(bench: Bench) -> Member:
    async with bench.db.write() as tx:
        return await staff.create(tx, "eva", Role.EDITOR, "", clock.now())


@cache
def learned() -> bytes:
    """Return what is learned from the examples of the small library."""
    return train(library().examples, None, lambda _stage, _share: None).to_bytes()


@pytest.fixture
async def taught(bench: Bench) -> Bench:
    """The same with what was learned from the library that answers."""
    content = await in_thread(learned)
    async with bench.db.write() as tx:
        await vectors.put_weights(tx, bench.school.fingerprint(library()), content, clock.now())
    return bench


def program(folder: Path, script: str) -> str:
    """Return a program that stands in for Python, so that children do what ``script`` says."""
    made = folder / "python"
    made.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    made.chmod(0o700)
    return str(made)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds, a minute at most."""
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - nothing rings: a process is waited for, or the database
            await asyncio.sleep(0.05)


async def test_a_topic_that_loses_its_examples_to_another_loses_its_golden_question(taught: Bench, eva: Member) -> None:
    work = await taught.swapped(eva)

    asked = await taught.trials.ask(work, eva)
    left = await taught.trying.look()
    trial = await taught.told(work)

    assert (asked.state, left, trial.state, trial.outdated) == (State.ASKED, False, State.DONE, False)
    assert [(change.text, change.label) for change in trial.golden_lost] == [("dolgovi", "debts"), ("paket hrane", "food-help")]
    assert trial.found is not None
    assert {(each.of, each.by, each.count) for each in trial.found.collisions} == {
        ("debts", "food-help", 1),
        ("food-help", "debts", 1),
    }
    assert await taught.trials.losses(work) == trial.golden_lost


async def test_what_was_learned_for_a_draft_is_kept_until_it_is_published(taught: Bench, eva: Member) -> None:
    work = await taught.draft(
        eva, {DEBTS: [*(await taught.drafting.at_hand(eva)).tree[DEBTS[0]]["examples"], "upniki me kličejo v službo"]}
    )
    await taught.trials.ask(work, eva)
    await taught.trying.look()
    draft = (await taught.drafting.read(work)).library
    assert draft is not None

    async with taught.db.write() as tx:  # others learn meanwhile, and the limit is kept
        for number in range(4):
            await vectors.put_weights(tx, f"other-{number}", b"", clock.now())
        await vectors.keep_newest_weights(tx, 3, await trials.weights_wanted(tx, 5))

    assert await taught.school.packed(draft) is not None
    assert await taught.school.packed(library()) is None  # nobody asked for it


async def test_where_only_facts_differ_no_process_is_started(bench: Bench, eva: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    work = await bench.draft(eva, {VALUE: "3"})

    assert await bench.trials.losses(work) == ()
    trial = await bench.trials.ask(work, eva)

    assert trial.state is State.DONE
    assert trial.found is not None
    assert list(trial.found.texts) == ["answer:debts/si"]
    assert not await bench.trying.look()


async def test_a_draft_that_changes_only_a_pattern_is_tried_without_learning(taught: Bench, eva: Member) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)

    await taught.trying.look()
    found = (await taught.told(work)).found

    assert found is not None
    assert [(each.golden, each.before) for each in found.counted] == [(2, 2)]
    async with taught.db.read() as tx:
        assert len(await vectors.all_weights(tx)) == 1


async def test_residents_latest_questions_are_decided_and_their_words_are_not_kept(taught: Bench, eva: Member) -> None:
    async with taught.db.write() as tx:
        told = (clock.now(), "web", "sl", None, None, None, VerdictKind.ANSWER, "debts")
        await questions.put(tx, [questions.Question(7, None, *told, text="dolgovi nasvet")])
    work = await taught.swapped(eva)
    await taught.trials.ask(work, eva)

    await taught.trying.look()
    found = (await taught.told(work)).found

    assert found is not None
    assert [(some.language, some.total, some.first[0].turn) for some in found.moved] == [("sl", 1, 7)]
    assert [(each.of, each.count) for each in found.collisions] == [("debts", 2), ("food-help", 1)]
    assert "nasvet" not in str(found)


async def test_a_child_that_is_killed_ends_the_trial_as_failed_and_it_can_be_asked_for_again(
    taught: Bench, eva: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", program(tmp_path, "kill -9 $$"))
        await taught.trying.look()
    assert (await taught.told(work)).state is State.FAILED
    assert await taught.trials.losses(work) is None

    again = await taught.trials.ask(work, eva)
    await taught.trying.look()

    assert again.state is State.ASKED
    assert (await taught.told(work)).state is State.DONE


async def test_a_child_that_leaves_nothing_has_failed(taught: Bench, eva: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    monkeypatch.setattr(sys, "executable", "/bin/true")

    await taught.trying.look()

    assert (await taught.told(work)).state is State.FAILED


async def test_a_pattern_that_takes_for_ever_fails_the_trial_and_holds_up_nobody(
    taught: Bench, eva: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = await taught.draft(eva, {PATTERN: ["a*" * 20 + "b"], ("sl/golden.yaml", ("debts",)): ["dolgovi", "a" * 60]})
    await taught.trials.ask(work, eva)
    monkeypatch.setattr("bot.editing.trying.STALLED", 6.0)

    await taught.trying.look()

    assert (await taught.told(work)).state is State.FAILED
    assert await taught.trials.losses(work) is None


async def test_deciding_that_goes_forward_without_end_fails_the_trial(
    taught: Bench, eva: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    step = """while :; do echo '{"stage": "deciding", "share": 0.1}'; sleep 0.2; done"""
    monkeypatch.setattr(sys, "executable", program(tmp_path, step))
    monkeypatch.setattr("bot.editing.trying.LONGEST", 2.0)

    await taught.trying.look()

    assert (await taught.told(work)).state is State.FAILED


async def test_a_draft_that_changed_since_is_not_read_for_the_trial(taught: Bench, eva: Member) -> None:
    asked = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(asked, eva)
    await taught.draft(eva, {PATTERN: ["(" * 3000 + "a" + ")" * 3000]})

    assert not await taught.trying.look()
    assert (await taught.told(asked)).state is State.FAILED


async def test_what_a_killed_process_began_another_does_anew(taught: Bench, eva: Member) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    async with taught.db.write() as tx:  # as a process leaves it that was killed half a minute ago
        (asked,) = await trials.open_ones(tx)
        await trials.tell(tx, asked, "deciding", 40)
        await leases.take(tx, "trial", "killed", clock.now() - timedelta(seconds=31), timedelta(seconds=30))

    assert (await taught.told(work)).is_open
    await taught.trying.look()

    assert (await taught.told(work)).state is State.DONE


async def test_while_another_process_is_at_it_a_trial_is_left_to_it(taught: Bench, eva: Member) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    async with taught.db.write() as tx:
        await leases.take(tx, "trial", "another", clock.now(), timedelta(seconds=30))

    assert await taught.trying.look()
    assert (await taught.told(work)).state is State.ASKED


async def test_until_the_edition_that_answers_is_learned_a_trial_waits(bench: Bench, eva: Member) -> None:
    work = await bench.draft(eva, {PATTERN: ["dolgovi"]})
    await bench.trials.ask(work, eva)

    assert await bench.trying.look()
    assert (await bench.told(work)).is_open


async def test_a_trial_is_outdated_once_the_draft_has_changed(taught: Bench, eva: Member) -> None:
    before = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(before, eva)
    work = await taught.draft(eva, {VALUE: "3"})

    assert (await taught.told(work)).outdated
    assert await taught.trials.losses(work) is None
    await taught.trying.look()
    assert (await taught.told(work)).outdated
    assert not (await taught.told(work)).is_open

    await taught.trials.ask(work, eva)
    await taught.trying.look()
    assert (await taught.told(work)).state is State.DONE


async def test_a_trial_that_is_asked_for_anew_ends_the_one_under_way(
    taught: Bench, eva: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    monkeypatch.setattr(sys, "executable", program(tmp_path, f"echo $$ > {started}; exec sleep 600"))
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    looking = asyncio.create_task(taught.trying.look())
    await until(lambda: in_thread(lambda: started.exists() and bool(started.read_text("utf-8").strip())))

    await taught.trials.ask(await taught.draft(eva, {VALUE: "3"}), eva)

    assert not await looking
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text("utf-8")), 0)


async def test_the_trial_of_a_draft_that_was_discarded_is_not_made(taught: Bench, eva: Member) -> None:
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    assert work.draft is not None
    async with taught.db.write() as tx:
        await drafts.end(tx, work.draft, drafts.State.DISCARDED, clock.now())

    assert not await taught.trying.look()
    assert (await taught.told(work)).state is State.FAILED


@pytest.mark.parametrize("state", [drafts.State.DISCARDED, drafts.State.PUBLISHED])
async def test_the_trial_under_way_ends_with_its_draft(
    taught: Bench, eva: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: drafts.State
) -> None:
    started = tmp_path / "started"
    monkeypatch.setattr(sys, "executable", program(tmp_path, f"echo $$ > {started}; exec sleep 600"))
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)
    looking = asyncio.create_task(taught.trying.look())
    await until(lambda: in_thread(lambda: started.exists() and bool(started.read_text("utf-8").strip())))
    assert work.draft is not None

    async with taught.db.write() as tx:
        await drafts.end(tx, work.draft, state, clock.now())

    assert not await looking
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text("utf-8")), 0)


async def test_a_draft_with_errors_is_not_tried(bench: Bench, eva: Member) -> None:
    work = await bench.draft(eva, {VALUE: "not a number"})

    with pytest.raises(HasErrors) as refused:
        await bench.trials.ask(work, eva)
    with pytest.raises(HasErrors):
        await bench.trials.losses(work)

    assert [problem.file for problem in refused.value.problems if problem.severity is Severity.ERROR] == [VALUE[0]]


async def test_without_a_draft_there_is_nothing_to_try(bench: Bench, eva: Member) -> None:
    work = await bench.drafting.at_hand(eva)

    assert await bench.trials.of(work) is None
    with pytest.raises(NoDraft):
        await bench.trials.ask(work, eva)


async def test_the_loop_makes_what_is_asked_for(taught: Bench, eva: Member) -> None:
    running = asyncio.create_task(taught.trying.run())
    work = await taught.draft(eva, {PATTERN: ["dolgovi"]})
    await taught.trials.ask(work, eva)

    async def is_done() -> bool:
        return (await taught.told(work)).state is State.DONE

    await until(is_done)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

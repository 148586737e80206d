"""What a draft is talked to by: what was learned for it where it was, else what answers now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from bot import clock
from bot.dialogue.haste import MOST
from bot.editing import talking
from bot.editing.drafting import Drafting, Work
from bot.editing.items import Spot
from bot.editing.outcomes import Found
from bot.editing.talking import Said, Talks, talk
from bot.editing.trials import HasErrors, Trials
from bot.matching.index import Index
from bot.matching.training import train
from bot.model.library import Library
from bot.model.staff import Member, Role
from bot.store import staff, trials
from bot.store.bell import Bell
from bot.store.database import Database
from tests.support.editing import put_up, small_edition
from tests.support.phrases import english

VALUE: Spot = ("facts/si/debts.yaml", ("facts", "late_months", "value"))
PATTERN: Spot = ("crisis/violence-now.yaml", ("patterns", "sl"))
DEBTS: Spot = ("sl/debts.yaml", ("examples",))


@cache
def live() -> Index:
    return Index(small_edition(), None, None, 0.05)


@pytest.fixture
async def eva(database: Database) -> Member:
    await put_up(database, small_edition(), clock.now())
    async with database.write() as tx:
        return await staff.create(tx, "eva", Role.EDITOR, "", clock.now())


async def draft_of(drafting: Drafting, member: Member, values: Mapping[Spot, Any]) -> Work:
    return await drafting.change(member, await drafting.at_hand(member), values, "January")


def trials_of(database: Database, drafting: Drafting) -> Trials:
    return Trials(database, Bell(database), drafting)


async def learns(library: Library) -> bytes | None:
    return train(library.examples, None, lambda _stage, _share: None).to_bytes()


async def learns_nothing(_: Library) -> bytes | None:
    return None


async def test_a_draft_with_the_same_examples_decides_as_what_answers_and_tells_its_own(database: Database, eva: Member) -> None:
    drafting = Drafting(database)
    talks = Talks(drafting, trials_of(database, drafting), live, learns_nothing, 0.05)

    listener = await talks.listener(await draft_of(drafting, eva, {VALUE: "77"}))

    assert listener.is_learned
    assert listener.index.library.answers["debts/si"].facts["late_months"].value == "77"
    assert live().library.answers["debts/si"].facts["late_months"].value != "77"


async def test_what_was_learned_for_the_draft_is_used_where_it_was(database: Database, eva: Member) -> None:
    drafting = Drafting(database)
    work = await draft_of(drafting, eva, {DEBTS: ["dolgujem upnikom", "kam z dolgovi"]})

    learned = await Talks(drafting, trials_of(database, drafting), live, learns, 0.05).listener(work)
    before = await Talks(drafting, trials_of(database, drafting), live, learns_nothing, 0.05).listener(work)
    without = await Talks(drafting, trials_of(database, drafting), live, None, 0.05).listener(work)

    assert (learned.is_learned, learned.index.strength) == (True, "words")
    assert (before.is_learned, without.is_learned) == (False, False)
    assert before.index.library.examples == live().library.examples


async def test_a_pattern_is_not_used_before_a_trial_has_come_to_its_end_with_it(database: Database, eva: Member) -> None:
    drafting = Drafting(database)
    tried = trials_of(database, drafting)
    talks = Talks(drafting, tried, live, learns_nothing, 0.05)
    work = await draft_of(drafting, eva, {PATTERN: ["d+$"]})
    assert work.draft is not None

    before = await talks.listener(work)
    async with database.write() as tx:
        told = (work.draft.id, work.digest, work.live.number, trials.State.DONE, "eva", clock.now())
        await trials.put(tx, trials.Trial(*told, result=Found().as_json()))
    after = await talks.listener(work)

    assert (before.is_learned, after.is_learned) == (False, True)
    assert before.index.library.crises["violence-now"].patterns == small_edition().crises["violence-now"].patterns
    assert after.index.library.crises["violence-now"].patterns["sl"] == ("d+$",)


async def test_what_listens_is_kept_for_a_while_and_made_anew_when_the_draft_changes(
    database: Database, eva: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafting = Drafting(database)
    talks = Talks(drafting, trials_of(database, drafting), live, learns_nothing, 0.05)
    work = await draft_of(drafting, eva, {VALUE: "77"})
    first = await talks.listener(work)
    assert await talks.listener(work) is first

    assert await talks.listener(await draft_of(drafting, eva, {VALUE: "78"})) is not first
    monkeypatch.setattr(talking, "KEPT", 0.0)
    second = await talks.listener(await drafting.at_hand(eva))
    work = await drafting.at_hand(eva)  # meanwhile it is dropped
    assert await talks.listener(work) is not second


async def test_a_draft_with_errors_has_nothing_that_listens(database: Database, eva: Member) -> None:
    drafting = Drafting(database)
    work = await draft_of(drafting, eva, {VALUE: "not a number"})

    with pytest.raises(HasErrors):
        await Talks(drafting, trials_of(database, drafting), live, None, 0.05).listener(work)


def test_what_is_said_is_replayed_and_the_same_each_time() -> None:
    said = [Said("kam z dolgovi"), Said("hvala"), Said(press="unknown"), Said("/help")]

    first, second = (talk(live(), english(), said, "sl", clock.now().replace(microsecond=0)) for _ in range(2))

    assert [each.said for each in first] == ["kam z dolgovi", "hvala", "", "/help"]
    assert all(each.outgoings for each in first)
    assert [each.outgoings for each in first] == [each.outgoings for each in second]


def test_no_code_of_a_case_is_told() -> None:
    (asked,) = talk(live(), english(), [Said("/person")], "sl", clock.now())

    assert "{case_code}" not in "".join(each.text for each in asked.outgoings)


def test_a_long_talk_is_no_flood_though_all_of_it_is_said_again_each_time() -> None:
    exchanges = talk(live(), english(), [Said("dolgovi")] * (MOST + 3), "sl", clock.now())
    assert all(exchange.outgoings and exchange.verdict for exchange in exchanges)

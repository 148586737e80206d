"""Publishing: what is refused and why, who is faster, and what stands in the history. On both databases."""

from __future__ import annotations

import asyncio

import pytest

from bot.editing.drafting import ItemMoved, NoDraft, Work
from bot.editing.foureyes import FourEyes, Why
from bot.editing.outcomes import Change
from bot.editing.publishing import (
    Contradicted,
    Faulty,
    Lost,
    Moved,
    NoRight,
    NoteTooLong,
    NothingChanged,
    NoWhy,
    Outrun,
    Publishing,
    SecondEyes,
    Untried,
)
from bot.editing.trials import Trials
from bot.model.staff import Member, Role
from bot.store import audit, drafts, editions
from bot.store.database import Database
from bot.store.drafts import State
from bot.store.editions import Kind
from bot.store.packing import unpack
from tests.editing.office import CARE, CONFIDENCE, FACTS, SAID, VALUE, Office, answer_of, examples, values_of
from tests.support.editing import put_up, small_edition


async def test_a_draft_becomes_the_next_edition(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    rung = office.bell.rung("edition")
    edition = await office.publish(eva, work, "The law has changed.")
    assert (edition.number, edition.kind, edition.published_by, edition.note) == (2, Kind.EDITED, "eva", "The law has changed.")
    assert work.draft is not None
    assert edition.draft_id == work.draft.id
    assert await office.value() == "3"
    assert office.bell.rung("edition") > rung
    async with office.db.read() as tx:
        ended = await drafts.get(tx, work.draft.id)
        acts = await audit.latest(tx, action="publish")
        assert await drafts.at_hand(tx, eva.id) is None
    assert ended is not None
    assert (ended.state, ended.edition) == (State.PUBLISHED, 2)
    assert [(act.staff, act.subject) for act in acts] == [("eva", "2")]


async def test_without_a_reason_the_history_tells_the_name_of_the_draft(office: Office, eva: Member) -> None:
    assert (await office.publish(eva, await office.draft(eva, {VALUE: "3"}), "  ")).note == "January"


async def test_a_draft_is_published_once(office: Office, eva: Member, filip: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    found = await asyncio.gather(*(office.publish(member, work) for member in (eva, filip)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) in (["Edition", "Moved"], ["Edition", "NoDraft"])
    assert await office.number() == 2
    with pytest.raises(NoDraft):
        await office.publish(eva, work)


async def test_two_drafts_that_are_published_at_once_both_hold(office: Office, eva: Member, filip: Member) -> None:
    works = [await office.draft(eva, {VALUE: "3"}), await office.draft(filip, {CONFIDENCE: "thin"})]
    another = Office(office.db)
    found = await asyncio.gather(office.publish(eva, works[0]), another.publish(filip, works[1]))
    assert sorted(edition.number for edition in found) == [2, 3]
    async with office.db.read() as tx:
        newest = await editions.newest(tx)
    assert newest is not None
    answer = answer_of(unpack(newest), "si")
    assert (answer.facts["late_months"].value, answer.confidence) == ("3", "thin")


async def test_who_is_outrun_again_and_again_is_told(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})

    class Busy(Trials):
        """Lets others publish while a draft is judged."""

        async def losses(self, work: Work) -> tuple[Change, ...] | None:
            told = await super().losses(work)
            await put_up(office.db, small_edition(), office.now())
            return told

    busy = Busy(office.db, office.bell, office.drafting)
    publishing = Publishing(office.db, office.bell, office.drafting, busy, FourEyes())
    assert work.draft is not None
    with pytest.raises(Outrun):
        await publishing.publish(eva, work.draft.id, work.draft.version, "")
    assert await office.value() == "2"


async def test_what_others_changed_at_the_same_place_is_a_conflict_to_decide_about(
    office: Office, eva: Member, filip: Member
) -> None:
    mine = await office.draft(eva, {VALUE: "3", CONFIDENCE: "thin"})
    await office.publish(filip, await office.draft(filip, {VALUE: "4"}))
    with pytest.raises(Contradicted) as refused:
        await office.publish(eva, mine)
    assert [values_of(each) for each in refused.value.conflicts] == [("2", "3", "4")]
    assert await office.value() == "4"

    await office.draft(eva, {("facts/it/debts.yaml", ("confidence",)): "thin"})
    work = await office.drafting.at_hand(eva)
    assert len(work.conflicts) == 1, "saving something else decides nothing"

    settled = await office.drafting.settle(eva, work, [(each.file, each.path) for each in work.conflicts])
    assert (settled.conflicts, settled.live.number) == ((), 2)
    await office.publish(eva, settled)
    assert await office.value() == "4"
    assert await office.number() == 3


async def test_a_conflict_can_be_decided_for_the_draft(office: Office, eva: Member, filip: Member) -> None:
    await office.draft(eva, {VALUE: "3"})
    await office.publish(filip, await office.draft(filip, {VALUE: "4"}))
    work = await office.drafting.at_hand(eva)
    await office.publish(eva, await office.drafting.settle(eva, work, []))
    assert await office.value() == "3"
    with pytest.raises(ItemMoved):
        await office.drafting.settle(eva, work, [])


async def test_errors_are_all_told_and_nothing_is_published(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "many", ("facts/it/debts.yaml", ("confidence",)): "sure"})
    with pytest.raises(Faulty) as refused:
        await office.publish(eva, work)
    assert {problem.file for problem in refused.value.errors} >= {FACTS, "facts/it/debts.yaml"}
    assert await office.number() == 1


async def test_a_draft_that_changes_nothing_is_refused(office: Office, eva: Member) -> None:
    await office.draft(eva, {VALUE: "3"})
    with pytest.raises(NothingChanged):
        await office.publish(eva, await office.draft(eva, {VALUE: "2"}))


async def test_a_draft_that_moved_since_it_was_shown_is_refused(office: Office, eva: Member, filip: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    await office.draft(eva, {VALUE: "5"})
    with pytest.raises(Moved):
        await office.publish(filip, work)


async def test_a_discarded_draft_is_not_published(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    assert work.draft is not None
    async with office.db.write() as tx:
        await drafts.end(tx, work.draft, State.DISCARDED, office.now())
    with pytest.raises(NoDraft):
        await office.publish(eva, work)


async def test_who_has_no_right_publishes_nothing(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    ana = await office.hire("ana", Role.STAFF)
    with pytest.raises(NoRight):
        await office.publish(ana, work)
    assert work.draft is not None
    with pytest.raises(NoRight):
        await office.publishing.agree(ana, work.draft.id, work.draft.version, "why not")


async def test_a_reason_has_an_end(office: Office, eva: Member) -> None:
    with pytest.raises(NoteTooLong):
        await office.publish(eva, await office.draft(eva, {VALUE: "3"}), "x" * 1001)


async def test_words_for_a_crisis_are_published_by_somebody_else(office: Office, eva: Member, filip: Member) -> None:
    work = await office.draft(eva, {CARE: "Niste sami."})
    await office.trials.ask(work, eva)
    with pytest.raises(SecondEyes) as refused:
        await office.publish(eva, work)
    assert [reason.why for reason in refused.value.reasons] == [Why.CRISIS]
    assert (await office.publish(filip, work)).published_by == "filip"


async def test_who_helped_with_a_draft_is_no_second_pair_of_eyes(database: Database) -> None:
    office = Office(database, policy="all")
    await put_up(database, small_edition(), office.now())
    eva, filip, greta = [await office.hire(name) for name in ("eva", "filip", "greta")]
    work = await office.draft(eva, {VALUE: "3"})
    work = await office.drafting.change(filip, work, {CONFIDENCE: "thin"}, "")
    for member in (eva, filip):
        with pytest.raises(SecondEyes):
            await office.publish(member, work)
    await office.publish(greta, work)


async def test_what_could_change_decisions_is_tried_first(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa če ne morem plačati rubeža"]})
    with pytest.raises(Untried):
        await office.publish(eva, work)
    asked = await office.trials.of(work)
    assert asked is not None, "it is being found out now"
    await office.found_out(work)
    assert (await office.publish(eva, work)).number == 2


async def test_a_trial_of_an_earlier_state_counts_for_nothing(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa če ne morem plačati rubeža"]})
    await office.found_out(work)
    with pytest.raises(Untried):
        await office.publish(eva, await office.draft(eva, {SAID: [*examples(), "kaj pa zdaj"]}))


async def test_a_golden_question_is_lost_only_when_somebody_else_agrees_in_writing(
    office: Office, eva: Member, filip: Member
) -> None:
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa če ne morem plačati rubeža"]})
    await office.found_out(work, "kdo mi pomaga z dolgovi")
    assert work.draft is not None
    with pytest.raises(Lost) as refused:
        await office.publish(eva, work)
    assert [each.text for each in refused.value.losses] == ["kdo mi pomaga z dolgovi"]

    its = (work.draft.id, work.draft.version)
    with pytest.raises(SecondEyes):
        await office.publishing.agree(eva, *its, "I know better")
    with pytest.raises(NoWhy):
        await office.publishing.agree(filip, *its, " ")
    with pytest.raises(NoteTooLong):
        await office.publishing.agree(filip, *its, "x" * 1001)
    with pytest.raises(Moved):
        await office.publishing.agree(filip, work.draft.id, work.draft.version + 1, "Nobody says so.")
    await office.publishing.agree(filip, *its, "Nobody says so.")
    await office.publishing.agree(filip, *its, "Once is enough.")
    edition = await office.publish(eva, work)
    assert edition.agreed == (("filip", "Nobody says so."),)
    async with office.db.read() as tx:
        assert [act.staff for act in await audit.latest(tx, action="agree-to-loss")] == ["filip"]


async def test_an_agreement_holds_for_one_state_of_the_draft(office: Office, eva: Member, filip: Member) -> None:
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa če ne morem plačati rubeža"]})
    await office.found_out(work, "kdo mi pomaga z dolgovi")
    assert work.draft is not None
    await office.publishing.agree(filip, work.draft.id, work.draft.version, "Nobody says so.")
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa zdaj"]})
    await office.found_out(work, "kdo mi pomaga z dolgovi")
    with pytest.raises(Lost):
        await office.publish(eva, work)


async def test_who_agreed_and_then_worked_on_it_counts_no_more(office: Office, eva: Member, filip: Member) -> None:
    work = await office.draft(eva, {SAID: [*examples(), "kaj pa če ne morem plačati rubeža"]})
    assert work.draft is not None
    await office.publishing.agree(filip, work.draft.id, work.draft.version, "Nobody says so.")
    work = await office.drafting.change(filip, work, {}, "")
    await office.found_out(work, "kdo mi pomaga z dolgovi")
    with pytest.raises(Lost):
        await office.publish(eva, work)


async def test_a_draft_is_asked_for_and_the_next_change_takes_that_back(office: Office, eva: Member) -> None:
    work = await office.draft(eva, {VALUE: "3"})
    assert work.draft is not None
    async with office.db.write() as tx:
        asked = await drafts.ask(tx, work.draft, "eva", office.now())
    assert asked.asked_by == "eva"
    changed = await office.draft(eva, {VALUE: "4"})
    assert changed.draft is not None
    assert changed.draft.asked_by is None

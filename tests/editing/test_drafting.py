"""Working on drafts: two editors on one item, drafts that editions overtook, and what an editor sees meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from bot.editing import items, trees
from bot.editing.archive import Archive
from bot.editing.drafting import Drafting, ItemMoved, NoDraft, Undecided, Work
from bot.editing.items import Item, Kind
from bot.model.staff import Member, Role
from bot.store import drafts, staff
from bot.store.database import Database
from bot.store.drafts import DraftMoved, State
from bot.store.packing import NoLibraryError
from tests.support.changing import EXAMPLES, MONTHS, NAME, NOTE, TITLE, with_changes
from tests.support.clock import Clock
from tests.support.editing import put_up, small_edition

DEBTS, TOPIC = Item(Kind.ANSWER, "debts/si"), Item(Kind.TOPIC, "debts")


@pytest.fixture
async def drafting(database: Database) -> Drafting:
    """Drafts on edition 1."""
    clock = Clock()
    await put_up(database, small_edition(), clock())
    return Drafting(database, clock=clock)


async def _hire(database: Database, name: str) -> Member:
    async with database.write() as tx:
        return await staff.create(tx, name, Role.EDITOR, "", Clock()())


async def _save(drafting: Drafting, member: Member, title: str, seen: str = "", item: Item = DEBTS) -> Work:
    work = await drafting.at_hand(member)
    place = {DEBTS: TITLE, TOPIC: NAME}[item]
    return await drafting.save(member, item, seen or items.stamp(work.tree, item), {place: title}, "January")


async def test_without_a_draft_an_editor_sees_the_newest_edition(database: Database, drafting: Drafting) -> None:
    work = await drafting.at_hand(await _hire(database, "ana"))

    assert (work.live.number, work.draft, work.changed, work.conflicts) == (1, None, [], ())
    assert work.tree is work.live.tree


async def test_before_the_first_edition_there_is_nothing_to_work_on(database: Database) -> None:
    with pytest.raises(NoLibraryError):
        await Drafting(database).at_hand(await _hire(database, "ana"))


async def test_what_is_saved_stands_in_a_draft_of_its_own_and_not_in_the_edition(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")

    await _save(drafting, ana, "Drugače")

    work = await Drafting(database).at_hand(ana)
    assert trees.get(work.tree, *TITLE) == "Drugače"
    assert trees.get(work.live.tree, *TITLE) != "Drugače"
    assert work.changed == [DEBTS]
    assert work.draft is not None
    assert (work.draft.title, work.draft.made_by, work.draft.editors) == ("January", "ana", frozenset({"ana"}))


async def test_what_one_saves_another_does_not_see_until_they_share_the_draft(database: Database, drafting: Drafting) -> None:
    ana, eva = await _hire(database, "ana"), await _hire(database, "eva")
    saved = await _save(drafting, ana, "Drugače")
    assert saved.draft is not None

    apart = await drafting.at_hand(eva)
    async with database.write() as tx:
        await drafts.take_up(tx, eva.id, saved.draft.id)
    together = await drafting.at_hand(eva)

    assert apart.draft is None
    assert together.draft == saved.draft
    assert together.tree == saved.tree


async def test_of_two_editors_on_one_item_the_second_is_told_and_loses_nothing_of_the_firsts(
    database: Database, drafting: Drafting
) -> None:
    ana, eva = await _hire(database, "ana"), await _hire(database, "eva")
    first = await _save(drafting, ana, "Ana")
    assert first.draft is not None
    async with database.write() as tx:
        await drafts.take_up(tx, eva.id, first.draft.id)
    seen = items.stamp((await drafting.at_hand(eva)).tree, DEBTS)
    await _save(drafting, ana, "Še enkrat Ana")

    with pytest.raises(ItemMoved) as moved:
        await _save(drafting, eva, "Eva", seen)

    assert trees.get(moved.value.work.tree, *TITLE) == "Še enkrat Ana"
    assert trees.get((await drafting.at_hand(eva)).tree, *TITLE) == "Še enkrat Ana"


async def test_two_editors_on_two_items_of_one_draft_do_not_disturb_each_other(database: Database, drafting: Drafting) -> None:
    ana, eva = await _hire(database, "ana"), await _hire(database, "eva")
    first = await _save(drafting, ana, "Ana")
    assert first.draft is not None
    async with database.write() as tx:
        await drafts.take_up(tx, eva.id, first.draft.id)
    seen = items.stamp((await drafting.at_hand(eva)).tree, TOPIC)
    await _save(drafting, ana, "Še enkrat Ana")

    work = await _save(drafting, eva, "Dolgovi in Eva", seen, TOPIC)

    assert work.changed == [TOPIC, DEBTS]
    assert work.draft is not None
    assert work.draft.editors == {"ana", "eva"}


async def test_of_two_that_save_at_once_one_is_told(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    await _save(drafting, ana, "Prej")
    work = await drafting.at_hand(ana)

    saved = await asyncio.gather(
        *(drafting.change(ana, work, {TITLE: title}, "") for title in ("one", "two", "three")), return_exceptions=True
    )

    assert sum(isinstance(each, Work) for each in saved) == 1
    assert sum(isinstance(each, ItemMoved) for each in saved) == 2


async def test_of_two_first_saves_at_once_one_begins_the_draft(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    work = await drafting.at_hand(ana)
    await drafting.change(ana, work, {TITLE: "one"}, "first")

    with pytest.raises(ItemMoved) as moved:
        await drafting.change(ana, work, {TITLE: "two"}, "second")

    assert trees.get(moved.value.work.tree, *TITLE) == "one"
    async with database.read() as tx:
        assert [draft.title for draft in await drafts.in_state(tx, State.OPEN)] == ["first"]


async def test_of_two_first_saves_in_the_same_moment_none_stands_in_a_draft_that_nobody_has_at_hand(
    database: Database, drafting: Drafting
) -> None:
    ana = await _hire(database, "ana")
    for _ in range(5):
        work = await drafting.at_hand(ana)
        saves = (drafting.change(ana, work, {place: "now"}, "first") for place in (TITLE, NOTE, NAME))

        saved = await asyncio.gather(*saves, return_exceptions=True)

        [done] = [each for each in saved if isinstance(each, Work)]
        assert sum(isinstance(each, ItemMoved) for each in saved) == 2
        assert done.draft == (await drafting.at_hand(ana)).draft
        async with database.write() as tx:
            await drafts.take_up(tx, ana.id, None)


async def test_a_draft_that_an_edition_overtook_is_seen_on_the_newest_and_brought_to_it_by_the_next_save(
    database: Database, drafting: Drafting
) -> None:
    ana = await _hire(database, "ana")
    await _save(drafting, ana, "Drugače")
    await put_up(database, with_changes(small_edition(), {NOTE: "Nova opomba."}), Clock()())

    work = await drafting.at_hand(ana)
    saved = await _save(drafting, ana, "Še drugače")

    assert (work.live.number, work.conflicts, work.changed) == (2, (), [DEBTS])
    assert [trees.get(work.tree, *place) for place in (TITLE, NOTE)] == ["Drugače", "Nova opomba."]
    assert saved.draft is not None
    assert saved.draft.base == 2
    assert [trees.get(saved.tree, *place) for place in (TITLE, NOTE)] == ["Še drugače", "Nova opomba."]


async def test_what_an_edition_changed_meanwhile_is_told_as_a_conflict_and_the_draft_keeps_its_own(
    database: Database, drafting: Drafting
) -> None:
    ana = await _hire(database, "ana")
    await _save(drafting, ana, "Ana")
    await put_up(database, with_changes(small_edition(), {TITLE: "Medtem"}), Clock()())

    work = await drafting.at_hand(ana)

    [conflict] = work.conflicts
    assert ((conflict.file, conflict.path), conflict.ours, conflict.theirs) == (TITLE, "Ana", "Medtem")
    assert trees.get(work.tree, *TITLE) == "Ana"


async def test_while_a_draft_has_conflicts_what_is_saved_is_seen_afterwards_or_refused(
    database: Database, drafting: Drafting
) -> None:
    ana = await _hire(database, "ana")
    before = (await drafting.at_hand(ana)).tree
    note, examples = trees.get(before, *NOTE), trees.get(before, *EXAMPLES)
    await _save(drafting, ana, "Ana")
    meanwhile = {TITLE: "Medtem", NOTE: "Nova opomba.", EXAMPLES: [*examples, "nov primer o dolgovih"]}
    await put_up(database, with_changes(small_edition(), meanwhile), Clock()())
    work = await drafting.at_hand(ana)

    for hidden in ({NOTE: note}, {EXAMPLES: examples}):
        with pytest.raises(Undecided) as undecided:
            await drafting.change(ana, work, hidden, "")
        assert undecided.value.work.conflicts == work.conflicts
    assert (await drafting.at_hand(ana)).draft == work.draft

    mine = {NOTE: "Moja opomba.", EXAMPLES: ["moj primer", *examples, "nov primer o dolgovih"]}
    saved = await drafting.change(ana, work, mine, "")
    assert trees.get(saved.tree, *NOTE) == "Moja opomba."
    assert sorted(trees.get(saved.tree, *EXAMPLES)) == sorted(mine[EXAMPLES])
    assert (await drafting.at_hand(ana)).tree == saved.tree

    settled = await drafting.settle(ana, saved, [])
    back = await drafting.change(ana, settled, {NOTE: note, EXAMPLES: examples}, "")
    assert [trees.get(back.tree, *place) for place in (NOTE, EXAMPLES)] == [note, examples]
    assert ((await drafting.at_hand(ana)).tree, back.conflicts) == (back.tree, ())


async def test_what_the_edition_says_by_now_is_no_change_of_the_draft_any_more(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    await _save(drafting, ana, "Drugače")
    await put_up(database, with_changes(small_edition(), {TITLE: "Drugače"}), Clock()())

    work = await drafting.at_hand(ana)

    assert (work.changed, work.conflicts) == ([], ())


async def test_what_is_taken_away_is_gone_and_can_be_put_back(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    before = await drafting.at_hand(ana)
    file = (EXAMPLES[0], ())

    gone = await drafting.change(ana, before, {file: None}, "without")
    again = await Drafting(database).at_hand(ana)
    back = await drafting.change(ana, again, {file: before.tree[EXAMPLES[0]]}, "")

    assert EXAMPLES[0] not in gone.tree
    assert again.tree == gone.tree
    assert back.tree == before.tree
    assert back.changed == []


async def test_a_draft_that_ended_is_nobodys_and_cannot_be_changed(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    work = await _save(drafting, ana, "Drugače")
    assert work.draft is not None
    async with database.write() as tx:
        await drafts.end(tx, work.draft, State.DISCARDED, Clock()())

    assert (await drafting.at_hand(ana)).draft is None
    with pytest.raises(NoDraft):
        await drafting.of(work.draft.id)
    with pytest.raises(ItemMoved):
        await drafting.change(ana, work, {TITLE: "too late"}, "")
    with pytest.raises(DraftMoved):
        async with database.write() as tx:
            await drafts.end(tx, work.draft, State.PUBLISHED, Clock()(), 2)


async def test_there_is_no_draft_of_an_unknown_id(drafting: Drafting) -> None:
    with pytest.raises(NoDraft):
        await drafting.of("unknown")


async def test_a_draft_is_checked_as_it_will_be_published_and_once_for_one_state(database: Database, drafting: Drafting) -> None:
    ana = await _hire(database, "ana")
    broken = await drafting.change(ana, await drafting.at_hand(ana), {MONTHS: None}, "broken")

    reading = await drafting.read(broken)

    assert reading.library is None
    assert {(each.file, each.path[:2]) for each in reading.errors} >= {("sl/debts.yaml", ("wordings", "si"))}
    assert await drafting.read(await drafting.at_hand(ana)) is reading
    sound = await drafting.change(ana, broken, {MONTHS: trees.get(broken.live.tree, *MONTHS)}, "")
    assert (await drafting.read(sound)).library == small_edition()


@pytest.mark.usefixtures("drafting")
async def test_an_edition_that_there_is_not_is_told(database: Database) -> None:
    archive = Archive(database)

    with pytest.raises(NoLibraryError, match="there is no edition 7"):
        await archive.at(7)
    assert (await archive.at(1)) is (await archive.newest())


@pytest.mark.usefixtures("drafting")
async def test_only_the_last_few_editions_are_held(database: Database) -> None:
    for title in ("a", "b"):
        await put_up(database, with_changes(small_edition(), {TITLE: title}), Clock()())
    archive = Archive(database)
    first = await archive.at(1)
    for number in (2, 3):
        await archive.at(number)

    assert await archive.at(1) is not first
    assert (await archive.at(1)).tree == first.tree

"""Going back: an edition is undone or restored, whole or one item of it, by a draft. On both databases."""

from __future__ import annotations

import pytest

from bot.editing import differences, items
from bot.editing.restoring import NothingToRestore
from bot.model.staff import Member
from bot.store.editions import Kind
from bot.store.packing import NoLibraryError
from tests.editing.office import CONFIDENCE, DEBTS, EXAMPLES, VALUE, Office, answer_of, values_of
from tests.support.editing import small_edition


async def test_an_edition_is_undone_and_what_came_later_elsewhere_stays(office: Office, eva: Member) -> None:
    await office.publish(eva, await office.draft(eva, {VALUE: "3"}))
    await office.publish(eva, await office.draft(eva, {CONFIDENCE: "thin"}))
    draft = await office.restoring.undo(eva, 2, "Undo edition 2")
    work = await office.drafting.at_hand(eva)
    assert work.draft is not None
    assert (work.draft.id, work.draft.title, work.conflicts) == (draft.id, "Undo edition 2", ())
    assert (await office.publish(eva, work)).kind is Kind.RESTORED
    assert await office.value() == "2"
    newest = await office.drafting.archive.newest()
    assert answer_of(newest.library, "si").confidence == "thin"


async def test_undoing_tells_what_a_later_edition_changed_at_the_same_place(office: Office, eva: Member) -> None:
    await office.publish(eva, await office.draft(eva, {VALUE: "3"}))
    await office.publish(eva, await office.draft(eva, {VALUE: "4"}))
    await office.restoring.undo(eva, 2, "Undo edition 2")
    (conflict,) = (await office.drafting.at_hand(eva)).conflicts
    assert values_of(conflict) == ("3", "2", "4")


async def test_one_item_of_an_edition_is_undone(office: Office, eva: Member) -> None:
    it = ("facts/it/debts.yaml", ("confidence",))
    was = items.content((await office.drafting.archive.newest()).tree, DEBTS)
    await office.publish(eva, await office.draft(eva, {VALUE: "3", it: "thin"}))
    await office.restoring.undo(eva, 2, "Undo", DEBTS)
    await office.publish(eva, await office.drafting.at_hand(eva))
    newest = await office.drafting.archive.newest()
    assert items.content(newest.tree, DEBTS) == was
    assert answer_of(newest.library, "it").confidence == "thin"


async def test_an_edition_is_restored_whole_or_one_item_of_it(office: Office, eva: Member) -> None:
    for value in ("3", "4", "5"):
        await office.publish(eva, await office.draft(eva, {VALUE: value, CONFIDENCE: "thin"}))
    await office.restoring.restore(eva, 2, "As in edition 2", DEBTS)
    work = await office.drafting.at_hand(eva)
    assert [str(item) for item in differences.items_of(work.live.tree, work.tree)] == ["answer:debts/si"]
    await office.publish(eva, work)
    assert await office.value() == "3"
    await office.restoring.restore(eva, 1, "Back to edition 1")
    await office.publish(eva, await office.drafting.at_hand(eva))
    assert (await office.drafting.archive.newest()).library == small_edition()


async def test_there_is_no_going_back_to_where_one_is_or_before_the_first(office: Office, eva: Member) -> None:
    with pytest.raises(NothingToRestore):
        await office.restoring.restore(eva, 1, "Back")
    with pytest.raises(NoLibraryError):
        await office.restoring.undo(eva, 1, "Undo")
    with pytest.raises(NoLibraryError):
        await office.restoring.restore(eva, 7, "Back")
    with pytest.raises(NothingToRestore):
        await office.restoring.restore(eva, 1, "Back", EXAMPLES)

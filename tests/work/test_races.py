"""Everybody at once: whatever staff, the resident and the clock do to a case in the same moment, one truth is left."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue import consent
from bot.model.case import Case, CaseState
from bot.model.conversation import Asked, Conversation, Holder
from bot.model.staff import Role
from bot.store import cases, conversations, entries, readers, staff
from bot.work.casework import Refusal
from bot.work.commit import Moved
from bot.work.people import People, Rights
from bot.work.upkeep import Upkeep
from tests.support.house import House
from tests.support.people import hire, located
from tests.support.phrases import english
from tests.support.thinking import think

Act = Callable[[], Coroutine[Any, Any, object]]


async def _begun(house: House) -> Case:
    """Return a case that Ana has, whose resident was asked about Bulgaria; Boris is her colleague, Cilka is there."""
    for name, role, points in (
        ("Ana", Role.STAFF, {"ptuj"}),
        ("Boris", Role.STAFF, {"ptuj"}),
        ("Cilka", Role.STAFF, {"dalgopol"}),
        ("Dana", Role.ADMIN, None),
    ):
        await hire(house, name, role, points)
    await house.hears("rad bi govoril s človekom")
    await house.works(think)
    await located(house, "ptuj")
    await house.helpdesk.claim((await house.case()).id, "Ana")
    return await house.handing.to_point((await house.case()).id, "Ana", "dalgopol")


def _upkeep(house: House) -> Upkeep:
    return Upkeep(house.db, house.bell, english(), unanswered=timedelta(hours=1), silent=timedelta(days=9), clock=house.clock)


def _acts(house: House, case: Case) -> list[Act]:
    """Return all that can be done to the case in one moment."""
    people = People(house.db, house.bell, clock=house.clock)

    async def shut_out() -> None:
        async with house.db.read() as tx:
            boris = await staff.find(tx, "Boris")
        assert boris is not None
        await people.change(boris.id, Rights.of(boris), Rights(Role.STAFF, frozenset({"dalgopol"})), "Dana")

    async def agrees() -> None:
        await house.presses(f"consent:{consent.question_of(case.id, 'dalgopol')}")
        await house.works(think)

    async def writes() -> None:
        await house.hears("še nekaj")
        await house.works(think)

    return [
        agrees,
        writes,
        shut_out,
        _upkeep(house).step,
        lambda: house.helpdesk.claim(case.id, "Boris"),
        lambda: house.helpdesk.claim(case.id, "Cilka"),
        lambda: house.helpdesk.release(case.id, "Ana"),
        lambda: house.helpdesk.take_over(case.id, "Ana", "Boris"),
        lambda: house.handing.to_colleague(case.id, "Ana", "Boris"),
        lambda: house.guarding.guard(case.id, "Ana", ()),
        lambda: house.closing.close(case.id, "Ana"),
        lambda: house.closing.reopen(case.id, "Boris"),
        lambda: house.helpdesk.reply(case.id, None, "Dober dan", "Ana"),
    ]


async def _check(house: House, case: Case) -> None:
    async with house.db.read() as tx:
        now = await cases.get(tx, case.id)
        conversation: Conversation = await conversations.get(tx, case.conversation_id)
        named = await readers.of_case(tx, case.id)
        another = await cases.of_conversation(tx, case.conversation_id)
        holder = None if now is None or now.claimed_by is None else await staff.find(tx, now.claimed_by)
        said = [line.kind for line in await entries.since(tx, case.conversation_id, notes=True)]
    assert now is not None
    state = now.state if another is None else another.state  # who wrote after it was closed may have another one by now
    assert conversation.holder is (Holder.STAFF if state is CaseState.CLAIMED else Holder.BOT)
    assert conversation.waiting == (state is CaseState.WAITING)
    is_asked = conversation.pending is not None and conversation.pending.asked is Asked.CONSENT
    assert is_asked == (now.offered_to is not None)
    assert now.point == ("dalgopol" if said.count("consented") else "ptuj")
    assert now.confidential == bool(named)
    if now.state is CaseState.CLAIMED:
        assert holder is not None
        assert holder.serves(now.point)
        assert not now.confidential or holder.name in named


@pytest.mark.parametrize("seed", range(8))
async def test_of_all_that_is_done_to_a_case_at_once_one_truth_is_left(house: House, seed: int) -> None:
    case, chance = await _begun(house), random.Random(seed)  # noqa: S311 - which acts meet, no secret
    house.later(hours=2)
    acts = chance.sample(_acts(house, case), 6)
    for outcome in await asyncio.gather(*(act() for act in acts), return_exceptions=True):
        assert not isinstance(outcome, BaseException) or isinstance(outcome, Refusal | Moved), repr(outcome)
    await house.works(think)
    await _upkeep(house).step()  # who took it in the moment in which their rights were taken has it no more

    await _check(house, case)

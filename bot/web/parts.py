"""Which part of a conversation a member may see: not what belongs to another case of the same resident that they may not read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.model.case import Case
from bot.model.parts import WHOLE, Parts
from bot.model.staff import Action, Member
from bot.store import cases, readers
from bot.store.database import Transaction


async def part_of(tx: Transaction, case: Case, member: Member) -> Parts:
    """Return what ``member``, who may read ``case``, may see of its conversation."""
    return (await parts_of(tx, [case], member)).get(case.conversation_id, WHOLE)


async def parts_of(tx: Transaction, shown: Collection[Case], member: Member) -> Mapping[str, Parts]:
    """Return the same for many cases, by conversation; one of which nothing is hidden is missing."""
    own = {case.id for case in shown}
    found = await cases.of_conversations(tx, {case.conversation_id for case in shown})
    others = [case for its in found.values() for case in its if case.id not in own]
    named = await readers.of_cases(tx, [case.id for case in others if case.confidential])
    unread = [case for case in others if not member.may_with(Action.READ, case, named.get(case.id, frozenset()))]
    hidden: dict[str, set[str]] = {}
    for case in unread:
        hidden.setdefault(case.conversation_id, set()).add(case.id)
    return {its: Parts(found[its], frozenset(ids)) for its, ids in hidden.items()}

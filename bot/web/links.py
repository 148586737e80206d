"""Which other conversations a case goes on with: a code that its resident gave tied them together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.case import Case
from bot.model.staff import Action, Member
from bot.store import codes
from bot.store.codes import Linked
from bot.store.database import Transaction
from bot.store.readers import of_case


@dataclass(frozen=True, slots=True)
class Link:
    """Another case of what is said to be the same resident; ``opens`` tells whether whoever asks may read it."""

    linked: Linked
    opens: bool


@dataclass(frozen=True, slots=True)
class Links:
    """What a case goes on with, and where it was gone on with, newest first."""

    before: Link | None = None
    after: tuple[Link, ...] = ()


NO_LINKS = Links()


async def links(tx: Transaction, case: Case, member: Member) -> Links:
    """Return the other cases that a code has tied to ``case``, for ``member``."""
    former = await codes.before(tx, case)
    later = await codes.after(tx, case)
    return Links(
        None if former is None else Link(former, await may_read(tx, former.case, member)),
        tuple([Link(each, await may_read(tx, each.case, member)) for each in later]),
    )


async def may_read(tx: Transaction, case: Case, member: Member) -> bool:
    """Tell whether ``member`` may read ``case``."""
    return member.may_with(Action.READ, case, await of_case(tx, case.id) if case.confidential else ())

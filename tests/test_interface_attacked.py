"""The whole interface, attacked with requests made up from its own description: by strangers and by all who have signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy import text

from bot.clock import new_id
from bot.editing.drafting import Drafting
from bot.model.schedule import Shift
from bot.model.staff import Member, Role
from bot.store import editions, inbox, invitations, provider_links, replies, shifts, suggestions
from bot.store.replies import Draft
from bot.store.suggestions import Suggested
from tests.support.attacking import Attack, Visitor
from tests.support.clock import Clock
from tests.support.desk import House, fill_in, house
from tests.support.editing import put_up, small_edition

PERSON = "rad bi govoril s človekom"
ROLES = {"ana": Role.STAFF, "eva": Role.EDITOR, "gita": Role.COORDINATOR, "hana": Role.ADMIN}
SPOT = ("facts/si/debts.yaml", ("facts", "late_months", "value"))


@asynccontextmanager
async def furnished(path: Path, clock: Clock) -> AsyncIterator[tuple[House, dict[str, list[str]]]]:
    """Open a house with cases, a draft and editions in it; tell what there is that addresses and forms can name."""
    async with house(path, library=small_edition(), open_data="yes", now=clock) as desk:
        members = {name: await desk.hire(name, role) for name, role in ROLES.items()}
        await put_up(desk.db, desk.library, desk.now())
        cases = []
        for resident, name in (("vida", "ana"), ("zora", "hana"), ("mira", "gita")):
            await desk.write(PERSON, resident)
            case = await desk.case(resident)
            await fill_in(await desk.signed_in(name), case.id, "claim")
            cases.append(case.id)
        drafting = Drafting(desk.db, clock=clock)
        work = await drafting.change(members["eva"], await drafting.at_hand(members["eva"]), {SPOT: "4"}, "January")
        assert work.draft is not None
        async with desk.db.read() as tx:
            newest = await editions.newest_number(tx)
        named = {"case_id": cases, "id": [work.draft.id], "number": [str(newest)]}
        named |= {"who": [members["gita"].id]} | await _of_desk(desk, members["ana"])
        yield desk, named | _of_library(desk)


async def _of_desk(desk: House, ana: Member) -> dict[str, list[str]]:
    """Keep one of each thing that the desk has an address for, and tell them."""
    now, (point, *_) = desk.now(), desk.library.points
    shift = Shift(new_id(), ana.id, frozenset({point}), "si", "Mo-Fr 08:00-16:00")
    office = next(iter(desk.library.offices.values()))
    async with desk.db.write() as tx:
        await shifts.put(tx, shift)
        reply = await replies.make(tx, Draft("Greeting", None, {"sl": "Dober dan, tukaj {point}."}), ana.name, now)
        of_staff = await suggestions.put(tx, Suggested("kje dobim drva", "Na občini.", language="sl"), ana.name, now)
        invited = await invitations.make(tx, "nova", Role.STAFF, frozenset({point}), "hana", now)
        link = await provider_links.make(tx, f"{office.country}/{office.id}", "eva", now)
    found = {"reply_id": [reply], "roster.shift": [shift.id], "suggestions.id": [of_staff], "suggestion.id": [of_staff]}
    return found | {"invitation.token": [invited], "office.token": [link], "turn": ["1"]}


def _of_library(desk: House) -> dict[str, list[str]]:
    library = desk.library
    office = next(iter(library.offices.values()))
    kinds = {"place": library.places, "point": library.points, "crisis": library.crises}
    found = {f"{kind}.name": [next(iter(each))] for kind, each in kinds.items()}
    found |= {f"{kind}.name": ["debts"] for kind in ("topic", "examples")}
    found |= {"office.name": [f"{office.country}/{office.id}"], "shared.name": ["si"]}
    found |= {"line.name": [library.help_lines[0].id], "act.name": ["thanks"], "said.name": ["outside"]}
    return found | {"topic": ["debts"], "where": ["si"], "card.where": ["si-sl"], "point": [next(iter(library.points))]}


def test_no_request_breaks_the_interface(tmp_path: Path) -> None:
    clock = Clock()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        desk, known = runner.run(stack.enter_async_context(furnished(tmp_path, clock)))
        try:
            others = [Visitor(desk), Visitor(desk, "ana"), Visitor(desk, "eva")]
            attack = Attack(desk, runner.run, Visitor(desk, "hana"), others, known, lambda: clock.later(seconds=20))
            attack.everywhere()
            print({name: dict(sorted(each.items())) for name, each in attack.statuses.items()})  # noqa: T201 - shown when it fails
            assert not attack.faults, "\n".join(attack.faults)
            runner.run(_is_sound(desk))
        finally:
            runner.run(stack.aclose())


async def _is_sound(desk: House) -> None:
    """What came in is worked on, and nothing in the database points nowhere."""
    while await desk.reception.step("worker"):
        pass
    async with desk.db.read() as tx:
        counts = await inbox.counts(tx)
        assert (await tx.execute(text("PRAGMA foreign_key_check"))).all() == []
        assert (await tx.execute(text("PRAGMA integrity_check"))).scalar_one() == "ok"
    assert counts[inbox.State.NEW] == counts[inbox.State.ASIDE] == 0

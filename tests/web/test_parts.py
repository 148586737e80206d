"""A resident who comes back has another case in the same conversation: whoever may read one of them sees nothing of the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.model.case import Case
from bot.store import entries, tables
from tests.support.clock import Clock
from tests.support.desk import House, fill_in, house
from tests.support.phrases import english

PERSON = "rad bi govoril s človekom"
FIRST, NOTED, SECOND = "Kaj pa moja soseda", "Opomba o sosedi", "Nekaj čisto drugega"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """Ana and Gita serve Ptuj, Boris Dalgopol; on each database."""
    async with house(tmp_path, url=database_url, now=clock, phrases=english()) as opened:
        for name, point in (("ana", "ptuj"), ("gita", "ptuj"), ("boris", "dalgopol")):
            await opened.hire(name, points=[point])
        yield opened


async def _case(desk: House, clock: Clock, word: str, *, point: str = "ptuj", by: str = "ana", guarded: bool = False) -> Case:
    """Let the resident ask for a person and say ``word``, and have it claimed."""
    clock.later(minutes=5)
    await desk.write(PERSON)
    case = await desk.case()
    async with desk.db.write() as tx:
        await tx.execute(update(tables.case_file).where(tables.case_file.c.id == case.id).values(point=point))
    await desk.helpdesk.claim(case.id, by)
    if guarded:
        await desk.guarding.guard(case.id, by, ())
    clock.later(minutes=1)
    await desk.write(word)
    await desk.helpdesk.note(case.id, NOTED if word == FIRST else "Opomba", by)
    clock.later(minutes=1)
    return await desk.case()


async def _page(desk: House, name: str, case: Case) -> str:
    answer = await (await desk.signed_in(name)).get(f"/desk/case/{case.id}")
    assert answer.status_code == 200
    return answer.text


async def test_a_closed_case_shows_nothing_of_the_confidential_one_that_came_after_it(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST)
    await desk.closing.close(first.id, "ana")
    second = await _case(desk, clock, SECOND, guarded=True)

    page = await _page(desk, "gita", first)
    assert FIRST in page
    assert SECOND not in page
    assert second.code not in page
    assert second.id not in page
    assert SECOND in await _page(desk, "ana", first)


async def test_who_opens_a_case_again_hears_nothing_of_the_confidential_one_that_is_open(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST)
    await desk.closing.close(first.id, "ana")
    second = await _case(desk, clock, SECOND, guarded=True)

    refused = await fill_in(await desk.signed_in("gita"), first.id, "reopen")
    assert refused.status_code == 409
    assert second.code not in refused.text
    assert second.id not in refused.text


async def test_a_new_case_shows_nothing_of_the_confidential_one_before_it(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST, guarded=True)
    await desk.closing.close(first.id, "ana")
    second = await _case(desk, clock, SECOND)

    page = await _page(desk, "gita", second)
    assert SECOND in page
    assert FIRST not in page
    assert NOTED not in page


async def test_a_case_of_another_country_shows_nothing_of_the_one_before_it(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST)
    await desk.closing.close(first.id, "ana")
    second = await _case(desk, clock, SECOND, point="dalgopol", by="boris")

    page = await _page(desk, "boris", second)
    assert SECOND in page
    assert FIRST not in page
    assert NOTED not in page
    assert SECOND not in await _page(desk, "ana", first)


async def test_the_line_shows_nothing_of_the_confidential_case_before(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST, guarded=True)
    await desk.closing.close(first.id, "ana")
    clock.later(minutes=5)
    await desk.write("", press="human")

    line = (await (await desk.signed_in("gita")).get("/desk")).text
    assert (await desk.case()).code in line
    assert FIRST not in line
    assert FIRST in (await (await desk.signed_in("ana")).get("/desk")).text


async def test_the_card_of_a_case_offers_nothing_that_was_answered_in_a_confidential_one(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST)
    await desk.closing.close(first.id, "ana")
    await _case(desk, clock, SECOND, guarded=True)
    async with desk.db.write() as tx:
        answered = update(tables.conversation).values(topic="food-help", topic_country="si")
        await tx.execute(answered.where(tables.conversation.c.id == first.conversation_id))

    offered = 'value="food-help/si" selected'
    assert offered in (await (await desk.signed_in("ana")).get(f"/desk/case/{first.id}/card")).text
    assert offered not in (await (await desk.signed_in("gita")).get(f"/desk/case/{first.id}/card")).text


async def test_what_was_attached_in_a_confidential_case_is_not_opened_from_another_one(desk: House, clock: Clock) -> None:
    first = await _case(desk, clock, FIRST)
    await desk.closing.close(first.id, "ana")
    await _case(desk, clock, SECOND, guarded=True)
    await desk.receive("web", "resident", {"text": "", "kind": "photo", "attachment": "f1"})
    async with desk.db.read() as tx:
        line = (await entries.latest(tx, first.conversation_id))[-1]
    async with desk.db.write() as tx:
        body = {"text": "", "kind": "photo", "attachment": "f1"}
        await tx.execute(update(tables.entry).where(tables.entry.c.sequence == line.sequence).values(body=body))

    address = f"/desk/case/{first.id}/attachment/{line.sequence}"
    assert (await (await desk.signed_in("gita")).get(address)).status_code == 404
    assert (await (await desk.signed_in("ana")).get(address)).status_code == 502  # this house has nothing that fetches it

"""Each question is gathered once, whatever happens in between: a deletion, another process, a kill, a database that is away."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta

import pytest

from bot.clock import new_id
from bot.store import conversations, inbox, questions
from tests.support.databases import Databases
from tests.support.house import TELEGRAM
from tests.support.town import Town

STEPS = ("gather: read", "gather: put", "gather: before the end", "gather: done")


async def test_who_has_everything_deleted_leaves_no_question(town: Town) -> None:
    await town.sends("person kje")
    await town.sends("person kam", address="berta")
    await town.gathered()
    await town.sends("forget")
    assert [each.text for each in await town.gathered()] == ["person kam"]


async def test_who_has_everything_deleted_while_it_is_gathered_leaves_no_question(town: Town) -> None:
    await town.sends("person kje")
    loop = asyncio.get_running_loop()

    async def forget() -> None:
        conversation = await town.conversation()
        async with town.db.write() as tx:
            await conversations.lock(tx, conversation.id)
            await conversations.replace_forgotten(tx, conversation, town.now, town.now)

    forgetting: list[asyncio.Task[None]] = []

    def on_step(name: str) -> None:
        if name == "gather: put":
            forgetting.append(loop.create_task(forget()))

    await town.gathering(on_step=on_step).gather()
    await forgetting[0]
    assert await town.kept() == []


async def test_a_question_whose_conversation_went_after_it_was_read_is_not_put(town: Town) -> None:
    await town.sends("person kje")
    conversation = await town.conversation()
    async with town.db.write() as tx:
        assert await questions.lock(tx, [conversation.id]) == {conversation.id}
        await conversations.replace_forgotten(tx, conversation, town.now, town.now)
        assert await questions.lock(tx, [conversation.id]) == frozenset()


async def test_two_processes_keep_each_question_once(town: Town) -> None:
    for number in range(30):
        await town.sends(f"person kje {number}", address=f"resident {number % 7}")
    await asyncio.gather(*(town.gathering().gather() for _ in range(3)))
    assert [each.text for each in await town.kept()] == [f"person kje {number}" for number in range(30)]


async def test_what_was_settled_is_not_read_again_and_what_came_since_is(town: Town) -> None:
    gathering = town.gathering()
    await town.sends("person kje")
    assert await gathering.gather() == 1
    assert await gathering.gather() == 0
    await town.sends("person kam", address="berta")
    assert await gathering.gather() == 1
    assert len(await town.kept()) == 2


async def test_what_is_committed_out_of_order_is_not_passed_over(town: Town) -> None:
    async with town.db.write() as tx:
        late = await inbox.put(tx, TELEGRAM, new_id(), "carla", {"kind": "text", "text": "person kje"}, town.now)
        assert late is not None
        await inbox.postpone(tx, late, town.now + timedelta(minutes=5), "later")
    await town.sends("person kam")
    gathering = town.gathering()
    await gathering.gather()
    town.later(minutes=5)
    await town.sends("person kam", address="berta")
    await gathering.gather()
    assert [each.text for each in await town.kept()] == ["person kje", "person kam", "person kam"]


async def _run(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.work.killable_gathering", *arguments)
    return await process.wait()


@pytest.mark.parametrize("deadly", STEPS)
async def test_a_process_killed_at_any_step_loses_and_doubles_nothing(town: Town, database_url: str, deadly: str) -> None:
    await town.sends("answer/pension kdaj")
    await town.gathered()
    await town.sends(press="missed:pension/si")
    await town.sends("person kam")
    assert await _run(database_url, deadly) == -signal.SIGKILL
    found = await town.gathered()
    assert [(each.text, each.helpful) for each in found] == [("answer/pension kdaj", False), ("person kam", None)]


async def test_every_step_of_gathering_is_killed_at(town: Town) -> None:
    await town.sends("person kam")
    steps: list[str] = []
    await town.gathering(on_step=steps.append).gather()
    assert tuple(steps) == STEPS


async def test_the_loop_gathers(town: Town) -> None:
    await town.sends("person kje")
    done = asyncio.Event()
    running = asyncio.create_task(town.gathering(on_step=lambda name: done.set() if name == "gather: done" else None).run())
    async with asyncio.timeout(20):
        await done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(await town.kept()) == 1


async def test_a_database_that_was_away_is_waited_for(town: Town, databases: Databases, database_url: str) -> None:
    await town.sends("person kje")
    await town.db.close()
    with databases.away(database_url):
        running = asyncio.create_task(town.gathering().run())
        await asyncio.wait({running}, timeout=1)
        assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(await town.gathered()) == 1

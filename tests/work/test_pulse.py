"""A process is seen while it lives, and what it held when it was killed is free as soon as another one looks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.store import conversations, leases, programs
from bot.store.guard_tables import program
from bot.store.migrations import HEAD, NewerDatabase
from bot.work import delivery, reception
from bot.work.pulse import Pulse
from tests.support.house import TELEGRAM, House, echo

_TELL = "from bot.vitals import new_owner; print(new_owner(), flush=True); input()"


@pytest.fixture(scope="module")
def killed() -> str:
    """What a process of this machine called itself that was killed."""
    with subprocess.Popen([sys.executable, "-c", _TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        process.kill()
    return owner


@pytest.fixture
def living() -> Iterator[str]:
    """What a process of this machine calls itself that lives."""
    with subprocess.Popen([sys.executable, "-c", _TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


async def _hold(house: House, owner: str) -> None:
    """Let ``owner`` have the right to send, and the conversation of a resident who waits for an answer."""
    await house.hears("hello")
    async with house.db.write() as tx:
        conversation = await conversations.ensure(tx, TELEGRAM, "ana", house.now)
        assert await conversations.take(tx, conversation.id, owner, house.now, house.now + reception.LEASE)
        assert await leases.take(tx, f"send/{TELEGRAM}", owner, house.now, delivery.LEASE)


def _pulse(house: House) -> Pulse:
    return Pulse(house.db, house.bell, clock=house.clock)


async def _running(house: House) -> list[tuple[str, str]]:
    async with house.db.read() as tx:
        return [(row.id, row.knows) for row in await tx.execute(select(program))]


async def test_what_a_killed_process_held_is_free_at_once(house: House, killed: str) -> None:
    await _hold(house, killed)
    assert not await house.reception(echo).step("worker")

    await _pulse(house).begin()
    assert await house.reception(echo).step("worker")
    assert await house.delivery.step(TELEGRAM)
    assert house.post.sent == [("ana", "echo: hello")]


@pytest.mark.parametrize("whose", ["of a living process", "of another machine", "of nobody known"])
async def test_what_may_be_in_use_is_left_alone(house: House, living: str, killed: str, whose: str) -> None:
    elsewhere = f"{'0' * 16}{killed[16:]}"
    await _hold(house, {"of a living process": living, "of another machine": elsewhere}.get(whose, "somebody"))
    pulse = _pulse(house)
    await pulse.begin()

    assert await pulse.free() == 0
    assert not await house.reception(echo).step("worker")
    house.later(seconds=reception.LEASE.total_seconds() + 1)
    assert await house.reception(echo).step("worker"), "it runs out"


async def test_a_conversation_that_another_worker_took_meanwhile_stays_theirs(house: House, killed: str) -> None:
    await _hold(house, killed)
    house.later(seconds=reception.LEASE.total_seconds() + 1)
    async with house.db.write() as tx:
        conversation = await conversations.ensure(tx, TELEGRAM, "ana", house.now)
        assert await conversations.take(tx, conversation.id, "worker", house.now, house.now + reception.LEASE)
        await conversations.release(tx, conversation.id, killed)

    assert not await house.reception(echo).step("another")


async def test_a_process_is_seen_from_its_beginning_to_its_end(house: House) -> None:
    first, second = _pulse(house), _pulse(house)
    await first.begin()
    await second.begin()
    house.later(seconds=10)
    await first.beat()
    assert [knows for _, knows in await _running(house)] == [HEAD, HEAD]

    await first.end()
    await second.end()
    assert await _running(house) == []


async def test_a_process_that_never_began_takes_nothing_off(house: House) -> None:
    await _pulse(house).end()

    assert await _running(house) == []


async def test_processes_that_ended_without_a_word_are_forgotten(house: House, killed: str, living: str) -> None:
    silent = programs.UNSEEN + timedelta(seconds=1)
    async with house.db.write() as tx:
        await programs.enter(tx, killed, house.now)
        await programs.enter(tx, "elsewhere and silent", house.now - silent)
        await programs.enter(tx, living, house.now)
    await _pulse(house).beat()

    assert {name for name, _ in await _running(house)} & {killed, "elsewhere and silent"} == set()
    assert living in {name for name, _ in await _running(house)}


async def test_a_process_that_nobody_counted_on_any_more_enters_itself_anew(house: House) -> None:
    pulse = _pulse(house)
    await pulse.begin()
    async with house.db.write() as tx:
        await tx.execute(text("DELETE FROM program"))
    await pulse.beat()

    assert len(await _running(house)) == 1


async def test_a_process_ends_when_the_tables_are_no_longer_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "BEAT", timedelta(milliseconds=10))
    pulse = _pulse(house)
    await pulse.begin()
    async with house.db.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        await tx.execute(text("INSERT INTO step (number, kind) VALUES ('0007', 'post')"))

    with pytest.raises(NewerDatabase):
        await pulse.run()

"""What is to be told is sent once, from any number of processes, by servers and chats that fail."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import health
from bot.channels.contract import SendFailure
from bot.model.case import Reason
from bot.store import told
from bot.work.escalation import EMAIL, TELEGRAM
from bot.work.telling import MOST_TRIES
from tests.support.house import MONDAY
from tests.support.telling import Desk


class Killed(BaseException):
    """What ends a process in the middle of something."""


async def test_two_processes_tell_once(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org", telegram="17"))
    await desk.waits()
    desk.house.later(minutes=5)

    await asyncio.gather(*(desk.teller().step() for _ in range(4)))

    assert len(desk.mail.letters) == 1
    assert len(desk.chat.told) == 1


@pytest.mark.parametrize(("step", "letters"), [("telling: taken", 1), ("telling: sent", 2)])
async def test_what_a_dying_process_left_is_sent_again(desk: Desk, step: str, letters: int) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"))
    await desk.waits()
    desk.house.later(minutes=5)

    def die(name: str) -> None:
        if name == step:
            raise Killed

    with pytest.raises(Killed):
        await desk.teller(on_step=die).step()
    another = desk.teller()
    assert await another.step() == 0
    desk.house.later(seconds=31)
    assert await another.step() == 1

    assert len(desk.mail.letters) == letters
    assert list((await desk.states()).values()) == ["sent"]


async def test_a_server_that_fails_is_tried_again_told_on_the_health_page_and_given_up(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"))
    await desk.waits()
    desk.mail.data = "451 not now"
    desk.house.later(minutes=5)
    teller = desk.teller()
    tries = 0
    for _ in range(40):
        tries += await teller.step()
        desk.house.later(seconds=30)

    assert tries == MOST_TRIES
    assert list((await desk.states()).values()) == ["failed"]
    now = desk.house.now
    async with desk.house.db.read() as tx:
        assert await told.failing(tx, now - timedelta(days=1), now) == {EMAIL}
        assert await told.failing(tx, now, now) == set()
    assert "ana@example.org" not in "".join(capsys.readouterr())


async def test_a_server_that_comes_back_is_no_trouble_any_more(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"))
    await desk.waits()
    desk.mail.data = "451 not now"
    desk.house.later(minutes=5)
    await desk.teller().step()
    now = desk.house.now
    async with desk.house.db.read() as tx:
        assert await told.failing(tx, MONDAY, now) == set()  # it may still be on its way
        assert await told.failing(tx, MONDAY, now + timedelta(minutes=1)) == {EMAIL}

    desk.mail.data = "250 OK"
    desk.house.later(seconds=31)
    await desk.teller().step()

    assert len(desk.mail.letters) == 1
    async with desk.house.db.read() as tx:
        assert await told.failing(tx, MONDAY, now + timedelta(minutes=2)) == set()


async def test_one_refused_address_is_no_trouble_of_the_others(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Bor", email="bor@example.org")
    desk.mail.answers["ana@example.org"] = "550 unknown"
    await desk.waits()
    desk.house.later(minutes=5)

    await desk.teller().step()
    desk.house.later(minutes=5)
    assert await desk.teller().step() == 0

    assert [address for address, _ in desk.mail.letters] == ["bor@example.org"]
    assert sorted((await desk.states()).values()) == ["refused", "sent"]
    async with desk.house.db.read() as tx:
        assert await told.failing(tx, MONDAY, desk.house.now) == set()


async def test_who_blocked_the_bot_is_told_by_mail_alone(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org", telegram="17")
    desk.chat.failure = SendFailure(permanent=True, blocked=True, detail="blocked")
    await desk.waits()
    desk.house.later(minutes=5)

    await desk.teller().step()

    assert len(desk.mail.letters) == 1
    assert (await desk.states())["duty", "Ana", TELEGRAM] == "refused"


async def test_what_a_channel_did_not_foresee_ends_neither_the_loop_nor_the_other_messages(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org", telegram="17")
    desk.chat.failure = RuntimeError("out of the blue")
    await desk.waits()
    desk.house.later(minutes=5)
    teller = desk.teller()

    assert await teller.step() == 2
    assert len(desk.mail.letters) == 1
    desk.chat.failure = None
    desk.house.later(minutes=1)
    assert await teller.step() == 1
    assert len(desk.chat.told) == 1


async def test_the_loop_goes_on_when_the_bell_rings(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", telegram="17"))
    loop = asyncio.create_task(desk.teller().run())
    await desk.waits(Reason.CRISIS)
    async with asyncio.timeout(20):
        await desk.chat.rung.wait()
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop


def test_each_means_has_a_name_on_the_health_page() -> None:
    assert set(health._MEANS) == {EMAIL, TELEGRAM}

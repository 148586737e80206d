"""Who is told which case waits, and when, and what they read of it."""

from __future__ import annotations

from datetime import timedelta

from bot.model.case import Reason
from bot.model.schedule import Closure
from bot.model.staff import Role
from bot.store import conversations, readers, schedules, sessions, staff
from tests.support.telling import URL, Desk


async def test_who_is_on_duty_reads_what_waits_and_never_a_resident_s_word(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org", telegram="17", language="sl"))
    case_id = await desk.waits()
    teller = desk.teller()
    assert await teller.step() == 0

    desk.house.later(minutes=5)
    assert await teller.step() == 2
    assert await teller.step() == 0

    case = await desk.house.case()
    [(address, letter)] = desk.mail.letters
    [(chat, notice)] = desk.chat.told
    text = letter.get_content()
    assert (address, chat) == ("ana@example.org", "17")
    assert letter["Subject"] == notice.subject == f"The case {case.code} waits"
    assert "Info point: Info točka Ptuj" in text
    assert "Waiting since: ponedeljek, 23. novembra 2026, 10.00" in text
    assert f"{URL}/desk/case/{case_id}" in text
    assert "Nobody has answered yet" not in text
    for secret in ("secret", "home-care", "ana\n"):
        assert secret not in text
    assert set((await desk.states()).values()) == {"sent"}


async def test_the_steps_follow_and_end_when_somebody_takes_the_case(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"))
    await desk.roster(await desk.hire("Bor", email="bor@example.org"), deputy=True)
    await desk.hire("Dora", Role.ADMIN, email="dora@example.org")
    case_id = await desk.waits()
    teller = desk.teller()
    for minutes in (5, 25):
        desk.house.later(minutes=minutes)
        await teller.step()

    assert [address for address, _ in desk.mail.letters] == ["ana@example.org", "bor@example.org"]
    assert "Nobody has answered yet." in desk.mail.letters[1][1].get_content()
    await desk.house.helpdesk.claim(case_id, "Ana")
    desk.house.later(minutes=120)
    assert await teller.step() == 0


async def test_a_crisis_is_told_at_once_also_when_it_was_told_before_as_none(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"))
    await desk.waits()
    desk.house.later(minutes=6)
    await desk.teller().step()

    await desk.waits(Reason.CRISIS)
    await desk.teller().step()

    subjects = [letter["Subject"].split(":")[0] for _, letter in desk.mail.letters]
    assert subjects[1] == "Crisis"
    assert "Somebody in danger waits" in desk.mail.letters[1][1].get_content()


async def test_a_shift_whose_hours_cannot_be_read_is_nobody_s(desk: Desk) -> None:
    await desk.roster(await desk.hire("Ana", email="ana@example.org"), "whenever")
    await desk.hire("Bor", email="bor@example.org")
    await desk.waits(Reason.CRISIS)

    await desk.teller().step()

    assert sorted(address for address, _ in desk.mail.letters) == ["ana@example.org", "bor@example.org"]


async def test_what_is_over_before_it_is_sent_again_is_dropped(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    case_id = await desk.waits()
    desk.mail.data = "451 not now"
    desk.house.later(minutes=5)
    await desk.teller().step()

    desk.mail.data = "250 OK"
    await desk.house.helpdesk.claim(case_id, "Ana")
    desk.house.later(minutes=1)
    await desk.teller().step()

    assert desk.mail.letters == []
    assert list((await desk.states()).values()) == ["dropped"]


async def test_who_was_shut_out_meanwhile_hears_nothing_more(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.waits()
    desk.mail.data = "451 not now"
    desk.house.later(minutes=5)
    await desk.teller().step()
    async with desk.house.db.write() as tx:
        await staff.disable(tx, "Ana", desk.house.now)

    desk.mail.data = "250 OK"
    desk.house.later(minutes=1)
    await desk.teller().step()

    assert desk.mail.letters == []


async def test_who_is_at_the_desk_is_told_later(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.waits()
    desk.house.later(minutes=5)
    async with desk.house.db.write() as tx:
        member = await staff.find(tx, "Ana")
        assert member is not None
        await sessions.begin(tx, member, desk.house.now, timedelta(hours=2))

    assert await desk.teller().step() == 0
    desk.house.later(minutes=5)
    assert await desk.teller().step() == 1


async def test_of_a_confidential_case_others_hear_only_that_it_waits(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Bor", email="bor@example.org")
    case_id = await desk.waits()
    async with desk.house.db.write() as tx:
        await readers.guard(tx, case_id, ["Bor"])
    desk.house.later(minutes=5)

    await desk.teller().step()

    case = await desk.house.case()
    written = {address: f"{letter['Subject']} {letter.get_content()}" for address, letter in desk.mail.letters}
    assert case.code in written["bor@example.org"]
    assert "A confidential case waits" in written["ana@example.org"]
    assert case.code not in written["ana@example.org"]
    assert case_id not in written["ana@example.org"]


async def test_what_was_told_goes_with_the_conversation(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.waits()
    desk.house.later(minutes=5)
    await desk.teller().step()
    conversation = await desk.house.conversation()
    async with desk.house.db.write() as tx:
        await conversations.replace_forgotten(tx, conversation, desk.house.now, desk.house.now)

    assert await desk.states() == {}


async def test_a_closed_point_counts_no_time(desk: Desk) -> None:
    await desk.hire("Ana", email="ana@example.org")
    await desk.waits()
    async with desk.house.db.write() as tx:
        await schedules.close(tx, "ptuj", Closure(desk.house.now, desk.house.now + timedelta(hours=2)), "Ana")
    desk.house.later(hours=2, minutes=4)
    assert await desk.teller().step() == 0
    desk.house.later(minutes=1)
    assert await desk.teller().step() == 1

"""Staff are told of waiting cases once each, by real mail, on each database and from any number of processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import health
from bot.channels.contract import SendFailure
from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Outgoing
from bot.model.schedule import Closure, Shift
from bot.model.staff import Role
from bot.model.turn import Turn
from bot.settings import Settings
from bot.store import conversations, desk_tables, readers, schedules, sessions, shifts, staff, tables, told
from bot.work.escalation import EMAIL, TELEGRAM, Patience
from bot.work.post import Means, Notice, Post
from bot.work.telling import MOST_TRIES, Teller
from tests.support.house import MONDAY, House
from tests.support.mail import MailServer, mail_server
from tests.support.phrases import english
from tests.support.small_library import small_library

LIBRARY = small_library()
WEEK = "Mo-Fr 08:00-16:00"
URL = "https://info.example.org"


class Killed(BaseException):
    """What ends a process in the middle of something."""


@dataclass
class Chat:
    """The private chats of staff."""

    told: list[tuple[str, Notice]] = field(default_factory=list)
    failure: Exception | None = None
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, notice: Notice, address: str) -> None:
        """Keep it, or refuse as told."""
        if self.failure is not None:
            raise self.failure
        self.told.append((address, notice))
        self.rung.set()


@dataclass
class Desk:
    """A house with a mail server and private chats, and residents who ask for a person at the info point in Ptuj."""

    house: House
    mail: MailServer
    chat: Chat = field(default_factory=Chat)

    def teller(self, means: Mapping[str, Means] | None = None, **options: Any) -> Teller:
        """Return the teller of a process."""
        usual: dict[str, Means] = {EMAIL: Post(self.mail.server, "desk@example.org", timeout=2), TELEGRAM: self.chat}
        patience = Patience.set_by(Settings())
        house = self.house
        return Teller(
            house.db,
            house.bell,
            english(),
            lambda: LIBRARY,
            usual if means is None else means,
            patience,
            url=URL,
            clock=house.clock,
            **options,
        )

    async def hire(self, name: str, role: Role = Role.STAFF, **entered: Any) -> str:
        """Add a member who entered where to be told, and return their id."""
        async with self.house.db.write() as tx:
            member = await staff.create(tx, name, role, "hash", self.house.now)
            await tx.execute(update(tables.staff).where(tables.staff.c.name == name).values(**entered))
        return member.id

    async def roster(self, staff_id: str, hours: str = WEEK, *, deputy: bool = False) -> None:
        """Write somebody into the roster."""
        async with self.house.db.write() as tx:
            points = frozenset({"ptuj"})
            await shifts.put(tx, Shift(f"s-{staff_id}-{deputy}", staff_id, points, "si", hours, deputy=deputy))

    async def waits(self, reason: Reason = Reason.ASKED) -> str:
        """Let a resident wait, and return the id of the case."""

        def think(conversation: Conversation, incoming: Incoming, _now: datetime) -> Turn:
            opening = CaseOpening(reason, "home-care", "ptuj")
            return Turn(incoming, conversation.put_in_line(), (Outgoing("soon", "sl"),), opens=opening)

        await self.house.hears("my secret trouble")
        await self.house.works(think)
        return (await self.house.case()).id

    async def states(self) -> dict[tuple[str, str, str], str]:
        """Return the state of all that was to be told, by (step, staff, means)."""
        row = desk_tables.told.c
        async with self.house.db.read() as tx:
            found = await tx.execute(select(row.step, row.staff, row.means, row.state))
            return {(each.step, each.staff, each.means): each.state for each in found}


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    async with mail_server() as mail:
        yield Desk(house, mail)


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


async def test_that_nobody_will_be_on_duty_is_written_once_a_day_to_who_keeps_the_roster(desk: Desk) -> None:
    ana = await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Cene", Role.COORDINATOR, email="cene@example.org", telegram="17", language="sl")
    await desk.hire("Dora", Role.ADMIN, email="dora@example.org")
    await desk.roster(ana, "Mo,We-Fr 08:00-16:00")
    teller = desk.teller()
    for _ in range(20):
        await teller.step()
        desk.house.later(minutes=11)

    [(address, letter)] = desk.mail.letters
    assert address == "cene@example.org"
    assert letter["Subject"] == "Nobody on duty: Info točka Ptuj"
    text = letter.get_content()
    assert "from torek, 24. novembra 2026, 8.00 to torek, 24. novembra 2026, 16.00." in text
    assert f"{URL}/desk/roster" in text
    assert desk.chat.told == []

    desk.house.later(hours=20)
    await teller.step()
    assert len(desk.mail.letters) == 2


async def test_of_gaps_nobody_is_written_to_by_night_or_without_any_roster(desk: Desk) -> None:
    ana = await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Dora", Role.ADMIN, email="dora@example.org")
    desk.house.later(hours=11)
    teller = desk.teller()
    assert await teller.step() == 0

    await desk.roster(ana, "Mo 08:00-16:00")
    desk.house.later(minutes=11)
    assert await teller.step() == 0

    desk.house.later(hours=12)
    assert await teller.step() == 1
    [(address, letter)] = desk.mail.letters
    assert address == "dora@example.org"  # nobody else keeps the roster there
    assert "more time" not in letter.get_content()


async def test_a_gap_that_lasts_longer_than_is_looked_ahead_is_told_once_a_day(desk: Desk) -> None:
    ana = await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Cene", Role.COORDINATOR, email="cene@example.org")
    await desk.roster(ana, "Mo-We 08:00-16:00")  # nobody on Thursday: three days ahead, of which ever more comes into sight
    teller = desk.teller()
    for _ in range(6):
        await teller.step()
        desk.house.later(minutes=11)
    await desk.teller().step()  # another process

    assert [address for address, _ in desk.mail.letters] == ["cene@example.org"]
    desk.house.later(hours=23)
    await teller.step()
    assert len(desk.mail.letters) == 2


async def test_a_gap_that_was_filled_before_the_letter_went_out_is_dropped(desk: Desk) -> None:
    ana = await desk.hire("Ana", email="ana@example.org")
    await desk.hire("Dora", Role.ADMIN, email="dora@example.org")
    await desk.roster(ana, "Mo 08:00-16:00")
    desk.mail.data = "451 not now"
    await desk.teller().step()

    bor = await desk.hire("Bor", email="bor@example.org")
    await desk.roster(bor, "Mo-Su 00:00-24:00; PH 00:00-24:00")
    desk.mail.data = "250 OK"
    desk.house.later(minutes=1)
    await desk.teller().step()

    assert desk.mail.letters == []
    assert list((await desk.states()).values()) == ["dropped"]


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

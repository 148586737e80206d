"""That nobody will be on duty is written to who keeps the roster."""

from __future__ import annotations

from bot.model.staff import Role
from tests.support.telling import URL, Desk


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

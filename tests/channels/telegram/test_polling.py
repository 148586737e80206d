from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text

from bot import clock
from bot.channels.telegram import client
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import Presses
from bot.settings import Settings
from bot.store import inbox, leases
from bot.store.bell import Bell
from bot.store.database import Database
from tests.channels.telegram.poller import Poller, kept
from tests.fakes.telegram import Failure, FakeTelegram


async def test_an_update_is_kept_and_then_acknowledged(poller: Poller, telegram: FakeTelegram, db: Database, bell: Bell) -> None:
    seen = bell.count("inbox")
    async with poller.running():
        first = telegram.say(501, "zgubil sem službo")
        await telegram.until(lambda: not telegram.pending)
        assert await kept(db) == [(str(first), "501", "new")]
        assert bell.count("inbox") != seen
        assert poller.phase == "listening"


async def test_what_waited_before_the_start_is_kept_in_its_order(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    telegram.send({"update_id": 70, "message": {"chat": {"id": 1, "type": "private"}, "text": "a"}})
    telegram.send({"update_id": 72, "message": {"chat": {"id": 1, "type": "private"}, "text": "c"}})
    telegram.send({"update_id": 71, "message": {"chat": {"id": 1, "type": "private"}, "text": "b"}})
    async with poller.running():
        await telegram.until(lambda: not telegram.pending)
    assert [row[0] for row in await kept(db)] == ["70", "71", "72"]


async def test_nothing_is_acknowledged_while_the_database_is_away(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(text("ALTER TABLE inbox RENAME TO gone"))
    update = telegram.say(501, "ostane naj")
    async with poller.running():
        await telegram.until(lambda: len(telegram.made("getUpdates")) >= 3)
        await telegram.until(lambda: poller.phase == "trouble")  # which it is after each try, and not while one goes on
        assert [waiting["update_id"] for waiting in telegram.pending] == [update]
        assert not any("offset" in call.given for call in telegram.made("getUpdates"))
        async with db.write() as tx:
            await tx.execute(text("ALTER TABLE gone RENAME TO inbox"))
        await telegram.until(lambda: not telegram.pending)
        assert await kept(db) == [(str(update), "501", "new")]


async def test_a_poller_killed_before_it_acknowledged_gets_the_update_again_and_keeps_it_once(
    settings_with: Callable[..., Settings], telegram: FakeTelegram, db: Database, bell: Bell
) -> None:
    settings = settings_with()
    update = telegram.say(501, "enkrat")
    # What a killed process leaves behind: the update is kept, Telegram does not know.
    await Intake(db, bell, Presses(client.caller(settings))).keep([(update, telegram.pending[0])])
    assert telegram.pending
    async with Poller(settings, db, bell).running():
        await telegram.until(lambda: not telegram.pending)
    assert await kept(db) == [(str(update), "501", "new")]


async def test_an_offset_is_sent_until_it_was_answered_and_no_longer(
    settings_with: Callable[..., Settings], telegram: FakeTelegram, db: Database, bell: Bell
) -> None:
    update = telegram.say(501, "a")
    async with Poller(settings_with(), db, bell, long_poll=0).running():
        await telegram.until(lambda: len(telegram.made("getUpdates", 200)) >= 5)
        # After a week of silence Telegram begins anywhere again, also lower.
        lower = telegram.send({"update_id": 5, "message": {"chat": {"id": 501, "type": "private"}, "text": "b"}})
        await telegram.until(lambda: not telegram.pending)
    offsets = [call.given.get("offset") for call in telegram.made("getUpdates")]
    assert offsets[:4] == [None, update + 1, None, None]
    assert offsets.count(lower + 1) == 1
    assert [row[0] for row in await kept(db)] == [str(update), str(lower)]


async def test_an_offset_whose_answer_was_lost_is_sent_again(
    settings_with: Callable[..., Settings], telegram: FakeTelegram, db: Database, bell: Bell
) -> None:
    update = telegram.say(501, "a")
    telegram.fail("getUpdates", None, Failure(500, after=True), Failure(500))
    async with Poller(settings_with(), db, bell, long_poll=0).running():
        await telegram.until(lambda: len(telegram.made("getUpdates")) >= 6)
    offsets = [call.given.get("offset") for call in telegram.made("getUpdates")]
    assert offsets[:5] == [None, update + 1, update + 1, update + 1, None]
    assert len(await kept(db)) == 1


async def test_a_poison_update_among_good_ones_stops_nothing(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    before = telegram.say(501, "pred")
    poison = telegram.send({"message": "neither", "callback_query": 7})
    deep: object = "x"
    for _ in range(200):
        deep = [deep]
    nested = telegram.send({"message": {"chat": {"id": 501, "type": "private"}, "text": "\0\ud800", "deep": deep}})
    after = telegram.say(501, "po")
    async with poller.running():
        await telegram.until(lambda: not telegram.pending)
    assert await kept(db) == [
        (str(before), "501", "new"),
        (str(poison), "", "aside"),
        (str(nested), "501", "new"),
        (str(after), "501", "new"),
    ]


async def test_what_is_said_in_a_group_is_acknowledged_and_forgotten(
    poller: Poller, telegram: FakeTelegram, db: Database
) -> None:
    update = telegram.send({"message": {"chat": {"id": -100, "type": "supergroup"}, "text": "private words"}})
    async with poller.running():
        await telegram.until(lambda: not telegram.pending)
    async with db.read() as tx:
        row = (await tx.execute(text("SELECT address, state, payload FROM inbox"))).one()
    assert (row.address, row.state) == ("", "aside")
    assert "private words" not in row.payload
    assert str(update) in row.payload


async def test_a_webhook_that_was_left_behind_is_taken_away(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    telegram.webhook = {"url": "http://127.0.0.1:9/old"}
    async with poller.running():
        telegram.say(501, "a")
        await telegram.until(lambda: not telegram.pending)
        assert len(telegram.made("deleteWebhook")) == 1
        # Somebody sets one behind our back.
        telegram.webhook = {"url": "http://127.0.0.1:9/hook"}
        telegram.wake()
        telegram.say(501, "b")
        await telegram.until(lambda: not telegram.pending)
    assert len(await kept(db)) == 2


async def test_only_one_process_polls_and_the_other_takes_over(
    settings_with: Callable[..., Settings], db: Database, bell: Bell, telegram: FakeTelegram
) -> None:
    first, second = Poller(settings_with(), db, bell), Poller(settings_with(), db, bell)
    async with second.running():
        await telegram.until(lambda: second.phase == "listening")
        async with first.running():
            await telegram.until(lambda: len(first.pauses.asked) >= 2)
            assert (first.phase, first.pauses.asked[:2]) == ("standing by", [3, 3])
        telegram.say(501, "a")
        await telegram.until(lambda: not telegram.pending)
    assert not telegram.made("getUpdates", 409)
    async with db.write() as tx:
        assert await leases.take(tx, first.lease, "anybody", clock.now(), timedelta(seconds=1))


async def test_a_kept_update_is_one_that_a_worker_can_claim(poller: Poller, telegram: FakeTelegram, db: Database) -> None:
    telegram.say(501, "zgubil sem službo")
    async with poller.running():
        await telegram.until(lambda: not telegram.pending)
    async with db.write() as tx:
        claim = await inbox.claim(tx, "worker", clock.now(), timedelta(seconds=30), ["telegram"])
    assert claim is not None
    assert claim.received.payload["message"]["text"] == "zgubil sem službo"

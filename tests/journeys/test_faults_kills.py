"""A process killed before any change that it makes, and before any commit, has done all of what it was doing or nothing.

Where the other faults are proved: what kills a worker between the steps of one message, and between sending and noting it, in
`tests.work.test_killed`; the real program killed under Telegram's traffic in `tests.journeys.test_endings`; the mirror of the
staff's group in `tests.work.test_mirror_limits`; a database that is away, frozen, locked or full in `test_faults_database`
and, for each page and loop, in `tests.channels.webchat.test_outage` and `tests.work.test_outage`; what Telegram can answer in
`test_faults_telegram`, and call by call in `tests.channels.telegram`; starts at once, clocks that jump and encoders that
break in `test_faults_starts`; messages that kill in `test_faults_poison`; all of it together, at
random, in `tests.soak`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.channels.telegram.client import caller
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.presses import Presses
from bot.clock import new_id
from bot.model.message import Author
from bot.settings import Settings
from bot.store import tables
from bot.store.bell import Bell
from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.house import TELEGRAM, WEB, House
from tests.support.killing import Act, Killer
from tests.support.webchat import webchat_at

#: More steps than anything takes.
_MANY = 80
#: What a claim changes, and what no two runs have in common.
_PASSING = {"tries", "lease_owner", "lease_until", "version", "seen_at"}

FORM = {"id": "f" * 43, "lang": "sl", "text": "Kje dobim pomoč?"}
UPDATE = {"message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7}, "text": "pomoč"}}


async def reply(house: House) -> None:
    case, conversation = await house.case(), await house.conversation()
    await house.helpdesk.reply(case.id, conversation.version, "Come on Monday", "Ana")


async def claim(house: House) -> None:
    await house.helpdesk.claim((await house.case()).id, "Ana")


async def close(house: House) -> None:
    await house.closing.close((await house.case()).id, "Ana")


async def edit(house: House) -> None:
    last = next(line for line in reversed(await house.lines()) if line.author is Author.STAFF)
    await house.amending.edit((await house.case()).id, last.sequence, last.changed, "Come on Tuesday", "Ana")


async def withdraw(house: House) -> None:
    last = next(line for line in reversed(await house.lines()) if line.author is Author.STAFF)
    await house.amending.withdraw((await house.case()).id, last.sequence, last.changed, "Ana")


async def answer(house: House) -> None:
    await house.reception().step(new_id())


async def nothing(house: House) -> None:
    """Come before nothing."""


async def called(house: House) -> None:
    await house.hears("person")
    await house.works()


async def held(house: House) -> None:
    await called(house)
    await claim(house)


async def replied(house: House) -> None:
    await held(house)
    await reply(house)
    await house.delivers()


async def asked(house: House) -> None:
    await house.hears("hello")
    await house.works()
    await house.hears("and what else?")


async def wants_to_be_forgotten(house: House) -> None:
    await called(house)
    await house.hears("forget")


#: What is done, and what goes before it.
ACTS: dict[str, tuple[Callable[[House], Awaitable[None]], Callable[[House], Awaitable[None]]]] = {
    "a message is answered": (asked, answer),
    "a resident is forgotten": (wants_to_be_forgotten, answer),
    "a case is claimed": (called, claim),
    "staff reply": (held, reply),
    "a case is closed": (held, close),
    "a reply is changed": (replied, edit),
    "a reply is withdrawn": (replied, withdraw),
}


async def in_a_house(url: str, name: str, minutes: int) -> None:
    """Do it in another process."""
    house = House(Database.open(url))
    house.later(minutes=minutes)
    await ACTS[name][1](house)
    await house.db.close()


async def post_form(url: str) -> None:
    """Send the form to the page in another process."""
    async with webchat_at(url, answering=False)() as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            reply = await browser.post("/message", data=FORM, headers={"accept": "application/json"})
            assert reply.status_code == httpx.codes.ACCEPTED


async def keep_updates(url: str) -> None:
    """Keep three updates of Telegram's in another process."""
    db = Database.open(url)
    intake = Intake(db, Bell(db), Presses(caller(Settings(telegram_token=SecretStr("1:a")))))
    await intake.keep([(number, UPDATE | {"update_id": number}) for number in (1, 2, 3)])
    await db.close()


async def _everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, but for what a mere claim changes."""
    found = {}
    async with db.read() as tx:
        for table in tables.metadata.sorted_tables:
            if table.name != "lease":
                columns = [column for column in table.c if column.name not in _PASSING]
                rows = (await tx.execute(select(*columns))).mappings()
                found[table.name] = sorted((dict(row) for row in rows), key=repr)
    return found


async def _shape(db: Database) -> dict[str, object]:
    """Return what two runs of the same have in common: how many rows, where they stand, and what was said."""
    everything = await _everything(db)
    shape: dict[str, object] = {name: len(rows) for name, rows in everything.items()}
    for name in ("inbox", "outbox", "case_file"):
        shape[name] = sorted(str(row["state"]) for row in everything[name])
    shape["entry"] = [
        (row["author"], row["body"]["text"]) for row in sorted(everything["entry"], key=lambda row: row["sequence"])
    ]
    return shape


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with Killer(__name__) as made:
        yield made


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_all_of_it_or_nothing_was_done(databases: Databases, killer: Killer, kind: str, name: str) -> None:
    prepare, act = ACTS[name]
    with databases.fresh(kind) as url:
        house = House(Database.open(url))
        await prepare(house)
        await act(house)
        done = await _shape(house.db)
        await house.db.close()
    with databases.fresh(kind) as url:
        house = House(Database.open(url))
        await prepare(house)
        before = await _everything(house.db)
        steps = 0
        for step in range(1, _MANY):
            was_killed = killer.killed_at(step, in_a_house, url, name, step)
            if await _everything(house.db) != before:
                assert await _shape(house.db) == done, f"half of it was done at step {step}"
                break
            assert was_killed, "it did nothing"
            steps = step
            async with house.db.write() as tx:  # else the third death would set the message aside
                await tx.execute(update(tables.inbox).values(tries=0))
        else:
            raise AssertionError("it was never done")
        await house.db.close()
    assert steps >= 3, "it was killed while it was being done"


@pytest.mark.parametrize(
    ("act", "kept"), [(post_form, 1), (keep_updates, 3)], ids=["the form of the page", "updates of Telegram"]
)
async def test_what_came_in_is_kept_whole_or_not_at_all_and_once_when_it_comes_again(
    database: Database, database_url: str, killer: Killer, act: Act, kept: int
) -> None:
    for step in range(1, _MANY):
        if not killer.killed_at(step, act, database_url):
            break
        async with database.read() as tx:
            found = (await tx.execute(select(tables.inbox.c.channel))).scalars().all()
        assert len(found) in (0, kept), f"half of it was kept at step {step}"
        assert set(found) <= {WEB, TELEGRAM}
    else:
        raise AssertionError("it was never done")
    assert step >= 3
    assert not killer.killed_at(_MANY, act, database_url)  # and once more, as a resident or Telegram sends again
    async with database.read() as tx:
        assert len((await tx.execute(select(tables.inbox.c.sequence))).all()) == kept

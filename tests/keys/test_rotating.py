"""The keys that seal what residents wrote, and secrets of second steps, are changed while others work."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import JSON, String, func, insert, select, type_coerce, update

from bot import rekeying
from bot.__main__ import main
from bot.clock import now
from bot.model.message import Outgoing
from bot.model.staff import Role
from bot.rekeying import KeyRefused
from bot.settings import Settings
from bot.store import conversations, entries, inbox, keyfile, keys, sealing, second_factor, staff, tables
from bot.store.database import Database
from bot.store.desk_tables import attachment
from bot.store.engines import PATIENCE
from bot.store.sealing import Keyring, Sealed, new_key, written
from tests.support.databases import Databases
from tests.support.keys import ID, OURS, _counts, _quiet, _said, _say, _settings, _start

#: As it is outside tests.
_SETTLED = rekeying._SETTLED


async def test_everything_is_sealed_anew_and_the_old_key_may_go(settings: Settings, started: Database) -> None:
    await _say(started, "dober dan")
    first = keyfile.read(settings.key_file)
    assert first is not None
    await rekeying.new(settings)
    ring = keyfile.read(settings.key_file)
    assert ring is not None
    assert ring.ids[1:] == first.ids

    told = await rekeying.rotate(settings, _quiet)
    assert await _counts(started) == {ring.newest: 1}
    assert f"{first.newest}. Backups" in told
    assert f"{first.newest}  " in (listed := await rekeying.listed(settings))
    assert "retired, may be removed" in listed

    told = await rekeying.rotate(settings, _quiet, prune=True)
    left = keyfile.read(settings.key_file)
    assert left is not None
    assert left.ids == (ring.newest,)
    assert "gone from" in told
    later = await _start(settings)
    assert await _said(later) == ["dober dan"]
    await later.close()


async def test_what_was_kept_before_there_was_a_key_is_sealed_by_a_rotation(settings: Settings, database: Database) -> None:
    await _say(database, "dober dan")
    async with database.write() as tx:
        conversation = await conversations.find(tx, "web", "ana")
        assert conversation is not None
        values = {"id": "f", "conversation_id": conversation.id, "name": "a.txt", "media_type": "text/plain", "content": b"x"}
        await tx.execute(insert(attachment).values(**values, kept_at=now()))
        sequence = await inbox.put(tx, "web", "1", "ana", {"text": "dober dan"}, now())
        assert sequence is not None
        await inbox.finish(tx, sequence, erase=True)
    db = await _start(settings)
    assert await _counts(db) == {keys.PLAIN: 3}
    assert "not sealed" in await rekeying.listed(settings)

    await rekeying.rotate(settings, _quiet)
    assert db.sealer.ring is not None
    assert await _counts(db) == {db.sealer.ring.newest: 3}
    assert await _said(db) == ["dober dan"]
    await db.close()


async def test_a_rotation_that_was_killed_goes_on_where_it_stood(settings: Settings, started: Database) -> None:
    for number in range(250):
        await _say(started, str(number))
    await rekeying.new(settings)

    def die(done: rekeying.Sealing | None) -> None:
        if done is not None and done.share >= 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rekeying.rotate(settings, die)
    halfway = await _counts(started)
    await rekeying.rotate(settings, _quiet)

    ring = keyfile.read(settings.key_file)
    assert ring is not None
    assert 0 < halfway[ring.newest] < 250
    assert await _counts(started) == {ring.newest: 250}


async def test_others_read_and_write_before_during_and_after_a_rotation(
    settings: Settings, started: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekeying, "_SETTLED", 1.2)  # as long as others may take to hear of a key
    said = [f"before {number}" for number in range(120)]
    for each in said:
        await _say(started, each)
    await rekeying.new(settings)
    rotating = asyncio.create_task(rekeying.rotate(settings, _quiet))
    while not rotating.done():
        said.append(f"during {len(said)}")
        await _say(started, said[-1])
        assert await _said(started) == said[:500]
        await asyncio.sleep(0)
    await rotating
    await _say(started, "after")

    assert await _said(started) == [*said, "after"][:500]
    ring = keyfile.read(settings.key_file)
    assert ring is not None
    assert await _counts(started) == {ring.newest: len(said) + 1}


async def test_a_program_that_slept_through_a_change_of_the_key_goes_on_with_the_new_one(
    settings: Settings, started: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _say(started, "before")
    await rekeying.new(settings)
    await rekeying.rotate(settings, _quiet, prune=True)
    monkeypatch.setattr(sealing, "LOOK", 0.0)

    assert await _said(started) == ["before"]
    await _say(started, "after")
    ring = keyfile.read(settings.key_file)
    assert ring is not None
    assert await _counts(started) == {ring.newest: 2}


async def test_whoever_waits_to_write_with_the_old_key_is_let_in_or_gives_up_before_it_is_retired(
    sqlite: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = await _start(sqlite)
    monkeypatch.setattr(rekeying, "_SETTLED", _SETTLED)
    await rekeying.new(sqlite)
    then = time.time() - sealing.LOOK - PATIENCE
    os.utime(sqlite.key_file, (then, then))
    rotating = asyncio.create_task(rekeying.rotate(sqlite, _quiet, prune=True))
    done, _ = await asyncio.wait({rotating}, timeout=1.0)
    rotating.cancel()
    await asyncio.wait({rotating})
    await db.close()

    assert not done


async def test_what_was_sealed_with_the_old_key_and_is_committed_late_is_sealed_anew(
    settings: Settings, started: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _say(started, "before")
    old = started.sealer.ring
    assert old is not None
    monkeypatch.setattr(sealing, "LOOK", 3600.0)  # this program has not heard of the new key yet
    await rekeying.new(settings)
    async with started.write() as tx:
        conversation = await conversations.ensure(tx, "web", "ana", now())
        await entries.put_outgoing(tx, conversation.id, Outgoing("late", "sl"), now())
        rotating = asyncio.create_task(rekeying.rotate(settings, _quiet, prune=True))
        done, _ = await asyncio.wait({rotating}, timeout=1.0)
        assert not done
    told = await rotating

    assert f"These keys are gone from {settings.key_file}: {old.newest}." in told
    later = await _start(settings)
    assert await _said(later) == ["before", "late"]
    await later.close()


async def test_nothing_is_rotated_while_somebody_writes_without_an_end(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekeying, "_OPEN_FOR", 0.0)
    with databases.fresh("postgres") as url:
        settings = _settings(url, tmp_path)
        started = await _start(settings)
        async with started.write() as tx:
            await conversations.ensure(tx, "web", "ana", now())
            with pytest.raises(KeyRefused, match="run this again"):
                await rekeying.rotate(settings, _quiet, prune=True)
        await started.close()


async def test_a_key_that_is_made_during_a_rotation_stays(settings: Settings, started: Database) -> None:
    await _say(started, "before")
    await rekeying.new(settings)
    made: list[str] = []

    def another(_: object) -> None:
        ring = keyfile.read(settings.key_file)
        assert ring is not None
        made[:] = made or [keyfile.write(settings.key_file, [new_key(), *ring.keys]).newest]

    await rekeying.rotate(settings, another, prune=True)
    async with started.write() as tx:
        await keys.enter(tx, made[0], now())
    await rekeying.rotate(settings, _quiet, prune=True)

    later = await _start(settings)
    assert await _said(later) == ["before"]
    assert later.sealer.ring is not None
    assert later.sealer.ring.ids == (made[0],)
    await later.close()


async def test_what_is_damaged_stays_as_it_is_and_keeps_its_key(settings: Settings, started: Database) -> None:
    await _say(started, "dober dan")
    await _say(started, "nasvidenje", "bor")
    async with started.write() as tx:
        first = select(func.min(tables.entry.c.sequence)).scalar_subquery()
        broken = type_coerce(started.sealer.seal_text("")[:-4] + "AAA=", JSON())
        await tx.execute(update(tables.entry).where(tables.entry.c.sequence == first).values(body=broken))
    old = started.sealer.ring
    assert old is not None
    await rekeying.new(settings)
    told = await rekeying.rotate(settings, _quiet, prune=True)

    assert "1 rows are damaged" in told
    ring = keyfile.read(settings.key_file)
    assert ring is not None
    assert await _counts(started) == {ring.newest: 1, old.newest: 1}
    assert old.newest in ring.ids
    assert await _said(started, "bor") == ["nasvidenje"]
    with pytest.raises(Sealed):
        await _said(started)


async def test_without_any_key_nothing_is_rotated(sqlite: Settings) -> None:
    with pytest.raises(KeyRefused, match="no key yet"):
        await rekeying.rotate(sqlite, _quiet)
    assert "no key yet" in await rekeying.listed(sqlite)


async def test_with_keys_from_a_setting_it_is_told_what_to_set(sqlite: Settings) -> None:
    given = sqlite.model_copy(update={"sealing_keys": SecretStr(OURS)})
    with pytest.raises(KeyRefused, match="--print"):
        await rekeying.new(given)
    await (await _start(given)).close()
    both = sqlite.model_copy(update={"sealing_keys": SecretStr(f"{written([b'n' * 32])[0]},{OURS}")})

    assert f"may go from INFOPOINT_SEALING_KEYS: {ID}" in await rekeying.rotate(both, _quiet, prune=True)


def test_the_commands_show_no_key_but_where_it_is_asked_for(sqlite: Settings) -> None:
    url, file = sqlite.database_url.get_secret_value(), sqlite.key_file
    environment = {"INFOPOINT_DATABASE_URL": url, "INFOPOINT_KEY_FILE": str(file), "INFOPOINT_SEALING_KEYS": ""}

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["keys", *arguments], env=environment, catch_exceptions=False)
        return result.output

    refused = told("rotate")
    output = [refused, told("new"), told("new"), told("list"), told("rotate", "--prune"), told("list")]
    held = keyfile.read(file)
    assert held is not None
    secrets = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert len(secrets) == 1
    assert all(each not in "".join(output) for each in secrets)
    assert f"{held.newest}  " in output[-1]
    assert refused.startswith("Error: There is no key yet")
    assert len(Keyring.parse(told("new", "--print")).ids) == 1


async def test_a_key_that_came_back_is_needed_again(started: Database) -> None:
    assert started.sealer.ring is not None
    name, at = started.sealer.ring.newest, now()
    async with started.write() as tx:
        await keys.retire(tx, [name], at)
        assert await keys.needed(tx) == set()
        await keys.enter(tx, name, at + timedelta(days=1))
        assert await keys.needed(tx) == {name}


async def test_secrets_of_second_steps_are_sealed_at_the_start_and_anew_by_a_rotation(
    settings: Settings, database: Database
) -> None:
    async with database.write() as tx:  # a program before this one
        member = await staff.create(tx, "Ana", Role.ADMIN, "hash", now())
        await second_factor.keep(tx, member.id, "SECRET")
    started = await _start(settings)
    first = started.sealer.ring
    assert first is not None
    assert await _counts(started) == {first.newest: 1}
    await rekeying.new(settings)
    await rekeying.rotate(settings, _quiet, prune=True)
    async with started.write() as tx:
        found = await staff.find(tx, "Ana")
        assert found is not None
        assert found.totp == "SECRET"
        assert not await second_factor.spend(tx, member.id, "OTHER", [10])
        assert await second_factor.spend(tx, member.id, "SECRET", [10])
        assert not await second_factor.spend(tx, member.id, "SECRET", [10])
    await started.close()


async def test_a_secret_that_cannot_be_opened_lets_nobody_in_and_keeps_nobody_else_out(database: Database) -> None:
    async with database.write() as tx:
        member = await staff.create(tx, "Ana", Role.ADMIN, "hash", now())
        await staff.create(tx, "Eva", Role.STAFF, "hash", now())
        broken = type_coerce("sealed:00000000:AAAA", String())
        await tx.execute(update(tables.staff).where(tables.staff.c.id == member.id).values(totp=broken))
    async with database.write() as tx:
        ana, _ = sorted(await staff.everyone(tx), key=lambda each: each.name)
        assert ana.totp
        assert not await second_factor.spend(tx, member.id, ana.totp, [10])
        assert not await second_factor.spend(tx, member.id, "", [10])

"""The keys that seal what residents wrote: made at the first start, asked for when missing, changed while others work."""

from __future__ import annotations

import asyncio
import stat
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import JSON, func, insert, select, type_coerce, update

from bot import opening, rekeying
from bot.__main__ import main
from bot.clock import now
from bot.model.message import Outgoing
from bot.opening import NoKey
from bot.rekeying import KeyRefused
from bot.settings import Settings, SettingsError, read
from bot.store import conversations, entries, guard_tables, inbox, keyfile, keys, sealing, tables
from bot.store.database import Database, StoreError
from bot.store.desk_tables import attachment
from bot.store.keyfile import KeyFileError
from bot.store.sealing import Keyring, Sealed, new_key, written
from tests.support.databases import Databases

OURS = written([b"o" * 32])[0]
ID = Keyring((b"o" * 32,)).newest

Make = Callable[..., Settings]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a fresh installation, with the key file in a folder that is not there yet."""
    return _settings(database_url, tmp_path)


@pytest.fixture
def sqlite(databases: Databases, tmp_path: Path) -> Any:
    """The same, on SQLite alone: for what has nothing to do with the database."""
    with databases.fresh("sqlite") as url:
        yield _settings(url, tmp_path)


@pytest.fixture(autouse=True)
def _nobody_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for other processes but the one that is about them."""
    monkeypatch.setattr(rekeying, "_SETTLED", 0.0)


def _settings(url: str, folder: Path, **more: Any) -> Settings:
    return Settings(database_url=SecretStr(url), key_file=folder / "keys" / "key", **more)


async def _start(settings: Settings) -> Database:
    """Open the database as `infopoint run` does."""
    db = opening.database(settings)
    try:
        await opening.unlock(db, settings, make=True)
    except StoreError:
        await db.close()
        raise
    return db


@pytest.fixture
async def started(settings: Settings) -> AsyncIterator[Database]:
    """An installation that runs."""
    db = await _start(settings)
    yield db
    await db.close()


async def _say(db: Database, said: str, address: str = "ana") -> None:
    async with db.write() as tx:
        conversation = await conversations.ensure(tx, "web", address, now())
        await entries.put_outgoing(tx, conversation.id, Outgoing(said, "sl"), now())


async def _said(db: Database, address: str = "ana") -> list[str]:
    async with db.read() as tx:
        found = await conversations.find(tx, "web", address)
        return [] if found is None else [line.text for line in await entries.since(tx, found.id)]


async def _counts(db: Database) -> dict[str, int]:
    async with db.read() as tx:
        return dict(await keys.count(tx))


def _quiet(_: object) -> None:
    """Show no progress."""


async def test_the_first_start_makes_a_key_that_its_owner_alone_can_read(settings: Settings, started: Database) -> None:
    await _say(started, "dober dan")
    ring = keyfile.read(settings.key_file)

    assert ring is not None
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert await _counts(started) == {ring.newest: 1}
    again = await _start(settings)
    assert await _said(again) == ["dober dan"]
    await again.close()


async def test_of_processes_that_start_at_once_all_have_the_same_key(settings: Settings) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from pydantic import SecretStr; from bot import opening;"
        " from bot.settings import Settings;"
        " s = Settings(database_url=SecretStr(sys.argv[1]), key_file=Path(sys.argv[2])); db = opening.database(s);"
        " asyncio.run(opening.unlock(db, s, make=True)); print(db.sealer.ring.ids)"
    )
    url, file = settings.database_url.get_secret_value(), str(settings.key_file)
    arguments = ("-W", "ignore::ResourceWarning", "-c", program, url, file)
    started = [await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE) for _ in range(4)]
    told = {(await each.communicate())[0] for each in started}

    assert len(told) == 1
    assert [each.returncode for each in started] == [0] * 4
    assert [each.name for each in settings.key_file.parent.iterdir()] == ["key"]  # nothing is left beside it


async def test_no_key_is_made_where_the_database_needs_another_one(settings: Settings, started: Database) -> None:
    assert started.sealer.ring is not None
    settings.key_file.unlink()
    with pytest.raises(NoKey, match=f"{started.sealer.ring.newest}.*Bring that file back"):
        await _start(settings)

    assert not settings.key_file.exists()


async def test_a_start_with_the_wrong_key_is_refused(settings: Settings, started: Database) -> None:
    assert started.sealer.ring is not None
    settings.key_file.unlink()
    other = keyfile.make(settings.key_file)
    with pytest.raises(NoKey, match=started.sealer.ring.newest) as refused:
        await _start(settings)
    assert other.newest not in str(refused.value)

    given = settings.model_copy(update={"sealing_keys": SecretStr(OURS)})
    with pytest.raises(NoKey, match="INFOPOINT_SEALING_KEYS"):
        await _start(given)


async def test_of_two_machines_that_start_with_a_key_each_one_is_refused(settings: Settings) -> None:
    one, other = (settings.model_copy(update={"key_file": settings.key_file.with_name(name)}) for name in ("one", "other"))
    opened = await asyncio.gather(_start(one), _start(other), return_exceptions=True)
    for each in opened:
        if isinstance(each, Database):
            await each.close()

    assert sorted(type(each).__name__ for each in opened) == ["Database", "NoKey"]


async def test_keys_may_come_from_a_setting(database_url: str, tmp_path: Path) -> None:
    settings = _settings(database_url, tmp_path, sealing_keys=SecretStr(OURS))
    db = await _start(settings)
    await _say(db, "dober dan")

    assert await _counts(db) == {ID: 1}
    assert not settings.key_file.exists()
    await db.close()


async def test_a_command_works_where_there_is_no_key_yet_and_makes_none(settings: Settings) -> None:
    async with opening.opened(settings) as db:
        await _say(db, "dober dan")
        assert await _counts(db) == {keys.PLAIN: 1}

    assert not settings.key_file.exists()


@pytest.mark.parametrize("wrong", ["short", f"{OURS},x", "č" * 43])
def test_a_setting_that_holds_no_keys_is_refused_and_not_quoted(wrong: str) -> None:
    with pytest.raises(SettingsError, match="INFOPOINT_SEALING_KEYS") as refused:
        read({"INFOPOINT_SEALING_KEYS": wrong})

    assert OURS not in str(refused.value)
    assert "short" not in str(refused.value)


def test_a_key_file_that_others_can_use_is_refused(tmp_path: Path) -> None:
    keyfile.make(tmp_path / "key").newest  # noqa: B018 - it is whole
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keyfile.read(tmp_path / "key")


@pytest.mark.parametrize("content", [b"", b"abc\n", b"\xff", b"# only words\n"])
def test_a_key_file_without_keys_is_refused_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="key file"):
        keyfile.read(path)
    with pytest.raises(KeyFileError):
        keyfile.make(path)

    assert path.read_bytes() == content


def test_a_key_file_in_a_place_where_none_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match="cannot be made"):
        keyfile.make(tmp_path / "file" / "key")
    with pytest.raises(KeyFileError, match="cannot be written"):
        keyfile.write(tmp_path / "none" / "key", [new_key()])
    with pytest.raises(KeyFileError, match="cannot be read"):
        keyfile.read(tmp_path / "file" / "key")


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
    seen: list[float] = []

    def die(_: object) -> None:
        seen.append(1.0)
        if len(seen) == 5:
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


async def test_nothing_of_a_key_is_in_the_database(started: Database, settings: Settings) -> None:
    await _say(started, "dober dan")
    async with started.read() as tx:
        kept = (await tx.execute(select(guard_tables.sealing_key))).all()
    secrets = [line for line in settings.key_file.read_text().splitlines() if not line.startswith("#")]

    assert len(kept) == 1
    assert all(secret[:10] not in repr(kept) for secret in secrets)

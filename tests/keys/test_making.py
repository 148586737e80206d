"""The keys that seal what residents wrote: made at the first start, asked for when missing, refused when wrong."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import opening
from bot.opening import NoKey
from bot.settings import Settings, SettingsError, read
from bot.store import guard_tables, keyfile, keys
from bot.store.database import Database
from bot.store.keyfile import KeyFileError
from bot.store.sealing import new_key
from tests.support.keys import ID, OURS, _counts, _said, _say, _settings, _start


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


async def test_nothing_of_a_key_is_in_the_database(started: Database, settings: Settings) -> None:
    await _say(started, "dober dan")
    async with started.read() as tx:
        kept = (await tx.execute(select(guard_tables.sealing_key))).all()
    secrets = [line for line in settings.key_file.read_text().splitlines() if not line.startswith("#")]

    assert len(kept) == 1
    assert all(secret[:10] not in repr(kept) for secret in secrets)
